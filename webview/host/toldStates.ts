/** The host, too, is told what a person sees: a host that takes this one's place opens the panel as it was. */
import { countOf } from '../../src/protocol/panelMessages.js';
import type { EditorApi } from './editorHost.js';

const RESTED_MILLISECONDS = 150;

/**
 * The same api; a state that it keeps is told once it has rested. States are counted: the editor keeps what a page gives it
 * only now and then, and after a sudden end the next host must know which of two is the later one.
 */
export function tellingStates(api: EditorApi, target: Window = window): EditorApi {
  let timer: number | undefined;
  let count = countOf(api.getState());
  return {
    postMessage: (message) => api.postMessage(message),
    getState: () => api.getState(),
    setState: (state) => {
      count++;
      api.setState({ ...(state as object), count });
      target.clearTimeout(timer);
      const message = { type: 'kept', state, count };
      timer = target.setTimeout(() => api.postMessage(message), RESTED_MILLISECONDS);
    },
  };
}
