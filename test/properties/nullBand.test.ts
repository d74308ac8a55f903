/**
 * The permutation nulls hold their rate: of independent data, at most 7 of 100 stand out at 5 %. A thousand
 * draws for each null, so that the rate is known to within 2 % (three standard errors).
 */
import assert from 'node:assert/strict';
import {
  binDistances,
  distanceMutualInformation,
  permutedBins,
} from '../../src/analysis/measures/distanceMutualInformation.js';
import { layerInformation, type InformationOptions } from '../../src/analysis/measures/layerInformation.js';
import { pairInformation } from '../../src/analysis/measures/unitInformation.js';
import { bandOf, nullOf, upperLimit, type Band } from '../../src/analysis/measures/matrixStatistics.js';
import { fillStandardNormal, shuffledIndices } from '../../src/analysis/measures/standardNormal.js';
import { labelsOf } from './arbitraries.js';

const DRAWS = 1000;
const LEAST_INSIDE = 930;
/** Of 40 equally likely places among 39 permuted values, the outermost two are outside: 5 %. */
const PERMUTATIONS = 39;

function normal(count: number, seed: number): Float32Array {
  const values = new Float32Array(count);
  fillStandardNormal(values, seed);
  return values;
}

function countInside(isInside: (draw: number) => boolean): number {
  return Array.from({ length: DRAWS }, (_, draw) => isInside(draw)).filter(Boolean).length;
}

function holdsItsRate(isInside: (draw: number) => boolean): void {
  const inside = countInside(isInside);
  assert.ok(inside >= LEAST_INSIDE, `${inside} of ${DRAWS} independent draws are inside the null`);
}

const isIn = (bits: number | null, band: Band | null): boolean =>
  bits !== null && band !== null && bits >= band.lowBits && bits <= band.highBits;

describe('the limits of a null', () => {
  it('leave 5 % outside, never more, whatever the number of permutations', () => {
    for (let m = 39; m <= 400; m++) {
      // A further value takes each of the m + 1 places among 1 … m with the same chance.
      const { lowBits, highBits } = bandOf(
        Array.from({ length: m }, (_, i) => i + 1),
        1,
      )!;
      const places = Array.from({ length: m + 1 }, (_, i) => i + 0.5);
      const share = (isOut: (place: number) => boolean) => places.filter(isOut).length / (m + 1);
      const out = share((place) => place < lowBits || place > highBits);
      assert.ok(out <= 0.05 && out > 0.05 - 2 / (m + 1), `${m} permutations leave ${out} outside`);
      const limit = upperLimit(
        Array.from({ length: m }, (_, i) => i + 1),
        0.05,
      );
      const above = share((place) => place > limit);
      assert.ok(above <= 0.05 && above > 0.05 - 1 / (m + 1), `${m} permutations leave ${above} above`);
    }
  });

  it('are not given by too few', () => {
    assert.throws(() => bandOf(new Array<number>(38).fill(1), 1), RangeError);
    assert.equal(upperLimit(new Array<number>(18).fill(1), 0.05), Infinity);
    assert.equal(upperLimit(new Array<number>(19).fill(1), 0.05), 1);
  });
});

describe('independent data lie inside the null at the stated rate', () => {
  it('distance MI: the largest of 2 × 2 channels by permuted samples, corrected for all four', () => {
    const n = 14;
    holdsItsRate((draw) => {
      const [a, b] = [0, 1].map((side) =>
        [0, 1].map((channel) => binDistances(normal(2 * n, 4 * draw + 2 * side + channel + 1), n, 2, 8)),
      );
      const matrix = (order: Int32Array | null) =>
        Float64Array.from(
          a.flatMap((row) =>
            b.map((column) => distanceMutualInformation(row, order ? permutedBins(column, order) : column).bits),
          ),
        );
      const permuted = Array.from({ length: PERMUTATIONS }, (_, i) => matrix(shuffledIndices(n, 1000 * draw + i + 7)));
      return Math.min(...nullOf(matrix(null), permuted, 1).p) > 0.05;
    });
  });

  const options = (estimator: InformationOptions['estimator'], draw: number): InformationOptions => ({
    ...{ estimator, bins: 4, range: { minimum: -3, maximum: 3 }, noiseShare: 0.05 },
    ...{ permutations: PERMUTATIONS, seed: draw + 1, interval: false },
  });
  for (const [estimator, d] of [
    ['binned', 1],
    ['kde', 3],
    ['ksg', 1],
  ] as const)
    it(`layer MI with the label, ${estimator}: by permuted labels`, () => {
      const n = 30;
      holdsItsRate((draw) => {
        const values = normal(n * d, 9 * draw + 5);
        const found = layerInformation(values, n, d, labelsOf(n, 3, draw), null, options(estimator, draw));
        return isIn(found.labelBits, found.labelNull);
      });
    });

  it('layer MI with the input, binned: joint states of independent units, by units permuted alone', () => {
    const [n, d] = [30, 2];
    holdsItsRate((draw) => {
      const found = layerInformation(normal(n * d, draw + 3), n, d, null, null, options('binned', draw));
      return found.inputBits! <= found.inputNull!.highBits;
    });
  });

  it('MI of two units by KSG: by the second one permuted', () => {
    const n = 24;
    holdsItsRate((draw) => {
      const [x, y] = [0, 1].map((unit) => Float64Array.from(normal(n, 2 * draw + unit + 11)));
      const { bits, null: band } = pairInformation(x, y, { permutations: PERMUTATIONS, seed: draw + 1 });
      return isIn(bits, band);
    });
  });

  it('and dependent data do not: each null finds what is there', () => {
    const n = 30;
    const outside = (estimator: 'binned' | 'kde' | 'ksg', draw: number): boolean => {
      const labels = labelsOf(n, 3, draw);
      const values = normal(n, draw + 1).map((value, i) => 0.3 * value + labels[i] - 1);
      const found = layerInformation(values, n, 1, labels, null, options(estimator, draw));
      return found.labelBits! > found.labelNull!.highBits;
    };
    for (const estimator of ['binned', 'kde', 'ksg'] as const)
      assert.equal([1, 2, 3, 4, 5].filter((draw) => outside(estimator, draw)).length, 5, estimator);
  });
});
