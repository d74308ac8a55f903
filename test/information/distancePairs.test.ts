import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  codePairs,
  pairCountOf,
  quantisePairs,
  squarePairs,
  squaresBytes,
} from '../../src/analysis/kernelHost/distancePairs.js';
import { cellOf, matrixRegionBytes, pairMatrix } from '../../src/analysis/kernelHost/pairMatrix.js';
import type { Kernels } from '../../src/analysis/kernelHost/kernels.js';
import { sumPairs } from '../../src/analysis/kernelHost/pairSums.js';
import { hollowGram } from '../../src/analysis/measures/centredKernelAlignment.js';
import {
  binDistances,
  choosePairs,
  distanceMutualInformation,
  pairIndex,
  permutedBins,
  type DistanceBins,
  type MutualInformation,
} from '../../src/analysis/measures/distanceMutualInformation.js';
import { shuffledIndices } from '../../src/analysis/measures/standardNormal.js';
import { builtKernels } from '../measures/builtKernels.js';

/** Codes of (n, d) in the kernels' memory, and the twin's. */
function codesOf(kernels: Kernels, values: Float32Array, n: number, d: number, bins: number) {
  const { memory } = kernels;
  const address = memory.allocate(4 * values.length);
  memory.float32(address, values.length).set(values);
  const squares = memory.allocate(squaresBytes(n));
  const codes = memory.allocate(pairCountOf(n));
  const runs = { address, n, sampleLength: d, runCount: 1, length: d };
  const half = Math.min(n, 4 * (n >> 3)); // rows may be cut at multiples of four
  squarePairs(kernels, runs, [half, n], squares);
  squarePairs(kernels, runs, [0, half], squares);
  const range = quantisePairs(kernels, runs, squares, [{ address: codes, bins }]);
  return { address: codes, range, bytes: () => memory.uint8(codes, pairCountOf(n)).slice() };
}

function sameValue(actual: MutualInformation, wanted: MutualInformation): void {
  for (const [name, value] of Object.entries(wanted) as [keyof MutualInformation, number | null][]) {
    const got = actual[name];
    const isNear = got === value || (got !== null && value !== null && Math.abs(got - value) < 1e-9);
    assert.ok(isNear, `${name}: ${got} is not ${value}`);
  }
}

const sets = fc
  .record({
    n: fc.integer({ min: 1, max: 40 }),
    d: fc.integer({ min: 0, max: 21 }),
    bins: fc.integer({ min: 1, max: 90 }),
  })
  .chain((size) =>
    fc.record({
      size: fc.constant(size),
      a: fc.array(value(), { minLength: size.n * size.d, maxLength: size.n * size.d }),
      b: fc.array(value(), { minLength: size.n * size.d, maxLength: size.n * size.d }),
      seed: fc.nat(1000),
    }),
  );

/** Few and many different numbers, so that there are ties, duplicates and constant channels too. */
function value() {
  return fc.oneof(
    fc.constantFrom(0, 1, -2),
    fc.float({ noNaN: true, min: Math.fround(-1e30), max: Math.fround(1e30) }),
  );
}

/** Where float32 products of rows are in doubt, or of no use. */
const DATA: Readonly<Record<string, (sample: number, place: number) => number>> = {
  'positive numbers': (i, c) => Math.max(0, Math.sin(i * 1.3 + c * c)),
  'near duplicates': (i, c) => Math.sin((i >> 1) + c) + (i % 2) * 1e-6 * Math.cos(i + c),
  'an offset that hides the differences': (i, c) => 1e6 + Math.sin(i * c),
  'one sample far away': (i, c) => Math.sin(i + c) * (i === 5 ? 1e12 : 1),
  'samples that are equal': () => 0.1,
  'squares beyond float32': (i, c) => 1e25 * Math.sin(i + c),
  'subnormal numbers': (i, c) => 1e-41 * Math.sin(i + c),
};

