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

/** Permutations from which on 5 % can lie to one side, and 2.5 % to either side, of what they give. */
export const [LEAST_ONE_SIDED, LEAST_TWO_SIDED] = [19, 39];
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
    maximumBits: upperLimit(maxima, 0.05),
    maxima,
    p: Array.from(bits, (value) => (1 + maxima.filter((maximum) => maximum >= value).length) / (1 + count)),
  };
}

/**
 * Mean and band of the values of permutations, which a further value of the same distribution leaves with a
 * chance of 5 % at most, to both sides alike; null of none. Throws a RangeError for fewer than LEAST_TWO_SIDED.
 */
export function bandOf(values: readonly number[], seed: number): Band | null {
  if (values.length === 0) return null;
  if (values.length < LEAST_TWO_SIDED) throw new RangeError(`a band of 95 % from ${values.length} permutations`);
  const sorted = [...values].sort((a, b) => a - b);
  return {
    permutations: values.length,
    seed,
    meanBits: values.reduce((sum, value) => sum + value, 0) / values.length,
    lowBits: sorted[outside(sorted.length, 0.025) - 1],
    highBits: upperLimit(sorted, 0.025),
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

/**
 * Of ascending values of m permutations, the one above which a further value of the same distribution lies with
 * at most this chance: the (m + 1)(1 − chance)-th, rounded up (Davison and Hinkley 1997, §4.2.1). Infinity where
 * even the largest is exceeded more often, which takes m < 1 ÷ chance − 1.
 */
export function upperLimit(sorted: readonly number[], chance: number): number {
  const beyond = outside(sorted.length, chance);
  return beyond < 1 ? Infinity : sorted[sorted.length - beyond];
}

/** Of the m + 1 places that a further value may take among m, how many have together at most this chance. */
function outside(m: number, chance: number): number {
  return Math.floor((m + 1) * chance * (1 + 1e-12));
}
