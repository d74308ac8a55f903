/** One measure held against one oracle: the largest difference seen, and the most that is allowed. */

export interface Comparison {
  readonly measure: MeasureTitle;
  /** What it was held against, in words. */
  readonly oracle: string;
  /** Values that were compared. */
  readonly count: number;
  readonly largest: number;
  /** Bits, or r for correlations: more is a fault. */
  readonly allowed: number;
}

/** In the order of the table. */
export const MEASURE_TITLES = [
  'Diversity (inter-sample entropy)',
  'Map entropy (intra-sample entropy)',
  'Entropy of a slice',
  'Label entropies',
  'Distance mutual information',
  'Layer mutual information, binned',
  'Layer mutual information, KDE bounds',
  'Unit mutual information, KSG',
  'Unit and label, Ross',
  'CKA',
  'Redundancy',
  'Intrinsic dimension',
] as const;
export type MeasureTitle = (typeof MEASURE_TITLES)[number];

/** Of pairs of values, each of which is undefined on both sides or on neither. */
export function compared(
  measure: MeasureTitle,
  oracle: string,
  allowed: number,
  pairs: readonly (readonly [actual: number | null, wanted: number | null])[],
): Comparison {
  return { measure, oracle, allowed, count: pairs.length, largest: Math.max(...pairs.map(difference)) };
}

/** Pairs of two lists. */
export function zipped(
  actual: ArrayLike<number | null>,
  wanted: ArrayLike<number | null>,
): [number | null, number | null][] {
  if (actual.length !== wanted.length) throw new Error(`${actual.length} values against ${wanted.length}`);
  return Array.from(actual, (value, i) => [value, wanted[i]]);
}

function difference([actual, wanted]: readonly [number | null, number | null]): number {
  const isMissing = (value: number | null): boolean => value === null || Number.isNaN(value);
  if (isMissing(actual) || isMissing(wanted)) return isMissing(actual) && isMissing(wanted) ? 0 : Infinity;
  return Math.abs(actual! - wanted!);
}
