/** How far two classes are apart, and correlations within classes, against scikit-learn and numpy (confusion.py). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { firstBetter } from '../../src/analysis/coordinator/requests/confusionLayers.js';
import { nearestNeighbours } from '../../src/analysis/measures/nearestNeighbours.js';
import { bandOf } from '../../src/analysis/measures/matrixStatistics.js';
import {
  balancedAccuracy,
  balancedChange,
  balancedInterval,
  permutedClasses,
  votes,
  withinClassCorrelations,
} from '../../src/analysis/measures/separation.js';
import { fillStandardNormal } from '../../src/analysis/measures/standardNormal.js';
import { digitImages, digitLabels } from '../digits.js';

interface Apart {
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  readonly mean: number;
}
const expected = JSON.parse(
  readFileSync(new URL('../fixtures/information/confusion.json', import.meta.url), 'utf8'),
) as {
  readonly whole: Apart;
  readonly top: Apart;
  readonly correlations: { readonly r: (number | null)[]; readonly threshold: number };
};

const near = (actual: number | null | undefined, wanted: number, tolerance: number): void =>
  assert.ok(typeof actual === 'number' && Math.abs(actual - wanted) <= tolerance, `${actual} is not ${wanted}`);

/** The first 200 threes and eights: the pixels of `width` columns of values, and whether each is an eight. */
function threesAndEights(width: number): { readonly rows: Float32Array; readonly classes: Uint8Array } {
  const [images, labels] = [digitImages(), digitLabels()];
  const chosen = [...labels.keys()].filter((i) => labels[i] === 3 || labels[i] === 8).slice(0, 200);
  return {
    rows: Float32Array.from(chosen.flatMap((i) => [...images.subarray(64 * i, 64 * i + width)])),
    classes: Uint8Array.from(chosen, (i) => (labels[i] === 8 ? 1 : 0)),
  };
}

describe('how far two classes are apart', () => {
  it('is the balanced accuracy of scikit-learn’s nearest neighbours, with the same band by chance', () => {
    for (const [wanted, width] of [
      [expected.whole, 64],
      [expected.top, 16],
    ] as const) {
      const { rows, classes } = threesAndEights(width);
      const found = nearestNeighbours(rows, classes.length, width, 5);
      near(balancedAccuracy(votes(found, 5, classes), classes), wanted.accuracy, 1e-12);
      const null_ = Array.from({ length: 1000 }, (_, index) => {
        const of = permutedClasses(classes, 1, index);
        return balancedAccuracy(votes(found, 5, of), of);
      });
      const band = bandOf(null_, 1);
      near(band?.meanBits, wanted.mean, 0.005);
      near(band?.lowBits, wanted.low, 0.02);
      near(band?.highBits, wanted.high, 0.02);
    }
  });
  it('has Wilson’s interval of both classes where their shares are equal, and no change against itself', () => {
    const classes = Uint8Array.from({ length: 40 }, (_, i) => i % 2);
    const right = Array.from({ length: 40 }, (_, i) => i >= 8);
    // Wilson's interval of 16 of 20 is 0.5840 to 0.9193; half of its distances, times √2.
    const [low, high] = balancedInterval(right, classes);
    near(low, 0.8 - (0.8 - 0.583983) / Math.SQRT2, 1e-5);
    near(high, 0.8 + (0.919332 - 0.8) / Math.SQRT2, 1e-4);
    assert.equal(balancedChange(right, right, classes).difference, 0);
  });
  it('has a paired interval that holds the truth in 95 % of draws', () => {
    let held = 0;
    const [n, draws] = [100, 400];
    const classes = Uint8Array.from({ length: n }, (_, i) => i % 2);
    for (let draw = 0; draw < draws; draw++) {
      const values = new Float64Array(3 * n);
      fillStandardNormal(values, 1 + draw);
      // Right where a common part and an own one exceed a bound: 50 % and 69 %, shares that go together.
      const side = (own: number, bound: number): boolean[] =>
        Array.from({ length: n }, (_, i) => (values[i] + values[own * n + i]) / Math.SQRT2 > bound);
      const { difference, halfWidth } = balancedChange(side(1, 0), side(2, -0.5), classes);
      if (Math.abs(difference - 0.191462) <= halfWidth) held++;
    }
    assert.ok(held / draws > 0.925 && held / draws < 0.985, `${held} of ${draws}`);
  });
  it('begins at the first layer from which on all are better than the input', () => {
    const layers = [null, 0.1, 0, 0.05, null, 0.2].map((difference, layer) => ({ layer, difference, halfWidth: 0.02 }));
    assert.deepEqual([firstBetter(layers), firstBetter(layers.slice(0, 3))], [3, null]);
  });
});

describe('channels that go with the answer within the classes', () => {
  it('have numpy’s correlations, and the same largest one by chance', () => {
    const { rows, classes } = threesAndEights(64);
    const margin = Array.from(classes, (_, i) =>
      rows.subarray(64 * i, 64 * i + 64).reduce((sum, value, at) => sum + (at % 2 === 0 ? value : 0), 0),
    );
    const found = withinClassCorrelations(rows, margin, classes, { permutations: 499, seed: 1 });
    expected.correlations.r.forEach((wanted, pixel) =>
      wanted === null ? assert.equal(found.r[pixel], null) : near(found.r[pixel], wanted, 1e-9),
    );
    near(found.threshold, expected.correlations.threshold, 0.02);
  });
  it('are not those that only tell the classes apart, but in 5 % of draws', () => {
    const [n, draws] = [60, 300];
    const classes = Uint8Array.from({ length: n }, (_, i) => i % 2);
    let [falsely, rightly] = [0, 0];
    for (let draw = 0; draw < draws; draw++) {
      const noise = new Float64Array(3 * n);
      fillStandardNormal(noise, 1 + draw);
      const margin = Array.from(classes, (one, i) => 5 * one + noise[i]);
      // The one channel is the class and noise of its own, the other moves with the margin.
      const apart = Array.from(classes, (one, i) => 5 * one + noise[n + i]);
      const together = Array.from(classes, (_, i) => noise[i] + 0.5 * noise[2 * n + i]);
      const isBeyond = (values: readonly number[]): boolean => {
        const { r, threshold } = withinClassCorrelations(values, margin, classes, { permutations: 99, seed: draw });
        return Math.abs(r[0] ?? 0) > threshold;
      };
      if (isBeyond(apart)) falsely++;
      if (isBeyond(together)) rightly++;
    }
    // 15 are expected, with a standard deviation of 3.8.
    assert.ok(falsely >= 4 && falsely <= 27, `${falsely} of ${draws}`);
    assert.equal(rightly, draws);
  });
});
