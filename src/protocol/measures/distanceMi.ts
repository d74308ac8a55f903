/** Distance mutual information (channel capacity) as it is answered. */
import type { Provenance } from './provenance.js';

/** One side of a matrix: a channel's maps, or (channel null) the whole layer's, flattened. */
export interface MapsReference {
  readonly layer: number;
  readonly channel: number | null;
}

/**
 * What permuting the samples of one side (Mantel 1967) leaves of a matrix: the pairing is broken, each
 * side's own distances stay. A cell above `maximumBits` stands out of the whole matrix at 5 %.
 */
export interface PermutationNull {
  readonly permutations: number;
  readonly seed: number;
  /** Chosen pairs of samples that these numbers and `p` rest on; absent where they are all pairs. */
  readonly pairCount?: number;
  /** Mean over the permutations, (row, column). */
  readonly meanBits: readonly (number | null)[];
  /** 95th percentile of `maxima`. */
  readonly maximumBits: number;
  /** The largest cell of each permutation, ascending (max-statistic). */
  readonly maxima: readonly number[];
  /** (1 + permutations whose largest cell reaches this one) ÷ (1 + permutations): family-wise, (row, column). */
  readonly p: readonly (number | null)[];
}

/** How much of a matrix hangs on the number of bins and of samples: means over its cells. */
export interface SensitivityRow {
  readonly bins: number;
  readonly n: number;
  readonly meanBits: number;
  readonly meanMillerMadowBits: number;
  readonly maximumBits: number;
}

/**
 * Distance mutual information (channel capacity) at one epoch, a matrix: rows are A, columns B, cells
 * (row, column) at `row × columns.length + column`. H(A|B) is entropyRows[row] − bits, H(B|A) is
 * entropyColumns[column] − bits (see `conditionalsOf`). Views draw A horizontally.
 */
export interface DistanceMiValue {
  readonly epoch: number;
  readonly rows: readonly MapsReference[];
  readonly columns: readonly MapsReference[];
  /** Plug-in; null throughout with a `reason`. */
  readonly bits: readonly (number | null)[];
  /** Less its first-order bias under independence; may be negative. */
  readonly millerMadowBits: readonly (number | null)[];
  /** H(A) by row, H(B) by column, of the binned distances; 0 where all distances are equal. */
  readonly entropyRows: readonly (number | null)[];
  readonly entropyColumns: readonly (number | null)[];
  /** MI ÷ min(H(A), H(B)), 0…1; null where either is 0. */
  readonly share: readonly (number | null)[];
  /** Half widths of 95 % jackknife intervals over groups of samples; null unless asked for. */
  readonly halfWidthBits: readonly (number | null)[] | null;
  /** Null unless permutations are asked for. */
  readonly null: PermutationNull | null;
  /** Empty unless asked for. */
  readonly sensitivity: readonly SensitivityRow[];
  /** Samples; pairs are n(n − 1)/2. */
  readonly n: number;
  /** Samples left out because a value of either side was NaN or ±Inf. */
  readonly nonFiniteCount: number;
  readonly reason: string | null;
}

export interface DistanceMiResult {
  readonly measure: 'distance-mi';
  readonly provenance: Provenance;
  /** Channels of one or two layers, or whole layers against each other. */
  readonly of: 'channels' | 'layers';
  readonly bins: number;
  readonly values: readonly DistanceMiValue[];
}

/** H(A|B) and H(B|A) of one cell; null where there is no value. */
export function conditionalsOf(
  { bits, columns, entropyRows, entropyColumns }: DistanceMiValue,
  row: number,
  column: number,
): { readonly aGivenB: number; readonly bGivenA: number } | null {
  const mutual = bits[row * columns.length + column] ?? null;
  const [a, b] = [entropyRows[row] ?? null, entropyColumns[column] ?? null];
  return mutual === null || a === null || b === null
    ? null
    : { aGivenB: Math.max(0, a - mutual), bGivenA: Math.max(0, b - mutual) };
}