describe('pairs of samples in WebAssembly', () => {
  let kernels: Kernels;
  before(async () => (kernels = await builtKernels()));

  it('have the bins and the mutual information of the twin, permuted too', () => {
    fc.assert(
      fc.property(sets, ({ size: { n, d, bins }, a, b, seed }) => {
        kernels.memory.scoped(() => {
          const [valuesA, valuesB] = [Float32Array.from(a), Float32Array.from(b)];
          const [codesA, codesB] = [codesOf(kernels, valuesA, n, d, bins), codesOf(kernels, valuesB, n, d, bins)];
          const [twinA, twinB] = [binDistances(valuesA, n, d, bins), binDistances(valuesB, n, d, bins)];
          assert.deepEqual(codesA.bytes(), twinA.codes);
          assert.deepEqual(codesB.bytes(), twinB.codes);
          assert.equal(codesA.range.minimum, twinA.minimum);
          assert.equal(codesA.range.maximum, twinA.maximum);
          const order = shuffledIndices(n, seed);
          const region = kernels.memory.allocate(matrixRegionBytes(n));
          const cells = (order: Int32Array | null, rowsToo: boolean) =>
            pairMatrix(kernels, {
              ...{ n, bins, rows: [codesA.address, codesB.address], columns: [codesB.address] },
              ...{ symmetric: false, order, rowsToo, chosen: null, shift: 0, region },
            });
          const check = (found: Float64Array, left: DistanceBins, right: DistanceBins) =>
            sameValue(cellOf(found, 0, pairCountOf(n)), distanceMutualInformation(left, right));
          check(cells(null, false), twinA, twinB);
          sameValue(cellOf(cells(null, false), 1, pairCountOf(n)), distanceMutualInformation(twinB, twinB));
          check(cells(order, false), twinA, permutedBins(twinB, order));
          check(cells(order, true), permutedBins(twinA, order), permutedBins(twinB, order));
        });
      }),
      { numRuns: 300 },
    );
  });

  it('are counted rightly above 16,384 a bin and with more than 64 bins', () => {
    const n = 400;
    const values = Float32Array.from({ length: n }, (_, i) => (i % 7) * 0.3 + (i % 2));
    const others = Float32Array.from({ length: n }, (_, i) => Math.sin(i));
    for (const bins of [2, 32, 64, 65, 256]) {
      kernels.memory.scoped(() => {
        const [a, b] = [codesOf(kernels, values, n, 1, bins), codesOf(kernels, others, n, 1, bins)];
        const cells = pairMatrix(kernels, {
          ...{ n, bins, rows: [a.address, b.address], columns: [a.address, b.address] },
          ...{ symmetric: true, order: null, rowsToo: false, chosen: null, shift: 0 },
          region: kernels.memory.allocate(matrixRegionBytes(n)),
        });
        const twins = [binDistances(values, n, 1, bins), binDistances(others, n, 1, bins)];
        for (const row of [0, 1])
          for (const column of [0, 1])
            sameValue(
              cellOf(cells, 2 * row + column, pairCountOf(n)),
              distanceMutualInformation(twins[row], twins[column]),
            );
      });
    }
  });

  it('are of the same bins whether products of 16 bits suffice or not', () => {
    const [n, bins] = [60, 32];
    const kinds: Record<string, (i: number, c: number) => number> = {
      ...DATA,
      'half of them zero': (i, c) => Math.max(0, Math.sin(i * (c + 1) + c)) * (1 + (i % 5)),
      'all about equally far': (i, c) => Math.sin(12.9898 * (i * 977 + c) + i * c),
      'two clusters far apart': (i, c) => (i % 2) * 1e5 + Math.sin(i * c),
    };
    for (const [what, make] of Object.entries(kinds)) {
      for (const d of [48, 77, 900]) {
        const values = Float32Array.from({ length: n * d }, (_, at) => make(Math.floor(at / d), at % d));
        kernels.memory.scoped(() => {
          const { memory } = kernels;
          const address = memory.allocate(4 * values.length);
          memory.float32(address, values.length).set(values);
          const squares = memory.allocate(squaresBytes(n));
          const codes = memory.allocate(pairCountOf(n));
          const before = memory.mark();
          const runs = { address, n, sampleLength: d, runCount: 1, length: d };
          const range = codePairs(kernels, runs, squares, [{ address: codes, bins }]);
          assert.equal(memory.mark(), before);
          const twin = binDistances(values, n, d, bins);
          assert.deepEqual(memory.uint8(codes, pairCountOf(n)).slice(), twin.codes, `${what}, ${d} values`);
          assert.deepEqual(range, { minimum: twin.minimum, maximum: twin.maximum }, what);
        });
      }
    }
  });

  for (const [what, make] of Object.entries(DATA)) {
    it(`have the twin’s bins of ${what}`, () => {
      for (const [n, d] of [
        [61, 7],
        [61, 100],
        [30, 1700],
      ]) {
        kernels.memory.scoped(() => {
          const values = Float32Array.from({ length: n * d }, (_, i) => make(Math.floor(i / d), i % d));
          const twin = binDistances(values, n, d, 32);
          assert.deepEqual(codesOf(kernels, values, n, d, 32).bytes(), twin.codes);
        });
      }
    });
  }

  it('are counted over chosen pairs as over those alone, two columns at once and one left over', () => {
    const [n, bins, count] = [230, 32, 20_000];
    const { memory } = kernels;
    memory.scoped(() => {
      const sets = [1, 2, 3, 4].map((step) => Float32Array.from({ length: n }, (_, i) => Math.sin(step * i)));
      const codes = sets.map((values) => codesOf(kernels, values, n, 1, bins));
      const pairs = choosePairs(n, count, 5);
      const order = shuffledIndices(n, 3);
      const address = memory.allocate(8 * count);
      memory.int32(address, 2 * count).set(pairs);
      const chosenOf = (bytes: Uint8Array, places: (i: number) => number) =>
        Uint8Array.from(
          { length: count },
          (_, p) => bytes[pairIndex(places(pairs[2 * p]), places(pairs[2 * p + 1]), n)],
        );
      const row = chosenOf(codes[0].bytes(), (i) => i);
      const taken = memory.allocate(count);
      memory.uint8(taken, count).set(row);
      const cells = pairMatrix(kernels, {
        ...{ n, bins, rows: [taken], columns: codes.slice(1).map((code) => code.address), symmetric: false },
        ...{ order, rowsToo: false, chosen: { address, count }, shift: 0 },
        region: memory.allocate(matrixRegionBytes(n)),
      });
      const asBins = (some: Uint8Array): DistanceBins => ({ n, bins, codes: some, minimum: 0, maximum: 1 });
      for (const column of [0, 1, 2]) {
        const wanted = chosenOf(codes[column + 1].bytes(), (i) => order[i]);
        sameValue(cellOf(cells, column, count), distanceMutualInformation(asBins(row), asBins(wanted)));
      }
    });
  });

  it('are chosen once each, every sample about as often', () => {
    const [n, count] = [100, 1000];
    const pairs = choosePairs(n, count, 1);
    const places = new Set<number>();
    const uses = new Int32Array(n);
    for (let p = 0; p < count; p++) {
      const [i, j] = [pairs[2 * p], pairs[2 * p + 1]];
      assert.ok(i < j && j < n, `${i}, ${j}`);
      places.add(pairIndex(i, j, n));
      uses[i]++;
      uses[j]++;
    }
    assert.equal(places.size, count);
    assert.ok(
      uses.every((times) => times >= 8 && times <= 36),
      String(uses),
    );
  });

  it('of twice the bins, shifted, are the bins', () => {
    const values = Float32Array.from({ length: 90 }, (_, i) => Math.sin(i * i));
    kernels.memory.scoped(() => {
      const fine = codesOf(kernels, values, 30, 3, 64).bytes();
      const coarse = codesOf(kernels, values, 30, 3, 32).bytes();
      assert.deepEqual(
        fine.map((code) => code >> 1),
        coarse,
      );
    });
  });

  it('have sums of distances and products that rows may be cut into', () => {
    const [n, runs, length] = [17, 3, 75];
    const values = Float32Array.from({ length: n * runs * length }, (_, i) => Math.sin(i * 1.7) * 3);
    kernels.memory.scoped(() => {
      const { memory } = kernels;
      const address = memory.allocate(4 * values.length);
      memory.float32(address, values.length).set(values);
      const sums = memory.allocate(8 * pairCountOf(n));
      const all = { address, n, sampleLength: runs * length, runCount: runs, length };
      const read = () => memory.float64(sums, pairCountOf(n)).slice();
      for (const kind of ['distance', 'product'] as const) {
        sumPairs(kernels, kind, all, [0, n], sums);
        const once = read();
        memory.float64(sums, pairCountOf(n)).fill(NaN);
        sumPairs(kernels, kind, all, [8, n], sums);
        sumPairs(kernels, kind, all, [0, 8], sums);
        assert.deepEqual(read(), once);
      }
      const gram = hollowGram(values, n, runs * length);
      let at = 0;
      for (let i = 0; i < n; i++)
        for (let j = i + 1; j < n; j++) {
          const product = memory.float64(sums, pairCountOf(n))[at++];
          assert.ok(Math.abs(product - gram[i * n + j]) < 1e-3, `${product} is not ${gram[i * n + j]}`);
        }
    });
  });
});
