/** Arithmetic that rules have in common. */
import { Z95 } from '../../protocol/accuracy.js';

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Of the 95 % interval of a plug-in entropy in bits: 1.96 √((Σ p log² p − H²) / N) (Basharin 1959). */
export function halfWidth(counts: readonly number[]): number {
  const n = sum(counts);
  const shares = counts.filter((count) => count > 0).map((count) => count / n);
  const bits = -sum(shares.map((p) => p * Math.log2(p)));
  const square = sum(shares.map((p) => p * Math.log2(p) ** 2));
  return Z95 * Math.sqrt(Math.max(0, square - bits * bits) / n);
}

/** P(X ≥ k) of X ~ Binomial(n, p). */
export function binomialTail(n: number, p: number, k: number): number {
  let term = (1 - p) ** n;
  let below = 0;
  for (let i = 0; i < k; i++) {
    below += term;
    term *= ((n - i) / (i + 1)) * (p / (1 - p));
  }
  return Math.max(0, 1 - below);
}
