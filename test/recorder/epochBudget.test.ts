/** What is kept of an epoch within bytes and time, by times and sizes that are given. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Failure } from '../../src/protocol/failure.js';
import type { Layer } from '../../src/protocol/run.js';
import type { Kept } from '../../src/recorder/plan/giveUp.js';
import { probesOf, writingPerProbe, writingTrial, type Expected } from '../../src/recorder/recording/probesInTime.js';
import { RecordingTime } from '../../src/recorder/time/recordingTime.js';
import { TimeBudget } from '../../src/recorder/time/timeBudget.js';
import { EpochBudget } from '../../src/recorder/plan/epochBudget.js';
import type { GatheredManifest } from '../../src/recorder/writer/epochGathering.js';
import { tryWriting } from '../../src/recorder/writer/writingTrial.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { builtKernels } from '../measures/builtKernels.js';
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

/** A clock that a test moves, and the models that one process trains by it. */
class Process {
  clock = 0;
  readonly budget: TimeBudget;

  constructor(share = 0.5) {
    this.budget = new TimeBudget(share, () => this.clock);
  }

  train(milliseconds: number): void {
    this.clock += milliseconds;
  }

  /** A model begins to be trained. */
  model(): RecordingTime {
    return new RecordingTime(this.budget);
  }

  /** An epoch of the model, or what comes before its plan. */
  record(model: RecordingTime, milliseconds: number): void {
    model.begin();
    this.clock += milliseconds;
    model.recorded();
    model.end();
  }

  /** Whether there was time for an epoch that has been trained. */
  endEpoch(model: RecordingTime, milliseconds: number): boolean {
    if (model.isShort) {
      model.leaveOut(1);
      return false;
    }
    this.record(model, milliseconds);
    return true;
  }

  get recording(): number {
    return this.clock - this.budget.training;
  }
}

describe('the budget of time', () => {
  /** Epochs that are recorded besides the first and the last, where each is trained and recorded in such times. */
  function recorded(epochs: number, training: number, recording: number, share: number): number[] {
    const script = new Process(share);
    const model = script.model();
    script.record(model, recording);
    const found: number[] = [];
    for (let epoch = 1; epoch < epochs; epoch++) {
      script.train(training);
      assert.equal(script.budget.training, epoch * training);
      if (script.endEpoch(model, recording)) found.push(epoch);
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
    const script = new Process();
    const model = script.model();
    const epochs = 5;
    assert.equal(model.probeCount({ count: 1000, perProbe: 1, epochs, remaining: 0 }), 1000);
    assert.equal(model.probeCount({ count: 1000, perProbe: 10, epochs, remaining: 20 * SECOND }), 400);
    assert.equal(model.probeCount({ count: 48, perProbe: 2 * SECOND, epochs, remaining: 20 * SECOND }), 10);
    assert.equal(model.probeCount({ count: 4, perProbe: 2 * SECOND, epochs, remaining: 0 }), 4);
    script.train(10 * SECOND);
    assert.equal(model.probeCount({ count: 1000, perProbe: 10, epochs, remaining: 10 * SECOND }), 400);
    model.begin();
    script.clock += 10 * SECOND;
    assert.equal(model.probeCount({ count: 1000, perProbe: 10, epochs, remaining: 10 * SECOND }), 200);
  });

  it('has little time where the process is told to end, however long was trained, shared by its models', () => {
    const script = new Process();
    const model = script.model();
    const times = { count: 1000, perProbe: 5, epochs: 21, remaining: 1000 * SECOND };
    assert.deepEqual([model.isStopping, model.probeCount(times)], [false, 1000]);
    script.train(100 * SECOND);
    script.budget.stop();
    assert.deepEqual([model.isStopping, model.probeCount(times)], [true, 200]);
    script.model();
    assert.equal(model.probeCount(times), 100);
    script.train(SECOND);
    assert.equal(model.probeCount(times), 50);
    script.train(9 * SECOND);
    assert.equal(model.probeCount(times), 10);
  });
});

/** Of 1 MiB a probe. */
const LAYERS = [{ channelCount: 4, mapShape: [256, 256] }] as unknown as Layer[]; // all that planning reads

