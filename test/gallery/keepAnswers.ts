/**
 * Keeps what one state of the query view asks of a real run:
 *
 *     cnnslicer view RUN --no-open          (prints ADDRESS)
 *     node --import tsx test/gallery/keepAnswers.ts ADDRESS 'dCNN(x.label = 3, 1, -, -)'
 *
 * writes test/fixtures/webview/digits.json. Folders of the recording machine are left out of it.
 */
import { writeFile } from 'node:fs/promises';
import type { RunDescription } from '../../src/protocol/run.js';
import type { ViewerContract } from '../../src/protocol/viewer.js';
import type { ViewState } from '../../src/protocol/viewState.js';
import { fetchClient } from '../../webview/host/fetchClient.js';
import { tokenOf } from '../../webview/host/token.js';
import { createViewer } from '../../webview/state/viewer.js';
import { keyOf, toJson } from './keptAnswers.js';

const [address, query] = process.argv.slice(2);
const { origin, hash } = new URL(address);
const client = fetchClient<ViewerContract>({ token: tokenOf(hash), origin });
const state: ViewState = { view: 'query', query, measure: 'inter', epoch: null };
const answers: Record<string, unknown> = {};

const viewer = createViewer({
  ...client,
  kind: 'browser',
  call: async (method, input, options) => {
    const answer = await client.call(method, input, options);
    answers[keyOf(method, input)] = method === 'describe' ? withoutPlaces(answer as RunDescription) : answer;
    return answer;
  },
  loadState: () => state,
  saveState: () => undefined,
  linkTo: () => address,
  onEvent: () => () => undefined,
});

function withoutPlaces({ summary, manifest, ...rest }: RunDescription): RunDescription {
  return {
    ...rest,
    summary: { ...summary, folder: `.cnnslicer/runs/${summary.id}` },
    manifest: { ...manifest, workspace: 'workspace', git: null, packages: {} },
  };
}

const deadline = Date.now() + 60_000;
while (viewer.reports.value.state !== 'done' || viewer.channelMeans.value.state !== 'done') {
  if (Date.now() > deadline) throw new Error('the run did not answer everything within a minute');
  if (viewer.estimate.value.state === 'done' && viewer.answer.value === null) viewer.ask();
  await new Promise((resolve) => setTimeout(resolve, 100));
}
viewer.dispose();
await writeFile(new URL('../fixtures/webview/digits.json', import.meta.url), `${toJson({ state, answers })}\n`);
process.stdout.write(`${Object.keys(answers).join('\n')}\n`);
