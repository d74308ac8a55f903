/** The last epoch has its maps, whenever a training ends: sooner or later than the plan expected. */
import assert from 'node:assert/strict';
import { keptSampleCount } from '../../src/protocol/keptMaps.js';
import type { RecorderEvent } from '../../src/protocol/recorderEvents.js';
import { openRun } from '../../src/store/reading/openRun.js';
import type { RunReader } from '../../src/store/format/runAccess.js';
import { PREAMBLE, Workspace, type Options } from './support/workspace.js';

/** Maps that take more than statistics. */
const DATA = `${PREAMBLE}const { x, y } = samples(40, 3, [24, 24, 1]);
const small = () => tf.sequential({ layers: [
  tf.layers.conv2d({ inputShape: [24, 24, 1], filters: 2, kernelSize: 3, activation: 'relu' }),
  tf.layers.globalAveragePooling2d({}), tf.layers.dense({ units: 3, activation: 'softmax' })] });`;
const PRINT = `const print = () => console.log(JSON.stringify(Array.from(model.layers[0].getWeights()[0].dataSync())));`;
const BY_BATCHES = `${DATA} const model = compiled(small()); ${PRINT}
const train = async (count) => { for (let i = 0; i < count; i++) await model.trainOnBatch(x, y); print(); };`;
const BY_HAND = `${DATA} const model = small(), optimizer = tf.train.adam(0.01); ${PRINT}
const train = async (count) => {
  for (let i = 0; i < count; i++) optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, model.apply(x)));
  print();
};`;
const FIT = `${DATA} const model = compiled(small()); ${PRINT}
const fit = (epochs, callbacks) => model.fit(x, y, { epochs, verbose: 0, callbacks });`;
const STOP_AT = (epoch: number): string =>
  `{ onEpochEnd: (epoch) => { if (epoch === ${epoch}) model.stopTraining = true; } }`;

/** Maps of some epochs only. */
const SMALL: Options = { byteBudget: 1_300_000, batchesPerEpoch: 10 };

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

let workspace: Workspace;

interface Found {
  readonly reader: RunReader;
  readonly epochs: readonly number[];
  /** Epochs whose maps of the first convolution can be read. */
  readonly withMaps: readonly number[];
  /** The kernel of the first convolution that the script printed last. */
  readonly printed: readonly number[];
  readonly notices: readonly string[];
}

async function record(text: string, options: Options = {}): Promise<Found> {
  const { recorded, reader } = await workspace.recordText(text, { ...SMALL, ...options });
  return { ...(await look(reader)), printed: parsed(recorded.stdout), notices: recorded.notices };
}

const parsed = (stdout: string): number[] => JSON.parse(stdout.trim().split('\n').at(-1) || '[]') as number[];

async function look(reader: RunReader): Promise<Pick<Found, 'reader' | 'epochs' | 'withMaps'>> {
  const { epochs } = (await reader.describe()).summary;
  const withMaps: number[] = [];
  for (const epoch of epochs) if (await hasMaps(reader, epoch)) withMaps.push(epoch);
  return { reader, epochs, withMaps };
}

async function hasMaps(reader: RunReader, epoch: number): Promise<boolean> {
  const { channelCount, mapShape } = reader.manifest.layers[1]!;
  const samples = upTo(keptSampleCount(reader.manifest, 1));
  const target = new Float32Array(mapShape.reduce((product, side) => product * side, samples.length * channelCount));
  const isRead = await reader.readMaps({ layer: 1, epoch, samples, channels: upTo(channelCount) }, target).then(
    () => true,
    () => false,
  );
  assert.equal(await reader.keepsMaps(1, epoch), isRead);
  assert.ok(!isRead || target.some((value) => value !== 0));
  return isRead;
}

/** Of some epochs, with the first and the last, whose weights are those with which the training ended. */
async function keepsTheLast({ reader, epochs, withMaps, printed, notices }: Found, last: number): Promise<void> {
  assert.equal(epochs.at(-1), last);
  assert.ok(withMaps.length < epochs.length, `maps of all of ${String(epochs)}: the test shows nothing`);
  assert.deepEqual([withMaps[0], withMaps.at(-1)], [0, last], `${String(withMaps)}; ${notices.join('\n')}`);
  const [kernel] = await reader.readWeights(1, last);
  assert.deepEqual(Array.from(kernel!.values), printed);
}

describe('the last epoch has its maps', () => {
  beforeEach(() => (workspace = new Workspace()));
  afterEach(() => workspace.remove());

  for (const [what, text, last] of [
    ['where trainOnBatch trains fewer epochs than are assumed', `${BY_BATCHES} train(205);`, 21],
    ['where an optimizer of the script’s own does @all', `${BY_HAND} train(205);`, 21],
    ['where a fit stops early', `${FIT} fit(60, ${STOP_AT(12)}).then(print);`, 13],
    ['of a second fit @all', `${FIT} fit(4).then(() => fit(9)).then(print);`, 13],
    ['of one fit an epoch @all', `${FIT} (async () => { for (let i = 0; i < 20; i++) await fit(1); print(); })();`, 20],
  ] as const)
    it(what, async () => keepsTheLast(await record(text), last));

  it('where the script is stopped', async () => {
    const stop = `process.kill(process.pid, 'SIGINT'); await new Promise((resolve) => setTimeout(resolve, 100_000));`;
    const text = `${BY_BATCHES} train(205).then(async () => { ${stop} });`;
    const { runFolders, stdout, notices } = await workspace.record(workspace.write('train.js', text), SMALL);
    const found = await look(await openRun(runFolders[0]!));
    await keepsTheLast({ ...found, printed: parsed(stdout), notices }, 21);
  });

  it('where the script is stopped in the midst of a fit @all', async () => {
    const stop = `if (epoch === 12) { process.kill(process.pid, 'SIGINT'); await new Promise((resolve) => setTimeout(resolve, 100_000)); }`;
    const text = `${FIT} fit(60, { onEpochBegin: async (epoch) => { if (epoch === 12) print(); ${stop} } });`;
    const { runFolders, stdout, notices } = await workspace.record(workspace.write('train.js', text), SMALL);
    const found = await look(await openRun(runFolders[0]!));
    await keepsTheLast({ ...found, printed: parsed(stdout), notices }, 12);
  });

  it('for a reader that had looked at it before @all', async () => {
    const wait = `await new Promise((resolve) => setTimeout(resolve, 100_000));`;
    const text = `${BY_BATCHES} train(200).then(async () => { ${wait} });`;
    let before: RunReader | null = null;
    let folder = '';
    const seen = new Promise<void>((resolve, reject) => {
      const onEvent = (event: RecorderEvent): void => {
        if (event.type !== 'epoch-whole' || event.epoch !== 20) return;
        folder = event.folder;
        openRun(folder)
          .then(async (reader) => {
            before = reader;
            assert.equal(await hasMaps(reader, 20), false);
          })
          .then(resolve, reject);
      };
      void workspace
        .start(workspace.write('train.js', text), SMALL, onEvent, () => undefined)
        .then(async (task) => {
          await seen.catch(() => undefined);
          await task.stop();
          stopped();
        });
    });
    let stopped = (): void => undefined;
    const isStopped = new Promise<void>((resolve) => (stopped = resolve));
    await seen;
    await isStopped;
    assert.equal(await hasMaps(before!, 20), true);
  });
});
