/** What holds of inter-sample entropy whatever the samples are. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { interSampleEntropy as kernelEntropy } from '../../src/analysis/kernelHost/interSampleEntropy.js';
import { type Kernels } from '../../src/analysis/kernelHost/kernels.js';
import { interSampleEntropy } from '../../src/analysis/measures/interSampleEntropy.js';
import { shuffledIndices } from '../../src/analysis/measures/standardNormal.js';
import { builtKernels } from '../measures/builtKernels.js';
import { CASES, reordered, samples } from './arbitraries.js';
import { near, within } from './claims.js';

const neighbours = fc.integer({ min: 2, max: 20 });
const finite = samples({ n: [3, 24], d: [1, 8] });

describe('inter-sample entropy, always', () => {
  let kernels: Kernels;
  before(async () => (kernels = await builtKernels()));

  it('is between 0 and the logarithm of the pairs that its graph can hold', () => {
    fc.assert(
      fc.property(finite, neighbours, ({ values, n, d }, k) => {
        const { bits, k: taken } = interSampleEntropy(values, n, d, { k });
        within(bits!, 0, Math.log2(Math.min(n * (n - 1), 2 * n * taken)));
      }),
      CASES,
    );
  });

  it('does not depend on the order of samples where no neighbours are tied', () => {
    fc.assert(
      fc.property(finite, neighbours, fc.nat(1000), (one, k, seed) => {
        const entropy = interSampleEntropy(one.values, one.n, one.d, { k });
        fc.pre(entropy.tieCount === 0);
        const order = shuffledIndices(one.n, seed);
        near(interSampleEntropy(reordered(one, order), one.n, one.d, { k }).bits, entropy.bits);
      }),
      CASES,
    );
  });

  it('does not depend on the data’s scale', () => {
    fc.assert(
      fc.property(finite, neighbours, fc.integer({ min: -20, max: 20 }), ({ values, n, d }, k, power) => {
        const scaled = values.map((value) => value * 2 ** power);
        near(interSampleEntropy(scaled, n, d, { k }).bits, interSampleEntropy(values, n, d, { k }).bits);
      }),
      CASES,
    );
  });

  it('in WebAssembly is the twin’s: NaN, ±Inf, constants, duplicates, no sample, one, fewer than k', () => {
    const any = samples({ n: [0, 24], d: [0, 9], notFinite: true });
    fc.assert(
      fc.property(any, neighbours, fc.boolean(), ({ values, n, d }, k, interval) => {
        const twin = interSampleEntropy(values, n, d, { k, interval });
        const { bits, halfWidthBits, ...counts } = kernelEntropy(kernels, values, n, d, { k, interval });
        near(bits, twin.bits);
        near(halfWidthBits, twin.halfWidthBits);
        assert.deepEqual({ ...twin, ...counts }, twin);
      }),
      CASES,
    );
  });
});
