/**
 * Agglomerative clustering by the nearest-neighbour chain (Müllner 2011, algorithm 3), O(n²). Own code
 * because the libraries that npm has give a tree whose Ward heights are others than everybody's linkage
 * matrix; the oracle is scipy.cluster.hierarchy.linkage.
 */
import type { LinkageMethod, Merge } from './network.js';

/** Euclidean distances (n, n) of rows (n, d). */
export function distanceMatrix(rows: readonly ArrayLike<number>[]): Float64Array {
  const n = rows.length;
  const distances = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const d = distanceOf(rows[i], rows[j]);
      distances[i * n + j] = d;
      distances[j * n + i] = d;
    }
  }
  return distances;
}

function distanceOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] - b[k]) ** 2;
  return Math.sqrt(sum);
}

/** The linkage matrix of scipy: n − 1 joins by ascending height, ties in the order of the chain. */
export function linkage(distances: Float64Array, n: number, method: LinkageMethod): Merge[] {
  if (n < 2) return [];
  const work = distances.slice();
  const sizes = new Int32Array(n).fill(1);
  const chain: number[] = [];
  const joins: { a: number; b: number; height: number }[] = [];
  while (joins.length < n - 1) {
    if (chain.length === 0) chain.push(sizes.findIndex((size) => size > 0));
    const found = followChain(work, sizes, chain, n);
    joins.push(found);
    join(work, sizes, found, n, method);
  }
  return labelled(joins, n);
}

/** Goes from neighbour to nearest neighbour until two are each other's; takes both from the chain. */
function followChain(work: Float64Array, sizes: Int32Array, chain: number[], n: number) {
  for (;;) {
    const x = chain.at(-1)!;
    let y = chain.at(-2) ?? -1;
    let height = y >= 0 ? work[x * n + y] : Infinity;
    for (let i = 0; i < n; i++) {
      if (sizes[i] === 0 || i === x || work[x * n + i] >= height) continue;
      height = work[x * n + i];
      y = i;
    }
    if (y === chain.at(-2)) {
      chain.length -= 2;
      return { a: Math.min(x, y), b: Math.max(x, y), height };
    }
    chain.push(y);
  }
}

/** Lance and Williams's update; the joined cluster takes the place of `b`. */
function join(
  work: Float64Array,
  sizes: Int32Array,
  { a, b, height }: { a: number; b: number; height: number },
  n: number,
  method: LinkageMethod,
): void {
  const [na, nb] = [sizes[a], sizes[b]];
  sizes[a] = 0;
  sizes[b] = na + nb;
  for (let i = 0; i < n; i++) {
    if (sizes[i] === 0 || i === b) continue;
    const d = joinedDistance(method, work[i * n + a], work[i * n + b], height, na, nb, sizes[i]);
    work[i * n + b] = d;
    work[b * n + i] = d;
  }
}

function joinedDistance(
  method: LinkageMethod,
  da: number,
  db: number,
  dab: number,
  na: number,
  nb: number,
  ni: number,
): number {
  switch (method) {
    case 'average':
      return (na * da + nb * db) / (na + nb);
    case 'complete':
      return Math.max(da, db);
    case 'ward': {
      const t = 1 / (na + nb + ni);
      return Math.sqrt(Math.max(0, (ni + na) * t * da * da + (ni + nb) * t * db * db - ni * t * dab * dab));
    }
  }
}

/** Joins sorted by height, with the indices of the clusters that they join. */
function labelled(joins: { a: number; b: number; height: number }[], n: number): Merge[] {
  const sorted = joins.map((one, i) => ({ ...one, i })).sort((p, q) => p.height - q.height || p.i - q.i);
  const parent = Int32Array.from({ length: 2 * n - 1 }, (_, i) => i);
  const sizes = new Int32Array(2 * n - 1).fill(1);
  const rootOf = (leaf: number): number => {
    let at = leaf;
    while (parent[at] !== at) at = parent[at] = parent[parent[at]];
    return at;
  };
  return sorted.map(({ a, b, height }, i) => {
    const [x, y] = [rootOf(a), rootOf(b)].sort((p, q) => p - q) as [number, number];
    const made = n + i;
    parent[x] = made;
    parent[y] = made;
    sizes[made] = sizes[x] + sizes[y];
    return [x, y, height, sizes[made]];
  });
}

/** Cluster of each leaf when the tree is cut into `clusters` parts; numbered by their lowest leaf. */
export function cutTree(merges: readonly Merge[], n: number, clusters: number): Int32Array {
  const parent = new Int32Array(2 * n).fill(-1);
  merges.slice(0, n - clusters).forEach(([a, b], i) => {
    parent[a] = n + i;
    parent[b] = n + i;
  });
  const numbers = new Map<number, number>();
  return Int32Array.from({ length: n }, (_, leaf) => {
    let root = leaf;
    while (parent[root] >= 0) root = parent[root];
    if (!numbers.has(root)) numbers.set(root, numbers.size);
    return numbers.get(root)!;
  });
}
