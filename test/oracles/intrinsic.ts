/** Intrinsic dimension against scikit-dimension, numpy and closed forms, and how much too low it is for few samples. */
import { readFileSync } from 'node:fs';
import { intrinsicDimension, type IntrinsicDimension } from '../../src/analysis/measures/intrinsicDimension.js';
import { fillStandardNormal } from '../../src/analysis/measures/standardNormal.js';
import { digitImages } from '../digits.js';
import { compared, type Comparison } from './comparison.js';

type Expected = Pick<IntrinsicDimension, 'twoNN' | 'participationRatio' | 'duplicateCount'>;
const expected = JSON.parse(
  readFileSync(new URL('../fixtures/information/intrinsic.json', import.meta.url), 'utf8'),
) as Readonly<Record<'digits' | 'sheet' | 'repeated', Expected>>;

/** As intrinsic.py has it. */
function sheet(count: number): Float32Array {
  const weyl = (i: number, step: number): number => ((i + 1) * step) % 1;
  const rows = Array.from({ length: count }, (_, i) => {
    const [u, v] = [weyl(i, 0.6180339887498949), weyl(i, 0.41421356237309515)];
    return [u * Math.cos(3 * u), v, u * Math.sin(3 * u)];
  });
  return Float32Array.from(rows.flat());
}

/** Unit vectors of d axes and their opposites: d directions of equal variance. */
function cross(d: number): Float32Array {
  const rows = Float32Array.from({ length: 2 * d * d }, () => 0);
  for (let i = 0; i < 2 * d; i++) rows[i * d + (i % d)] = i < d ? 1 : -1;
  return rows;
}

export function intrinsicComparisons(): Comparison[] {
  const whole = sheet(300);
  const found = {
    digits: intrinsicDimension(digitImages().subarray(0, 400 * 64), 400, 64),
    sheet: intrinsicDimension(whole, 300, 3),
    repeated: intrinsicDimension(Float32Array.from([...whole, ...whole.subarray(0, 3 * 40)]), 340, 3),
  };
  const both = (what: keyof Expected) =>
    (['digits', 'sheet', 'repeated'] as const).map((name) => [found[name][what], expected[name][what]] as const);
  const title = 'Intrinsic dimension';
  return [
    compared(title, 'scikit-dimension’s TwoNN', 1e-9, both('twoNN')),
    compared(title, 'scikit-dimension’s count of samples with duplicates', 0, both('duplicateCount')),
    compared(title, 'participation ratio of numpy’s eigenvalues', 1e-9, both('participationRatio')),
    compared(
      title,
      'closed form: ± the unit vectors of d axes have the participation ratio d',
      1e-9,
      [2, 5, 30].map((d) => [intrinsicDimension(cross(d), 2 * d, d).participationRatio, d]),
    ),
  ];
}

export interface NormalsRow {
  readonly d: number;
  readonly twoNN: number;
  readonly participationRatio: number;
}

export const NORMALS_SAMPLES = 1000;
const DRAWS = 5;

/** Standard normal samples, whose dimension is d: what is found of it, as the mean of a few draws. */
export function normalsRows(): NormalsRow[] {
  return [5, 10, 20, 50].map((d) => {
    const found = Array.from({ length: DRAWS }, (_, draw) => {
      const samples = new Float32Array(NORMALS_SAMPLES * d);
      fillStandardNormal(samples, 100 * d + draw);
      return intrinsicDimension(samples, NORMALS_SAMPLES, d);
    });
    const mean = (what: 'twoNN' | 'participationRatio'): number =>
      found.reduce((sum, one) => sum + (one[what] ?? NaN), 0) / DRAWS;
    return { d, twoNN: mean('twoNN'), participationRatio: mean('participationRatio') };
  });
}
