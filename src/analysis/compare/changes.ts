/**
 * Differences of two states with 95 % intervals. Where both states saw the same probes, what is looked at
 * is each probe's own difference: what is hard or easy for both then cancels. Otherwise variances add.
 */
import type { Change } from '../../protocol/compare.js';

const Z95 = 1.959963984540054;

/** A number that rests on samples, with the half width of its own 95 % interval. */
export interface Sided {
  readonly value: number | null;
  readonly halfWidth: number | null;
  readonly n: number;
}

/**
 * Means of one value a probe; probes with NaN on either side are left out. Normal approximation:
 * 1.96 · s / √n with s of the differences.
 */
export function pairedMeans(from: ArrayLike<number>, to: ArrayLike<number>): Change {
  const pairs = Array.from({ length: Math.min(from.length, to.length) }, (_, i) => [from[i], to[i]] as const);
  const kept = pairs.filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b));
  const n = kept.length;
  if (n === 0) return { ...noChange(), paired: true };
  const differences = kept.map(([a, b]) => b - a);
  const difference = mean(differences);
  const squares = differences.reduce((sum, one) => sum + (one - difference) ** 2, 0);
  return {
    from: mean(kept.map(([a]) => a)),
    to: mean(kept.map(([, b]) => b)),
    difference,
    halfWidth: n < 2 ? null : Z95 * Math.sqrt(squares / (n - 1) / n),
    n,
    paired: true,
  };
}

/** Of two sides that know nothing of each other: half widths add as squares. */
export function independent(from: Sided, to: Sided): Change {
  const [a, b] = [from.value, to.value];
  const known = from.halfWidth !== null && to.halfWidth !== null;
  return {
    from: a,
    to: b,
    difference: a === null || b === null ? null : b - a,
    halfWidth: known ? Math.hypot(from.halfWidth ?? 0, to.halfWidth ?? 0) : null,
    n: Math.min(from.n, to.n),
    paired: false,
  };
}

/**
 * Delete-a-group jackknife of a difference: 1.96 √((G − 1)/G Σ (δ_g − δ̄)²), δ_g without group g on both
 * sides; null where a group leaves either side without a value.
 */
export function pairedJackknife(from: readonly (number | null)[], to: readonly (number | null)[]): number | null {
  const differences = from.map((a, group) => (a === null || to[group] == null ? null : (to[group] ?? 0) - a));
  return jackknife(differences);
}

/** The same of one side alone. */
export function jackknife(without: readonly (number | null)[]): number | null {
  const values = without.filter((value): value is number => value !== null && Number.isFinite(value));
  if (values.length < 2 || values.length < without.length) return null;
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Z95 * Math.sqrt(((values.length - 1) / values.length) * squares);
}

/**
 * Change of a share of right answers. Paired: Agresti and Min 2005, Wald's interval of the difference of
 * matched proportions with ½ added to each of the four cells. Else Agresti and Caffo 2000: one right and
 * one wrong answer added to each side. The difference that is told is the observed one.
 */
export function accuracyChange(from: readonly boolean[], to: readonly boolean[], paired: boolean): Change {
  const n = Math.min(from.length, to.length);
  if (n === 0) return { ...noChange(), paired };
  const [a, b] = [share(from), share(to)];
  const halfWidth = paired ? matchedHalfWidth(from, to) : apartHalfWidth(from, to);
  return { from: a, to: b, difference: b - a, halfWidth, n, paired };
}

function matchedHalfWidth(from: readonly boolean[], to: readonly boolean[]): number {
  const n = from.length + 2;
  const gained = (from.filter((right, i) => !right && to[i]).length + 0.5) / n;
  const lost = (from.filter((right, i) => right && !to[i]).length + 0.5) / n;
  return Z95 * Math.sqrt((gained + lost - (gained - lost) ** 2) / n);
}

function apartHalfWidth(from: readonly boolean[], to: readonly boolean[]): number {
  const variance = (side: readonly boolean[]): number => {
    const p = (side.filter(Boolean).length + 1) / (side.length + 2);
    return (p * (1 - p)) / (side.length + 2);
  };
  return Z95 * Math.sqrt(variance(from) + variance(to));
}

export function noChange(): Change {
  return { from: null, to: null, difference: null, halfWidth: null, n: 0, paired: false };
}

function share(side: readonly boolean[]): number {
  return side.filter(Boolean).length / side.length;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
