/**
 * The host in a plain browser: calls over HTTP on loopback, state in the address, files saved by the
 * page. The server cannot speak first, so a recording run is asked every two seconds what it has.
 */
import type { RunDescription } from '../../src/protocol/run.js';
import type { Client } from '../../src/protocol/rpc.js';
import type { HostEvent, ViewerContract } from '../../src/protocol/viewer.js';
import { saveInPage } from './download.js';
import { fetchClient } from './fetchClient.js';
import type { Host } from './host.js';
import { hashOf, stateOf, tokenOf } from './link.js';

const TOKEN_KEY = 'cnnslicer.token';
const POLL_MILLISECONDS = 2000;

export function browserHost(page: Window = window): Host {
  const token = takeToken(page);
  const client = fetchClient<ViewerContract>({ token });
  return {
    kind: 'browser',
    call: (method, input, options) =>
      method === 'saveFile'
        ? saveInPage(page.document, input as ViewerContract['saveFile']['input']).then(() => null)
        : client.call(method, input, options),
    close: () => client.close(),
    loadState: () => stateOf(page.location.hash),
    saveState: (state) => page.history.replaceState(null, '', hashOf(state)),
    onEvent(listener) {
      const stopPolling = pollRun(client, listener);
      const navigated = (): void => listener({ type: 'show', state: stateOf(page.location.hash) });
      page.addEventListener('hashchange', navigated);
      return () => {
        stopPolling();
        page.removeEventListener('hashchange', navigated);
      };
    },
  };
}

/** From the address, where it is then hidden, or from this tab's session after a reload. */
function takeToken(page: Window): string | null {
  const given = tokenOf(page.location.hash);
  if (given === null) return page.sessionStorage.getItem(TOKEN_KEY);
  page.sessionStorage.setItem(TOKEN_KEY, given);
  const state = stateOf(page.location.hash);
  page.history.replaceState(null, '', `${page.location.pathname}${state ? hashOf(state) : ''}`);
  return given;
}

/** Tells of a change while the run records, and once more when it ends; then asks no more. */
function pollRun(client: Client<ViewerContract>, listener: (event: HostEvent) => void): () => void {
  let last: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  async function ask(): Promise<void> {
    try {
      const run = await client.call('describe', {});
      const now = fingerprint(run);
      if (last !== null && now !== last && !stopped) listener({ type: 'run-changed' });
      last = now;
      if (run.summary.status.state === 'recording' && !stopped) again();
    } catch {
      // The view shows its own failures; a server that is gone is asked again until the page closes.
      if (last !== null && !stopped) again();
    }
  }
  function again(): void {
    timer = setTimeout(() => void ask(), POLL_MILLISECONDS);
  }
  void ask();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

function fingerprint(run: RunDescription): string {
  return JSON.stringify([run.summary.status, run.summary.epochs, run.epochStates.length, run.summary.lastEpoch]);
}
