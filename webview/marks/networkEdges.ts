/** Bundled edges as curves: from each source to its bundle's knot, from the knot to each target. */
import type { ItemEdges } from './networkItems.js';
import type { NetworkPlaces, PlacedBox } from './networkLayout.js';

type Point = readonly [x: number, y: number];

export type EdgeSign = 1 | -1 | 0;

export interface EdgeCurve {
  /** 0: only that one feeds the other. */
  readonly sign: EdgeSign;
  /** Pixels. */
  readonly width: number;
  /** Where it leaves, what it goes around, where it arrives. */
  readonly points: readonly Point[];
  /** "item/cluster" of the end that it touches, and of all those that its bundle leads to on the other side. */
  readonly touches: string;
  readonly leadsTo: readonly string[];
}

const LEAST = 0.7;
const MOST = 6;

export function endKey(item: string, cluster: number): string {
  return `${item}/${cluster}`;
}

export function edgeCurves(
  edges: readonly ItemEdges[],
  places: NetworkPlaces,
  signs: 'both' | 'positive' | 'negative',
): EdgeCurve[] {
  return edges.flatMap((one) => {
    const [from, to] = [places.boxes.get(one.from), places.boxes.get(one.to)];
    const via = places.detours.get(`${one.from}\n${one.to}`) ?? [];
    if (!from || !to) return [];
    if (one.isStructure || one.bundles.length === 0) return [plainLine(one, from, to, via)];
    const shown = one.bundles.filter(({ sign }) => signs === 'both' || sign === (signs === 'positive' ? 1 : -1));
    const parts = shown.map((bundle) => bundleParts(one, bundle, from, to, via));
    const widest = Math.max(...parts.flatMap((part) => part.map(({ value }) => value)));
    return parts.flat().map(({ value, ...curve }) => ({ ...curve, width: LEAST + ((MOST - LEAST) * value) / widest }));
  });
}

type Part = Omit<EdgeCurve, 'width'> & { readonly value: number };

/** Positive ends stand a little above the card's middle, negative ones below. */
const SIGN_SHIFT = 5;

function endOf({ cards, y, height }: PlacedBox, cluster: number): number {
  const card = cards.at(cluster);
  return card ? card.y + card.height / 2 : y + height / 2;
}

function bundleParts(
  edges: ItemEdges,
  bundle: ItemEdges['bundles'][number],
  from: PlacedBox,
  to: PlacedBox,
  via: readonly Point[],
): Part[] {
  const { sign, sources, targets } = bundle;
  const values = sign > 0 ? edges.positive : edges.negative;
  const valueOf = (source: number, target: number): number => values[source * edges.toCount + target] ?? 0;
  const shift = -sign * SIGN_SHIFT;
  const [left, right] = [from.x + from.width, to.x];
  const sourceYs = sources.map((one) => endOf(from, one) + shift);
  const targetYs = targets.map((one) => endOf(to, one) + shift);
  const around = via.map(([x, y]): Point => [x, y + shift]);
  const before = around.at(-1)?.[1] ?? mean(sourceYs);
  const knot: Point = [right - Math.min(38, (right - left) / 2), (before + mean(targetYs)) / 2];
  const sourceKeys = sources.map((one) => endKey(edges.from, one));
  const targetKeys = targets.map((one) => endKey(edges.to, one));
  if (sources.length === 1 && targets.length === 1) {
    const points = [[left, sourceYs[0]], ...around, [right, targetYs[0]]] as const;
    return [{ sign, value: valueOf(sources[0], targets[0]), points, touches: sourceKeys[0], leadsTo: targetKeys }];
  }
  const sum = (of: readonly number[], value: (one: number) => number): number =>
    of.reduce((all, one) => all + value(one), 0);
  return [
    ...sources.map((source, i) => ({
      ...{
        sign,
        value: sum(targets, (target) => valueOf(source, target)),
        touches: sourceKeys[i],
        leadsTo: targetKeys,
      },
      points: [[left, sourceYs[i]], ...around, knot] as const,
    })),
    ...targets.map((target, i) => ({
      ...{
        sign,
        value: sum(sources, (source) => valueOf(source, target)),
        touches: targetKeys[i],
        leadsTo: sourceKeys,
      },
      points: [knot, [right, targetYs[i]]] as const,
    })),
  ];
}

function plainLine(edges: ItemEdges, from: PlacedBox, to: PlacedBox, via: readonly Point[]): EdgeCurve {
  const all = (item: string, count: number): string[] => Array.from({ length: count }, (_, i) => endKey(item, i));
  return {
    ...{ sign: 0 as const, width: 1.5, touches: endKey(edges.from, 0) },
    points: [[from.x + from.width, from.y + from.height / 2], ...via, [to.x, to.y + to.height / 2]],
    leadsTo: [...all(edges.from, edges.fromCount), ...all(edges.to, edges.toCount)],
  };
}

/** SVG path data: leaves, passes and arrives level. */
export function curvePath({ points }: EdgeCurve): string {
  const n = (value: number): string => value.toFixed(1);
  const [[x, y], ...others] = points;
  const parts = others.map(([x1, y1], i) => {
    const [x0, y0] = points[i];
    const middle = (x0 + x1) / 2;
    return `C${n(middle)},${n(y0)} ${n(middle)},${n(y1)} ${n(x1)},${n(y1)}`;
  });
  return `M${n(x)},${n(y)}${parts.join('')}`;
}

export interface Trace {
  /** Curves that touch the cluster or lead to it. */
  readonly curves: readonly EdgeCurve[];
  /** The cluster itself and those at the curves' other ends. */
  readonly ends: ReadonlySet<string>;
}

/** By the key of a cluster; made once for a board, so that following the pointer is a look-up. */
export function tracesOf(curves: readonly EdgeCurve[]): ReadonlyMap<string, Trace> {
  const traces = new Map<string, { curves: EdgeCurve[]; ends: Set<string> }>();
  const add = (key: string, curve: EdgeCurve, ends: readonly string[]): void => {
    const trace = traces.get(key) ?? { curves: [], ends: new Set([key]) };
    trace.curves.push(curve);
    for (const end of ends) trace.ends.add(end);
    traces.set(key, trace);
  };
  for (const curve of curves) {
    add(curve.touches, curve, curve.leadsTo);
    for (const key of curve.leadsTo) if (key !== curve.touches) add(key, curve, [curve.touches]);
  }
  return traces;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
