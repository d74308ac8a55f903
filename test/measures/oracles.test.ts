import assert from 'node:assert/strict';
import { interSampleEntropy as kernelInter } from '../../src/analysis/kernelHost/interSampleEntropy.js';
import { mapEntropies as kernelIntra } from '../../src/analysis/kernelHost/intraSampleEntropy.js';
import { type Kernels } from '../../src/analysis/kernelHost/kernels.js';
import { layerEpochStatistics } from '../../src/analysis/kernelHost/layerEpochStatistics.js';
import { interSampleEntropy } from '../../src/analysis/measures/interSampleEntropy.js';
import { mapEntropies } from '../../src/analysis/measures/intraSampleEntropy.js';
import { plainMapReader, statisticsOfLayer } from '../../src/analysis/measures/layerEpochStatistics.js';
import { builtKernels } from './builtKernels.js';
import { cases, largestDifference, samplesOf, type Samples } from './fixtures.js';
import { noData } from '../setup/data.mjs';

let kernels: Kernels;
before(async () => {
  kernels = await builtKernels();
});

function layerOf({ shape, values }: Samples, labels: readonly number[]) {
  const [sampleCount, channelCount, height, width] = shape;
  const mapLength = height * width;
  const classCount = Math.max(...labels) + 1;
  return { maps: values, sampleCount, channelCount, mapLength, labels, classCount, activation: 'tanh' };
}

describe('against numpy, scipy, scikit-learn and umap-learn', () => {
  for (const one of cases) {
    it(`${one.name}: all agree to 1e-6 bits`, function () {
      const samples = samplesOf(one);
      if (samples === null) {
        console.log(`      skipped: ${noData}`);
        this.skip();
      }
      const n = samples.shape[0];
      const d = samples.values.length / n;
      for (const result of [interSampleEntropy(samples.values, n, d), kernelInter(kernels, samples.values, n, d)]) {
        const { bits, reason, d: dimension, halfWidthBits, ...counts } = result;
        const { bits: expectedBits, ...expectedCounts } = one.inter;
        assert.ok(largestDifference([bits ?? NaN], [expectedBits]) < 1e-9, `${bits} ≠ ${expectedBits}`);
        assert.deepEqual(counts, expectedCounts);
        assert.deepEqual([reason, dimension, halfWidthBits], [null, d, null]);
      }
      const layer = layerOf(samples, one.labels);
      for (const result of [statisticsOfLayer(layer, plainMapReader), layerEpochStatistics(kernels, layer)]) {
        assert.ok(largestDifference(result.entropy, one.layer.entropy) < 1e-12);
        assert.ok(largestDifference(result.values, one.layer.values) < 1e-9);
        assert.deepEqual([...result.histogram], one.layer.histogram.flat());
      }
      if (one.layer.own) {
        assert.ok(largestDifference(mapEntropies(layer), one.layer.own) < 1e-12);
        assert.ok(largestDifference(kernelIntra(kernels, layer), one.layer.own) < 1e-12);
      }
    });
  }

  for (const one of cases.filter(({ umapBits }) => umapBits !== undefined)) {
    it(`${one.name}: with ρ, union and target log2(k + 1) the graph is umap-learn's`, function () {
      const samples = samplesOf(one);
      if (samples === null) {
        console.log(`      skipped: ${noData}`);
        this.skip();
      }
      const n = samples.shape[0];
      const options = { k: 15, rho: true, symmetrise: 'union', targetNeighbours: 16 } as const;
      const { bits } = kernelInter(kernels, samples.values, n, samples.values.length / n, options);
      // umap-learn works in float32 and stops its search for σ at 1e-5.
      assert.ok(largestDifference([bits ?? NaN], [one.umapBits ?? null]) < 2e-5, `${bits} ≠ ${one.umapBits}`);
    });
  }
});
