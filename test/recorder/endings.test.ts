/** How a run ends where the script ends: well, wherever the training ended well. */
import assert from 'node:assert/strict';
import { PREAMBLE, Workspace, type Recorded } from './support/workspace.js';
import type { RunSummary } from '../../src/protocol/run.js';
import { openRun } from '../../src/store/reading/openRun.js';

const DATA = `${PREAMBLE}const { x, y } = samples(32, 3);`;
const BY_BATCHES = `${DATA} const model = compiled(network());
const train = async (count) => { for (let i = 0; i < count; i++) await model.trainOnBatch(x, y); };`;
const BY_HAND = `${DATA} const model = network(), optimizer = tf.train.adam(0.01);
const train = async (count) => { for (let i = 0; i < count; i++) optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, model.apply(x))); };`;
const BY_FITS = `${DATA} const model = compiled(network());
const train = async (count) => { for (let i = 0; i < count; i++) await model.fit(x, y, { epochs: 1, verbose: 0 }); };`;

interface Ended {
  readonly recorded: Recorded;
  readonly summaries: readonly RunSummary[];
}

/** Records a script whose epochs are of 10 batches. */
async function record(text: string): Promise<Ended> {
  const workspace = new Workspace();
  const recorded = await workspace.record(workspace.write('train.js', text), { batchesPerEpoch: 10 });
  const readers = await Promise.all(recorded.runFolders.map((folder) => openRun(folder)));
  const summaries = await Promise.all(readers.map(async (reader) => (await reader.describe()).summary));
  workspace.remove();
  return { recorded, summaries };
}

/** Ends with exit code 0 and nothing of ours printed, as one finished run of these epochs. */
async function endsWell(text: string, epochs: readonly number[]): Promise<void> {
  const { recorded, summaries } = await record(text);
  assert.deepEqual([recorded.exitCode, recorded.failure], [0, null], recorded.stderr);
  assert.doesNotMatch(recorded.stderr, /recorder\.cjs|already disposed/);
  const [summary] = summaries;
  assert.deepEqual([summaries.length, summary?.status.state], [1, 'finished'], JSON.stringify(summary?.status));
  assert.deepEqual(summary?.epochs, epochs);
}

describe('a run is finished, with every whole epoch,', () => {
  for (const [what, training, count, lastEpoch] of [
    ['of batches', BY_BATCHES, 45, 4],
    ['of steps of an optimizer @all', BY_HAND, 45, 4],
    ['of more fits than are recorded @all', BY_FITS, 51, 50],
  ] as const)
    it(`though its weights are gone at the end: ${what}`, () =>
      endsWell(`${training} train(${count}).then(() => tf.disposeVariables());`, upTo(lastEpoch)));

  for (const [what, training, count, lastEpoch] of [
    ['of batches @all', BY_BATCHES, 45, 5],
    ['of steps of an optimizer @all', BY_HAND, 45, 5],
  ] as const)
    it(`and the state that it was disposed of in: ${what}`, () =>
      endsWell(`${training} train(${count}).then(() => model.dispose());`, upTo(lastEpoch)));

  it('and the state that it was disposed of in: of more fits than are recorded @all', () =>
    endsWell(`${BY_FITS} train(53).then(() => model.dispose());`, [...upTo(50), 52, 53]));

  it('where its script ends itself in onTrainEnd', () =>
    endsWell(
      `${DATA} compiled(network()).fit(x, y, { epochs: 4, verbose: 0, callbacks: { onTrainEnd: () => process.exit(0) } });`,
      upTo(4),
    ));

  it('though something was thrown that a handler of the script has caught @all', () =>
    endsWell(
      `process.on('uncaughtException', () => {}); ${BY_BATCHES}
setTimeout(() => { throw new Error('a plot could not be sent'); }, 1);
train(25).then(() => new Promise((resolve) => setTimeout(resolve, 50))).then(() => train(20));`,
      upTo(5),
    ));
});

describe('a training that does not say how many epochs there will be', () => {
  it('has no last epoch, neither told while it runs nor where it breaks off', async () => {
    const { recorded, summaries } = await record(
      `${BY_BATCHES} train(25).then(() => { throw new RangeError('at 25'); });`,
    );
    const told = recorded.events.flatMap((event) => ('lastEpoch' in event ? [event.lastEpoch] : []));
    assert.deepEqual(told, [null, null, null, null]);
    const [summary] = summaries;
    assert.deepEqual([summary?.lastEpoch, summary?.epochs], [null, [0, 1, 2]]);
    assert.ok(summary?.status.state === 'broken');
    assert.match(summary.status.reason, /^The script failed in epoch 3: RangeError: at 25/);
  });
});

