/** What is kept of an epoch within bytes and time, by times and sizes that are given. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TimeBudget, type ProbeTimes } from '../../src/recorder/time/timeBudget.js';
import { EpochBudget } from '../../src/recorder/plan/epochBudget.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { brokenRecorder } from './support/bundles.js';
import { PREAMBLE, Workspace } from './support/workspace.js';

describe('the budget of bytes', () => {
  const plans = fc.record({
    lastEpoch: fc.integer({ min: 1, max: 60 }),
    openEnded: fc.boolean(),
    trained: fc.integer({ min: 0, max: 200 }),
    maps: fc.integer({ min: 0, max: 1000 }),
    thin: fc.integer({ min: 1, max: 50 }),
    more: fc.integer({ min: 0, max: 20_000 }),
  });

  it('always has room for the maps of the last epoch, however many are trained', () => {
    fc.assert(
      fc.property(plans, ({ lastEpoch, openEnded, trained, maps, thin, more }) => {
        // What a plan of that length takes whose first and last epochs have maps, and one epoch more.
        const byteBudget = 2 * (maps + thin) + lastEpoch * thin + more;
        const plan = { byteBudget, bytesPerEpoch: maps + thin, lastEpoch, openEnded, mapStride: lastEpoch };
        const budget = new EpochBudget(plan, { once: 0, withoutMaps: thin });
        let spent = 0;
        const spend = (bytes: number): void => {
          spent += bytes;
          budget.spend(bytes);
        };
        let last: { isWritten: boolean; maps: boolean } | null = null;
        for (let epoch = 0; epoch <= trained; epoch++) {
          if (epoch > lastEpoch) budget.extend(epoch);
          const keeping = budget.keeping(epoch);
          spend(keeping?.cost ?? 0);
          last = { isWritten: keeping !== null, maps: keeping?.maps ?? false };
        }
        if (!last!.maps) {
          const keeping = budget.keepingLast(last!.isWritten, false);
          assert.ok(keeping?.maps);
          spend(keeping.cost);
        }
        assert.ok(spent <= byteBudget);
      }),
    );
  });

  it('keeps maps of all epochs without a stated end while half of it is left, then of every second', () => {
    const plan = { byteBudget: 1000, bytesPerEpoch: 50, lastEpoch: 0, openEnded: true };
    const budget = new EpochBudget(plan, { once: 0, withoutMaps: 1 });
    const kept: number[] = [];
    for (let epoch = 0; epoch < 30; epoch++) {
      const keeping = budget.keeping(epoch)!;
      if (keeping.maps) kept.push(epoch);
      budget.spend(keeping.cost);
    }
    assert.deepEqual(kept, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 24, 28]);
  });
});

const SECOND = 1000;

describe('the budget of time', () => {
  /** Epochs that are recorded besides the first and the last, where each is trained and recorded in such times. */
  function recorded(epochs: number, training: number, recording: number, share: number): number[] {
    const budget = new TimeBudget(share);
    let clock = 0;
    budget.begin(clock);
    const spend = (milliseconds: number): void => {
      clock += milliseconds;
      budget.spend(milliseconds);
    };
    spend(recording);
    const found: number[] = [];
    for (let epoch = 1; epoch < epochs; epoch++) {
      clock += training;
      assert.equal(budget.training(clock), epoch * training);
      if (!budget.hasTime(recording, budget.training(clock))) continue;
      found.push(epoch);
      spend(recording);
    }
    return found;
  }

  it('leaves nothing out of what takes ten seconds, however short the training', () => {
    assert.equal(recorded(20, 1, 0.45 * SECOND, 0.5).length, 19);
    assert.equal(recorded(50, 0, 0.19 * SECOND, 0.5).length, 49);
  });

  it('records every epoch where recording takes half of the training’s time, every second where it takes all', () => {
    assert.equal(recorded(100, 10 * SECOND, 5 * SECOND, 0.5).length, 99);
    const half = recorded(100, 10 * SECOND, 10 * SECOND, 0.5);
    assert.ok(half.length >= 48 && half.length <= 50, String(half));
    assert.equal(recorded(100, 10 * SECOND, 10 * SECOND, 2).length, 99);
  });

  it('is never exceeded, the last epoch included, but by the first and the last', () => {
    const times = fc.integer({ min: 0, max: 100 * SECOND });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        times,
        times,
        fc.double({ min: 0, max: 3, noNaN: true }),
        (epochs, training, recording, share) => {
          const count = recorded(epochs, training, recording, share).length;
          const total = (count + 2) * recording;
          assert.ok(count === 0 || total <= 10 * SECOND + share * (epochs - 1) * training + 1e-6);
        },
      ),
    );
  });

  it('gives up probes first, to ten, and none where there is time', () => {
    const budget = new TimeBudget(0.5);
    const epochs = 5;
    const probeCount = (times: ProbeTimes): number => budget.probeCount(times, 0);
    assert.equal(probeCount({ count: 1000, perProbe: 1, epochs, training: 0 }), 1000);
    assert.equal(probeCount({ count: 1000, perProbe: 10, epochs, training: 20 * SECOND }), 400);
    assert.equal(probeCount({ count: 48, perProbe: 2 * SECOND, epochs, training: 20 * SECOND }), 10);
    assert.equal(probeCount({ count: 4, perProbe: 2 * SECOND, epochs, training: 0 }), 4);
    budget.spend(10 * SECOND);
    assert.equal(probeCount({ count: 1000, perProbe: 10, epochs, training: 20 * SECOND }), 200);
  });

  it('has little time where the process is told to end, however long was trained, and leaves half of it', () => {
    const budget = new TimeBudget(0.5);
    const times = { count: 1000, perProbe: 5, epochs: 21, training: 1000 * SECOND };
    assert.deepEqual([budget.isStopping, budget.probeCount(times, 100 * SECOND)], [false, 1000]);
    budget.stop(100 * SECOND);
    assert.deepEqual([budget.isStopping, budget.probeCount(times, 100 * SECOND)], [true, 100]);
    assert.equal(budget.probeCount(times, 101 * SECOND), 50);
    assert.equal(budget.probeCount(times, 110 * SECOND), 10);
    assert.equal(budget.probeCount({ ...times, perProbe: 0.1 }, 100 * SECOND), 1000);
  });
});

