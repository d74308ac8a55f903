/** Puts the frame of the views into the page, with the styles of all of them: they are small, and a view is drawn once. */
import { render } from 'preact';
import './theme/theme.css';
import './shell/shell.css';
import './chart/chart.css';
import './views/views.css';
import type { Host } from './host/host.js';
import type { HostPulse } from './host/hostPulse.js';
import { HostSilence } from './shell/HostSilence.js';
import { Shell } from './shell/Shell.js';
import { ViewLoader, type LoadView } from './views/views.js';
import { createViewer } from './state/viewer.js';
import { followTheme } from './theme/theme.js';

/** `pulse` where a host may fall silent: what it tells of stands above the views. */
export function showViews(host: Host, load: LoadView, pulse: HostPulse | null = null): void {
  followTheme();
  const place = document.getElementById('app') ?? document.body.appendChild(document.createElement('div'));
  render(
    <ViewLoader.Provider value={load}>
      {pulse && <HostSilence silent={pulse.silent} />}
      <Shell viewer={createViewer(host)} />
    </ViewLoader.Provider>,
    place,
  );
}
