/** The state of the views over a host: what is asked, cancelled, kept and shown. */
import assert from 'node:assert/strict';
import { printQuery } from '../../src/protocol/queryText.js';
import type { HostEvent } from '../../src/protocol/viewer.js';
import { createViewer, type Viewer } from '../../webview/state/viewer.js';
import { exampleHost, type ExampleHostOptions } from '../gallery/exampleHost.js';
import { exampleRun, type ExampleOptions } from '../gallery/exampleRun.js';

interface Opened {
  readonly viewer: Viewer;
  readonly host: ReturnType<typeof exampleHost>;
  /** Methods that the view called, in order. */
  readonly calls: string[];
  send(event: HostEvent): void;
}

async function withViewer(
  options: ExampleHostOptions & { run?: ExampleOptions },
  use: (opened: Opened) => Promise<void>,
): Promise<void> {
  const host = exampleHost(exampleRun(options.run), options);
  const listeners: ((event: HostEvent) => void)[] = [];
  const calls: string[] = [];
  const viewer = createViewer({
    ...host,
    call: (method, input, call) => (calls.push(method), host.call(method, input, call)),
    onEvent: (listener) => (listeners.push(listener), () => undefined),
  });
  try {
    await use({ viewer, host, calls, send: (event) => listeners.forEach((listener) => listener(event)) });
  } finally {
    viewer.dispose();
  }
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`waited in vain until ${what}`);
}

describe('a viewer', () => {
  it('begins at the first convolution of a run that nobody has looked at, and answers at once when that is quick', () =>
    withViewer({}, async ({ viewer }) => {
      await until(() => viewer.answer.value?.main.state === 'done', 'the first answer is there');
      assert.equal(viewer.text.value, 'dCNN(-, conv2d_1, -, -)');
      assert.equal(viewer.answer.value?.intra.state, 'done');
    }));

  it('comes back with what was kept, and keeps what is chosen', () =>
    withViewer({ state: { query: 'dCNN(x.label = 3, conv2d_2, {0..7}, -)', epoch: 4 } }, async ({ viewer, host }) => {
      await until(() => viewer.facts.value !== null, 'the run is read');
      assert.equal(viewer.cursorEpoch.value, 4);
      viewer.measure.value = 'label';
      viewer.query.value = { ...viewer.query.value, channels: { kind: 'all' } };
      const { view, query, measure, epoch, selected } = host.loadState() ?? assert.fail('nothing is kept');
      assert.deepEqual([view, query, measure, epoch], ['query', 'dCNN(x.label = 3, conv2d_2, -, -)', 'label', 4]);
      assert.deepEqual(selected, { layer: 3, channel: null, sample: null });
    }));

  it('does not begin a long answer by itself', () =>
    withViewer({ state: { query: 'dCNN(-, {1..5}, -, -)' } }, async ({ viewer }) => {
      await until(() => viewer.estimate.value.state === 'done', 'the estimate is there');
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal(viewer.answer.value, null);
    }));

  it('can be cancelled in the middle, and asked again', () =>
    withViewer({ delay: 300, state: { query: 'dCNN(-, {1..5}, -, -)' } }, async ({ viewer }) => {
      await until(() => viewer.facts.value !== null, 'the run is read');
      viewer.ask();
      await until(() => viewer.answer.value?.main.state === 'loading', 'it computes');
      viewer.cancel();
      assert.equal(viewer.answer.value?.main.state, 'cancelled');
      assert.equal(viewer.asking.value, false);
      viewer.ask();
      await until(() => viewer.answer.value?.main.state === 'done', 'the second answer is there');
    }));

  it('is done asking when intra-sample entropy alone was asked and is there', () =>
    withViewer({ state: { query: 'dCNN(-, 1, -, -)', measure: 'intra' } }, async ({ viewer }) => {
      await until(() => viewer.facts.value !== null, 'the run is read');
      viewer.ask();
      assert.equal(viewer.asking.value, true);
      await until(() => viewer.answer.value?.intra.state === 'done', 'the answer is there');
      assert.equal(viewer.asking.value, false);
    }));

  it('does not ask again what a person cancelled when the run changes', () =>
    withViewer({ state: { query: 'dCNN(-, 1, -, -)' } }, async ({ viewer, calls, send }) => {
      await until(() => viewer.answer.value?.main.state === 'done', 'the quick answer is there');
      viewer.ask();
      viewer.cancel();
      const estimates = (): number => calls.filter((method) => method === 'estimate').length;
      const before = estimates();
      send({ type: 'run-changed' });
      await until(() => estimates() > before && viewer.estimate.value.state === 'done', 'its cost is known again');
      assert.equal(viewer.answer.value?.main.state, 'cancelled');
    }));

  it('shows a failure with its three parts', () =>
    withViewer({ failing: ['measure'] }, async ({ viewer }) => {
      await until(() => viewer.facts.value !== null, 'the run is read');
      viewer.ask();
      await until(() => viewer.answer.value?.main.state === 'failed', 'it failed');
      const main = viewer.answer.value?.main;
      assert.ok(main?.state === 'failed' && main.failure.doing && main.failure.wrong && main.failure.tryThis);
    }));

  it('goes where the host sends it, and ignores a query that cannot be read', () =>
    withViewer({}, async ({ viewer, send }) => {
      await until(() => viewer.facts.value !== null, 'the run is read');
      send({ type: 'show', state: { query: 'dCNN(-, dense_1, -, last)', measure: 'intra' } });
      assert.equal(viewer.text.value, 'dCNN(-, dense_1, -, last)');
      assert.equal(viewer.measure.value, 'intra');
      send({ type: 'show', state: { query: 'dCNN(' } });
      assert.equal(printQuery(viewer.query.value), 'dCNN(-, dense_1, -, last)');
    }));

  it('reads a run again when it has changed, and shows the run before until then', () =>
    withViewer({}, async ({ viewer, calls, send }) => {
      await until(() => viewer.run.value.state === 'done', 'the run is read');
      send({ type: 'run-changed' });
      assert.notEqual(viewer.facts.value, null);
      await until(() => calls.filter((method) => method === 'describe').length === 2, 'it is read again');
      assert.notEqual(viewer.facts.value, null);
    }));

  it('tells a source line in a browser and opens it in the editor', async () => {
    await withViewer({ kind: 'browser' }, async ({ viewer, host }) => {
      await until(() => viewer.facts.value !== null, 'the run is read');
      await viewer.openSource(3);
      assert.equal(viewer.notice.value, 'models/train.ts:15:13');
      assert.deepEqual(host.opened, []);
    });
    await withViewer({}, async ({ viewer, host }) => {
      await viewer.openSource(3);
      assert.deepEqual(host.opened, [3]);
    });
  });
});
