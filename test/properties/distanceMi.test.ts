/** What holds of distance mutual information whatever the samples are. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  pairCountOf,
  packedBytes,
  quantisePairs,
  squaresBytes,
  squarePairs,
} from '../../src/analysis/kernelHost/distancePairs.js';
import { type Kernels } from '../../src/analysis/kernelHost/kernels.js';
import { cellOf, matrixRegionBytes, pairMatrix } from '../../src/analysis/kernelHost/pairMatrix.js';
import {
  binDistances,
  distanceMutualInformation,
  mutualInformationOfCounts,
  type DistanceBins,
  type MutualInformation,
} from '../../src/analysis/measures/distanceMutualInformation.js';
import { shuffledIndices } from '../../src/analysis/measures/standardNormal.js';
import { builtKernels } from '../measures/builtKernels.js';
import { CASES, pairs, reordered, type Samples } from './arbitraries.js';
import { near, within } from './claims.js';

const both = pairs({ n: [1, 20], d: [1, 8] });
const bins = fc.integer({ min: 1, max: 40 });
const binned = ({ values, n, d }: Samples, count: number): DistanceBins => binDistances(values, n, d, count);

describe('distance mutual information, always', () => {
  let kernels: Kernels;
  before(async () => (kernels = await builtKernels()));

  it('is symmetric, between 0 and either entropy, and those under log2 of the bins and of the pairs', () => {
    fc.assert(
      fc.property(both, bins, ({ a, b }, count) => {
        const [left, right] = [binned(a, count), binned(b, count)];
        const forth = distanceMutualInformation(left, right);
        near(distanceMutualInformation(right, left).bits, forth.bits);
        within(forth.bits, 0, Math.min(forth.entropyA, forth.entropyB));
        within(forth.entropyA, 0, Math.log2(Math.max(1, Math.min(count, forth.pairCount))));
        within(forth.conditionalA, 0, forth.entropyA);
      }),
      CASES,
    );
  });

  it('of anything with itself is its entropy', () => {
    fc.assert(
      fc.property(both, bins, ({ a }, count) => {
        const { bits, entropyA, conditionalA, shareOfSmaller } = distanceMutualInformation(
          binned(a, count),
          binned(a, count),
        );
        near(bits, entropyA);
        near(conditionalA, 0);
        near(shareOfSmaller, entropyA > 0 ? 1 : null);
      }),
      CASES,
    );
  });

  it('does not depend on the order of samples, nor on either side’s scale', () => {
    fc.assert(
      fc.property(both, bins, fc.nat(1000), fc.integer({ min: -20, max: 20 }), ({ a, b }, count, seed, power) => {
        const order = shuffledIndices(a.n, seed);
        const scaled = { ...a, values: reordered(a, order).map((value) => value * 2 ** power) };
        const moved = { ...b, values: reordered(b, order) };
        const wanted = distanceMutualInformation(binned(a, count), binned(b, count)).bits;
        near(distanceMutualInformation(binned(scaled, count), binned(moved, count)).bits, wanted);
      }),
      CASES,
    );
  });

  it('never grows when one side is coarsened (data processing)', () => {
    const counts = fc.array(fc.nat(9), { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(counts, fc.array(fc.nat(2), { minLength: 6, maxLength: 6 }), (joint, coarse) => {
        const fine = mutualInformationOfCounts(Uint32Array.from(joint), 4, 6);
        const merged = new Uint32Array(4 * 3);
        joint.forEach((count, at) => (merged[3 * Math.floor(at / 6) + coarse[at % 6]] += count));
        assert.ok(mutualInformationOfCounts(merged, 4, 3).bits <= fine.bits + 1e-9);
      }),
      CASES,
    );
  });

  it('in WebAssembly is the twin’s: constants, duplicates, no sample, one, values without end', () => {
    fc.assert(
      fc.property(pairs({ n: [0, 20], d: [0, 9] }), bins, ({ a, b }, count) => {
        const twin = distanceMutualInformation(binned(a, count), binned(b, count));
        sameNumbers(inKernels(kernels, a, b, count), twin);
      }),
      CASES,
    );
  });
});

function inKernels(kernels: Kernels, a: Samples, b: Samples, bins: number): MutualInformation {
  const { n } = a;
  return kernels.memory.scoped(() => {
    const region = kernels.memory.allocate(matrixRegionBytes(n));
    const [row, column] = [a, b].map((one) => codesOf(kernels, one, bins));
    const matrix = { n, bins, rows: [row], columns: [column], symmetric: false, order: null, rowsToo: false };
    return cellOf(pairMatrix(kernels, { ...matrix, chosen: null, shift: 0, region }), 0, pairCountOf(n));
  });
}

function codesOf(kernels: Kernels, { values, n, d }: Samples, bins: number): number {
  const { memory } = kernels;
  const address = memory.allocate(4 * values.length);
  memory.float32(address, values.length).set(values);
  const codes = memory.allocate(pairCountOf(n));
  const runs = { address, n, sampleLength: d, runCount: 1, length: d };
  const squares = memory.allocate(squaresBytes(n) + packedBytes(n, d));
  squarePairs(kernels, runs, [0, n], squares);
  quantisePairs(kernels, runs, squares, [{ address: codes, bins }]);
  return codes;
}

function sameNumbers(actual: MutualInformation, wanted: MutualInformation): void {
  for (const [name, value] of Object.entries(wanted) as [keyof MutualInformation, number | null][])
    near(actual[name], value, 1e-9, name);
}