/** A recorder that has taken all its time before it begins. */
const TIME_IS_UP = {
  file: 'src/recorder/time/timeBudget.ts',
  text: 'FREE_MILLISECONDS = 10_000',
  broken: 'FREE_MILLISECONDS = -1e9',
};

const STOP = `process.kill(process.pid, 'SIGTERM'); await new Promise((resolve) => setTimeout(resolve, 100_000));`;

/** A recorder that has no time left when it is told to end. */
const NO_GRACE = {
  file: 'src/recorder/time/timeBudget.ts',
  text: 'STOP_MILLISECONDS = 2_000',
  broken: 'STOP_MILLISECONDS = -1e9',
};

describe('a recording that takes longer than it may', () => {
  it('has the first epoch and the last, trains as if nothing were, and says what it leaves out', async () => {
    const broken = await brokenRecorder(TIME_IS_UP);
    const workspace = new Workspace();
    const text = `${PREAMBLE}const { x, y } = samples(40, 3);
      compiled(network()).fit(x, y, { epochs: 6, verbose: 0 }).then(({ history }) => console.log(history.loss.join()));`;
    const options = { recorderFile: broken.recorderFile, timeShare: 0.5 };
    const { recorded, reader } = await workspace.recordText(text, options);
    assert.deepEqual((await reader.describe()).summary.epochs, [0, 6]);
    assert.match(
      recorded.notices.join('\n'),
      /^Epoch 1 is not recorded: .*--time-share[^]*^5 of 6 epochs are not recorded because of the time limit\. .*--time-share/m,
    );
    const whole = await workspace.record(workspace.write('train.js', text));
    assert.equal(recorded.stdout, whole.stdout);
    assert.deepEqual((await (await openRun(whole.runFolders[0]!)).describe()).summary.epochs, [0, 1, 2, 3, 4, 5, 6]);
    broken.remove();
    workspace.remove();
  });

  it('has the last epoch of batches, also where it is stopped @all', async () => {
    const broken = await brokenRecorder(TIME_IS_UP);
    const workspace = new Workspace();
    const text = `${PREAMBLE}const { x, y } = samples(40, 3), model = compiled(network());
      (async () => { for (let i = 0; i < 45; i++) await model.trainOnBatch(x, y); ${STOP} })();`;
    const options = { recorderFile: broken.recorderFile, timeShare: 0.5, batchesPerEpoch: 10 };
    const { runFolders } = await workspace.record(workspace.write('train.js', text), options);
    assert.deepEqual((await (await openRun(runFolders[0]!)).describe()).summary.epochs, [0, 5]);
    broken.remove();
    workspace.remove();
  });

  for (const [how, end] of [
    ['where it ends by itself', ''],
    ['where it is stopped', STOP],
  ] as const)
    it(`does not say of the last batches that they are left out, ${how} @all`, async () => {
      const broken = await brokenRecorder(TIME_IS_UP);
      const workspace = new Workspace();
      const text = `${PREAMBLE}const { x, y } = samples(40, 3), model = compiled(network());
        (async () => { for (let i = 0; i < 5; i++) await model.trainOnBatch(x, y); ${end} })();`;
      const options = { recorderFile: broken.recorderFile, timeShare: 0.5, batchesPerEpoch: 10 };
      const { runFolders, notices } = await workspace.record(workspace.write('train.js', text), options);
      assert.deepEqual((await (await openRun(runFolders[0]!)).describe()).summary.epochs, [0, 1]);
      assert.doesNotMatch(notices.join('\n'), /not recorded|lack of time/);
      broken.remove();
      workspace.remove();
    });

  it('has few probes where it is stopped before its first epoch is recorded @all', async () => {
    const broken = await brokenRecorder(NO_GRACE);
    const workspace = new Workspace();
    // Activations of 40 probes that take more than 128 MiB.
    const text = `${PREAMBLE}const { x, y } = samples(40, 3, [48, 48, 1]);
      const model = compiled(tf.sequential({ layers: [
        tf.layers.conv2d({ inputShape: [48, 48, 1], filters: 400, kernelSize: 1 }),
        tf.layers.globalAveragePooling2d({}), tf.layers.dense({ units: 3, activation: 'softmax' })] }));
      model.trainOnBatch(x, y).then(async () => { ${STOP} });`;
    const { runFolders, notices } = await workspace.record(workspace.write('train.js', text), {
      recorderFile: broken.recorderFile,
    });
    const { summary, manifest } = await (await openRun(runFolders[0]!)).describe();
    assert.deepEqual([summary.epochs, manifest.probes.count], [[0, 1], 10]);
    assert.match(notices.join('\n'), /^Not recorded: 30 of 40 probes: training was stopped/m);
    broken.remove();
    workspace.remove();
  });
});
