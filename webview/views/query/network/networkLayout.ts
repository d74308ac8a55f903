/**
 * The network as lanes: the longest path runs straight along lane 0, whatever leaves it drops to a lane
 * of its own until it comes back. Columns are layer indices, so that a table can stand below.
 */

export interface LayoutNode {
  readonly index: number;
  /** Indices of the layers that feed it; all smaller than `index`. */
  readonly inputs: readonly number[];
}

export interface LayoutEdge {
  readonly from: number;
  readonly to: number;
  /** The lane it runs along between its ends. */
  readonly lane: number;
  /** It has no layer of its own on its lane: an identity shortcut. */
  readonly skips: boolean;
}

export interface NetworkLayout {
  /** Lane by layer. */
  readonly lanes: readonly number[];
  readonly laneCount: number;
  readonly edges: readonly LayoutEdge[];
}

export function networkLayout(nodes: readonly LayoutNode[]): NetworkLayout {
  const main = longestPath(nodes);
  const chains = sideChains(nodes, main);
  const chainOf = new Map(chains.flatMap((chain, i) => chain.map((index) => [index, i] as const)));
  const links = nodes.flatMap((node) => node.inputs.map((from) => ({ from, to: node.index })));
  const jumps = links.filter(({ from, to }) => blocked(nodes, chainOf, from, to));
  const spans: Span[] = [
    ...chains.map((chain, i): Span => ({ ...chainSpan(nodes, chain), key: `chain ${i}` })),
    ...jumps.map(({ from, to }): Span => ({ from, to, key: `jump ${from} ${to}` })),
  ];
  const laneByKey = packLanes(spans);
  const laneOf = (index: number): number => {
    const chain = chainOf.get(index);
    return chain === undefined ? 0 : (laneByKey.get(`chain ${chain}`) ?? 0);
  };
  return {
    lanes: nodes.map((node) => laneOf(node.index)),
    laneCount: 1 + Math.max(0, ...laneByKey.values()),
    edges: links.map(({ from, to }) => {
      const own = laneByKey.get(`jump ${from} ${to}`);
      return { from, to, lane: own ?? Math.max(laneOf(from), laneOf(to)), skips: own !== undefined };
    }),
  };
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly key: string;
}

/** Indices on a path with the most layers from a source to the last layer. */
function longestPath(nodes: readonly LayoutNode[]): ReadonlySet<number> {
  const length = new Array<number>(nodes.length).fill(1);
  const before = new Array<number>(nodes.length).fill(-1);
  for (const { index, inputs } of nodes) {
    for (const input of inputs) {
      if (length[input] + 1 > length[index]) {
        length[index] = length[input] + 1;
        before[index] = input;
      }
    }
  }
  const path = new Set<number>();
  for (let at = nodes.length - 1; at >= 0; at = before[at]) path.add(at);
  return path;
}

/** Layers off the main path, joined into chains as long as one leads to the next. */
function sideChains(nodes: readonly LayoutNode[], main: ReadonlySet<number>): number[][] {
  const chains: number[][] = [];
  const placed = new Set(main);
  for (const { index } of nodes) {
    if (placed.has(index)) continue;
    const chain: number[] = [];
    for (let at: number | undefined = index; at !== undefined; at = nextInChain(nodes, placed, at)) {
      chain.push(at);
      placed.add(at);
    }
    chains.push(chain);
  }
  return chains;
}

function nextInChain(nodes: readonly LayoutNode[], placed: ReadonlySet<number>, at: number): number | undefined {
  return nodes.find((node) => node.inputs.includes(at) && !placed.has(node.index))?.index;
}

/**
 * Whether another layer stands in the way. An edge runs along the lane of its end that is off the main
 * path; the spans of both its ends' chains cover it, so no other chain can share that lane there.
 */
function blocked(
  nodes: readonly LayoutNode[],
  chainOf: ReadonlyMap<number, number>,
  from: number,
  to: number,
): boolean {
  const ends = new Set([chainOf.get(from), chainOf.get(to)]);
  if (ends.size > 1) ends.delete(undefined);
  return nodes.some(({ index }) => index > from && index < to && ends.has(chainOf.get(index)));
}

function chainSpan(nodes: readonly LayoutNode[], chain: readonly number[]): { from: number; to: number } {
  const inputs = chain.flatMap((index) => nodes[index].inputs);
  const consumers = nodes
    .filter((node) => node.inputs.some((input) => chain.includes(input)))
    .map((node) => node.index);
  return { from: Math.min(...inputs, ...chain), to: Math.max(...consumers, ...chain) };
}

/** Short spans lie nearest to the main path; spans that share a lane do not overlap. */
function packLanes(spans: readonly Span[]): Map<string, number> {
  const lanes: Span[][] = [];
  const result = new Map<string, number>();
  const order = [...spans].sort((a, b) => a.to - a.from - (b.to - b.from) || a.from - b.from);
  for (const span of order) {
    let lane = lanes.findIndex((others) => others.every((other) => other.to <= span.from || span.to <= other.from));
    if (lane < 0) lane = lanes.push([]) - 1;
    lanes[lane].push(span);
    result.set(span.key, lane + 1);
  }
  return result;
}
