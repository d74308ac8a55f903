import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { alignment, hollowGram } from '../../src/analysis/measures/centredKernelAlignment.js';
import {
  binDistances,
  distanceMutualInformation,
  mutualInformationOfCounts,
  permutedBins,
} from '../../src/analysis/measures/distanceMutualInformation.js';
import {
  binnedInformation,
  jointStates,
  kernelDensityBounds,
  totalVariance,
} from '../../src/analysis/measures/layerMutualInformation.js';
import { digamma, ksg, ross } from '../../src/analysis/measures/nearestNeighbourMutualInformation.js';
import {
  channelCorrelations,
  isStable,
  recommendedCount,
  redundantPairs,
} from '../../src/analysis/measures/redundancy.js';
import { digitImages, digitLabels } from '../digits.js';

const expected = JSON.parse(
  readFileSync(new URL('../fixtures/information/expected.json', import.meta.url), 'utf8'),
) as Expected;
const images = digitImages();
const labels = digitLabels();

interface Expected {
  distance: Record<string, { bits: number; entropyA: number; entropyB: number }>;
  kde: Record<'lower' | 'upper', { withInput: number; withLabel: number }>;
  kdeNoise: number;
  binned: { withInput: number; withLabel: number };
  ksg: Record<string, number>;
  ross: Record<string, number>;
  cka: Record<string, number>;
  recommended: Record<string, number>;
  correlations: number[];
}

/** Columns from…to of the first n images. */
function columns(n: number, from: number, to: number): Float32Array {
  const out = new Float32Array(n * (to - from));
  for (let i = 0; i < n; i++) out.set(images.subarray(i * 64 + from, i * 64 + to), i * (to - from));
  return out;
}

/** The fixture's equidistributed values in [0, 1). */
const weyl = (count: number, step: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => ((i + 1) * step) % 1);

function near(actual: number | null, wanted: number, tolerance = 1e-9): void {
  assert.ok(actual !== null && Math.abs(actual - wanted) <= tolerance, `${actual} is not ${wanted}`);
}

/** Box–Muller from a small congruential generator: correlated normal pairs in closed form. */
function normalPairs(n: number, rho: number, seed: number): { x: Float64Array; y: Float64Array } {
  let state = seed;
  const uniform = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const x = Float64Array.from({ length: n }, normal);
  return { x, y: x.map((value) => rho * value + Math.sqrt(1 - rho * rho) * normal()) };
}

describe('distance mutual information', () => {
  const left = binDistances(columns(120, 0, 32), 120, 32);
  const right = binDistances(columns(120, 32, 64), 120, 32);

  it('agrees with scipy’s distances and scikit-learn’s score', () => {
    const value = distanceMutualInformation(left, right);
    near(value.bits, expected.distance.halves.bits);
    near(value.entropyA, expected.distance.halves.entropyA);
    near(value.entropyB, expected.distance.halves.entropyB);
    const coarse = (from: number) => binDistances(columns(120, from, from + 32), 120, 32, 8);
    near(distanceMutualInformation(coarse(0), coarse(32)).bits, expected.distance.eightBins.bits);
  });
  it('of a channel with itself is its entropy', () => {
    const value = distanceMutualInformation(left, left);
    near(value.bits, value.entropyA);
    near(value.bits, expected.distance.itself.bits);
    near(value.conditionalA, 0);
  });
  it('of a constant channel is 0 bits and has no share', () => {
    const constant = binDistances(new Float32Array(120 * 4), 120, 4);
    const value = distanceMutualInformation(constant, right);
    assert.deepEqual([value.bits, value.entropyA, value.shareOfSmaller], [0, 0, null]);
  });
  it('of XOR’s parts with the whole is 0, and 1 bit for the two together', () => {
    // Rows: states of one variable; columns: XOR.
    near(mutualInformationOfCounts(Uint32Array.of(25, 25, 25, 25), 2, 2).bits, 0);
    near(mutualInformationOfCounts(Uint32Array.of(25, 0, 0, 25, 0, 25, 25, 0), 4, 2).bits, 1);
  });
  it('is symmetric, bounded by either entropy, and unchanged when all samples are reordered together', () => {
    const values = fc.integer({ min: 3, max: 12 }).chain((n) =>
      fc.record({
        n: fc.constant(n),
        a: fc.array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: n * 2, maxLength: n * 2 }),
        b: fc.array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: n * 3, maxLength: n * 3 }),
        order: fc.shuffledSubarray([...Array(n).keys()], { minLength: n }),
      }),
    );
    fc.assert(
      fc.property(values, ({ n, a, b, order }) => {
        const binsA = binDistances(Float32Array.from(a), n, 2);
        const binsB = binDistances(Float32Array.from(b), n, 3);
        const forth = distanceMutualInformation(binsA, binsB);
        const back = distanceMutualInformation(binsB, binsA);
        near(forth.bits, back.bits);
        assert.ok(forth.bits <= Math.min(forth.entropyA, forth.entropyB) + 1e-9);
        const permutation = Int32Array.from(order);
        near(
          distanceMutualInformation(permutedBins(binsA, permutation), permutedBins(binsB, permutation)).bits,
          forth.bits,
        );
      }),
      { numRuns: 1000 },
    );
  });
});

