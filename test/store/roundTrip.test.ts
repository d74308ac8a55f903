/** What is written to a run is what is read from it. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { judge } from '../../src/protocol/accuracy.js';
import { Failure } from '../../src/protocol/failure.js';
import { keptSampleCount, mapPrecision } from '../../src/protocol/keptMaps.js';
import type { RunManifest } from '../../src/protocol/run.js';
import { createRun } from '../../src/store/writing/createRun.js';
import { listRuns } from '../../src/store/runs/listRuns.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { fromFloat16, toFloat16 } from '../../src/store/format/float16.js';
import type { LayerEpoch, RunReader } from '../../src/store/format/runAccess.js';
import {
  removeFolders,
  sampleEpoch,
  sampleManifest,
  sampleProbes,
  temporaryRuns,
  type SampleOptions,
} from './sampleRun.js';

const upTo = (length: number): number[] => Array.from({ length }, (_, i) => i);

async function written(options: SampleOptions = {}): Promise<{ run: RunReader; manifest: RunManifest; runs: string }> {
  const manifest = sampleManifest(options);
  const runs = await temporaryRuns();
  const writer = await createRun(runs, manifest, sampleProbes(manifest));
  for (const epoch of upTo(manifest.plan.lastEpoch + 1)) await writer.writeEpoch(sampleEpoch(manifest, epoch));
  await writer.end({ state: 'finished', stopped: false });
  return { run: await openRun(writer.folder), manifest, runs };
}

async function checkRoundTrip(options: SampleOptions): Promise<void> {
  const { run, manifest } = await written(options);
  const probes = sampleProbes(manifest);
  assert.deepEqual(run.manifest, manifest);
  assert.deepEqual(await run.readLabels(), probes.labels);
  assert.deepEqual(await run.readSplits(), probes.splits);
  for (const epoch of upTo(manifest.plan.lastEpoch + 1)) {
    const record = sampleEpoch(manifest, epoch);
    assert.deepEqual(await run.readMetrics(epoch), record.metrics);
    assert.deepEqual(await run.readPredictions(epoch), record.predictions);
    for (const part of record.layers) {
      const layer = manifest.layers[part.layer]!;
      assert.deepEqual((await run.readEntropy(part.layer, epoch)).values, part.entropy);
      assert.deepEqual(await run.readValues(part.layer, epoch), part.values);
      assert.deepEqual(await run.readHistogram(part.layer, epoch), part.histogram);
      await checkWeights(run, part, epoch);
      const expected = part.layer === 0 ? probes.inputs : part.maps;
      const samples = upTo(keptSampleCount(manifest, part.layer));
      const mapSize = layer.mapShape.reduce((product, side) => product * side, layer.channelCount);
      const target = new Float32Array(new SharedArrayBuffer(4 * samples.length * mapSize));
      const reading = run.readMaps({ layer: part.layer, epoch, samples, channels: upTo(layer.channelCount) }, target);
      if (expected === null) {
        await assert.rejects(reading, isNotKept);
      } else {
        await reading;
        const isRounded = mapPrecision(manifest.plan, part.layer) === 'float16';
        assert.deepEqual(Float32Array.from(target), isRounded ? rounded(expected) : expected);
      }
    }
  }
}

async function checkWeights(run: RunReader, { layer, weights }: LayerEpoch, epoch: number): Promise<void> {
  const reading = run.readWeights(layer, epoch);
  if (weights === null && run.manifest.layers[layer]!.weights.length > 0) return assert.rejects(reading, isNotKept);
  assert.deepEqual(
    (await reading).map(({ values }) => values),
    weights ?? [],
  );
}

function isNotKept(error: unknown): boolean {
  return error instanceof Failure && error.kind === 'not-found';
}

function halves(values: Float32Array): Uint16Array {
  const bits = new Uint16Array(values.length);
  toFloat16(values, 0, values.length, bits, 0);
  return bits;
}

function rounded(values: Float32Array): Float32Array {
  const back = new Float32Array(values.length);
  fromFloat16(halves(values), 0, values.length, back, 0);
  return back;
}

describe('a run that was written', () => {
  afterEach(removeFolders);

  it('reads back every array as it was', () => checkRoundTrip({}));
  it('reads back without classes and metrics', () => checkRoundTrip({ classNames: [], metrics: [] }));
  it('reads back maps of fewer samples than there are probes', () =>
    checkRoundTrip({ sampleCount: 40, mapSampleCount: 11 }));
  it('reads back maps that span many chunks', () =>
    checkRoundTrip({ sampleCount: 53, lastEpoch: 0, shapes: [[3, 40, 40], [7, 37, 41], [300], [5, 200, 200]] }));

  it('reads back maps that were rounded to halves', () =>
    checkRoundTrip({
      sampleCount: 53,
      lastEpoch: 1,
      shapes: [[3, 9, 9], [7, 37, 41], [300], [3, 5, 5]],
      plan: { precision: 'float16' },
    }));

  it('is the same where halves are given as their bits, which no array of float32 takes', async () => {
    const options: SampleOptions = { lastEpoch: 0, plan: { precision: 'float16', pinned: [2] } };
    const { run, manifest } = await written(options);
    const writer = await createRun(await temporaryRuns(), manifest, sampleProbes(manifest));
    const record = sampleEpoch(manifest, 0);
    const asBits = (isRounded: (layer: number) => boolean) => ({
      ...record,
      layers: record.layers.map((part) =>
        part.maps && isRounded(part.layer) ? { ...part, maps: halves(part.maps) } : part,
      ),
    });
    await assert.rejects(writer.writeEpoch(asBits(() => true)), /bits of halves/);
    const again = await createRun(await temporaryRuns(), manifest, sampleProbes(manifest));
    await again.writeEpoch(asBits((layer) => mapPrecision(manifest.plan, layer) === 'float16'));
    for (const reader of [run, await openRun(again.folder)]) {
      const target = new Float32Array(record.layers[1]!.maps!.length);
      const { channelCount } = manifest.layers[1]!;
      const samples = upTo(keptSampleCount(manifest, 1));
      await reader.readMaps({ layer: 1, epoch: 0, samples, channels: upTo(channelCount) }, target);
      assert.deepEqual(target, rounded(record.layers[1]!.maps!));
    }
  });

  it('reads back the training inputs that it keeps, and is without weights where the plan has none', async () => {
    const { run, manifest } = await written({ trainingCount: 9, lastEpoch: 0, plan: { weights: 'none' } });
    assert.deepEqual(await run.readTrainingSample(), sampleProbes(manifest).training);
    await assert.rejects(run.readWeights(1, 0), isNotKept);
    assert.equal(await (await written({ lastEpoch: 0 })).run.readTrainingSample(), null);
  });

  it('reads back the maps that a thinned plan keeps, says which are not there, and pinned ones whole', () =>
    checkRoundTrip({
      sampleCount: 20,
      mapSampleCount: 6,
      lastEpoch: 5,
      plan: { precision: 'float16', mapStride: 2, weights: 'with-maps', pinned: [1], withoutMaps: [2] },
    }));

  it('says which epochs were not recorded because recording was paused', async () => {
    const manifest = sampleManifest({ lastEpoch: 4 });
    const writer = await createRun(await temporaryRuns(), manifest, sampleProbes(manifest));
    await writer.writeEpoch(sampleEpoch(manifest, 0));
    const early = await openRun(writer.folder);
    await writer.notePauses([{ from: 1, to: null }]);
    await writer.notePauses([{ from: 1, to: 2 }]);
    await writer.extend(6);
    await writer.writeEpoch(sampleEpoch(manifest, 3));
    assert.deepEqual((await early.describe()).manifest.plan.paused, [{ from: 1, to: 2 }]);
    const run = await openRun(writer.folder);
    assert.deepEqual(run.manifest.plan.paused, [{ from: 1, to: 2 }]);
    assert.deepEqual((await run.describe()).summary.epochs, [0, 3]);
    assert.equal(run.manifest.plan.lastEpoch, 6);
  });

  it('is listed with its epochs, accuracy and size', async () => {
    const { manifest, runs } = await written();
    const [summary, ...others] = await listRuns(runs);
    assert.equal(others.length, 0);
    assert.deepEqual(summary!.epochs, [0, 1, 2, 3]);
    const { labels, splits } = sampleProbes(manifest);
    const { predictions } = sampleEpoch(manifest, 3);
    assert.deepEqual(summary!.accuracy, { ...judge(labels, predictions, splits), reported: null });
    assert.equal(summary!.status.state, 'finished');
    assert.ok(summary!.byteCount > 10_000);
  });

  it('is kept out of version control', async () => {
    const { runs } = await written({ lastEpoch: 0 });
    assert.equal(await readFile(join(dirname(runs), '.gitignore'), 'utf8'), '*\n');
  });

  it('can be extended, and keeps what it had', async () => {
    const manifest = sampleManifest({ lastEpoch: 1 });
    const writer = await createRun(await temporaryRuns(), manifest, sampleProbes(manifest));
    for (const epoch of [0, 1]) await writer.writeEpoch(sampleEpoch(manifest, epoch));
    const before = await openRun(writer.folder);
    await assert.rejects(writer.writeEpoch(sampleEpoch(manifest, 2)), RangeError);
    await writer.extend(4);
    for (const epoch of [2, 4]) await writer.writeEpoch(sampleEpoch(manifest, epoch));
    for (const run of [before, await openRun(writer.folder)]) {
      const { summary } = await run.describe();
      assert.deepEqual(summary.epochs, [0, 1, 2, 4]);
      assert.equal(summary.lastEpoch, 4);
      const expected = sampleEpoch(manifest, 4).layers[1]!;
      assert.deepEqual(await run.readValues(1, 4), expected.values);
      const maps = new Float32Array(expected.maps!.length);
      await run.readMaps({ layer: 1, epoch: 4, samples: upTo(7), channels: upTo(4) }, maps);
      assert.deepEqual(maps, expected.maps);
    }
  });

  it('shows as recording until its end is written', async () => {
    const manifest = sampleManifest();
    const writer = await createRun(await temporaryRuns(), manifest, sampleProbes(manifest));
    const run = await openRun(writer.folder);
    assert.deepEqual((await run.describe()).summary.status, { state: 'recording', processId: process.pid });
    await writer.end({ state: 'broken', reason: 'the script threw' });
    assert.deepEqual((await run.describe()).summary.status, { state: 'broken', reason: 'the script threw' });
  });
});
