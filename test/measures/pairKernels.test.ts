/** Kernels of pairs and their sums in WebAssembly: the exponential against Math.exp, sums against the plain twin. */
import assert from 'node:assert/strict';
import { channelMoments as momentsByKernels } from '../../src/analysis/kernelHost/channelMoments.js';
import { pairCountOf } from '../../src/analysis/kernelHost/distancePairs.js';
import { gramSums, sumGramRows } from '../../src/analysis/kernelHost/gramSums.js';
import { type Kernels } from '../../src/analysis/kernelHost/kernels.js';
import { pairKernelsInMemory } from '../../src/analysis/kernelHost/pairKernels.js';
import { sumPairs } from '../../src/analysis/kernelHost/pairSums.js';
import { alignment, alignmentOf, hollowGram, hsic } from '../../src/analysis/measures/centredKernelAlignment.js';
import { jackknifeGroups } from '../../src/analysis/measures/interSampleEntropy.js';
import { pairKernels, squaresOf } from '../../src/analysis/measures/kernelDensity.js';
import { kernelDensityInformation } from '../../src/analysis/measures/kernelDensityInformation.js';
import { channelMoments } from '../../src/analysis/measures/redundancy.js';
import { fillStandardNormal } from '../../src/analysis/measures/standardNormal.js';
import { builtKernels } from './builtKernels.js';

let kernels: Kernels;
before(async () => {
  kernels = await builtKernels();
});

function normal(count: number, seed: number, offset = 0): Float32Array {
  const values = new Float32Array(count);
  fillStandardNormal(values, seed);
  return values.map((value) => value + offset);
}

/** Address of a copy in the kernels' memory. */
function placed(values: Float32Array | Float64Array): number {
  const address = kernels.memory.allocate(values.byteLength);
  if (values instanceof Float32Array) kernels.memory.float32(address, values.length).set(values);
  else kernels.memory.float64(address, values.length).set(values);
  return address;
}

function sumsOf(kind: 'distance' | 'product', values: Float32Array, n: number, d: number): number {
  const runs = { address: placed(values), n, sampleLength: d, runCount: 1, length: d };
  const sums = kernels.memory.allocate(8 * pairCountOf(n));
  sumPairs(kernels, kind, runs, [0, n], sums);
  return sums;
}

describe('the exponential', () => {
  it('is Math.exp to within 5e-16 of its size, from 0 to e⁻⁷⁰⁸, and 0 below', () => {
    const squares = Float64Array.from({ length: 20_001 }, (_, i) => (i < 10_000 ? i * 0.0708 : (i - 10_000) * 1e-5));
    kernels.memory.scoped(() => {
      const out = kernels.memory.allocate(8 * squares.length);
      kernels.squaresToKernels(placed(squares), squares.length, 1, out);
      kernels.memory.float64(out, squares.length).forEach((value, i) => {
        const wanted = Math.exp(-squares[i]);
        assert.ok(Math.abs(value - wanted) <= 5e-16 * wanted, `e^-${squares[i]} is ${value}, not ${wanted}`);
      });
      kernels.squaresToKernels(placed(Float64Array.of(708.1, 1e300, Infinity)), 3, 1, out);
      assert.deepEqual([...kernels.memory.float64(out, 3)], [0, 0, 0]);
    });
  });
});

describe('kernels of pairs', () => {
  for (const [n, d, offset] of [
    [3, 3, 0],
    [4, 1, 0],
    [9, 300, 0],
    [41, 7, 1e4],
    [64, 1100, -3],
  ])
    it(`of ${n} samples of ${d} values about ${offset}: information, null and interval are the twin’s`, () => {
      const values = normal(n * d, n, offset);
      const labels = Int32Array.from({ length: n }, (_, i) => (i * i) % 3);
      const options = { permutations: 39, seed: 4, interval: true };
      const twin = kernelDensityInformation(pairKernels(squaresOf(values, n, d), n, 0.05), labels, options);
      const found = kernels.memory.scoped(() =>
        kernelDensityInformation(
          pairKernelsInMemory(kernels, sumsOf('distance', values, n, d), n, 0.05),
          labels,
          options,
        ),
      );
      const numbers = (one: object): unknown[] =>
        Object.values(one).flatMap((value) =>
          value !== null && typeof value === 'object' ? numbers(value as object) : [value],
        );
      const wanted = numbers(twin);
      numbers(found).forEach((value, i) => {
        if (typeof value !== 'number') return assert.equal(value, wanted[i]);
        assert.ok(Math.abs(value - (wanted[i] as number)) <= 2e-6, `${value} is not ${wanted[i]}`);
      });
      assert.equal(numbers(found).length, wanted.length);
    });

  it('of values that float32 products would lose or overflow are the twin’s too', () => {
    const [n, d] = [12, 5];
    for (const size of [1e-25, 1e25]) {
      const values = normal(n * d, 3).map((value) => value * size);
      const found = kernels.memory.scoped(() =>
        kernels.memory.float64(sumsOf('distance', values, n, d), pairCountOf(n)).slice(),
      );
      squaresOf(values, n, d).forEach((wanted, p) => assert.ok(Math.abs(found[p] / wanted - 1) < 1e-5, `${found[p]}`));
    }
  });

  it('of a constant layer say nothing', () => {
    const n = 10;
    const found = kernels.memory.scoped(() => {
      const squares = sumsOf('distance', new Float32Array(n * 3).fill(1e6), n, 3);
      return kernelDensityInformation(pairKernelsInMemory(kernels, squares, n, 0.05), null, {
        permutations: 0,
        seed: 1,
        interval: false,
      });
    });
    assert.deepEqual([found.lower.withInput, found.upper.withInput], [0, 0]);
  });
});