/** Two models, one after the other; what `during` does happens when the second has trained two epochs of 30. */
const twoModels = (during: string): string => `${DATA}
(async () => {
  await compiled(network()).fit(x, y, { epochs: 2, verbose: 0 });
  const onEpochEnd = async (epoch) => {
    if (epoch === 2) ${during};
    await new Promise((resolve) => setTimeout(resolve, 50));
  };
  await compiled(network()).fit(x, y, { epochs: 30, verbose: 0, callbacks: { onEpochEnd } });
})();`;

describe('a model that was trained to its end', () => {
  it('has a finished run, though the process is killed while another trains', async () => {
    const { summaries } = await record(twoModels("process.kill(process.pid, 'SIGKILL')"));
    assert.deepEqual(
      summaries.map(({ status }) => [status.state, 'stopped' in status && status.stopped]),
      [
        ['finished', false],
        ['broken', false],
      ],
    );
  });

  it('was not stopped where another was @all', async () => {
    const { summaries } = await record(twoModels("process.kill(process.pid, 'SIGTERM')"));
    assert.deepEqual(
      summaries.map(({ status }) => [status.state, 'stopped' in status && status.stopped]),
      [
        ['finished', false],
        ['finished', true],
      ],
    );
  });
});

describe('a run whose writer has failed', () => {
  it('is broken for the reason that was told, and training goes on', async () => {
    const { recorded, summaries } = await record(`
const { MessagePort } = require('node:worker_threads'), { postMessage } = MessagePort.prototype;
let writer = null;
MessagePort.prototype.postMessage = function (message, ...rest) {
  if (message?.type === 'commit') writer = this;
  return postMessage.call(this, message, ...rest);
};
${DATA} const rest = () => new Promise((resolve) => setTimeout(resolve, 200));
const onEpochEnd = async (epoch) => { if (epoch === 1) postMessage.call(writer, null); await rest(); };
compiled(network()).fit(x, y, { epochs: 4, verbose: 0, callbacks: { onEpochEnd } }).then(() => console.log('trained'));`);
    assert.deepEqual([recorded.exitCode, recorded.failure, recorded.stdout], [0, null, 'trained\n']);
    const [status] = summaries.map((summary) => summary.status);
    assert.ok(status?.state === 'broken');
    assert.match(status.reason, /^While writing the recording: .*Free memory and record again/);
  });
});

describe('a model that is disposed of', () => {
  it('has its run ended, and nothing is kept of it, while the script trains others @all', async () => {
    const { recorded, summaries } = await record(SEARCH);
    assert.equal(recorded.failure, null, recorded.stderr);
    assert.ok(summaries.every(({ status }) => status.state === 'finished'));
    const [first = NaN, last = NaN] = recorded.stdout.trim().split(' ').map(Number);
    assert.ok(last <= first, `${first} arrays after the first model, ${last} after the fifth`);
    const told = recorded.events.flatMap(({ type }) => (/^run-/.test(type) ? [type] : []));
    assert.deepEqual(told, new Array(5).fill(['run-started', 'run-ended']).flat());
  });
});

const SEARCH = `${DATA}
/** Those that are reachable in this thread; the writer's thread collects its own when it likes. */
const arrays = () => require('v8').queryObjects(Float32Array, { format: 'count' });
const rest = () => new Promise((resolve) => setTimeout(resolve, 500));
(async () => {
  let first = 0;
  for (let i = 0; i < 5; i++) {
    const model = compiled(network());
    await model.fit(x, y, { epochs: 1, verbose: 0 });
    model.dispose();
    if (i > 0) continue;
    // Where this is too short for the writer to answer, the limit is only wider.
    await rest();
    first = arrays();
  }
  let last = arrays();
  for (let turn = 0; turn < 20 && last > first; turn++, last = arrays()) await rest();
  console.log(first, last);
})();`;

function upTo(lastEpoch: number): number[] {
  return Array.from({ length: lastEpoch + 1 }, (_, epoch) => epoch);
}
