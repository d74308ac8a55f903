/** What is written to a run is what is read from it. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RunManifest } from '../../src/protocol/run.js';
import { createRun } from '../../src/store/createRun.js';
import { listRuns } from '../../src/store/listRuns.js';
import { openRun } from '../../src/store/openRun.js';
import type { RunReader } from '../../src/store/runAccess.js';
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
      assert.deepEqual(
        (await run.readWeights(part.layer, epoch)).map(({ values }) => values),
        part.weights,
      );
      const expected = part.maps ?? probes.inputs;
      const target = new Float32Array(new SharedArrayBuffer(expected.byteLength));
      const samples = upTo(part.layer === 0 ? manifest.probes.count : manifest.plan.mapSampleCount);
      await run.readMaps({ layer: part.layer, epoch, samples, channels: upTo(layer.channelCount) }, target);
      assert.deepEqual(Float32Array.from(target), expected);
    }
  }
}

describe('a run that was written', () => {
  afterEach(removeFolders);

  it('reads back every array as it was', () => checkRoundTrip({}));
  it('reads back without classes and metrics', () => checkRoundTrip({ classNames: [], metrics: [] }));
  it('reads back maps of fewer samples than there are probes', () =>
    checkRoundTrip({ sampleCount: 40, mapSampleCount: 11 }));
  it('reads back maps that span many chunks', () =>
    checkRoundTrip({ sampleCount: 53, lastEpoch: 0, shapes: [[3, 40, 40], [7, 37, 41], [300], [5, 200, 200]] }));

  it('is listed with its epochs, accuracy and size', async () => {
    const { manifest, runs } = await written();
    const [summary, ...others] = await listRuns(runs);
    assert.equal(others.length, 0);
    assert.deepEqual(summary!.epochs, [0, 1, 2, 3]);
    assert.equal(summary!.probeAccuracy, sampleEpoch(manifest, 3).metrics[2]);
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
