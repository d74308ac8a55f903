import assert from 'node:assert/strict';
import { lstat, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inEnglish } from '../../src/extension/localize.js';
import { advance, beginning, latestRun } from '../../src/extension/words/progressState.js';
import { wishToRepeat } from '../../src/extension/record/recordAgain.js';
import { readConfigurations, wishOf } from '../../src/extension/record/configurations.js';
import {
  ANNOTATIONS_FILE,
  NO_ANNOTATIONS,
  readAnnotations,
  tagsIn,
  writeAnnotations,
} from '../../src/extension/runs/runAnnotations.js';
import { runEntries } from '../../src/extension/runs/runOrder.js';
import { liveText, sizesText } from '../../src/extension/words/runText.js';
import { sampleManifest } from '../store/sampleRun.js';
import { listed } from './recorded.js';

describe('the order of runs in the tree', () => {
  const group = (size: number) => ({ group: { id: 'g', name: 'digits', size, sizes: [100, 500, 1000] } });
  const told = (runs: Parameters<typeof runEntries>[0]): string[] =>
    runEntries(runs).map((entry) =>
      entry.kind === 'run' ? entry.run.id : `${entry.name}(${entry.runs.map(({ id }) => id).join()})`,
    );

  it('is newest first, as they are listed', () => assert.deepEqual(told([listed('b'), listed('a')]), ['b', 'a']));
  it('has pinned runs before all others', () =>
    assert.deepEqual(told([listed('c'), listed('b', {}, { pinned: true }), listed('a')]), ['b', 'c', 'a']));
  it('gathers the runs of a group by size, where the newest of them would stand', () =>
    assert.deepEqual(
      told([listed('d'), listed('c', group(1000)), listed('x'), listed('b', group(100)), listed('a', group(500))]),
      ['d', 'digits(b,a,c)', 'x'],
    ));
  it('pins a group with any of its runs', () =>
    assert.deepEqual(told([listed('d'), listed('c', group(100), { pinned: true })]), ['digits(c)', 'd']));
  it('names a group’s sizes', () =>
    assert.equal(sizesText([listed('a', group(100)), listed('b', group(8000))]), '100, 8,000'));
});

describe('what people say of a run', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cnnslicer-notes-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const write = (content: string): Promise<void> => writeFile(join(folder, ANNOTATIONS_FILE), content);

  it('is nothing at first', async () => assert.deepEqual(await readAnnotations(folder), NO_ANNOTATIONS));

  it('is read as it was written', async () => {
    const said = { name: 'baseline', pinned: true, tags: ['lr 0.01', 'é'] };
    await writeAnnotations(folder, said);
    assert.deepEqual(await readAnnotations(folder), said);
  });

  for (const [what, content] of [
    ['no JSON', '{"name": '],
    ['another kind of value', '[1, 2]'],
    ['more than anybody writes', JSON.stringify({ name: 'x', padding: 'y'.repeat(70_000) })],
  ] as const)
    it(`counts as nothing where the file is ${what}`, async () => {
      await write(content);
      assert.deepEqual(await readAnnotations(folder), NO_ANNOTATIONS);
    });

  it('keeps what is right of a file that is partly wrong', async () => {
    await write(JSON.stringify({ name: 7, pinned: true, tags: ['a', ''] }));
    assert.deepEqual(await readAnnotations(folder), { name: null, pinned: true, tags: [] });
  });

  it('never reads or writes through a link', async () => {
    const elsewhere = join(folder, 'elsewhere.json');
    await writeFile(elsewhere, JSON.stringify({ name: 'stolen' }));
    await symlink(elsewhere, join(folder, ANNOTATIONS_FILE));
    assert.deepEqual(await readAnnotations(folder), NO_ANNOTATIONS);
    await writeAnnotations(folder, { ...NO_ANNOTATIONS, name: 'mine' });
    assert.ok((await lstat(join(folder, ANNOTATIONS_FILE))).isFile());
    assert.match(await readFile(elsewhere, 'utf8'), /stolen/);
  });

  it('cannot be written where there is no folder, and says so', () =>
    assert.rejects(writeAnnotations(join(folder, 'gone'), NO_ANNOTATIONS), { name: 'Failure' }));

  it('stands for the recorded name, which is kept', () => {
    const run = listed('a', { name: 'train' }, { name: 'baseline' });
    assert.deepEqual([run.name, run.recordedName], ['baseline', 'train']);
  });

  it('has tags that were typed with commas, each once', () =>
    assert.deepEqual(tagsIn(' baseline, lr  0.01,,baseline '), ['baseline', 'lr 0.01']));
});

