/** Nearest-neighbour information of values that repeat, as those of a ReLU unit do: 0 for most inputs. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ksg, ross } from '../../src/analysis/measures/nearestNeighbourMutualInformation.js';

/** What Miller and Madow add to the plug-in of n pairs, in bits: +(m_x − 1) + (m_y − 1) − (m_xy − 1) over 2n, in nats. */
function millerMadow(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const states = (of: (i: number) => string): number => new Set(Array.from(x, (_, i) => of(i))).size;
  const [ofX, ofY, ofBoth] = [states((i) => `${x[i]}`), states((i) => `${y[i]}`), states((i) => `${x[i]} ${y[i]}`)];
  return (ofX + ofY - ofBoth - 1) / (2 * x.length * Math.LN2);
}

/** Σ p(x, y) log2 p(x, y) ÷ (p(x) p(y)) of the counts of pairs. */
function plugIn(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = x.length;
  const counts = new Map<string, number>();
  const add = (key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
  for (let i = 0; i < n; i++) [`x${x[i]}`, `y${y[i]}`, `${x[i]} ${y[i]}`].forEach(add);
  let bits = 0;
  for (let i = 0; i < n; i++)
    bits += Math.log2((n * counts.get(`${x[i]} ${y[i]}`)!) / (counts.get(`x${x[i]}`)! * counts.get(`y${y[i]}`)!)) / n;
  return bits;
}

describe('nearest-neighbour information of values that repeat', () => {
  const labels = Int32Array.from({ length: 600 }, (_, i) => i % 3);

  it('is 0 of a unit that never changes', () => assert.ok(Math.abs(ross(new Float64Array(600), labels)) < 1e-9));

  it('is that of counts where there are few values, with the label and between units', () => {
    const unit = Float64Array.from(labels, (label, i) => (label === 0 || i % 7 === 0 ? 1 : 0));
    assert.ok(Math.abs(ross(unit, labels) - plugIn(unit, labels)) < 0.01);
    const other = Float64Array.from(unit, (value, i) => (i % 5 === 0 ? 1 - value : value));
    assert.ok(Math.abs(ksg(unit, other) - plugIn(unit, other)) < 0.01);
    assert.ok(Math.abs(ksg(unit, unit) - plugIn(unit, unit)) < 0.01);
  });

  it('is that of counts as Miller and Madow correct it, where every value repeats often', () => {
    const x = Float64Array.from({ length: 3000 }, (_, i) => (i * i) % 5);
    const y = Int32Array.from(x, (value, i) => (i % 3 === 0 ? i % 4 : value % 4));
    const corrected = plugIn(x, y) + millerMadow(x, y);
    assert.ok(Math.abs(millerMadow(x, y)) > 1e-3, 'the correction is larger than what is allowed');
    for (const found of [ross(x, y), ksg(x, Float64Array.from(y))])
      assert.ok(Math.abs(found - corrected) < 1e-4, `${found}, and not ${corrected}`);
  });

  it('of a unit that answers a single input is next to nothing, and never more than the label has', () => {
    const once = new Float64Array(600);
    once[17] = 3.5;
    assert.ok(Math.abs(ross(once, labels)) < 0.02, String(ross(once, labels)));
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 0, 0, 0, 1, 2.5), { minLength: 60, maxLength: 120 }), (values) => {
        const some = Int32Array.from(values, (_, i) => i % 3);
        assert.ok(ross(Float64Array.from(values), some) <= Math.log2(3) + 0.05);
      }),
    );
  });
});
