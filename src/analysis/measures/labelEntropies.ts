/**
 * Confusion counts and the two label entropies (paper §5.2): how uncertain the label is
 * once a class is predicted, and how uncertain the prediction is for a class. Bits.
 */
import { entropyOfCounts, millerMadowEntropy } from './entropy.js';

/** `plug-in` from the counted shares; `miller-madow` adds (m − 1)/(2N) nats for m states seen. */
export type CountEstimator = 'plug-in' | 'miller-madow';

/** counts[label][prediction]. Samples whose label or prediction is no class (−1) are left out. */
export function confusionCounts(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classCount: number,
): number[][] {
  const counts = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  for (let i = 0; i < labels.length; i++) {
    const row = counts[labels[i]];
    if (row?.[predictions[i]] !== undefined) row[predictions[i]]++;
  }
  return counts;
}

/**
 * H(x.label | y = i) from the columns of counts[label][prediction] and H(y | x.label = i) from its rows,
 * by class i; null for a class that is never predicted, or that no sample has.
 */
export function labelEntropies(
  counts: readonly (readonly number[])[],
  estimator: CountEstimator = 'plug-in',
): { labelGivenPrediction: (number | null)[]; predictionGivenLabel: (number | null)[] } {
  const entropy = estimator === 'plug-in' ? entropyOfCounts : millerMadowEntropy;
  return {
    labelGivenPrediction: counts.map((_, i) => entropy(counts.map((row) => row[i]))),
    predictionGivenLabel: counts.map((row) => entropy(row)),
  };
}

/** Share of the counted samples that are predicted right, 0 … 1; null where none was counted. */
export function accuracy(counts: readonly (readonly number[])[]): number | null {
  const total = counts.flat().reduce((sum, count) => sum + count, 0);
  return total === 0 ? null : counts.reduce((sum, row, i) => sum + row[i], 0) / total;
}
