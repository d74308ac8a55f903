/** Recorded data that is missing, torn or altered is reported, and is never taken for data. */
import assert from 'node:assert/strict';
import { cp, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type Failure } from '../../src/protocol/failure.js';
import { createRun } from '../../src/store/writing/createRun.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { readEverything, type Answer } from './readEverything.js';
import { noise, removeFolders, sampleEpoch, sampleManifest, sampleProbes, temporaryRuns } from './sampleRun.js';

const LAST_EPOCH = 2;

async function writtenRun(id = '20250131-120000-sample'): Promise<string> {
  const manifest = sampleManifest({ id, lastEpoch: LAST_EPOCH, shapes: [[1, 6, 6], [4, 5, 5], [6]] });
  const writer = await createRun(await temporaryRuns(), manifest, sampleProbes(manifest));
  for (let epoch = 0; epoch <= LAST_EPOCH; epoch++) await writer.writeEpoch(sampleEpoch(manifest, epoch));
  await writer.end({ state: 'finished', stopped: false });
  return writer.folder;
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((file) => relative(folder, file).split(sep).join('/')).sort();
}

/** Questions whose answer differs from the undamaged run's without being a Failure. */
function silent(sound: readonly Answer[], damaged: readonly Answer[]): string[] {
  return damaged
    .filter((answer, i) => answer.failure === null && answer.digest !== sound[i]?.digest)
    .map(({ question }) => question);
}

function failures(answers: readonly Answer[]): Failure[] {
  return answers.flatMap(({ failure }) => (failure ? [failure] : []));
}