describe('the budget of time that several models share', () => {
  const expected: Expected = {
    count: 1000,
    perPass: 100,
    perWriting: 0,
    lastEpoch: null,
    trained: 1,
    perEpoch: 60 * SECOND,
  };

  /** An adversarial training whose script ends soon after its first epoch. */
  function adversarial(): { script: Process; counts: number[] } {
    const script = new Process();
    const models = [script.model(), script.model()];
    script.train(60 * SECOND);
    const counts = models.map((model) => {
      const count = probesOf(LAYERS, expected, model);
      script.record(model, count * expected.perPass);
      return count;
    });
    script.train(SECOND);
    models.forEach((model, index) => script.record(model, counts[index]! * expected.perPass));
    return { script, counts };
  }

  it('is divided between those that have begun, and what was planned for one is not planned for another', () => {
    const { script, counts } = adversarial();
    assert.ok(script.recording <= 10 * SECOND + 0.5 * script.budget.training, String(script.recording));
    assert.ok(
      counts.every((count) => count > 90 && count <= 110),
      String(counts),
    );
  });

  it('is what one model that comes later finds left of it, with the training before it', () => {
    const script = new Process();
    const first = script.model();
    probesOf(LAYERS, { ...expected, lastEpoch: 4, trained: 0 }, first);
    script.record(first, 20 * SECOND);
    script.train(240 * SECOND);
    script.record(first, 20 * SECOND);
    first.rest();
    const second = script.model();
    // Half of 240 + 60 seconds and ten free ones, less the 40 that are gone, for two epochs of two passes.
    assert.equal(probesOf(LAYERS, { ...expected, lastEpoch: 1, trained: 0 }, second), 300);
  });

  it('holds back the last epoch of every model', () => {
    const script = new Process();
    const [large, small] = [script.model(), script.model()];
    script.record(large, 6 * SECOND);
    script.record(small, 1 * SECOND);
    script.train(8 * SECOND);
    // 14 seconds are allowed, of which 7 are gone and 7 are for the last epochs.
    assert.equal(script.endEpoch(small, 1 * SECOND), false);
    script.train(2 * SECOND);
    assert.equal(script.endEpoch(small, 1 * SECOND), true);
    large.rest();
    assert.equal(script.endEpoch(small, 1 * SECOND), true);
  });

  it('is not spent by the one whose epochs take least', () => {
    const script = new Process();
    const models = [script.model(), script.model()];
    const perEpoch = [1 * SECOND, 8 * SECOND];
    const counts = [0, 0];
    models.forEach((model, index) => script.record(model, perEpoch[index]!));
    for (let epoch = 1; epoch < 200; epoch++) {
      script.train(SECOND);
      for (const [index, model] of models.entries()) if (script.endEpoch(model, perEpoch[index]!)) counts[index]!++;
    }
    assert.ok(script.recording <= 10 * SECOND + 0.5 * script.budget.training);
    assert.ok(counts[1]! >= 4, String(counts));
    assert.ok(counts[0]! >= 20, String(counts));
  });

  it('counts writing by what a probe takes of it, however quick the network', () => {
    const script = new Process();
    const times = { ...expected, lastEpoch: 4, trained: 0, perEpoch: 20 * SECOND, perPass: 1 };
    assert.equal(probesOf(LAYERS, { ...times, perWriting: 1 }, script.model()), 1000);
    assert.equal(probesOf(LAYERS, { ...times, perWriting: 99 }, new Process().model()), 100);
  });
});