describe('alignment of Gram matrices', () => {
  const rowsWithout = (values: Float32Array, d: number, groups: Uint8Array, group: number) =>
    Float32Array.from(
      [...groups.keys()].filter((i) => groups[i] !== group).flatMap((i) => [...values.subarray(i * d, (i + 1) * d)]),
    );

  it('of all samples and without each group is that of the samples that are left, however far from 0 they lie', () => {
    const [n, d] = [50, 6];
    const [a, b] = [normal(n * d, 1, 3000), normal(n * d, 2)];
    for (let i = 0; i < n; i++) b[i * d] = a[i * d + 1];
    const groups = { groups: jackknifeGroups(n), groupCount: 20 };
    const [both, ofA, ofB] = kernels.memory.scoped(() => {
      const grams = [a, b].map((values) => ({
        gram: sumsOf('product', values, n, d),
        rows: kernels.memory.allocate(8 * n * 20),
      }));
      for (const gram of grams) sumGramRows(kernels, gram, groups);
      const [left, right] = grams;
      return [
        gramSums(kernels, left, [right], groups),
        gramSums(kernels, left, [left], groups),
        gramSums(kernels, right, [right], groups),
      ];
    });
    for (let place = 0; place <= 20; place++) {
      const [left, right] = [a, b].map((values) => rowsWithout(values, d, groups.groups, place - 1));
      const m = left.length / d;
      const wanted = alignment(hollowGram(left, m, d), hollowGram(right, m, d), m)!;
      const value = alignmentOf(hsic(both[place]), ofA[place], ofB[place]);
      assert.ok(Math.abs(value - wanted) < 2e-6, `${value} is not ${wanted}`);
    }
  });

  it('is undefined of a constant layer', () => {
    const n = 8;
    const all = { groups: new Uint8Array(n), groupCount: 0 };
    kernels.memory.scoped(() => {
      const gram = {
        gram: sumsOf('product', new Float32Array(n * 2).fill(7e5), n, 2),
        rows: kernels.memory.allocate(8 * n),
      };
      sumGramRows(kernels, gram, all);
      const [own] = gramSums(kernels, gram, [gram], all);
      assert.ok(Number.isNaN(alignmentOf(hsic(own), own, own)));
    });
  });
});

describe('correlations of channels', () => {
  for (const [n, channels, length] of [
    [2, 1, 1],
    [30, 5, 1],
    [17, 9, 7],
    [12, 16, 64],
    [5, 6, 300],
  ])
    it(`(${n}, ${channels}, ${length}): r and the spatial means are the twin’s, 1 of a copy and 0 of a constant`, () => {
      const maps = normal(n * channels * length, n + length, 40);
      for (let i = 0; i < n && channels > 2; i++) {
        const at = i * channels * length;
        maps.copyWithin(at + length, at, at + length);
        maps.fill(0.1, at + 2 * length, at + 3 * length);
      }
      const shape = { sampleCount: n, channelCount: channels, mapLength: length };
      const found = kernels.memory.scoped(() => momentsByKernels(kernels, placed(maps), shape));
      const twin = channelMoments(maps, n, channels, length);
      found.correlations.forEach((r, i) =>
        assert.ok(Math.abs(r - twin.correlations[i]) < 2e-6, `${r} is not ${twin.correlations[i]}`),
      );
      found.means.forEach((mean, i) =>
        assert.ok(Math.abs(mean - twin.means[i]) < 1e-9, `${mean} is not ${twin.means[i]}`),
      );
      if (channels > 2)
        assert.deepEqual([Math.abs(found.correlations[1] - 1) < 1e-12, found.correlations[2]], [true, 0]);
    });
});
