/** A slice of a run is the slice of the array that was written: samples and channels in any order. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RunManifest } from '../../src/protocol/run.js';
import { createRun } from '../../src/store/writing/createRun.js';
import { openRun } from '../../src/store/reading/openRun.js';
import type { RunReader } from '../../src/store/format/runAccess.js';
import { digest } from './zarrPython.js';
import { removeFolders, sampleEpoch, sampleManifest, sampleProbes, temporaryRuns } from './sampleRun.js';

const SHAPES = [[2, 9], [3, 70, 80], [70], [40, 2, 2], [1, 130, 130], [17, 11, 3]];
const SAMPLES = 61;

/** The slice, copied map by map. */
function naiveSlice(
  maps: Float32Array,
  shape: readonly number[],
  samples: readonly number[],
  channels: readonly number[],
): Float32Array {
  const [channelCount = 0, ...mapShape] = shape;
  const mapSize = mapShape.reduce((product, side) => product * side, 1);
  const slice = new Float32Array(samples.length * channels.length * mapSize);
  samples.forEach((sample, i) => {
    channels.forEach((channel, j) => {
      const start = (sample * channelCount + channel) * mapSize;
      slice.set(maps.subarray(start, start + mapSize), (i * channels.length + j) * mapSize);
    });
  });
  return slice;
}

describe('a slice of a run', () => {
  let manifest: RunManifest;
  let run: RunReader;
  let maps: Float32Array[];

  before(async () => {
    manifest = sampleManifest({ shapes: SHAPES, sampleCount: SAMPLES, lastEpoch: 0 });
    const probes = sampleProbes(manifest);
    const record = sampleEpoch(manifest, 0);
    const writer = await createRun(await temporaryRuns(), manifest, probes);
    await writer.writeEpoch(record);
    run = await openRun(writer.folder);
    maps = record.layers.map((layer) => layer.maps ?? probes.inputs);
  });
  after(removeFolders);

  const indices = (limit: number, length: number) => fc.array(fc.nat(limit - 1), { maxLength: length });
  const request = fc.nat(SHAPES.length - 1).chain((layer) =>
    fc.record({
      layer: fc.constant(layer),
      samples: fc.oneof(indices(SAMPLES, 12), fc.constant(Array.from({ length: SAMPLES }, (_, i) => i))),
      channels: indices(SHAPES[layer]![0]!, 8),
      shared: fc.boolean(),
    }),
  );

  it('equals the same slice of the array in memory', () =>
    fc.assert(
      fc.asyncProperty(request, async ({ layer, samples, channels, shared }) => {
        const expected = naiveSlice(maps[layer]!, SHAPES[layer]!, samples, channels);
        const target = new Float32Array(
          shared ? new SharedArrayBuffer(expected.byteLength) : new ArrayBuffer(expected.byteLength),
        );
        await run.readMaps({ layer, epoch: 0, samples, channels }, target);
        assert.equal(digest(target), digest(expected));
      }),
      { numRuns: 200 },
    ));

  it('is refused where the run has no such sample, channel or layer, or the target does not fit', async () => {
    const read = (layer: number, samples: number[], channels: number[], length = 80 * 70) =>
      run.readMaps({ layer, epoch: 0, samples, channels }, new Float32Array(length));
    await assert.rejects(read(1, [SAMPLES], [0]), RangeError);
    await assert.rejects(read(1, [-1], [0]), RangeError);
    await assert.rejects(read(1, [0.5], [0]), RangeError);
    await assert.rejects(read(1, [0], [3]), RangeError);
    await assert.rejects(read(9, [0], [0]), RangeError);
    await assert.rejects(read(1, [0], [0], 5), RangeError);
  });
});
