/** Starts the views in whichever host loaded the page: VS Code's panel, or a plain browser. */
import { browserHost } from './host/browserHost.js';
import { editorHost, type EditorApi } from './host/editorHost.js';
import { watchHost } from './host/hostPulse.js';
import { tellingStates } from './host/toldStates.js';
import { lazyViews } from './views/lazyViews.js';
import { showViews } from './showViews.js';

declare global {
  /** Put there by VS Code, and by nobody else. */
  var acquireVsCodeApi: (() => EditorApi) | undefined;
}

const api = globalThis.acquireVsCodeApi?.();
if (api) showViews(editorHost(tellingStates(api)), lazyViews, watchHost(api));
else showViews(browserHost(), lazyViews);
