/** What stands in the columns of the network view – layers and closed stages – and the edges between them. */
import type { LayerPairEdges, NetworkResult, NetworkStage } from '../../src/protocol/network.js';

export type NetworkItem =
  | { readonly kind: 'layer'; readonly id: string; readonly layer: number; readonly stages: readonly string[] }
  | { readonly kind: 'stage'; readonly id: string; readonly stage: NetworkStage; readonly stages: readonly string[] };

/** Ends are clusters of a layer's item, or 0 for a closed stage. */
export interface ItemEdges {
  readonly from: string;
  readonly to: string;
  readonly fromCount: number;
  readonly toCount: number;
  readonly isStructure: boolean;
  /** (from, to), row-major. */
  readonly positive: readonly number[];
  readonly negative: readonly number[];
  readonly bundles: readonly {
    readonly sign: 1 | -1;
    readonly sources: readonly number[];
    readonly targets: readonly number[];
  }[];
}

/** `open` holds the ids of opened stages; a stage inside a closed one is not there. */
export function visibleItems({ nodes, stages }: NetworkResult, open: ReadonlySet<string>): NetworkItem[] {
  const byId = new Map(stages.map((stage) => [stage.id, stage]));
  const seen = new Set<string>();
  const items: NetworkItem[] = [];
  for (const node of nodes) {
    const closed = node.stages.findIndex((id) => !open.has(id));
    if (closed < 0) {
      items.push({ kind: 'layer', id: `layer ${node.layer}`, layer: node.layer, stages: node.stages });
      continue;
    }
    const id = node.stages[closed];
    if (seen.has(id)) continue;
    seen.add(id);
    items.push({ kind: 'stage', id: `stage ${id}`, stage: byId.get(id)!, stages: node.stages.slice(0, closed) });
  }
  return items;
}

/** Edges of layers summed over closed stages; the strongest share of those is one bundle a sign. */
export function itemEdges(result: NetworkResult, items: readonly NetworkItem[], strongest: number): ItemEdges[] {
  const itemOf = new Map<number, NetworkItem>();
  for (const item of items)
    for (const layer of item.kind === 'layer' ? [item.layer] : item.stage.layers) itemOf.set(layer, item);
  const countOf = (item: NetworkItem): number =>
    item.kind === 'stage' ? 1 : result.layers.find(({ layer }) => layer === item.layer)!.clusters.length;
  const pairs = new Map<string, { from: NetworkItem; to: NetworkItem; edges: LayerPairEdges[] }>();
  for (const edges of result.edges) {
    const [from, to] = [itemOf.get(edges.from)!, itemOf.get(edges.to)!];
    if (from === to) continue;
    const key = `${from.id}\n${to.id}`;
    pairs.set(key, { from, to, edges: [...(pairs.get(key)?.edges ?? []), edges] });
  }
  return [...pairs.values()].map(({ from, to, edges }) =>
    joined(from, to, edges, countOf(from), countOf(to), strongest),
  );
}

function joined(
  from: NetworkItem,
  to: NetworkItem,
  edges: readonly LayerPairEdges[],
  fromCount: number,
  toCount: number,
  strongest: number,
): ItemEdges {
  const ends = { from: from.id, to: to.id, fromCount, toCount };
  const isStructure = edges.every(({ kind }) => kind === 'structure');
  if (from.kind === 'layer' && to.kind === 'layer') {
    const { positive, negative, bundles } = edges[0];
    return { ...ends, isStructure, positive, negative, bundles };
  }
  const sums = {
    positive: new Array<number>(fromCount * toCount).fill(0),
    negative: new Array<number>(fromCount * toCount).fill(0),
  };
  for (const one of edges) addTo(sums, one, from, to, toCount);
  const bundles = ([1, -1] as const).flatMap((sign) =>
    starOf(sign > 0 ? sums.positive : sums.negative, sign, fromCount, strongest),
  );
  return { ...ends, isStructure, ...sums, bundles };
}

function addTo(
  sums: { positive: number[]; negative: number[] },
  { positive, negative }: LayerPairEdges,
  from: NetworkItem,
  to: NetworkItem,
  toCount: number,
): void {
  const width = from.kind === 'layer' ? positive.length / Math.max(1, sums.positive.length / toCount) : null;
  positive.forEach((_, at) => {
    const source = from.kind === 'stage' ? 0 : Math.floor(at / Math.max(1, width!));
    const target = to.kind === 'stage' ? 0 : at % toCount;
    sums.positive[source * toCount + target] += positive[at];
    sums.negative[source * toCount + target] += negative[at];
  });
}

/** One end is a single stage, so its edges are one star. */
function starOf(
  values: readonly number[],
  sign: 1 | -1,
  fromCount: number,
  strongest: number,
): ItemEdges['bundles'][number][] {
  const sorted = values.filter((value) => value > 0).sort((a, b) => b - a);
  if (sorted.length === 0) return [];
  const least = sorted[Math.max(1, Math.ceil(strongest * sorted.length)) - 1];
  const kept = values.flatMap((value, at) => (value >= least ? [at] : []));
  const sources = fromCount === 1 ? [0] : kept;
  return [{ sign, sources, targets: fromCount === 1 ? kept : [0] }];
}