describe('the trial of the writer', () => {
  const manifest = {
    layers: [
      { index: 0, channelCount: 3, mapShape: [8, 8] },
      { index: 1, channelCount: 5, mapShape: [4, 4] },
    ],
    classNames: ['0', '1'],
    probes: { count: 8 },
    plan: { precision: 'float16', mapSampleCount: 8 },
  } as unknown as GatheredManifest; // all that gathering reads
  const formats = ['channelsLast', 'channelsLast'] as const;
  const TRIAL = { type: 'trial', readings: 1 } as const;
  let folder = '';
  before(() => (folder = mkdtempSync(join(tmpdir(), 'cnnslicer-trial-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('writes where the runs will be, and leaves nothing there', async () => {
    const runsFolder = join(folder, 'of', 'runs');
    const { statistics, disk } = await tryWriting(await builtKernels(), { ...TRIAL, runsFolder, manifest, formats });
    assert.ok(statistics > 0 && disk >= 0);
    assert.deepEqual(readdirSync(runsFolder), []);
  });

  it('fails where runs cannot be written', async () => {
    const runsFolder = join(folder, 'file');
    writeFileSync(runsFolder, '');
    const trial = tryWriting(await builtKernels(), { ...TRIAL, runsFolder, manifest, formats });
    await assert.rejects(trial, /EEXIST|ENOTDIR/);
  });

  it('writes through no link that came with the folder', async () => {
    const outside = join(folder, 'outside');
    mkdirSync(join(folder, 'cloned'));
    mkdirSync(outside);
    symlinkSync(outside, join(folder, 'cloned', '.cnnslicer'));
    const runsFolder = join(folder, 'cloned', '.cnnslicer', 'runs');
    const trial = tryWriting(await builtKernels(), { ...TRIAL, runsFolder, manifest, formats });
    await assert.rejects(trial, (error) => error instanceof Failure && /link/.test(error.parts.wrong));
    assert.deepEqual(readdirSync(outside), []);
  });

  it('holds no more than an epoch may, whatever one probe leaves behind', () => {
    const layers = [{ index: 0, channelCount: 1, mapShape: [2 ** 14, 2 ** 12] }] as unknown as Layer[];
    const kept = { mapSampleCount: 100, mapStride: 1 } as Kept;
    const run = { layers, formats, classNames: [], kept, probeCount: 100 };
    const trial = writingTrial('runs', run);
    assert.deepEqual([trial.manifest.probes.count, trial.readings], [1, 2]);
    assert.equal(writingPerProbe({ statistics: 10, disk: 40 }, trial, run), 50);
    assert.equal(
      writingPerProbe({ statistics: 10, disk: 40 }, trial, { ...run, kept: { ...kept, mapSampleCount: 10 } }),
      14,
    );
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

/** A writer that takes 100 seconds a probe, as it says itself. */
const SLOW_WRITER = {
  file: 'src/recorder/recording/probesInTime.ts',
  text: 'const { statistics, disk } = tried;',
  broken: 'const { statistics, disk } = { statistics: 1e6, disk: tried.disk };',
};

/** A network whose activations of 40 probes take more than 128 MiB. */
const WIDE = `tf.sequential({ layers: [
  tf.layers.conv2d({ inputShape: [48, 48, 1], filters: 400, kernelSize: 1 }),
  tf.layers.globalAveragePooling2d({}), tf.layers.dense({ units: 3, activation: 'softmax' })] })`;

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
      /^Epoch 1 is not recorded: .*--time-share[^]*^Not recorded because of the time limit: 5 of 6 epochs\. .*--time-share/m,
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

  it('has few probes where writing takes long, however quick the network @all', async () => {
    const broken = await brokenRecorder(SLOW_WRITER);
    const workspace = new Workspace();
    const text = `${PREAMBLE}const { x, y } = samples(40, 3, [48, 48, 1]);
      compiled(${WIDE}).fit(x, y, { epochs: 1, verbose: 0 });`;
    const { recorded, reader } = await workspace.recordText(text, {
      recorderFile: broken.recorderFile,
      timeShare: 0.5,
    });
    const { manifest, summary } = await reader.describe();
    assert.deepEqual([summary.epochs, manifest.probes.count], [[0, 1], 10]);
    assert.match(recorded.notices.join('\n'), /^Not recorded: 30 of 40 probes: .*the time limit/m);
    broken.remove();
    workspace.remove();
  });

  it('has few probes where it is stopped before its first epoch is recorded @all', async () => {
    const broken = await brokenRecorder(NO_GRACE);
    const workspace = new Workspace();
    const text = `${PREAMBLE}const { x, y } = samples(40, 3, [48, 48, 1]);
      const model = compiled(${WIDE});
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
