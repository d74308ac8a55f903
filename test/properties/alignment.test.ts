/** What holds of centred kernel alignment and of redundancy whatever the samples are. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { alignment, hollowGram } from '../../src/analysis/measures/centredKernelAlignment.js';
import {
  channelCorrelations,
  channelMoments,
  recommendedCount,
  redundantPairs,
} from '../../src/analysis/measures/redundancy.js';
import { shuffledIndices } from '../../src/analysis/measures/standardNormal.js';
import { CASES, pairs, reordered, samples, type Samples } from './arbitraries.js';
import { near, nearAll, within } from './claims.js';

const gram = ({ values, n, d }: Samples) => hollowGram(values, n, d);

describe('centred kernel alignment, always', () => {
  const both = pairs({ n: [0, 20], d: [1, 6] });

  it('is symmetric, at most 1 in size, and 1 of anything with itself; undefined below 4 samples', () => {
    fc.assert(
      fc.property(both, ({ a, b }) => {
        const [left, right] = [gram(a), gram(b)];
        const value = alignment(left, right, a.n);
        near(alignment(right, left, a.n), value, 1e-6);
        if (a.n < 4 || a.kind === 'constant') assert.equal(value, null);
        if (value !== null && isWellScaled(a) && isWellScaled(b)) within(value, -1 - 1e-6, 1 + 1e-6);
        const own = alignment(left, left, a.n);
        if (own !== null) near(own, 1, 1e-9);
      }),
      CASES,
    );
  });

  it('does not depend on the order of samples, of units, nor on either side’s scale', () => {
    fc.assert(
      fc.property(both, fc.nat(1000), ({ a, b }, seed) => {
        fc.pre(isWellScaled(a) && isWellScaled(b));
        const order = shuffledIndices(a.n, seed);
        const units = shuffledIndices(a.d, seed);
        const moved = reordered(a, order).map((value) => value * 4);
        const mixed = moved.map((_, at) => moved[at - (at % a.d) + units[at % a.d]]);
        const again = alignment(hollowGram(mixed, a.n, a.d), hollowGram(reordered(b, order), b.n, b.d), a.n);
        near(again, alignment(gram(a), gram(b), a.n), 1e-6);
      }),
      CASES,
    );
  });
});

describe('redundancy, always', () => {
  /** Each sample holds four channels of `length` values. */
  const layers = fc
    .integer({ min: 1, max: 3 })
    .chain((length) => samples({ n: [2, 12], d: [4 * length, 4 * length] }).map((one) => ({ ...one, length })));
  const correlations = (values: Float32Array, n: number, length: number) => channelCorrelations(values, n, 4, length);

  it('correlations are symmetric, between −1 and 1, and 1 with itself unless nothing varies', () => {
    fc.assert(
      fc.property(layers, ({ values, n, length }) => {
        const r = correlations(values, n, length);
        for (let a = 0; a < 4; a++) {
          for (let b = 0; b < 4; b++) within(r[4 * a + b], -1, 1);
          for (let b = 0; b < a; b++) assert.equal(r[4 * a + b], r[4 * b + a]);
          assert.ok(r[5 * a] === 0 || Math.abs(r[5 * a] - 1) < 1e-9, String(r[5 * a]));
        }
      }),
      CASES,
    );
  });

  it('correlations and recommended counts do not depend on the order of samples, nor on the scale', () => {
    fc.assert(
      fc.property(layers, fc.nat(1000), (one, seed) => {
        fc.pre(isWellScaled(one));
        const { n, length } = one;
        const moved = reordered(one, shuffledIndices(n, seed)).map((value) => value * 4);
        nearAll(correlations(moved, n, length), correlations(one.values, n, length), 1e-6);
        const counts = [one.values, moved].map((values) =>
          recommendedCount(channelMoments(values, n, 4, length).means, n, 4),
        );
        assert.equal(counts[0], counts[1]);
        within(counts[0], 0, 4);
      }),
      CASES,
    );
  });

  it('read sample by sample, correlations are those of all values at once', () => {
    fc.assert(
      fc.property(layers, ({ values, n, length }) => {
        nearAll(channelMoments(values, n, 4, length).correlations, correlations(values, n, length), 1e-6);
      }),
      CASES,
    );
  });

  it('channels that do not vary repeat nobody, and nothing is recommended where none varies', () => {
    const levels = fc.array(fc.float({ noNaN: true, min: -1000, max: 1000 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(levels, fc.integer({ min: 2, max: 40 }), fc.integer({ min: 1, max: 9 }), (level, n, length) => {
        const values = Float32Array.from({ length: 4 * n * length }, (_, at) => level[Math.floor(at / length) % 4]);
        const moments = channelMoments(values, n, 4, length);
        for (const found of [moments.correlations, correlations(values, n, length)])
          assert.deepEqual(redundantPairs(found, 4), []);
        assert.equal(recommendedCount(moments.means, n, 4), 0);
      }),
      CASES,
    );
  });

  it('a channel that is copied, scaled or turned over is a redundant pair', () => {
    fc.assert(
      fc.property(layers, fc.constantFrom(1, 0.5, -2), ({ values, n, length, kind }, factor) => {
        fc.pre(kind === 'normal');
        const copied = values.map((value, at) => {
          const channel = Math.floor(at / length) % 4;
          return channel === 3 ? factor * values[at - 3 * length] : value;
        });
        const listed = redundantPairs(correlations(copied, n, length), 4);
        const pair = listed.find(({ a, b }) => a === 0 && b === 3);
        near(pair?.r ?? null, Math.sign(factor), 1e-6);
      }),
      CASES,
    );
  });
});

/** Far outliers and an offset leave float64 products with few digits of what is compared. */
function isWellScaled({ kind }: Samples): boolean {
  return kind !== 'far outliers' && kind !== 'offset';
}
