/**
 * Aligns two sequences at the least cost and tells which pairs are certain: those in every alignment of
 * that cost. What two readings of an edit disagree on is left open instead of guessed.
 */
import { atOnce } from '../../system/steps.js';

/** Leaving an item out costs more than any number of changed pairs. */
const LEFT_OUT = 1_000_000;

/**
 * `certain[i]` is the index of the item in the second sequence that item i of the first goes with in
 * every cheapest alignment; −1 where there is none or they disagree. `pairCost` is 0 for equal items,
 * 1 for changed ones, Infinity for those that cannot be a pair. Time and memory n × m.
 */
export function certainPairs(n: number, m: number, pairCost: PairCost): number[] {
  return atOnce(certainPairing(n, m, pairCost));
}

/** As `certainPairs`, in steps of one row. */
export function* certainPairing(n: number, m: number, pairCost: PairCost): Generator<void, number[]> {
  const width = m + 1;
  const costs = yield* costsOfPairs(n, m, pairCost);
  const ahead = yield* costsOfPrefixes(n, m, costs);
  const behind = yield* costsOfSuffixes(n, m, costs);
  const best = ahead[n * width + m] ?? 0;
  const partners = Array.from({ length: n }, () => new Set<number>());
  const partnersOf = Array.from({ length: m }, () => new Set<number>());
  for (let i = 0; i <= n; i++) {
    yield;
    for (let j = 0; j <= m; j++) {
      const before = ahead[i * width + j] ?? Infinity;
      if (i < n && before + LEFT_OUT + (behind[(i + 1) * width + j] ?? Infinity) === best) partners[i]?.add(-1);
      if (j < m && before + LEFT_OUT + (behind[i * width + j + 1] ?? Infinity) === best) partnersOf[j]?.add(-1);
      if (i === n || j === m) continue;
      if (before + (costs[i * m + j] ?? Infinity) + (behind[(i + 1) * width + j + 1] ?? Infinity) !== best) continue;
      partners[i]?.add(j);
      partnersOf[j]?.add(i);
    }
  }
  return partners.map((set) => {
    const [only] = set;
    return set.size === 1 && only !== undefined && only >= 0 && partnersOf[only]?.size === 1 ? only : -1;
  });
}

type PairCost = (i: number, j: number) => number;

function* costsOfPairs(n: number, m: number, pairCost: PairCost): Generator<void, Float64Array> {
  const costs = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    yield;
    for (let j = 0; j < m; j++) costs[i * m + j] = pairCost(i, j);
  }
  return costs;
}

/** Cheapest cost of aligning the first i items with the first j. */
function* costsOfPrefixes(n: number, m: number, costs: Float64Array): Generator<void, Float64Array> {
  const width = m + 1;
  const table = new Float64Array((n + 1) * width);
  for (let i = 0; i <= n; i++) {
    yield;
    for (let j = 0; j <= m; j++) {
      if (i === 0 || j === 0) table[i * width + j] = (i + j) * LEFT_OUT;
      else
        table[i * width + j] = Math.min(
          at(table, (i - 1) * width + j) + LEFT_OUT,
          at(table, i * width + j - 1) + LEFT_OUT,
          at(table, (i - 1) * width + j - 1) + at(costs, (i - 1) * m + j - 1),
        );
    }
  }
  return table;
}

/** Cheapest cost of aligning the items from i on with those from j on. */
function* costsOfSuffixes(n: number, m: number, costs: Float64Array): Generator<void, Float64Array> {
  const width = m + 1;
  const table = new Float64Array((n + 1) * width);
  for (let i = n; i >= 0; i--) {
    yield;
    for (let j = m; j >= 0; j--) {
      if (i === n || j === m) table[i * width + j] = (n - i + m - j) * LEFT_OUT;
      else
        table[i * width + j] = Math.min(
          at(table, (i + 1) * width + j) + LEFT_OUT,
          at(table, i * width + j + 1) + LEFT_OUT,
          at(table, (i + 1) * width + j + 1) + at(costs, i * m + j),
        );
    }
  }
  return table;
}

function at(table: Float64Array, index: number): number {
  return table[index] ?? Infinity;
}
