/** Starts the views in whichever host loaded the page: VS Code's panel, or a plain browser. */
import { render } from 'preact';
import './theme/theme.css';
import './shell/shell.css';
import './chart/chart.css';
import './views/channels/channels.css';
import './views/compare/compare.css';
import './views/information/information.css';
import './views/layers/layers.css';
import './views/network/network.css';
import './views/query/query.css';
import './views/training/training.css';
import { browserHost } from './host/browserHost.js';
import { editorHost, type EditorApi } from './host/editorHost.js';
import { watchHost } from './host/hostPulse.js';
import { tellingStates } from './host/toldStates.js';
import { reportHost } from './report/reportHost.js';
import { HostSilence } from './shell/HostSilence.js';
import { Shell } from './shell/Shell.js';
import { REPORT_HOST } from '../src/protocol/report.js';
import { createViewer } from './state/viewer.js';
import { followTheme } from './theme/theme.js';

declare global {
  /** Put there by VS Code, and by nobody else. */
  var acquireVsCodeApi: (() => EditorApi) | undefined;
}

followTheme();
const api = globalThis.acquireVsCodeApi?.();
const plainHost = document.body.dataset['host'] === REPORT_HOST ? reportHost : browserHost;
const viewer = createViewer(api ? editorHost(tellingStates(api)) : plainHost());
const pulse = api ? watchHost(api) : null;
const place = document.getElementById('app') ?? document.body.appendChild(document.createElement('div'));
render(
  <>
    {pulse && <HostSilence silent={pulse.silent} />}
    <Shell viewer={viewer} />
  </>,
  place,
);
