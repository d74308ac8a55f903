/** The host of a report: answers from the page itself, state in its address, files saved by the page. */
import * as v from 'valibot';
import { cancelled, Failure } from '../../src/protocol/failure.js';
import { ANSWERS_ELEMENT, KeptAnswers, type KeptAnswer } from '../../src/protocol/report.js';
import type { ViewerContract } from '../../src/protocol/viewer.js';
import { decodeFrames } from '../../src/protocol/wire.js';
import { saveInPage } from '../host/download.js';
import type { Host } from '../host/host.js';
import { addressOf, hashOf, stateOf } from '../host/link.js';
import { keptCalls, type KeptCalls } from './keptAnswers.js';

export function reportHost(page: Window = window): Host {
  const calls = readAnswers(page.document).then(keptCalls);
  return {
    kind: 'browser',
    async call(method, input, options) {
      if (method === 'saveFile') {
        await saveInPage(page.document, input as ViewerContract['saveFile']['input']);
        return null as ViewerContract[typeof method]['output'];
      }
      const answer = answerOf(await calls, method, input);
      if (options?.signal?.aborted) throw cancelled(`calling ${method}`);
      // The report was written from answers of this contract.
      return answer as ViewerContract[typeof method]['output'];
    },
    close: () => undefined,
    loadState: () => stateOf(page.location.hash),
    saveState: (state) => page.history.replaceState(null, '', hashOf(state)),
    linkTo: (state) => addressOf(page, state),
    onEvent(listener) {
      const navigated = (): void => listener({ type: 'show', state: stateOf(page.location.hash) });
      page.addEventListener('hashchange', navigated);
      return () => page.removeEventListener('hashchange', navigated);
    },
  };
}

function answerOf(calls: KeptCalls, method: string, input: unknown): unknown {
  const answer = calls.answer(method, input);
  if (answer !== undefined) return answer;
  throw new Failure({
    kind: 'unsupported',
    doing: 'reading this report',
    wrong: 'this is not included in the report, which contains the first selection of each view at all epochs',
    tryThis: 'Open the run with cnnslicer view or in VS Code.',
  });
}

async function readAnswers(document: Document): Promise<readonly KeptAnswer[]> {
  const text = document.getElementById(ANSWERS_ELEMENT)?.textContent?.trim() ?? '';
  const packed = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  for await (const frame of decodeFrames(only(bytes)))
    if (frame.type === 'value') return v.parse(KeptAnswers, frame.value) as readonly KeptAnswer[];
  throw new Error('the report contains no results');
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