describe('layer mutual information', () => {
  it('by kernel density agrees with numpy, lower bound below upper', () => {
    const n = 120;
    const values = images.subarray(0, n * 64);
    near(0.05 * totalVariance(values, n, 64), expected.kdeNoise, 1e-6);
    const bounds = kernelDensityBounds(values, n, 64, labels.subarray(0, n), expected.kdeNoise);
    for (const side of ['lower', 'upper'] as const) {
      near(bounds[side].withInput, expected.kde[side].withInput);
      near(bounds[side].withLabel, expected.kde[side].withLabel);
    }
    assert.ok(bounds.lower.withInput <= bounds.upper.withInput && bounds.upper.withInput <= Math.log2(n) + 1e-9);
  });
  it('binned agrees with scikit-learn', () => {
    const states = jointStates(columns(120, 18, 22), 120, 4, { minimum: 0, maximum: 16 }, 5);
    const value = binnedInformation(states, labels.subarray(0, 120));
    near(value.withInput, expected.binned.withInput);
    near(value.withLabel, expected.binned.withLabel);
  });
  it('binned never falls below that of a coarser state of the same layer (data processing)', () => {
    const states = fc.array(fc.tuple(fc.nat(5), fc.nat(2)), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(states, (pairs) => {
        const label = Int32Array.from(pairs, ([, one]) => one);
        const fine = binnedInformation(
          Int32Array.from(pairs, ([state]) => state),
          label,
        );
        const coarse = binnedInformation(
          Int32Array.from(pairs, ([state]) => state >> 1),
          label,
        );
        assert.ok((fine.withLabel ?? 0) >= (coarse.withLabel ?? 0) - 1e-9);
        assert.ok(fine.withInput >= coarse.withInput - 1e-9);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('nearest-neighbour mutual information', () => {
  const unit = Float64Array.from(weyl(500, 0.7320508075688772), (value, i) => images[i * 64 + 20] + 0.01 * value);
  const other = Float64Array.from(weyl(500, 0.23606797749978969), (value, i) => images[i * 64 + 28] + 0.01 * value);

  it('of two continuous variables agrees with scikit-learn’s trees, negative values too', () => {
    const u = weyl(400, 0.6180339887498949);
    const v = weyl(400, 0.41421356237309515);
    near(ksg(u, v), expected.ksg.independent);
    near(
      ksg(
        u,
        u.map((value, i) => (value + 0.1 * v[i]) % 1),
      ),
      expected.ksg.related,
    );
    near(ksg(unit, other), expected.ksg.units);
    near(ksg(unit, other, 5), expected.ksg.fiveNeighbours);
  });
  it('of a variable and a label agrees with scikit-learn', () => {
    near(ross(unit, labels.subarray(0, 500)), expected.ross.unit);
    near(ross(other, labels.subarray(0, 500), 5), expected.ross.otherFive);
  });
  it('finds −½ log2(1 − ρ²) for normal pairs within four standard errors', () => {
    for (const rho of [0, 0.3, 0.6, 0.9, 0.99]) {
      const { x, y } = normalPairs(2000, rho, 7);
      near(ksg(x, y), -0.5 * Math.log2(1 - rho * rho), 0.12);
    }
  });
  it('rests on a digamma function that meets its closed forms', () => {
    near(digamma(1), -0.5772156649015329, 1e-11);
    near(digamma(0.5), -0.5772156649015329 - 2 * Math.LN2, 1e-11);
    near(digamma(100), 4.600161852738087, 1e-11);
  });
});

describe('centred kernel alignment', () => {
  it('agrees with its matrix form', () => {
    const a = hollowGram(columns(120, 0, 32), 120, 32);
    const b = hollowGram(columns(120, 32, 64), 120, 32);
    near(alignment(a, b, 120), expected.cka.halves);
    near(alignment(a, a, 120), expected.cka.itself);
  });
  it('is undefined for a constant layer and for fewer than four samples', () => {
    const constant = hollowGram(new Float32Array(20), 10, 2);
    assert.equal(alignment(constant, constant, 10), null);
    assert.equal(alignment(new Float64Array(9), new Float64Array(9), 3), null);
  });
});

describe('redundancy', () => {
  it('counts the principal directions as scikit-learn does', () => {
    const means = new Float64Array(300 * 16);
    for (let i = 0; i < means.length; i++) {
      for (let p = 0; p < 4; p++) means[i] += images[i * 4 + p] / 4;
    }
    for (const [share, count] of Object.entries(expected.recommended)) {
      assert.equal(recommendedCount(means, 300, 16, Number(share)), count);
    }
  });
  it('correlates channels as numpy does and lists a copied channel first', () => {
    const correlations = channelCorrelations(images.subarray(0, 60 * 64), 60, 4, 16);
    correlations.forEach((r, i) => near(r, expected.correlations[i]));
    const copied = images.slice(0, 60 * 64);
    for (let i = 0; i < 60; i++) copied.copyWithin(i * 64 + 48, i * 64 + 16, i * 64 + 32);
    const [first] = redundantPairs(channelCorrelations(copied, 60, 4, 16), 4);
    assert.deepEqual([first.a, first.b], [1, 3]);
    near(first.r, 1);
  });
  it('recommends none where nothing varies, and calls counts stable that moved by one', () => {
    assert.equal(recommendedCount(new Float64Array(40), 10, 4), 0);
    assert.deepEqual([isStable([9, 5, 5, 6]), isStable([5, 7, 7]), isStable([5, 5])], [true, false, false]);
  });
});
