/** What holds of the mutual information of layers and units, by each estimator. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  layerInformation,
  labelEntropy,
  type InformationOptions,
} from '../../src/analysis/measures/layerInformation.js';
import {
  binnedInformation,
  jointStates,
  kernelDensityBounds,
  totalVariance,
} from '../../src/analysis/measures/layerMutualInformation.js';
import { digamma, ksg, ross } from '../../src/analysis/measures/nearestNeighbourMutualInformation.js';
import { shuffledIndices } from '../../src/analysis/measures/standardNormal.js';
import { CASES, labelsOf, reordered, samples, type Samples } from './arbitraries.js';
import { near, within } from './claims.js';

const finite = samples({ n: [4, 24], d: [1, 5] });
const seeds = fc.nat(2 ** 20);
const rangeOf = (values: Float32Array) => ({ minimum: Math.min(...values), maximum: Math.max(...values) });
const take = (values: Int32Array, order: Int32Array) => Int32Array.from(order, (i) => values[i]);
const relabelled = (labels: Int32Array) => labels.map((label) => 7 - 3 * label);
const options = (estimator: InformationOptions['estimator'], values: Float32Array): InformationOptions => ({
  ...{ estimator, bins: 6, range: rangeOf(values), noiseShare: 0.05, permutations: 0, seed: 1, interval: false },
});

describe('layer mutual information by joint states, always', () => {
  const states = (values: Float32Array, { n, d }: Samples) => jointStates(values, n, d, rangeOf(values), 6);

  it('is at most log2 N with the input, and at most H(T) and H(Y) with the label', () => {
    fc.assert(
      fc.property(finite, seeds, (one, seed) => {
        const labels = labelsOf(one.n, 3, seed);
        const { withInput, withLabel } = binnedInformation(states(one.values, one), labels);
        within(withInput, 0, Math.log2(one.n));
        within(withLabel!, 0, Math.min(withInput, labelEntropy(labels)));
      }),
      CASES,
    );
  });

  it('with its own states is H(T), is symmetric, and never grows when T is coarsened (data processing)', () => {
    fc.assert(
      fc.property(finite, seeds, (one, seed) => {
        const [fine, labels] = [states(one.values, one), labelsOf(one.n, 3, seed)];
        const { withInput, withLabel } = binnedInformation(fine, labels);
        near(binnedInformation(fine, fine).withLabel, withInput);
        near(binnedInformation(labels, fine).withLabel, withLabel);
        const coarse = fine.map((state) => state >> 1);
        assert.ok(binnedInformation(coarse, labels).withLabel! <= withLabel! + 1e-9);
      }),
      CASES,
    );
  });

  it('does not depend on the order of samples, on what classes are called, nor on the scale', () => {
    fc.assert(
      fc.property(finite, seeds, (one, seed) => {
        const labels = labelsOf(one.n, 3, seed);
        const order = shuffledIndices(one.n, seed);
        const moved = reordered(one, order).map((value) => value * 8);
        const found = binnedInformation(states(one.values, one), labels);
        const again = binnedInformation(states(moved, one), relabelled(take(labels, order)));
        near(again.withInput, found.withInput);
        near(again.withLabel, found.withLabel);
      }),
      CASES,
    );
  });
});

describe('layer mutual information by kernel density, always', () => {
  const bounds = ({ values, n, d }: Samples, labels: Int32Array, more = 1) => {
    const noise = 0.05 * totalVariance(values, n, d);
    return kernelDensityBounds(values, n, d, labels, (noise > 0 ? noise : 1) * more);
  };

  it('has its lower bound below its upper one, both under log2 N; with the label under H(Y)', () => {
    fc.assert(
      fc.property(finite, seeds, (one, seed) => {
        const labels = labelsOf(one.n, 3, seed);
        const { lower, upper } = bounds(one, labels);
        within(lower.withInput, 0, upper.withInput);
        within(upper.withInput, 0, Math.log2(one.n));
        for (const { withLabel } of [lower, upper]) assert.ok(withLabel! <= labelEntropy(labels) + 1e-9);
      }),
      CASES,
    );
  });

  it('with the input never grows with the noise', () => {
    fc.assert(
      fc.property(finite, seeds, (one, seed) => {
        const labels = labelsOf(one.n, 3, seed);
        const [quiet, loud] = [bounds(one, labels), bounds(one, labels, 4)];
        assert.ok(loud.lower.withInput <= quiet.lower.withInput + 1e-9);
        assert.ok(loud.upper.withInput <= quiet.upper.withInput + 1e-9);
      }),
      CASES,
    );
  });

  it('does not depend on order, names of classes or scale; as the product computes it, it is the definition’s', () => {
    fc.assert(
      fc.property(finite, seeds, (one, seed) => {
        const labels = labelsOf(one.n, 3, seed);
        const order = shuffledIndices(one.n, seed);
        const moved = { ...one, values: reordered(one, order).map((value) => value * 8) };
        const [found, again] = [bounds(one, labels), bounds(moved, relabelled(take(labels, order)))];
        const product = layerInformation(one.values, one.n, one.d, labels, null, options('kde', one.values));
        near(again.lower.withInput, found.lower.withInput, 1e-6);
        near(again.upper.withLabel, found.upper.withLabel, 1e-6);
        near(product.inputBits, found.lower.withInput, 1e-6);
        near(product.labelUpperBits, found.upper.withLabel, 1e-6);
      }),
      CASES,
    );
  });
});

describe('mutual information by nearest neighbours, always', () => {
  const units = samples({ n: [5, 30], d: [1, 1] });
  const k = fc.integer({ min: 1, max: 4 });
  const doubles = (values: Float32Array) => Float64Array.from(values);

  it('of two units is symmetric, does not depend on order or common scale, and is at most its own ceiling', () => {
    fc.assert(
      fc.property(units, units, k, seeds, (one, other, neighbours, seed) => {
        const n = Math.min(one.n, other.n);
        const [x, y] = [one, other].map(({ values }) => doubles(values.subarray(0, n)));
        const bits = ksg(x, y, neighbours);
        near(ksg(y, x, neighbours), bits);
        const order = shuffledIndices(n, seed);
        const [movedX, movedY] = [x, y].map((values) => Float64Array.from(order, (i) => values[i] * 16));
        near(ksg(movedX, movedY, neighbours), bits);
        // ψ(N) + ψ(k) − 2 ψ(1): nobody else within the neighbours' radius in either unit alone.
        assert.ok(bits <= (digamma(n) + digamma(neighbours) - 2 * digamma(1)) / Math.LN2 + 1e-9);
      }),
      CASES,
    );
  });

  it('of a unit and a label does not depend on order, scale or names of classes, and nothing says nothing', () => {
    fc.assert(
      fc.property(units, k, seeds, ({ values, n }, neighbours, seed) => {
        const labels = labelsOf(n, 3, seed);
        const order = shuffledIndices(n, seed);
        const moved = Float64Array.from(order, (i) => values[i] * 16);
        const bits = ross(doubles(values), labels, neighbours);
        assert.ok(Number.isFinite(bits));
        near(ross(moved, relabelled(take(labels, order)), neighbours), bits);
        near(
          ross(
            doubles(values),
            Int32Array.from({ length: n }, (_, i) => i),
            neighbours,
          ),
          0,
        );
      }),
      CASES,
    );
  });
});
