/**
 * An order in which neighbours are alike: hierarchical clustering with average linkage (UPGMA), its leaves
 * in the optimal order (Bar-Joseph, Gifford, Jaakkola 2001): of all orders that the tree allows, the one
 * with the smallest sum of distances between neighbours.
 */

/** Beyond this many leaves the optimal order, O(n³), would be felt; the tree's own order is taken. */
export const MOST_OPTIMAL_LEAVES = 256;

export interface Tree {
  /** The leaves under it, in the order of the merges. */
  readonly leaves: readonly number[];
  /** Null for a leaf. */
  readonly children: readonly [Tree, Tree] | null;
}

/** Euclidean distances of all rows, n × n. */
export function rowDistances(rows: readonly (readonly number[])[]): Float64Array {
  const n = rows.length;
  const distances = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let k = 0; k < rows[i].length; k++) sum += (rows[i][k] - rows[j][k]) ** 2;
      distances[i * n + j] = distances[j * n + i] = Math.sqrt(sum);
    }
  }
  return distances;
}

/** Indices of the rows so that neighbours are alike; `distances` is n × n and symmetric. */
export function leafOrder(distances: Float64Array, n: number): number[] {
  if (n === 0) return [];
  const tree = averageLinkage(distances, n);
  return n > MOST_OPTIMAL_LEAVES ? [...tree.leaves] : optimalOrder(tree, distances, n);
}

/** The nearest two clusters are joined until one is left; a cluster's distance is the mean over its leaves. */
export function averageLinkage(distances: Float64Array, n: number): Tree {
  const between = Float64Array.from(distances);
  const alive: { tree: Tree; at: number }[] = Array.from({ length: n }, (_, at) => ({
    tree: { leaves: [at], children: null },
    at,
  }));
  while (alive.length > 1) {
    const [i, j] = nearestPair(alive, between, n);
    const [a, b] = [alive[i], alive[j]];
    const [na, nb] = [a.tree.leaves.length, b.tree.leaves.length];
    for (const { at } of alive) {
      const mean = (na * between[a.at * n + at] + nb * between[b.at * n + at]) / (na + nb);
      between[a.at * n + at] = between[at * n + a.at] = mean;
    }
    alive[i] = { tree: { leaves: [...a.tree.leaves, ...b.tree.leaves], children: [a.tree, b.tree] }, at: a.at };
    alive.splice(j, 1);
  }
  return alive[0].tree;
}

function nearestPair(alive: readonly { readonly at: number }[], between: Float64Array, n: number): [number, number] {
  let best: [number, number] = [0, 1];
  let least = Infinity;
  for (let i = 0; i < alive.length; i++) {
    for (let j = i + 1; j < alive.length; j++) {
      const distance = between[alive[i].at * n + alive[j].at];
      if (distance < least) [least, best] = [distance, [i, j]];
    }
  }
  return best;
}

/**
 * `cost[u * n + w]` is the least sum along the leaves of the smallest subtree that holds both u and w, with
 * u and w at its ends: every pair of leaves has one such subtree, so one table serves all.
 */
function optimalOrder(tree: Tree, distances: Float64Array, n: number): number[] {
  const cost = new Float64Array(n * n);
  fillCosts(tree, distances, cost, n);
  if (!tree.children) return [...tree.leaves];
  const [left, right] = tree.children;
  let [first, last] = [left.leaves[0], right.leaves[0]];
  for (const u of left.leaves) {
    for (const w of right.leaves) if (cost[u * n + w] < cost[first * n + last]) [first, last] = [u, w];
  }
  return orderBetween(tree, first, last, distances, cost, n);
}

function fillCosts({ children }: Tree, distances: Float64Array, cost: Float64Array, n: number): void {
  if (!children) return;
  const [left, right] = children;
  fillCosts(left, distances, cost, n);
  fillCosts(right, distances, cost, n);
  // Least from u through the left side to a step onto leaf k of the right side.
  const onto = new Float64Array(n);
  for (const u of left.leaves) {
    const ends = innerEnds(left, u);
    for (const k of right.leaves) {
      let least = Infinity;
      for (const m of ends) least = Math.min(least, cost[u * n + m] + distances[m * n + k]);
      onto[k] = least;
    }
    for (const w of right.leaves) {
      let least = Infinity;
      for (const k of innerEnds(right, w)) least = Math.min(least, onto[k] + cost[k * n + w]);
      cost[u * n + w] = cost[w * n + u] = least;
    }
  }
}

/** Leaves that can stand at the other end of a subtree of which `leaf` is one end. */
function innerEnds({ children }: Tree, leaf: number): readonly number[] {
  if (!children) return [leaf];
  return children[0].leaves.includes(leaf) ? children[1].leaves : children[0].leaves;
}

function orderBetween(
  tree: Tree,
  first: number,
  last: number,
  distances: Float64Array,
  cost: Float64Array,
  n: number,
): number[] {
  if (!tree.children) return [first];
  const [left, right] = tree.children[0].leaves.includes(first) ? tree.children : [tree.children[1], tree.children[0]];
  let [best, end, start] = [Infinity, first, last];
  for (const m of innerEnds(left, first)) {
    for (const k of innerEnds(right, last)) {
      const sum = cost[first * n + m] + distances[m * n + k] + cost[k * n + last];
      if (sum < best) [best, end, start] = [sum, m, k];
    }
  }
  return [
    ...orderBetween(left, first, end, distances, cost, n),
    ...orderBetween(right, start, last, distances, cost, n),
  ];
}
