/**
 * The page of a viewer panel: one nonce for its two scripts and what the second imports, nothing from elsewhere, no
 * inline script without it.
 */
import type { ViewState } from '../../protocol/viewState.js';

export interface PanelPage {
  readonly nonce: string;
  /** What the webview's own resources come from (`webview.cspSource`). */
  readonly source: string;
  /** Addresses of the scripts that the first picture waits for, the entry before all others. */
  readonly scripts: readonly [string, ...string[]];
  readonly style: string;
  readonly title: string;
  readonly language: string;
  /** The run folder: kept in the panel's state so that a reload knows what to show. */
  readonly run: string;
  /** Opens this run from outside; a state may follow. */
  readonly link: string;
  /** What to show first; `id` keeps it from being shown again when the panel comes back. */
  readonly show: { readonly id: string; readonly state: Partial<ViewState> } | null;
}

export function panelHtml(page: PanelPage): string {
  const { nonce, source } = page;
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    // Styles only colour and place: the views set them on elements as they draw.
    `style-src ${source} 'unsafe-inline'`,
    `img-src ${source} data: blob:`,
    `font-src ${source}`,
  ].join('; ');
  return `<!doctype html>
<html lang="${escapeHtml(page.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(page.title)}</title>
${page.scripts.map((script) => `<link rel="modulepreload" nonce="${nonce}" href="${escapeHtml(script)}">`).join('\n')}
<link rel="stylesheet" href="${escapeHtml(page.style)}">
</head>
<body data-host="editor" data-link="${escapeHtml(page.link)}">
<div id="app"></div>
<script nonce="${nonce}">${startScript(page)}</script>
<script nonce="${nonce}" type="module" src="${escapeHtml(page.scripts[0])}"></script>
</body>
</html>
`;
}

/**
 * Says that the page has loaded anew – calls of the page before it are over – and adds the run to every
 * state that the view keeps.
 */
function startScript({ run, show }: PanelPage): string {
  return `{
const api = acquireVsCodeApi();
const run = ${scriptJson(run)}, show = ${scriptJson(show)};
let extra = { run, shown: api.getState()?.shown };
const keep = (state) => api.setState({ ...state, ...extra });
if (show && extra.shown !== show.id) {
  extra = { run, shown: show.id };
  keep({ ...api.getState(), ...show.state });
} else keep(api.getState());
api.postMessage({ type: 'loaded' });
globalThis.acquireVsCodeApi = () => ({ postMessage: (message) => api.postMessage(message), getState: () => api.getState(), setState: keep });
}`;
}

/** JSON that cannot end the script element or a line of it. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
}
