/** zarr-python, which knows nothing of us, reads what was written. */
import assert from 'node:assert/strict';
import type { RunManifest } from '../../src/protocol/run.js';
import type { EpochRecord } from '../../src/store/format/runAccess.js';
import { createRun } from '../../src/store/writing/createRun.js';
import {
  removeFolders,
  sampleEpoch,
  sampleManifest,
  sampleProbes,
  temporaryRuns,
  type SampleOptions,
} from './sampleRun.js';
import { digest, numpyHalves, pythonMissing, zarrDigests, type RunDigests } from './zarrPython.js';

const EPOCHS = [0, 1, 2];

async function writtenRun(): Promise<{ manifest: RunManifest; seen: RunDigests }> {
  const shapes = [[3, 40, 40], [7, 37, 41], [300], [5, 200, 200], [4, 9]];
  const manifest = sampleManifest({ shapes, sampleCount: 53, mapSampleCount: 41, lastEpoch: 2 });
  const writer = await createRun(await temporaryRuns(), manifest, sampleProbes(manifest));
  for (const epoch of EPOCHS) await writer.writeEpoch(sampleEpoch(manifest, epoch));
  await writer.end({ state: 'finished', stopped: false });
  return { manifest, seen: zarrDigests([writer.folder])[writer.folder]! };
}

describe('zarr-python on a thinned run', () => {
  after(removeFolders);

  it('reads halves as numpy rounds the same values, pinned layers whole, and NaN where no maps were kept', async function () {
    if (pythonMissing) {
      console.log(`      ${pythonMissing}`);
      this.skip();
    }
    const plan: SampleOptions['plan'] = { precision: 'float16', mapStride: 2, pinned: [2], withoutMaps: [3] };
    const shapes = [
      [3, 8, 8],
      [7, 37, 41],
      [6, 5, 5],
      [5, 20, 20],
    ];
    const manifest = sampleManifest({ shapes, sampleCount: 23, mapSampleCount: 11, lastEpoch: 3, plan });
    const writer = await createRun(await temporaryRuns(), manifest, sampleProbes(manifest));
    for (const epoch of [0, 1, 2, 3]) await writer.writeEpoch(sampleEpoch(manifest, epoch));
    const { arrays } = zarrDigests([writer.folder])[writer.folder]!;
    const maps = (epoch: number, layer: number): Float32Array => sampleEpoch(manifest, epoch).layers[layer]!.maps!;
    const missing = new Float32Array(maps(0, 1).length).fill(NaN);
    const expected = numpyHalves([maps(0, 1), missing, maps(2, 1), maps(3, 1)]);
    const [rounded, pinned] = [1, 2].map((layer) => arrays[`${manifest.layers[layer]!.path}/activations`]!);
    assert.deepEqual([rounded!.type, Object.values(rounded!.digests)], ['float16', expected]);
    assert.deepEqual([pinned!.type, pinned!.shape], ['float32', [4, 23, 6, 5, 5]]);
    assert.deepEqual(
      Object.values(pinned!.digests),
      [0, 1, 2, 3].map((epoch) => digest(maps(epoch, 2))),
    );
    assert.equal(arrays[`${manifest.layers[3]!.path}/activations`], undefined);
  });
});

describe('zarr-python', () => {
  let manifest: RunManifest;
  let seen: RunDigests;
  let records: EpochRecord[];

  before(async function () {
    if (pythonMissing) {
      console.log(`      ${pythonMissing}`);
      this.skip();
    }
    ({ manifest, seen } = await writtenRun());
    records = EPOCHS.map((epoch) => sampleEpoch(manifest, epoch));
  });
  after(removeFolders);

  const check = (path: string, values: (epoch: number) => ArrayBufferView): void => {
    const expected = Object.fromEntries(EPOCHS.map((epoch) => [String(epoch), digest(values(epoch))]));
    assert.deepEqual(seen.arrays[path]?.digests, expected, path);
  };

  it('finds the manifest in the root attributes', () => assert.deepEqual(seen.attributes['cnnslicer'], manifest));

  it('reads the probes', () => {
    const probes = sampleProbes(manifest);
    assert.equal(seen.arrays['probes/inputs']?.digests, digest(probes.inputs));
    assert.equal(seen.arrays['probes/labels']?.digests, digest(probes.labels));
    assert.equal(seen.arrays['probes/splits']?.digests, digest(probes.splits));
  });

  it('reads metrics and predictions, with NaN where there is none', () => {
    check('epochs/metrics', (epoch) => Float64Array.from(records[epoch]!.metrics, (value) => value ?? NaN));
    check('epochs/predictions', (epoch) => records[epoch]!.predictions);
  });

  it('reads maps, statistics and weights of every layer', () => {
    for (const { index, path, weights } of manifest.layers) {
      const part = (epoch: number) => records[epoch]!.layers[index]!;
      if (index > 0) check(`${path}/activations`, (epoch) => part(epoch).maps!);
      check(`${path}/entropy`, (epoch) => part(epoch).entropy);
      check(`${path}/values`, (epoch) => part(epoch).values);
      check(`${path}/histogram`, (epoch) => part(epoch).histogram);
      weights.forEach((weight, i) => check(weight.path, (epoch) => part(epoch).weights![i]!));
    }
  });

  it('finds no array that we did not mean to write', () => {
    const perLayer = manifest.layers.map(({ index, weights }) => (index === 0 ? 3 : 4) + weights.length);
    assert.equal(
      Object.keys(seen.arrays).length,
      perLayer.reduce((sum, count) => sum + count, 3 + 2),
    );
  });

  it('finds axes named and their coordinates in the attributes', () => {
    const { path } = manifest.layers[1]!;
    assert.deepEqual(seen.arrays[`${path}/activations`]?.dimensions, ['epoch', 'sample', 'channel', 'y', 'x']);
    assert.deepEqual(seen.arrays[`${manifest.layers[2]!.path}/activations`]?.dimensions, ['epoch', 'sample', 'unit']);
    assert.deepEqual(seen.arrays[`${path}/entropy`]?.attributes['range'], ['map', 'channel']);
    assert.deepEqual(seen.arrays['epochs/metrics']?.attributes['metric'], manifest.metrics);
  });
});
