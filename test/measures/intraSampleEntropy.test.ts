import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mapEntropies } from '../../src/analysis/kernelHost/intraSampleEntropy.js';
import { type Kernels } from '../../src/analysis/kernelHost/kernels.js';
import { layerEpochStatistics } from '../../src/analysis/kernelHost/layerEpochStatistics.js';
import {
  channelRanges,
  entropyMoments,
  mapEntropies as twin,
  mapEntropy,
} from '../../src/analysis/measures/intraSampleEntropy.js';
import { plainMapReader, statisticsOfLayer, type LayerMaps } from '../../src/analysis/measures/layerEpochStatistics.js';
import { seededWords } from '../../src/analysis/measures/standardNormal.js';
import { VALUE_STATISTICS } from '../../src/protocol/run.js';
import { builtKernels } from './builtKernels.js';
import { largestDifference } from './fixtures.js';

let kernels: Kernels;
before(async () => {
  kernels = await builtKernels();
});

/** (sample, channel, mapLength) of numbers made from uniform ones. */
function mapsOf(
  sampleCount: number,
  channelCount: number,
  mapLength: number,
  change: (u: number, at: number) => number,
) {
  const words = seededWords(sampleCount + channelCount + mapLength);
  const length = sampleCount * channelCount * mapLength;
  const maps = Float32Array.from({ length }, (_, at) => change(words() / 2 ** 32, at));
  return { maps, sampleCount, channelCount, mapLength };
}

const inputs = {
  uniform: mapsOf(20, 5, 784, (u) => u),
  rectified: mapsOf(20, 5, 196, (u) => Math.max(0, u - 0.5)),
  'no multiple of sixteen long': mapsOf(9, 4, 61, (u) => u * u),
  'shorter than a vector': mapsOf(12, 3, 3, (u) => u),
  'on the edges of bins': mapsOf(30, 3, 64, (u) => Math.floor(u * 33)),
  'a float32 step from the edges of bins': mapsOf(30, 3, 64, (u) =>
    Math.fround(Math.floor(u * 32) + (u < 0.5 ? 1e-7 : -1e-7)),
  ),
  'a large offset': mapsOf(10, 3, 100, (u) => 16_000_000 + Math.floor(u * 50)),
  'constant maps': mapsOf(10, 4, 36, (_, at) => (Math.floor(at / 36) % 2 === 0 ? 7 : at)),
  'values that differ in sign of zero': mapsOf(5, 2, 20, (u) => (u < 0.5 ? -0 : 0)),
  'huge values': mapsOf(10, 2, 50, (u) => (u - 0.5) * 6e38),
  'subnormal values': mapsOf(10, 2, 50, (u) => u * 1e-41),
  'NaN and ±Inf': mapsOf(40, 4, 50, (u) => (u < 0.003 ? NaN : u < 0.006 ? Infinity : u < 0.009 ? -Infinity : u)),
  'a channel without a finite value': mapsOf(6, 3, 30, (u, at) => (Math.floor(at / 30) % 3 === 1 ? NaN : u)),
  'no sample': mapsOf(0, 3, 16, (u) => u),
  'one sample': mapsOf(1, 3, 16, (u) => u),
  units: mapsOf(50, 12, 1, (u) => u - 0.3),
  'units with NaN': mapsOf(50, 12, 1, (u) => (u < 0.01 ? NaN : u)),
  'more than one block': mapsOf(3, 5, 40_000, (u) => u),
};

describe('intra-sample entropy in kernels equals its plain twin', () => {
  for (const [name, maps] of Object.entries(inputs)) {
    it(name, () => {
      const ranges = Float32Array.from(channelRanges(maps));
      for (const bins of [32, 5, 256]) {
        assert.ok(largestDifference(mapEntropies(kernels, maps, bins), twin(maps, bins)) < 1e-12);
        assert.ok(largestDifference(mapEntropies(kernels, maps, bins, ranges), twin(maps, bins, ranges)) < 1e-12);
      }
    });
  }

  it('more bins than float32 can tell apart', () => {
    const maps = mapsOf(4, 2, 500, (u) => u);
    assert.ok(largestDifference(mapEntropies(kernels, maps, 5000), twin(maps, 5000)) < 1e-12);
  });
});

describe('statistics of a layer in kernels equal their plain twin', () => {
  for (const [name, maps] of Object.entries(inputs)) {
    it(name, () => {
      for (const activation of ['sigmoid', 'relu6', null]) {
        const labels = Int32Array.from({ length: maps.sampleCount }, (_, i) => (i % 4) - 1);
        const layer: LayerMaps = { ...maps, labels, classCount: 4, activation };
        const expected = statisticsOfLayer(layer, plainMapReader);
        const inPlace = kernels.memory.scoped(() => {
          const address = kernels.memory.allocate(maps.maps.byteLength);
          const copy = kernels.memory.float32(address, maps.maps.length);
          copy.set(maps.maps);
          return layerEpochStatistics(kernels, { ...layer, maps: copy });
        });
        for (const actual of [layerEpochStatistics(kernels, layer), inPlace]) {
          assert.deepEqual(actual.histogram, expected.histogram);
          assert.ok(largestDifference(actual.entropy, expected.entropy) < 1e-12);
          const scale = Math.max(1, ...[...expected.values].filter(Number.isFinite).map(Math.abs));
          assert.ok(largestDifference(actual.values, expected.values) < 1e-12 * scale);
        }
      }
    });
  }
});

