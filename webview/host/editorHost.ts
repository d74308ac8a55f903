/** The host inside VS Code: messages to and from the extension, state kept by the panel. */
import * as v from 'valibot';
import { connect, type Port } from '../../src/protocol/rpc.js';
import { HostEvent, type ViewerContract } from '../../src/protocol/viewer.js';
import { ViewState } from '../../src/protocol/viewState.js';
import type { Host } from './host.js';

/** What VS Code puts into a webview's global scope. */
export interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** A panel's state, whole or only what to show first; anything else was written neither by this view nor for it. */
const Kept = v.union([v.object({ query: v.string() }), v.object({ view: v.string() })]);
const EventMessage = v.object({ type: v.literal('event'), event: HostEvent });

export function editorHost(api: EditorApi, target: Window = window): Host {
  const client = connect<ViewerContract>(editorPort(api, target));
  return {
    ...client,
    kind: 'editor',
    loadState: () => (v.is(Kept, api.getState()) ? v.parse(ViewState, api.getState()) : null),
    saveState: (state) => api.setState(state),
    linkTo: (state) => `${target.document.body.dataset['link'] ?? ''}&state=${stateText(state)}`,
    onEvent(listener) {
      const receive = (message: MessageEvent): void => {
        const parsed = v.safeParse(EventMessage, message.data);
        if (parsed.success) listener(parsed.output.event);
      };
      target.addEventListener('message', receive);
      return () => target.removeEventListener('message', receive);
    },
  };
}

/** base64url of JSON: whatever a link passes through decodes and encodes nothing in it. */
function stateText(state: ViewState): string {
  const bytes = new TextEncoder().encode(JSON.stringify(state));
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function editorPort(api: EditorApi, target: Window): Port {
  return {
    post: (message) => api.postMessage(message),
    listen(onMessage, onClose) {
      const receive = (message: MessageEvent): void => onMessage(message.data);
      target.addEventListener('message', receive);
      target.addEventListener('pagehide', onClose, { once: true });
      return () => {
        target.removeEventListener('message', receive);
        target.removeEventListener('pagehide', onClose);
      };
    },
  };
}