describe('a damaged run', () => {
  let folder: string;
  let sound: readonly Answer[];
  let files: readonly string[];

  beforeEach(async () => {
    folder = await writtenRun();
    sound = await readEverything(folder, LAST_EPOCH);
    files = await filesOf(folder);
    assert.deepEqual(failures(sound), []);
  });
  afterEach(removeFolders);

  /** Does the damage, checks that nothing wrong is read, undoes it. Returns the failures. */
  async function damage(file: string, change: (path: string) => Promise<unknown>): Promise<Failure[]> {
    const path = join(folder, file);
    const before = await readFile(path);
    await change(path);
    const answers = await readEverything(folder, LAST_EPOCH);
    assert.deepEqual(silent(sound, answers), [], `${file}: wrong values were read`);
    await rm(path, { force: true });
    await writeFile(path, before);
    return failures(answers);
  }

  const isArrayFile = (file: string): boolean => /\/c\.[\d.]+$/.test(file);

  it('reports each array file that is deleted, naming it, and reads all others', async () => {
    for (const file of files.filter(isArrayFile)) {
      const found = await damage(file, (path) => rm(path));
      assert.equal(found.length, file.startsWith('probes/inputs') ? LAST_EPOCH + 1 : 1, file);
      for (const failure of found) {
        assert.equal(failure.kind, 'damaged');
        assert.ok(failure.wrong.includes(`${file} is missing`), failure.wrong);
      }
    }
  });

  it('names epoch and layer', async () => {
    const [failure] = await damage('layers/001-layer_1/activations/c.1.0.0.0.0', (path) => rm(path));
    assert.match(failure!.doing, /maps of layer "layer_1" \(l = 1\) at epoch 1/);
  });

  it('shows the epoch whose file is gone as damaged, and the others as whole', async () => {
    await rm(join(folder, 'layers/001-layer_1/values/c.1.0.0.0'));
    const { epochStates, summary } = await (await openRun(folder)).describe();
    assert.deepEqual(
      epochStates.map(({ state }) => state),
      ['whole', 'damaged', 'whole'],
    );
    assert.deepEqual(summary.epochs, [0, 2]);
  });

  it('reports a file that was cut off at any length', async () => {
    for (const file of [
      'layers/001-layer_1/activations/c.1.0.0.0.0',
      'layers/002-layer_2/values/c.0.0.0.0',
      'commits/000001.json',
    ]) {
      const { size } = await stat(join(folder, file));
      for (let length = 0; length < size; length += Math.ceil(size / 40)) {
        const found = await damage(file, (path) => truncate(path, length));
        assert.ok(found.length > 0 && found.every(({ kind }) => kind === 'damaged'), `${file} cut to ${length}`);
      }
    }
  });

  it('reports metadata that was altered, and reads no map by it', async () => {
    const found = await damage('layers/001-layer_1/activations/zarr.json', async (path) => {
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.replace('"chunk_shape":[1,7,4,5,5]', '"chunk_shape":[1,7,2,5,5]'));
    });
    assert.equal(found.length, LAST_EPOCH + 1);
  });

  it('reports a file that grew', async () => {
    const found = await damage('layers/001-layer_1/activations/c.1.0.0.0.0', (path) =>
      writeFile(path, 'x', { flag: 'a' }),
    );
    assert.equal(found.length, 1);
  });

  it('never reads an altered byte: one random bit flipped in any file', async () => {
    const draws = noise(3 * 400, 17);
    for (let i = 0; i < 400; i++) {
      const [pick, place, bit] = [draws[3 * i]!, draws[3 * i + 1]!, draws[3 * i + 2]!].map(
        (value) => (value + 1) / 2,
      ) as [number, number, number];
      const file = files[Math.floor(pick * files.length)]!;
      const found = await damage(file, async (path) => {
        const bytes = await readFile(path);
        bytes[Math.floor(place * bytes.length)]! ^= 1 << Math.floor(bit * 8);
        await writeFile(path, bytes);
      });
      if (isArrayFile(file)) assert.ok(found.length > 0, `${file}: the flipped bit was not seen`);
    }
  });

  it('never reads the file of another epoch, layer or run in place of its own', async () => {
    const other = await writtenRun('20250131-120001-other');
    const swap = (from: string) => (path: string) => cp(from, path);
    for (const array of [
      'layers/001-layer_1/activations/c.1.0.0.0.0',
      'layers/001-layer_1/values/c.1.0.0.0',
      'epochs/metrics/c.1.0',
    ]) {
      const found = await damage(array, swap(join(folder, array.replace('/c.1', '/c.2'))));
      assert.equal(found.length, 1, `${array} of another epoch`);
    }
    const record = await damage('commits/000001.json', swap(join(folder, 'commits/000002.json')));
    assert.match(record[0]!.wrong, /another epoch/);
    const foreign = await damage('commits/000001.json', swap(join(other, 'commits/000001.json')));
    assert.match(foreign[0]!.wrong, /another run/);
  });

  it('never reads two inner chunks that changed places', async () => {
    const manifest = sampleManifest({
      id: 'chunks',
      sampleCount: 9,
      lastEpoch: 0,
      shapes: [
        [1, 100, 100],
        [2, 100, 100],
      ],
    });
    const writer = await createRun(await temporaryRuns(), manifest, sampleProbes(manifest));
    await writer.writeEpoch(sampleEpoch(manifest, 0));
    const path = join(writer.folder, 'layers/001-layer_1/activations/c.0.0.0.0.0');
    const shard = await readFile(path);
    const size = 100 * 100 * 4 + 4; // one map and its checksum
    const [first, second] = [Buffer.from(shard.subarray(0, size)), Buffer.from(shard.subarray(size, 2 * size))];
    second.copy(shard, 0);
    first.copy(shard, size);
    await writeFile(path, shard);
    const run = await openRun(writer.folder);
    const target = new Float32Array(100 * 100);
    await assert.rejects(run.readMaps({ layer: 1, epoch: 0, samples: [0], channels: [0] }, target), {
      kind: 'damaged',
    });
    await run.readMaps({ layer: 1, epoch: 0, samples: [5], channels: [0] }, target); // what is sound is still read
  });

  it('tells apart what was never recorded, what was cut off, and what is damaged', async () => {
    const run = await openRun(folder);
    await assert.rejects(run.readValues(1, LAST_EPOCH + 1), { kind: 'not-found' });
    await rm(join(folder, 'commits/000002.json'));
    const reopened = await openRun(folder);
    await assert.rejects(
      reopened.readValues(1, 2),
      (error: Failure) => error.kind === 'damaged' && /is missing although/.test(error.wrong),
    );
    await writeFile(join(folder, 'commits/000001.json'), '{}');
    await assert.rejects(
      (await openRun(folder)).readValues(1, 1),
      (error: Failure) => error.kind === 'damaged' && /record/.test(error.wrong),
    );
  });

  it('is found damaged by a reader that was open before', async () => {
    const run = await openRun(folder);
    await run.readValues(1, 1);
    assert.equal((await run.describe()).summary.epochs.length, 3);
    await rename(join(folder, 'layers/001-layer_1/values/c.1.0.0.0'), join(folder, 'gone'));
    await assert.rejects(run.readValues(1, 1), { kind: 'damaged' });
    assert.deepEqual((await run.describe()).summary.epochs, [0, 2]);
  });
});