describe('intra-sample entropy', () => {
  const whole = { start: 0, length: 6 };

  it('of a constant map is 0, of equally filled bins log2 of their number', () => {
    assert.equal(mapEntropy([4, 4, 4, 4, 4, 4], whole, 32), 0);
    assert.equal(
      mapEntropy(
        Array.from({ length: 32 }, (_, i) => i),
        { start: 0, length: 32 },
        32,
      ),
      5,
    );
  });

  it('closes the last bin only', () => {
    // Over [0, 4] in 4 bins: 0 | 1 1 | 2 | 3 4, and the 4 belongs to the last bin.
    const bits = mapEntropy([0, 1, 1, 2, 3, 4], whole, 4);
    assert.ok(Math.abs(bits - (2 * (1 / 6) * Math.log2(6) + 2 * (1 / 3) * Math.log2(3))) < 1e-12);
  });

  it('leaves a map with NaN out of mean, variance and N, and an unknown class out of all but the last row', () => {
    const moments = entropyMoments(Float64Array.of(1, 3, NaN, 5, 8), 1, [0, 0, 0, -1, 1], 3);
    const [mean, variance, n] = [0, 4, 8].map((from) => [...moments.subarray(from, from + 4)]);
    assert.deepEqual(n, [2, 1, 0, 4]);
    assert.deepEqual(mean, [2, 8, NaN, 4.25]);
    assert.deepEqual(variance, [1, 0, NaN, 6.6875]);
  });

  it('of a layer of units is that of its whole vector, and its range the layer’s', () => {
    const layer = { ...inputs.units, labels: [], classCount: 0, activation: null };
    const { entropy, values, histogram } = layerEpochStatistics(kernels, layer);
    assert.equal(entropy.length, 2 * 3 * 1 * 1);
    assert.deepEqual([values.length, histogram.length], [VALUE_STATISTICS.length * 12, 12 * 32]);
    const vectors = { ...inputs.units, channelCount: 1, mapLength: 12 };
    const mean = (bits: Float64Array) => bits.reduce((sum, one) => sum + one, 0) / bits.length;
    assert.ok(Math.abs(entropy[0] - mean(twin(vectors))) < 1e-12);
    assert.ok(Math.abs(entropy[3] - mean(twin(vectors, 32, channelRanges(vectors)))) < 1e-12);
  });

  it('of maps of one value is 0 where the caller says that they are maps', () => {
    const { entropy } = layerEpochStatistics(kernels, {
      ...inputs.units,
      labels: [],
      classCount: 0,
      activation: null,
      units: false,
    });
    assert.deepEqual([...entropy.subarray(0, 12)], new Array(12).fill(0));
  });

  it('counts as saturated what is within 1 % of a bound, to the last float32', () => {
    const inside = Math.fround(0.98) >= 0.98 ? Math.fround(0.98 - 1e-7) : Math.fround(0.98);
    const maps = Float32Array.of(-1, -0.98, inside, inside + 2 ** -23, 0.99, 0);
    const shape = { maps, sampleCount: 1, channelCount: 1, mapLength: 6, labels: [], classCount: 0 };
    const share = (activation: string | null) =>
      layerEpochStatistics(kernels, { ...shape, activation }).values[VALUE_STATISTICS.indexOf('saturated_fraction')];
    const expected = [...maps].filter((value) => value <= -0.98 || value >= 0.98).length / 6;
    assert.equal(share('tanh'), expected);
    assert.ok(Number.isNaN(share('relu')));
  });

  const values = fc.array(fc.float({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 });
  const one = (list: readonly number[], bins: number) => {
    const maps = Float32Array.from(list);
    return mapEntropies(kernels, { maps, sampleCount: 1, channelCount: 1, mapLength: maps.length }, bins)[0];
  };

  it('lies between 0 and log2 of bins and of values', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 64 }), (list, bins) => {
        const bits = one(list, bins);
        return bits >= 0 && bits <= Math.log2(Math.min(bins, list.length)) + 1e-12;
      }),
    );
  });

  it('does not change with the order of values or with a factor that is a power of two', () => {
    fc.assert(
      fc.property(values, (list) => {
        const bits = one(list, 32);
        const reversed = one([...list].reverse(), 32);
        const scaled = one(
          list.map((value) => value * 8),
          32,
        );
        return Math.abs(bits - reversed) < 1e-12 && Math.abs(bits - scaled) < 1e-12;
      }),
    );
  });

  it('of channels permutes with them', () => {
    const maps = inputs.rectified;
    const size = maps.mapLength;
    const swapped = maps.maps.map((_, at) => {
      const map = Math.floor(at / size);
      return maps.maps[(map - (map % 5) + (4 - (map % 5))) * size + (at % size)];
    });
    const [straight, mirrored] = [maps.maps, swapped].map((some) => mapEntropies(kernels, { ...maps, maps: some }));
    straight.forEach((bits, map) => assert.equal(mirrored[map - (map % 5) + (4 - (map % 5))], bits));
  });
});
