/** An epoch gathered from batches of probes: what comes out does not depend on how they were cut or how often read. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Kernels } from '../../src/analysis/kernelHost/kernels.js';
import { plainMapReader, statisticsOfLayer } from '../../src/analysis/measures/layerEpochStatistics.js';
import { seededWords } from '../../src/analysis/measures/standardNormal.js';
import type { Layer, RunManifest } from '../../src/protocol/run.js';
import type { DataFormat } from '../../src/recorder/model/mapGeometry.js';
import { layerSize } from '../../src/recorder/plan/passes.js';
import { EpochGathering } from '../../src/recorder/writer/epochGathering.js';
import { toFloat16 } from '../../src/store/format/float16.js';
import type { LayerEpoch } from '../../src/store/format/runAccess.js';
import { builtKernels } from '../measures/builtKernels.js';
import { largestDifference } from '../measures/fixtures.js';

let kernels: Kernels;
before(async () => {
  kernels = await builtKernels();
});

const layer = (index: number, channelCount: number, mapShape: number[], activation: string | null): Layer =>
  ({ index, channelCount, mapShape, activation, weights: [] }) as unknown as Layer; // all that gathering reads
const LAYERS = [
  layer(0, 3, [6, 6], null),
  layer(1, 5, [4, 3], 'relu6'),
  layer(2, 7, [], 'sigmoid'),
  layer(3, 4, [1, 1], null),
];
const FORMATS: DataFormat[] = ['channelsLast', 'channelsLast', 'channelsLast', 'channelsFirst'];

interface Case {
  readonly sampleCount: number;
  readonly mapSampleCount: number;
  readonly batch: number;
  readonly classCount: number;
  readonly precision: 'float32' | 'float16';
}

const cases = fc.integer({ min: 1, max: 23 }).chain((sampleCount) =>
  fc.record({
    sampleCount: fc.constant(sampleCount),
    mapSampleCount: fc.integer({ min: 0, max: sampleCount }),
    batch: fc.integer({ min: 1, max: sampleCount }),
    classCount: fc.integer({ min: 0, max: 3 }),
    precision: fc.constantFrom('float32' as const, 'float16' as const),
  }),
);

/** By layer, (sample, …outputShape); one value of them is no number. */
function activationsOf(sampleCount: number): Float32Array[] {
  const words = seededWords(sampleCount);
  const all = LAYERS.map((one) =>
    Float32Array.from({ length: sampleCount * layerSize(one) }, () => Math.max(0, words() / 2 ** 31 - 1)),
  );
  all[1]![7] = NaN;
  return all;
}

const labelsOf = ({ sampleCount, classCount }: Case): Int32Array =>
  Int32Array.from({ length: classCount === 0 ? 0 : sampleCount }, (_, i) => (i % (classCount + 1)) - 1);

function gathered(one: Case, readings: 1 | 2, batch: number): LayerEpoch[] {
  const { sampleCount, mapSampleCount, classCount, precision } = one;
  const classNames = Array.from({ length: classCount }, String);
  const plan = { mapSampleCount, pinned: [3], precision };
  const manifest = { layers: LAYERS, probes: { count: sampleCount }, classNames, plan } as unknown as RunManifest;
  const run = { kernels, manifest, labels: labelsOf(one), formats: FORMATS, readings };
  const gathering = new EpochGathering(run);
  const all = activationsOf(sampleCount);
  for (let reading = 1; reading <= readings; reading++) {
    for (let firstSample = 0; firstSample < sampleCount; firstSample += batch) {
      const count = Math.min(batch, sampleCount - firstSample);
      const rows = all.map((values, index) => {
        const size = layerSize(LAYERS[index]!);
        return [...values.subarray(firstSample * size, (firstSample + count) * size)];
      });
      gathering.add({ reading, firstSample, sampleCount: count, values: Float32Array.from(rows.flat()) });
    }
  }
  return gathering.layers([]);
}

/** (sample, channel, map), by plain loops. */
function channelsInFront({ channelCount, mapShape }: Layer, values: Float32Array): Float32Array {
  const length = mapShape.reduce((all, side) => all * side, 1);
  return values.map((_, at) => {
    const [sample, inside] = [Math.floor(at / (channelCount * length)), at % (channelCount * length)];
    return values[sample * channelCount * length + (inside % length) * channelCount + Math.floor(inside / length)]!;
  });
}

function halves(values: Float32Array): Uint16Array {
  const bits = new Uint16Array(values.length);
  toFloat16(values, 0, values.length, bits, 0);
  return bits;
}

describe('an epoch gathered from batches', () => {
  it('is the same to the last bit however the probes are cut, and whether they are held or read twice', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const whole = gathered(one, 1, one.sampleCount);
        assert.deepEqual(gathered(one, 1, one.batch), whole);
        assert.deepEqual(gathered(one, 2, one.batch), whole);
      }),
      { numRuns: 40 },
    );
  });

  it('has the statistics of all probes and the maps of those to keep', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const all = activationsOf(one.sampleCount);
        gathered(one, 2, one.batch).forEach((epoch, index) => {
          const { channelCount, mapShape, activation } = LAYERS[index]!;
          const maps = channelsInFront(LAYERS[index]!, all[index]!);
          const mapLength = mapShape.reduce((product, side) => product * side, 1);
          const units = mapShape.length === 0;
          const shape = { maps, sampleCount: one.sampleCount, channelCount, mapLength, activation, units };
          const expected = statisticsOfLayer(
            { ...shape, labels: labelsOf(one), classCount: one.classCount },
            plainMapReader,
          );
          assert.ok(largestDifference(epoch.entropy, expected.entropy) < 1e-12);
          assert.ok(largestDifference(epoch.values, expected.values) < 1e-12);
          assert.deepEqual(epoch.histogram, expected.histogram);
          const kept = index === 3 ? one.sampleCount : one.mapSampleCount;
          const isKept = index > 0 && kept > 0;
          const values = maps.slice(0, kept * channelCount * mapLength);
          const stored = one.precision === 'float16' && index !== 3 ? halves(values) : values;
          assert.deepEqual(epoch.maps, isKept ? stored : null);
        });
      }),
      { numRuns: 40 },
    );
  });
});
