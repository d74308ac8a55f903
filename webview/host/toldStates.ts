/** The host, too, is told what a person sees: a host that takes this one's place opens the panel as it was. */
import type { EditorApi } from './editorHost.js';

const RESTED_MILLISECONDS = 150;

/** The same api; a state that it keeps is told once it has rested. */
export function tellingStates(api: EditorApi, target: Window = window): EditorApi {
  let timer: number | undefined;
  return {
    postMessage: (message) => api.postMessage(message),
    getState: () => api.getState(),
    setState: (state) => {
      api.setState(state);
      target.clearTimeout(timer);
      timer = target.setTimeout(() => api.postMessage({ type: 'kept', state }), RESTED_MILLISECONDS);
    },
  };
}
