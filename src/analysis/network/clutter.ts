/**
 * What bundling is worth, as numbers: crossings and ink of the edges between two columns, each edge by
 * itself and through knots. Clusters are spread evenly over columns of height 1, a unit apart, knots half
 * way at the mean of their ends' heights.
 */
import type { Clutter, EdgeBundle } from '../../protocol/network.js';

type Segment = readonly [from: number, to: number];

const NO_CLUTTER: Clutter = { edges: 0, crossingsBefore: 0, crossingsAfter: 0, inkBefore: 0, inkAfter: 0 };

/** Bundles of both signs over one pair of columns. */
export function clutterOf(bundles: readonly EdgeBundle[], sourceCount: number, targetCount: number): Clutter {
  const ways = bundles.map((bundle) => waysOf(bundle, sourceCount, targetCount));
  const singles = ways.flatMap(({ from, to }) => from.flatMap((a) => to.map((b) => [a, b] as const)));
  const { toKnots, fromKnots } = segmentsOf(ways);
  return {
    edges: singles.length,
    crossingsBefore: crossings(singles),
    crossingsAfter: crossingsOf(ways),
    inkBefore: ink(singles, 1),
    inkAfter: ink(toKnots, 0.5) + ink(fromKnots, 0.5),
  };
}

/** More edges than this are bundled without a look at each bundle's crossings. */
const MOST_WEIGHED_EDGES = 600;

/**
 * The bundles that do not add crossings, tried from the largest; the others are taken apart again into
 * single edges. A knot saves ink always, but its ends may cross what the single edges left alone.
 */
export function worthwhileBundles(
  bundles: readonly EdgeBundle[],
  sourceCount: number,
  targetCount: number,
): EdgeBundle[] {
  const sizeOf = ({ sources, targets }: EdgeBundle): number => sources.length * targets.length;
  if (bundles.reduce((sum, one) => sum + sizeOf(one), 0) > MOST_WEIGHED_EDGES) return [...bundles];
  const kept = bundles.map((one) => takenApart(one));
  const waysOfAll = (): Way[] => kept.flat().map((one) => waysOf(one, sourceCount, targetCount));
  let least = crossingsOf(waysOfAll());
  const largestFirst = bundles.map((_, i) => i).sort((a, b) => sizeOf(bundles[b]) - sizeOf(bundles[a]) || a - b);
  for (const i of largestFirst) {
    const apart = kept[i];
    kept[i] = [bundles[i]];
    const count = crossingsOf(waysOfAll());
    if (count <= least) least = count;
    else kept[i] = apart;
  }
  return kept.flat();
}

function takenApart({ sign, sources, targets }: EdgeBundle): EdgeBundle[] {
  return sources.flatMap((source) => targets.map((target) => ({ sign, sources: [source], targets: [target] })));
}

/** Heights of a bundle's ends and of its knot. */
interface Way {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly knot: number;
}

function waysOf({ sources, targets }: EdgeBundle, sourceCount: number, targetCount: number): Way {
  const from = sources.map((one) => (one + 0.5) / sourceCount);
  const to = targets.map((one) => (one + 0.5) / targetCount);
  return { from, to, knot: (mean(from) + mean(to)) / 2 };
}

function segmentsOf(ways: readonly Way[]): { toKnots: Segment[]; fromKnots: Segment[] } {
  return {
    toKnots: ways.flatMap(({ from, knot }) => from.map((a) => [a, knot] as const)),
    fromKnots: ways.flatMap(({ to, knot }) => to.map((b) => [knot, b] as const)),
  };
}

function crossingsOf(ways: readonly Way[]): number {
  const { toKnots, fromKnots } = segmentsOf(ways);
  return crossings(toKnots) + crossings(fromKnots) + crossingsAtKnots(ways);
}

/** Node 20 has no Map.groupBy. */
function groupedByKnot(ways: readonly Way[]): Map<number, Way[]> {
  const groups = new Map<number, Way[]>();
  for (const way of ways) {
    const key = Math.round(way.knot * 1e9);
    groups.set(key, [...(groups.get(key) ?? []), way]);
  }
  return groups;
}

/** Two bundles whose knots lie on each other cross there when their ends change sides. */
function crossingsAtKnots(ways: readonly Way[]): number {
  const byHeight = groupedByKnot(ways);
  let total = 0;
  for (const group of byHeight.values()) {
    group.forEach((a, i) =>
      group.slice(i + 1).forEach((b) => {
        if ((mean(a.from) - mean(b.from)) * (mean(a.to) - mean(b.to)) < 0) total++;
      }),
    );
  }
  return total;
}

export function sumOfClutter(all: readonly Clutter[]): Clutter {
  return all.reduce(
    (sum, one) => ({
      edges: sum.edges + one.edges,
      crossingsBefore: sum.crossingsBefore + one.crossingsBefore,
      crossingsAfter: sum.crossingsAfter + one.crossingsAfter,
      inkBefore: sum.inkBefore + one.inkBefore,
      inkAfter: sum.inkAfter + one.inkAfter,
    }),
    NO_CLUTTER,
  );
}

/** Pairs of straight segments between the same two columns that cross inside: inversions, by a Fenwick tree. */
export function crossings(segments: readonly Segment[]): number {
  const keyOf = (height: number): number => Math.round(height * 1e9);
  const heights = [...new Set(segments.map(([, to]) => keyOf(to)))].sort((a, b) => a - b);
  const rank = new Map(heights.map((height, i) => [height, i + 1]));
  const tree = new Int32Array(heights.length + 1);
  const countTo = (at: number): number => {
    let sum = 0;
    for (let i = at; i > 0; i -= i & -i) sum += tree[i];
    return sum;
  };
  const sorted = [...segments].sort((a, b) => keyOf(a[0]) - keyOf(b[0]) || a[1] - b[1]);
  let total = 0;
  sorted.forEach(([, to], i) => {
    const at = rank.get(keyOf(to))!;
    // Those that begin at the same height come in the order of their ends: no inversion among them.
    total += i - countTo(at);
    for (let k = at; k < tree.length; k += k & -k) tree[k]++;
  });
  return total;
}

function ink(segments: readonly Segment[], run: number): number {
  return segments.reduce((sum, [from, to]) => sum + Math.hypot(run, to - from), 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
