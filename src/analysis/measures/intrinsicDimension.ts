/**
 * The intrinsic dimension of n samples (n, d). TwoNN (Facco, d'Errico, Rodriguez and Laio 2017): where density is even
 * about a sample, the ratio μ of its second to its first neighbour's distance has F(μ) = 1 − μ^−dimension, so that
 * −log(1 − F) against log μ is a line through 0 with the dimension as its slope. The participation ratio: (Σλ)² ÷ Σλ² of
 * the covariance's eigenvalues, from the centred Gram matrix.
 */
import { jackknifeGroups, JACKKNIFE_GROUPS } from './interSampleEntropy.js';
import { jackknifeHalfWidths } from './matrixStatistics.js';
import { squaredDistance } from './nearestNeighbours.js';

export interface IntrinsicDimension {
  /** Null where fewer than 5 samples have no duplicate, or all ratios are 1. */
  readonly twoNN: number | null;
  readonly halfWidth: number | null;
  /** Null where all samples are equal. */
  readonly participationRatio: number | null;
  readonly duplicateCount: number;
}

/** The largest tenth of the ratios is left out: it comes from where density is least even. */
const SHARE_KEPT = 0.9;
const LEAST_SAMPLES = 5;
/** Neighbours kept of each sample, so that two are left without any one group of the jackknife. */
const SPARE_NEIGHBOURS = 16;
/** Squares from products of float32 are wrong by less than this share of both squared lengths about the mean. */
const SQUARE_ERROR = 1e-6;

/** `squares` of all pairs (0,1), (0,2) … (n−2,n−1), as kernels sum them; without them they are computed here. */
export function intrinsicDimension(
  samples: Float32Array,
  n: number,
  d: number,
  interval = false,
  squares: Float64Array = squaresOf(samples, n, d),
): IntrinsicDimension {
  const rows = rowMeans(squares, n);
  const neighbours = nearestOf(samples, n, d, squares, rows);
  const { dimension, duplicateCount } = twoNN(neighbours);
  return {
    twoNN: dimension,
    halfWidth: interval && dimension !== null ? halfWidthOf(neighbours) : null,
    participationRatio: participationRatio(squares, rows, n),
    duplicateCount,
  };
}

/** A sample's nearest others, nearest first. */
type Neighbours = readonly { readonly sample: number; readonly square: number }[];

/** Exact distances, in float64, of the nearest by `squares` and of all that may be as near. */
function nearestOf(
  samples: Float32Array,
  n: number,
  d: number,
  squares: Float64Array,
  rows: Float64Array,
): Neighbours[] {
  const count = Math.min(SPARE_NEIGHBOURS, n - 1);
  const mean = meanOf(rows);
  const longest = rows.reduce((most, row) => Math.max(most, row - mean / 2), 0);
  const row = new Float64Array(n);
  return Array.from({ length: n }, (_, i) => {
    for (let j = 0; j < n; j++) row[j] = j === i ? Infinity : squareAt(squares, n, i, j);
    const limit = row.slice().sort()[count - 1] + 2 * SQUARE_ERROR * (rows[i] - mean / 2 + longest);
    const near: { sample: number; square: number }[] = [];
    for (let j = 0; j < n; j++)
      if (row[j] <= limit) near.push({ sample: j, square: squaredDistance(samples, d, i, j) });
    return near.sort((a, b) => a.square - b.square || a.sample - b.sample).slice(0, count);
  });
}

interface Fitted {
  readonly dimension: number | null;
  readonly duplicateCount: number;
}

/** `isLeft` says which samples are there. */
function twoNN(neighbours: readonly Neighbours[], isLeft: (sample: number) => boolean = () => true): Fitted {
  let duplicateCount = 0;
  const logs: number[] = [];
  neighbours.forEach((all, i) => {
    if (!isLeft(i)) return;
    const [first, second] = all.filter(({ sample }) => isLeft(sample));
    if (!first || !second) return;
    if (first.square === 0) duplicateCount++;
    else logs.push(Math.log(second.square / first.square) / 2);
  });
  return { dimension: slopeThroughZero(Float64Array.from(logs).sort()), duplicateCount };
}

/** Of −log(1 − i/n) against the i-th of n ascending log μ, i = 1 … ⌊0.9 n⌋. */
function slopeThroughZero(logs: Float64Array): number | null {
  const n = logs.length;
  if (n < LEAST_SAMPLES) return null;
  let [products, squares] = [0, 0];
  for (let i = 1; i <= Math.floor(SHARE_KEPT * n); i++) {
    products -= logs[i - 1] * Math.log1p(-i / n);
    squares += logs[i - 1] ** 2;
  }
  return squares > 0 ? products / squares : null;
}

/** Delete-a-group jackknife, with the neighbours that remain; null where a group leaves no dimension. */
function halfWidthOf(neighbours: readonly Neighbours[]): number | null {
  const groups = jackknifeGroups(neighbours.length);
  const groupCount = Math.min(JACKKNIFE_GROUPS, neighbours.length);
  const without = Array.from({ length: groupCount }, (_, group) => {
    return twoNN(neighbours, (sample) => groups[sample] !== group).dimension;
  });
  const found = without.flatMap((one) => (one === null ? [] : [[one]]));
  return found.length < groupCount ? null : jackknifeHalfWidths(found)[0];
}

/** (tr G)² ÷ ‖G‖², G = −½ of the doubly centred squares: its eigenvalues are those of the covariance. */
function participationRatio(squares: Float64Array, rows: Float64Array, n: number): number | null {
  const mean = meanOf(rows);
  const trace = (n * mean) / 2;
  let norm = 0;
  for (let i = 0, at = 0; i < n; i++) {
    norm += (rows[i] - mean / 2) ** 2;
    for (let j = i + 1; j < n; j++, at++) norm += 0.5 * (rows[i] + rows[j] - squares[at] - mean) ** 2;
  }
  return trace > 0 && norm > 0 ? trace ** 2 / norm : null;
}

/** Mean squared distance of each sample to all n, itself included. */
function rowMeans(squares: Float64Array, n: number): Float64Array {
  const sums = new Float64Array(n);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++, at++) {
      sums[i] += squares[at];
      sums[j] += squares[at];
    }
  }
  return sums.map((sum) => sum / n);
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function squareAt(squares: Float64Array, n: number, a: number, b: number): number {
  const i = Math.min(a, b);
  const j = Math.max(a, b);
  return squares[i * n - (i * (i + 1)) / 2 + j - i - 1];
}

function squaresOf(samples: Float32Array, n: number, d: number): Float64Array {
  const squares = new Float64Array((n * (n - 1)) / 2);
  for (let i = 0, at = 0; i < n; i++)
    for (let j = i + 1; j < n; j++, at++) squares[at] = squaredDistance(samples, d, i, j);
  return squares;
}
