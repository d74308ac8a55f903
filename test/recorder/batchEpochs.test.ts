/** Training that has no epochs: what becomes an epoch, and which of these epochs are recorded. */
import assert from 'node:assert/strict';
import { BatchTrainings } from '../../src/recorder/training/batchTrainings.js';
import type { Batch } from '../../src/recorder/hooks/watchBatches.js';
import { isRecorded } from '../../src/recorder/training/openEndedEpochs.js';
import type { RunStatus } from '../../src/protocol/run.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { PREAMBLE, Workspace } from './support/workspace.js';

const recordedUpTo = (last: number): number[] =>
  Array.from({ length: last }, (_, index) => index + 1).filter((epoch) => isRecorded(epoch));

describe('epochs of a training without end in sight', () => {
  it('are all recorded up to 50, then every second, every fourth …', () => {
    const epochs = recordedUpTo(220);
    assert.deepEqual(
      epochs.slice(0, 50),
      Array.from({ length: 50 }, (_, i) => i + 1),
    );
    assert.deepEqual(epochs.slice(50, 53), [52, 54, 56]);
    assert.deepEqual(epochs.slice(73, 79), [98, 100, 104, 108, 112, 116]);
    assert.deepEqual(epochs.slice(-3), [200, 208, 216]);
  });

  it('grow as the logarithm: 25 more for each doubling', () => {
    for (const doublings of [1, 2, 3, 6]) {
      assert.equal(recordedUpTo(50 * 2 ** doublings).length, 50 + 25 * doublings);
    }
  });
});

describe('an epoch of batches', () => {
  /** After how many batches an epoch ends, where each takes so many seconds and 100 are an epoch. */
  async function ends(batches: number, seconds: number): Promise<number[]> {
    let clock = 0;
    let count = 0;
    const found: number[] = [];
    const nothing = (): void => undefined;
    const recorder = {
      ...{
        begin: nothing,
        batchEnd: nothing,
        endOfScript: nothing,
        recordBeforeTraining: nothing,
        recordLast: nothing,
      },
      isByHand: () => false,
      endEpoch: () => {
        clock += 500_000; // What recording takes is not of the next epoch.
        found.push(count);
      },
    };
    const trainings = new BatchTrainings(recorder, 100, () => clock);
    const model = { metricsNames: ['loss'] };
    const batch = { model, outer: model, xs: [], ys: [] } as unknown as Batch;
    while (count < batches) {
      trainings.beforeBatch(batch);
      clock += 1000 * seconds;
      count++;
      await trainings.afterBatch(batch, new Map([['loss', 1]]));
    }
    return found;
  }

  it('is 100 batches where they are quick', async () => assert.deepEqual(await ends(250, 0.1), [100, 200]));

  it('is a minute where they are slow', async () => {
    assert.deepEqual(await ends(15, 13), [5, 10, 15]);
    assert.deepEqual(await ends(3, 700), [1, 2, 3]);
  });
});

const DATA = `${PREAMBLE}const { x, y } = samples(32, 3), model = compiled(network());
const print = () => console.log(JSON.stringify(Array.from(model.layers[0].getWeights()[0].dataSync())));
print();`;
/** 31 steps, then what `end` does. */
const TRAINING = {
  trainOnBatch: 'model.trainOnBatch(x, y)',
  minimize: 'optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, model.apply(x)))',
} as const;
const train = (by: keyof typeof TRAINING, end: string): string =>
  `${DATA} const optimizer = tf.train.adam(0.01);
(async () => { for (let i = 0; i <= 30; i++) await ${TRAINING[by]}; print(); ${end} })();`;
const STOP = (signal: string): string =>
  `process.kill(process.pid, '${signal}'); await new Promise((resolve) => setTimeout(resolve, 100_000));`;

describe('a training that ends before its first epoch does', () => {
  /** Keeps these epochs, whose first kernels are those that the script printed. */
  async function keeps(text: string, expected: readonly number[]): Promise<RunStatus> {
    const workspace = new Workspace();
    const { runFolders, stdout, stderr } = await workspace.record(workspace.write('train.js', text));
    assert.equal(runFolders.length, 1, stderr);
    const reader = await openRun(runFolders[0]!);
    const { epochs, status } = (await reader.describe()).summary;
    assert.deepEqual(epochs, expected);
    const kernels = await Promise.all(epochs.map(async (epoch) => (await reader.readWeights(1, epoch))[0]!.values));
    const printed = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as number[]);
    assert.deepEqual(
      kernels.map((kernel) => Array.from(kernel)),
      printed.slice(0, epochs.length),
    );
    workspace.remove();
    return status;
  }

  for (const signal of ['SIGINT', 'SIGTERM'])
    for (const by of ['trainOnBatch', 'minimize'] as const)
      it(`by ${signal} keeps the state before it and what ${by} has trained${signal === 'SIGINT' ? '' : ' @all'}`, async () => {
        const status = await keeps(train(by, STOP(signal)), [0, 1]);
        assert.ok(status.state === 'finished' && status.stopped, JSON.stringify(status));
      });

  it('by an error keeps the state before it @all', async () => {
    const status = await keeps(train('trainOnBatch', "throw new RangeError('at 31');"), [0]);
    assert.ok(status.state === 'broken' && /^The script failed in epoch 1: RangeError: at 31/.test(status.reason));
  });

  it('in a fit on a data set keeps the state before it @all', async () => {
    const fit = `${DATA}
const data = require('@tensorflow/tfjs-data').zip({ xs: require('@tensorflow/tfjs-data').array(tf.unstack(x)), ys: require('@tensorflow/tfjs-data').array(tf.unstack(y)) }).batch(8).repeat(100);
model.fitDataset(data, { epochs: 2, verbose: 0, callbacks: { onBatchEnd: async (batch) => { if (batch === 5) { ${STOP('SIGTERM')} } } } });`;
    await keeps(fit, [0]);
  });
});
