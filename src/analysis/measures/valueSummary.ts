/**
 * What is known of a set of activation values after one pass – extremes, moments, counts – and how
 * two such summaries become one. Kernels write the same eight numbers in the same order.
 */
import { type Bounds } from './activationBounds.js';

/** Places in a summary; `squares` is Σ(x − mean)². All but `nonFinite` are of the finite values. */
export const SUMMARY = {
  minimum: 0,
  maximum: 1,
  mean: 2,
  squares: 3,
  nonFinite: 4,
  zeros: 5,
  saturated: 6,
  n: 7,
} as const;
export const SUMMARY_LENGTH = 8;

/** Writes the summary of nothing at `at`: extremes are ±Infinity until a value comes. */
export function clearSummary(table: Float64Array, at: number): void {
  table.fill(0, at, at + SUMMARY_LENGTH);
  table[at + SUMMARY.minimum] = Infinity;
  table[at + SUMMARY.maximum] = -Infinity;
}

/**
 * Summary of values[start … start + length) into `out` at `at`. Sums are taken about the first finite
 * value, so that a large offset does not cost the variance its digits.
 */
export function summarise(
  values: ArrayLike<number>,
  start: number,
  length: number,
  thresholds: Bounds,
  out: Float64Array,
  at: number,
): void {
  clearSummary(out, at);
  let origin = NaN;
  let sum = 0;
  let squares = 0;
  let n = 0;
  for (let i = start; i < start + length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) {
      out[at + SUMMARY.nonFinite]++;
      continue;
    }
    if (n++ === 0) origin = value;
    sum += value - origin;
    squares += (value - origin) ** 2;
    if (value < out[at + SUMMARY.minimum]) out[at + SUMMARY.minimum] = value;
    if (value > out[at + SUMMARY.maximum]) out[at + SUMMARY.maximum] = value;
    if (value === 0) out[at + SUMMARY.zeros]++;
    if (value <= thresholds[0] || value >= thresholds[1]) out[at + SUMMARY.saturated]++;
  }
  if (n === 0) return;
  out[at + SUMMARY.mean] = origin + sum / n;
  out[at + SUMMARY.squares] = Math.max(0, squares - (sum * sum) / n);
  out[at + SUMMARY.n] = n;
}

/** Merges the summary at `from` of `source` into that at `into` of `target` (Chan, Golub, LeVeque 1979). */
export function mergeSummary(target: Float64Array, into: number, source: Float64Array, from: number): void {
  target[into + SUMMARY.nonFinite] += source[from + SUMMARY.nonFinite];
  const n = source[from + SUMMARY.n];
  if (n === 0) return;
  const total = target[into + SUMMARY.n] + n;
  const difference = source[from + SUMMARY.mean] - target[into + SUMMARY.mean];
  target[into + SUMMARY.squares] +=
    source[from + SUMMARY.squares] + (difference * difference * target[into + SUMMARY.n] * n) / total;
  target[into + SUMMARY.mean] += difference * (n / total);
  target[into + SUMMARY.n] = total;
  target[into + SUMMARY.zeros] += source[from + SUMMARY.zeros];
  target[into + SUMMARY.saturated] += source[from + SUMMARY.saturated];
  const minimum = source[from + SUMMARY.minimum];
  const maximum = source[from + SUMMARY.maximum];
  if (minimum < target[into + SUMMARY.minimum]) target[into + SUMMARY.minimum] = minimum;
  if (maximum > target[into + SUMMARY.maximum]) target[into + SUMMARY.maximum] = maximum;
}
