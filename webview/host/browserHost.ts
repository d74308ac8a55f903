/** The host in a plain browser: calls over HTTP on loopback, state in the address, files saved by the page. */
import type { ViewerContract } from '../../src/protocol/viewer.js';
import type { ViewState } from '../../src/protocol/viewState.js';
import { fetchBegun } from './begun.js';
import { saveInPage } from './download.js';
import { fetchClient } from './fetchClient.js';
import type { Host } from './host.js';
import { addressOf, hashOf, stateOf } from './link.js';
import { pollRun } from './runPolling.js';
import { takeToken } from './token.js';

const SAVES_AFTER_MILLISECONDS = 150;

export function browserHost(page: Window = window): Host {
  const token = takeToken(page);
  const client = fetchClient<ViewerContract>({ token, fetch: fetchBegun() });
  const polling = pollRun(() => client.call('describe', {}));
  const call: Host['call'] = async (method, input, options) => {
    if (method === 'saveFile') {
      await saveInPage(page.document, input as ViewerContract['saveFile']['input']);
      return null;
    }
    const answer = await client.call(method, input, options);
    if (method === 'describe') polling.saw(answer as ViewerContract['describe']['output']);
    return answer;
  };
  return {
    kind: 'browser',
    call,
    close: () => client.close(),
    loadState: () => stateOf(page.location.hash),
    saveState: rarely(page, (state) => page.history.replaceState(null, '', hashOf(state))),
    linkTo: (state) => addressOf(page, state),
    onEvent(listener) {
      const stopPolling = polling.listen(listener);
      const navigated = (): void => listener({ type: 'show', state: stateOf(page.location.hash) });
      page.addEventListener('hashchange', navigated);
      return () => {
        stopPolling();
        page.removeEventListener('hashchange', navigated);
      };
    },
  };
}

/** Browsers slow a page down that changes its address often: it is changed once a slider rests, and when the page goes. */
function rarely(page: Window, save: (state: ViewState) => void): (state: ViewState) => void {
  let waiting: ViewState | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const saveNow = (): void => {
    if (waiting) save(waiting);
    waiting = null;
  };
  page.addEventListener('pagehide', saveNow);
  return (state) => {
    waiting = state;
    clearTimeout(timer);
    timer = setTimeout(saveNow, SAVES_AFTER_MILLISECONDS);
  };
}
