/**
 * How many clusters a tree is cut into, by a named criterion: the mean silhouette (Rousseeuw 1987) or
 * the variance ratio (Caliński and Harabasz 1974). The oracles are scikit-learn's.
 */
import type { CountCriterion, Merge } from '../../protocol/network.js';
import { cutTree } from '../../protocol/linkage.js';

/** More clusters than this are no overview. */
const MOST_CLUSTERS = 8;

export interface CountChoice {
  readonly clusters: number;
  readonly tried: readonly { readonly clusters: number; readonly value: number }[];
}

/** The number from 2 on with the highest value, the lower one of equals; 1 where no two rows differ. */
export function chooseCount(
  merges: readonly Merge[],
  rows: readonly ArrayLike<number>[],
  distances: Float64Array,
  criterion: CountCriterion,
): CountChoice {
  const n = rows.length;
  if (n < 3 || merges.at(-1)![2] === 0) return { clusters: Math.min(1, n), tried: [] };
  const most = Math.min(MOST_CLUSTERS, n - 1);
  const tried = Array.from({ length: most - 1 }, (_, i) => {
    const labels = cutTree(merges, n, i + 2);
    return {
      clusters: i + 2,
      value: criterion === 'silhouette' ? meanSilhouette(labels, distances) : varianceRatio(labels, rows),
    };
  });
  const best = tried.reduce((a, b) => (b.value > a.value ? b : a));
  return { clusters: best.clusters, tried };
}

/** Mean of (b − a)/max(a, b) over all rows; 0 for a cluster of one. Distances are (n, n). */
export function meanSilhouette(labels: Int32Array, distances: Float64Array): number {
  const n = labels.length;
  const sizes = sizesOf(labels);
  const sums = new Float64Array(sizes.length);
  let total = 0;
  for (let i = 0; i < n; i++) {
    if (sizes[labels[i]] === 1) continue;
    sums.fill(0);
    for (let j = 0; j < n; j++) sums[labels[j]] += distances[i * n + j];
    const own = sums[labels[i]] / (sizes[labels[i]] - 1);
    let other = Infinity;
    sizes.forEach((size, c) => (other = c === labels[i] ? other : Math.min(other, sums[c] / size)));
    const larger = Math.max(own, other);
    total += larger > 0 ? (other - own) / larger : 0;
  }
  return total / n;
}

/** Variance between over variance within, each by its degrees of freedom; 1 where nothing varies within. */
export function varianceRatio(labels: Int32Array, rows: readonly ArrayLike<number>[]): number {
  const sizes = sizesOf(labels);
  const d = rows[0].length;
  const centre = new Float64Array(d);
  const centres = sizes.map(() => new Float64Array(d));
  rows.forEach((row, i) => {
    for (let k = 0; k < d; k++) {
      centre[k] += row[k] / rows.length;
      centres[labels[i]][k] += row[k] / sizes[labels[i]];
    }
  });
  const square = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
    let sum = 0;
    for (let k = 0; k < d; k++) sum += (a[k] - b[k]) ** 2;
    return sum;
  };
  const between = centres.reduce((sum, one, c) => sum + sizes[c] * square(one, centre), 0);
  const within = rows.reduce((sum, row, i) => sum + square(row, centres[labels[i]]), 0);
  return within === 0 ? 1 : (between * (rows.length - sizes.length)) / (within * (sizes.length - 1));
}

function sizesOf(labels: Int32Array): number[] {
  const sizes: number[] = new Array<number>(Math.max(...labels) + 1).fill(0);
  labels.forEach((label) => sizes[label]++);
  return sizes;
}
