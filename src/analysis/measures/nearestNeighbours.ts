/** Exact nearest neighbours by plain comparison of all pairs: the definition that kernels must meet. */

/** For each sample its nearest others, nearest first, equal distances by index. */
export interface NeighbourLists {
  readonly sampleCount: number;
  /** Neighbours listed for each sample. */
  readonly length: number;
  /** (sample, length) */
  readonly indices: Int32Array;
  /** Euclidean, (sample, length) */
  readonly distances: Float64Array;
}

/**
 * Σ (a − b)² of rows i and j of `samples` (…, d) in float64. Eight partial sums, by index modulo 8, are
 * added in pairs: the same order, and so the same bits and the same ties, as in the kernel.
 */
export function squaredDistance(samples: ArrayLike<number>, d: number, i: number, j: number): number {
  const sums = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let c = 0; c < d; c++) sums[c & 7] += (samples[i * d + c] - samples[j * d + c]) ** 2;
  return sums[0] + sums[1] + (sums[2] + sums[3]) + (sums[4] + sums[5] + (sums[6] + sums[7]));
}

/** The `length` nearest others of each of `n` finite samples (n, d); length ≤ n − 1. O(n² d). */
export function nearestNeighbours(samples: ArrayLike<number>, n: number, d: number, length: number): NeighbourLists {
  const indices = new Int32Array(n * length);
  const distances = new Float64Array(n * length);
  const squares = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) squares[j] = squaredDistance(samples, d, i, j);
    const order = Array.from({ length: n }, (_, j) => j).filter((j) => j !== i);
    order.sort((a, b) => squares[a] - squares[b] || a - b);
    for (let place = 0; place < length; place++) {
      indices[i * length + place] = order[place];
      distances[i * length + place] = Math.sqrt(squares[order[place]]);
    }
  }
  return { sampleCount: n, length, indices, distances };
}
