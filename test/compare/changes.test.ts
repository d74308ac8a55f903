import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  accuracyChange,
  independent,
  jackknife,
  pairedJackknife,
  pairedMeans,
} from '../../src/analysis/compare/changes.js';

interface Case<T> {
  readonly from: T[];
  readonly to: T[];
  readonly halfWidth: number;
}
const expected = JSON.parse(readFileSync('test/fixtures/compare/expected.json', 'utf8')) as {
  paired: (Case<number> & { difference: number })[];
  matched: Case<boolean>[];
  apart: Case<boolean>[];
};

describe('changes', () => {
  const near = (actual: number | null, wanted: number): void =>
    assert.ok(actual !== null && Math.abs(actual - wanted) < 1e-12, `${actual} is not ${wanted}`);

  it('of paired means have SciPy’s normal interval', () => {
    for (const one of expected.paired) {
      const change = pairedMeans(one.from, one.to);
      near(change.difference, one.difference);
      near(change.halfWidth, one.halfWidth);
    }
  });
  it('of matched answers have Agresti and Min’s interval, of others Agresti and Caffo’s', () => {
    for (const { from, to, halfWidth } of expected.matched) near(accuracyChange(from, to, true).halfWidth, halfWidth);
    for (const { from, to, halfWidth } of expected.apart) near(accuracyChange(from, to, false).halfWidth, halfWidth);
  });
  it('leave out probes without a value on either side', () => {
    const change = pairedMeans([1, NaN, 3], [2, 5, NaN]);
    assert.deepEqual([change.n, change.difference, change.halfWidth], [1, 1, null]);
  });
  it('of a state with itself are nothing, however its values scatter', () =>
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2 }), (values) => {
        const { difference, halfWidth } = pairedMeans(values, values);
        assert.deepEqual([difference, halfWidth, pairedJackknife(values, values)], [0, 0, 0]);
      }),
    ));
  it('turned round have the other sign and the same interval', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1 }), fc.boolean(), (pairs, paired) => {
        const [a, b] = [pairs.map(([one]) => one), pairs.map(([, other]) => other)];
        const [there, back] = [accuracyChange(a, b, paired), accuracyChange(b, a, paired)];
        near(there.difference, -(back.difference ?? NaN));
        near(there.halfWidth, back.halfWidth ?? NaN);
      }),
    ));
  it('of sides that know nothing of each other add variances, and have no interval where a side has none', () => {
    const side = (halfWidth: number | null) => ({ value: 1, halfWidth, n: 10 });
    assert.equal(independent(side(3), side(4)).halfWidth, 5);
    assert.equal(independent(side(3), side(null)).halfWidth, null);
  });
  it('by the jackknife equal the paired mean’s where each group is one probe', () => {
    const { from, to, halfWidth } = expected.paired[1]!;
    const without = (values: number[]): number[] =>
      values.map((_, i) => values.filter((_, j) => j !== i).reduce((a, b) => a + b, 0) / (values.length - 1));
    const found = pairedJackknife(without(from), without(to));
    assert.ok(Math.abs((found ?? 0) - halfWidth) < 1e-9);
    assert.equal(jackknife([1, null, 2]), null);
  });
});
