/**
 * The order of a tree's leaves with the smallest sum of distances between neighbours (Bar-Joseph,
 * Gifford and Jaakkola 2001), by their dynamic programme, O(n³). The oracle tries every flip:
 * scipy.cluster.hierarchy.optimal_leaf_ordering computes the best cost but may return a longer order
 * (scipy issue 11227).
 */
import type { Merge } from './network.js';

/** Beyond this the programme takes seconds. */
export const MOST_ORDERED_LEAVES = 640;

interface Node {
  readonly leaves: readonly number[];
  readonly left: Node | null;
  readonly right: Node | null;
}

/** Best cost of the part between two leaves at its ends, and the two leaves where its halves meet. */
interface Table {
  readonly cost: Float64Array;
  readonly inner: Int32Array;
  readonly outer: Int32Array;
}

/** Leaves in optimal order; of the two directions the one that begins with the lower leaf. */
export function optimalLeafOrder(merges: readonly Merge[], distances: Float64Array, n: number): number[] {
  if (n < 3) return Array.from({ length: n }, (_, i) => i);
  const nodes = treeOf(merges, n);
  const table = { cost: new Float64Array(n * n), inner: new Int32Array(n * n), outer: new Int32Array(n * n) };
  for (const node of nodes.slice(n)) fill(node, table, distances, n);
  const root = nodes.at(-1)!;
  let best = [root.left!.leaves[0], root.right!.leaves[0]] as [number, number];
  for (const i of root.left!.leaves) {
    for (const j of root.right!.leaves) if (table.cost[i * n + j] < table.cost[best[0] * n + best[1]]) best = [i, j];
  }
  const order = unfold(root, best[0], best[1], table, n);
  return order[0] <= order[n - 1] ? order : order.reverse();
}

/** The leaves as the tree has them, left before right. */
export function treeOrder(merges: readonly Merge[], n: number): number[] {
  return n < 2 ? Array.from({ length: n }, (_, i) => i) : [...treeOf(merges, n).at(-1)!.leaves];
}

/** Sum of the distances between neighbours. */
export function orderLength(order: readonly number[], distances: Float64Array, n: number): number {
  return order.slice(1).reduce((sum, leaf, i) => sum + distances[order[i] * n + leaf], 0);
}

function treeOf(merges: readonly Merge[], n: number): Node[] {
  const nodes: Node[] = Array.from({ length: n }, (_, i) => ({ leaves: [i], left: null, right: null }));
  for (const [a, b] of merges) {
    const [left, right] = [nodes[a], nodes[b]];
    nodes.push({ leaves: [...left.leaves, ...right.leaves], left, right });
  }
  return nodes;
}

/** Where the part may end when it begins with `leaf`: the other half's leaves. */
function endsWith(node: Node, leaf: number, inLeft: boolean): readonly number[] {
  if (!node.left || !node.right) return [leaf];
  return inLeft ? node.right.leaves : node.left.leaves;
}

/** For each leaf of one half as an outer end: cost to reach every leaf of the other half. */
function fill({ left, right }: Node, { cost, inner, outer }: Table, distances: Float64Array, n: number): void {
  const [a, b] = [left!, right!];
  const inLeftOf = (node: Node): Set<number> => new Set(node.left?.leaves ?? []);
  const [aLeft, bLeft] = [inLeftOf(a), inLeftOf(b)];
  const reach = new Float64Array(n);
  const by = new Int32Array(n);
  for (const i of a.leaves) {
    const meets = endsWith(a, i, aLeft.has(i));
    for (const l of b.leaves) {
      reach[l] = Infinity;
      for (const k of meets) {
        const sum = cost[i * n + k] + distances[k * n + l];
        if (sum < reach[l]) {
          reach[l] = sum;
          by[l] = k;
        }
      }
    }
    for (const j of b.leaves) {
      let best = Infinity;
      let [k, l] = [i, j];
      for (const meet of endsWith(b, j, bLeft.has(j))) {
        const sum = reach[meet] + cost[meet * n + j];
        if (sum < best) {
          best = sum;
          [k, l] = [by[meet], meet];
        }
      }
      cost[i * n + j] = cost[j * n + i] = best;
      inner[i * n + j] = outer[j * n + i] = k;
      outer[i * n + j] = inner[j * n + i] = l;
    }
  }
}

function unfold(node: Node, first: number, last: number, table: Table, n: number): number[] {
  if (!node.left || !node.right) return [first];
  const forward = node.left.leaves.includes(first);
  const [head, tail] = forward ? [node.left, node.right] : [node.right, node.left];
  const at = first * n + last;
  return [...unfold(head, first, table.inner[at], table, n), ...unfold(tail, table.outer[at], last, table, n)];
}