describe('a recording under way in the tree', () => {
  const folder = '/w/.cnnslicer/runs/r';
  const started = {
    type: 'run-started',
    folder,
    lastEpoch: 15,
    layerCount: 3,
    probeCount: 10,
    forecastBytes: 1,
    bytesPerEpoch: 1,
  } as const;

  it('tells epoch, share, loss and time left', () => {
    let state = advance(beginning('train'), started);
    assert.equal(liveText(latestRun(state), inEnglish), 'starting');
    const whole = {
      type: 'epoch-whole',
      folder,
      epoch: 6,
      lastEpoch: 15,
      loss: 0.31,
      accuracy: null,
      elapsedSeconds: 120,
      recordingSeconds: 1,
      byteCount: 1,
    } as const;
    state = advance(advance(state, whole), { type: 'batch', folder, epoch: 7, fraction: 0.4 });
    assert.equal(liveText(latestRun(state), inEnglish), 'epoch 7 of 15, 40 %, loss 0.31 (3 min left)');
  });
});

describe('recordings that a workspace names', () => {
  it('become what is asked for, with paths inside the workspace folder', () => {
    const { configurations, faults } = readConfigurations([
      { name: 'digits', script: 'src/train.js', arguments: ['--data', '${workspaceFolder}/data'], seed: 3 },
      {
        name: 'net',
        script: '${workspaceFolder}/net.js',
        data: 'images',
        epochs: 5,
        labels: 'a/labels.npy',
        scale: 16,
      },
    ]);
    assert.deepEqual(faults, []);
    assert.deepEqual(
      configurations.map((one) => wishOf(one, '/w')),
      [
        {
          name: 'digits',
          seed: 3,
          script: '/w/src/train.js',
          dataSet: null,
          root: '/w',
          training: {},
          arguments: ['--data', '/w/data'],
        },
        {
          name: 'net',
          epochs: 5,
          script: '/w/net.js',
          dataSet: '/w/images',
          root: '/w',
          training: { labels: '/w/a/labels.npy', divisor: 16 },
        },
      ],
    );
  });

  it('are left out where they are wrong, and it is said which and why', () => {
    const { configurations, faults } = readConfigurations([
      { name: 'a', script: 'a.js' },
      { name: 'b' },
      'c',
      { name: 'd', script: 'd.js', probes: -1 },
    ]);
    assert.deepEqual([configurations.map(({ name }) => name), faults.length], [['a'], 3]);
    assert.match(faults[0] ?? '', /^2: script: /);
  });

  it('are none where the setting is no list', () => {
    assert.deepEqual(readConfigurations(null), { configurations: [], faults: [] });
    assert.equal(readConfigurations({ name: 'a' }).faults.length, 1);
  });
});

describe('recordings at several input sizes', () => {
  it('are named in settings, and become a list of sizes', () => {
    const { configurations } = readConfigurations([{ name: 'sizes', script: 'a.js', trainSizes: [1000, 100] }]);
    assert.deepEqual(wishOf(configurations[0]!, '/w').trainSizes, [1000, 100]);
  });
});

describe('a run that is recorded again', () => {
  const manifest = sampleManifest({ plan: { pinned: [2], byteBudget: 64 * 2 ** 20 } });

  it('has the arguments, probes, budget and pinned layers that it had', () =>
    assert.deepEqual(wishToRepeat(manifest), {
      name: 'sample',
      arguments: ['--epochs', '3'],
      probes: 7,
      seed: 7,
      byteBudgetMiB: 64,
      trainSizes: [],
      pinnedLayers: [manifest.layers[2]!.name],
    }));

  it('is trained on as many samples as it was, and called what its group is', () => {
    const group = { id: 'g', name: 'digits', size: 500, sizes: [100, 500] };
    const { name, trainSizes } = wishToRepeat({ ...manifest, name: 'digits-500', group });
    assert.deepEqual([name, trainSizes], ['digits', [500]]);
  });
});
