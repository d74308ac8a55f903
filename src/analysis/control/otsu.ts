/** Otsu's threshold: the value that parts a histogram into two groups as far from each other as can be. */

const BINS = 256;

/**
 * Otsu 1979, over 256 equal bins: the largest between-class variance. What is above the threshold is the
 * second group; null where all values are equal or any is not finite. Ties: the middle of the best bins.
 */
export function otsuThreshold(values: ArrayLike<number>): number | null {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) return null;
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  if (!(high > low)) return null;
  const counts = new Float64Array(BINS);
  for (let i = 0; i < values.length; i++)
    counts[Math.min(BINS - 1, Math.floor(((values[i] - low) / (high - low)) * BINS))]++;
  const edge = bestEdge(counts, values.length);
  return low + (edge / BINS) * (high - low);
}

function bestEdge(counts: Float64Array, n: number): number {
  const total = counts.reduce((sum, count, bin) => sum + count * bin, 0);
  let [below, belowSum, best] = [0, 0, -1];
  let edges: number[] = [];
  for (let edge = 1; edge < counts.length; edge++) {
    below += counts[edge - 1];
    belowSum += counts[edge - 1] * (edge - 1);
    if (below === 0 || below === n) continue;
    const apart = belowSum / below - (total - belowSum) / (n - below);
    const variance = (below / n) * (1 - below / n) * apart ** 2;
    if (variance > best * (1 + 1e-12)) [best, edges] = [variance, [edge]];
    else if (variance >= best * (1 - 1e-12)) edges.push(edge);
  }
  return edges.length === 0 ? 1 : (edges[0] + edges[edges.length - 1]) / 2;
}
