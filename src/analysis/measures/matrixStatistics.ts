/** What stands beside a matrix of estimates: its permutation null with max-statistic, and intervals. */

export interface MatrixNull {
  readonly permutations: number;
  readonly seed: number;
  /** Chosen pairs of samples that it rests on; absent where they are all pairs. */
  readonly pairCount?: number;
  readonly meanBits: readonly number[];
  readonly maximumBits: number;
  readonly maxima: readonly number[];
  readonly p: readonly number[];
}

/** A band of single values under permutation: the middle 95 %, and the largest. */
export interface Band {
  readonly permutations: number;
  readonly seed: number;
  readonly meanBits: number;
  readonly lowBits: number;
  readonly highBits: number;
  /** The largest of all permutations. */
  readonly maximumBits: number;
}

const NORMAL_97_5 = 1.959963984540054;

/**
 * Holds each cell against the largest cell of every permutation (Westfall and Young 1993), so that 5 %
 * is the chance of any false cell in the whole matrix. `permuted` are the matrices of the permutations.
 */
export function nullOf(bits: Float64Array, permuted: readonly Float64Array[], seed: number): MatrixNull {
  const maxima = permuted.map((matrix) => matrix.reduce((most, value) => Math.max(most, value), 0));
  maxima.sort((a, b) => a - b);
  const count = permuted.length;
  const mean = (cell: number): number => permuted.reduce((sum, matrix) => sum + matrix[cell], 0) / count;
  return {
    permutations: count,
    seed,
    meanBits: Array.from(bits, (_, cell) => mean(cell)),
    maximumBits: quantile(maxima, 0.95),
    maxima,
    p: Array.from(bits, (value) => (1 + maxima.filter((maximum) => maximum >= value).length) / (1 + count)),
  };
}

/** Mean and middle 95 % of the values of permutations; null of none. */
export function bandOf(values: readonly number[], seed: number): Band | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return {
    permutations: values.length,
    seed,
    meanBits: values.reduce((sum, value) => sum + value, 0) / values.length,
    lowBits: quantile(sorted, 0.025),
    highBits: quantile(sorted, 0.975),
    maximumBits: sorted[sorted.length - 1],
  };
}

/** Delete-a-group jackknife: 1.96 √((G − 1)/G Σ (θ_g − θ̄)²), cell by cell. */
export function jackknifeHalfWidths(without: readonly ArrayLike<number>[]): Float64Array {
  const groupCount = without.length;
  return Float64Array.from({ length: without[0]?.length ?? 0 }, (_, cell) => {
    const mean = without.reduce((sum, values) => sum + values[cell], 0) / groupCount;
    const squares = without.reduce((sum, values) => sum + (values[cell] - mean) ** 2, 0);
    return NORMAL_97_5 * Math.sqrt(((groupCount - 1) / groupCount) * squares);
  });
}

/** Of ascending values, the smallest that at least this share of them do not exceed. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? NaN;
}
