/**
 * Where the boxes of the network view stand: layers left to right by dagre's layered layout, the clusters
 * of a layer under each other.
 */
import { graphlib, layout } from '@dagrejs/dagre';

export interface BoxSize {
  readonly id: string;
  readonly width: number;
  /** Of the header alone; the cards come below it. */
  readonly head: number;
  /** Heights of the cards, in order. */
  readonly cards: readonly number[];
}

export interface PlacedBox {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Top and height of each card, in the same pixels. */
  readonly cards: readonly { readonly y: number; readonly height: number }[];
}

export interface NetworkPlaces {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, PlacedBox>;
  /** Of links over several columns, by "from\\nto": where they pass between boxes. */
  readonly detours: ReadonlyMap<string, readonly (readonly [x: number, y: number])[]>;
}

const CARD_GAP = 10;
const MARGIN = 20;
/** At the sides, where heads may be wider than their column. */
const SIDE_MARGIN = 58;
/** Room for the bundles between two columns. */
const COLUMN_GAP = 76;
const WIDEST_GAP = 170;
const ROW_GAP = 28;

interface Link {
  readonly from: string;
  readonly to: string;
}

/** Columns stand farther apart where there is `room`, in pixels, so that bundles can be told apart. */
export function placeNetwork(sizes: readonly BoxSize[], links: readonly Link[], room = 0): NetworkPlaces {
  const close = placedWith(COLUMN_GAP, sizes, links);
  const middles = new Set([...close.boxes.values()].map(({ x, width }) => Math.round(x + width / 2)));
  const gaps = middles.size - 1;
  const gap = Math.min(WIDEST_GAP, COLUMN_GAP + Math.floor((room - close.width) / Math.max(1, gaps)));
  return gaps > 0 && gap > COLUMN_GAP ? placedWith(gap, sizes, links) : close;
}

function placedWith(columnGap: number, sizes: readonly BoxSize[], links: readonly Link[]): NetworkPlaces {
  const graph = new graphlib.Graph();
  graph.setGraph({
    rankdir: 'LR',
    ranksep: columnGap,
    nodesep: ROW_GAP,
    edgesep: 12,
    marginx: SIDE_MARGIN,
    marginy: MARGIN,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const size of sizes) graph.setNode(size.id, { width: size.width, height: heightOf(size) });
  for (const { from, to } of links) graph.setEdge(from, to);
  layout(graph);
  const boxes = new Map(sizes.map((size) => [size.id, placed(size, graph.node(size.id) as { x: number; y: number })]));
  const detours = new Map(links.map(({ from, to }) => [`${from}\n${to}`, detourOf(graph.edge(from, to).points)]));
  const all = [...boxes.values()];
  return {
    width: Math.max(0, ...all.map(({ x, width }) => x + width)) + SIDE_MARGIN,
    height: Math.max(0, ...all.map(({ y, height }) => y + height)) + MARGIN,
    boxes,
    detours,
  };
}

/** dagre has a point at each end and one in the middle where a link spans one gap: no detour. */
function detourOf(points: readonly { x: number; y: number }[]): [number, number][] {
  return points.length <= 3 ? [] : points.slice(1, -1).map(({ x, y }) => [x, y]);
}

function heightOf({ head, cards }: BoxSize): number {
  return head + cards.reduce((sum, height) => sum + height, 0) + CARD_GAP * Math.max(0, cards.length - 1);
}

/** dagre gives middles. */
function placed(size: BoxSize, middle: { x: number; y: number }): PlacedBox {
  const height = heightOf(size);
  const top = Math.round(middle.y - height / 2);
  let y = top + size.head;
  const cards = size.cards.map((one) => {
    const card = { y, height: one };
    y += one + CARD_GAP;
    return card;
  });
  return { id: size.id, x: Math.round(middle.x - size.width / 2), y: top, width: size.width, height, cards };
}
