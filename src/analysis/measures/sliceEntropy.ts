/**
 * The entropy of a set of values, the paper's H(dCNN(x, −, −, −)) (§4.3): all values of a slice as one
 * sample, in equal bins over their common range. In bits.
 */
import { binOf } from './histogram.js';

export interface ValueRange {
  readonly minimum: number;
  readonly maximum: number;
}

export interface ValueCounts {
  readonly counts: Float64Array;
  /** NaN and ±Inf, counted and never binned. */
  readonly nonFiniteCount: number;
}

/** Of the finite values; Infinity and −Infinity where there is none. */
export function rangeOfValues(values: Float32Array): ValueRange {
  let [minimum, maximum] = [Infinity, -Infinity];
  for (const value of values) {
    if (value - value !== 0) continue; // NaN, ±Inf
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  return { minimum, maximum };
}

export function countValues(values: Float32Array, { minimum, maximum }: ValueRange, bins: number): ValueCounts {
  const counts = new Float64Array(bins);
  let nonFiniteCount = 0;
  for (const value of values) {
    if (value - value === 0) counts[binOf(value, minimum, maximum, bins)]++;
    else nonFiniteCount++;
  }
  return { counts, nonFiniteCount };
}

/** Plug-in and Miller–Madow entropy of counts; null where there is none. */
export function entropyOfCounts(
  counts: Float64Array,
): { readonly bits: number; readonly millerMadowBits: number; readonly total: number } | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const occupied = counts.filter((count) => count > 0);
  const sum = occupied.reduce((bits, count) => bits - (count / total) * Math.log2(count / total), 0);
  const bits = Math.max(0, sum);
  return { bits, millerMadowBits: bits + (occupied.length - 1) / (2 * total * Math.LN2), total };
}
