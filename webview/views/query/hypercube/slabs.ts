/**
 * The hypercube as slabs: one a layer along L, X downwards, C into depth on a log scale, since channel
 * counts differ by layer and a box would lie about that. The chosen slabs stand apart, the chosen block
 * lies solid in them. An oblique projection, so that a pointer can be turned back into a label and a channel.
 */
import type { IndexRange } from '../../../../src/protocol/query.js';
import { contains, type Bands } from '../../../selection/bands.js';

export interface SlabSpec {
  readonly width: number;
  readonly height: number;
  readonly channelCounts: readonly number[];
  /** Labels, or probes where there are none. */
  readonly rowCount: number;
  readonly layers: Bands;
  /** Null where the query names samples in a way that rows do not show. */
  readonly rows: Bands | null;
  readonly channels: (channelCount: number) => Bands;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Slab {
  readonly layer: number;
  readonly chosen: boolean;
  /** Front edge, top: channel 0, row 0. */
  readonly origin: Point;
  /** From channel 0 to the last. */
  readonly depth: Point;
  readonly rise: number;
  readonly outline: string;
  readonly grid: string;
  readonly blocks: readonly { readonly path: string; readonly opacity: number }[];
}

/** `row` moves the band where it is too thin for an edge above and below. */
export type GripSide = 'row' | 'row-from' | 'row-to' | 'channel-from' | 'channel-to';

export interface Grip extends Point {
  readonly side: GripSide;
  readonly layer: number;
}

export interface SlabMarks {
  readonly slabs: readonly Slab[];
  /** Of the first band in the first chosen slab. */
  readonly grips: readonly Grip[];
  readonly spec: SlabSpec;
}

const MARGIN = { left: 44, right: 10, top: 20, bottom: 18 };
/** Above a chosen slab stands its layer's name. */
const NAME_ROOM = 16;
/** Of the layer with the most channels. */
const DEPTH: Point = { x: 84, y: -40 };
const PULL = 18;
/** Pixels between two grips that can be told apart. */
const ROOM_FOR_TWO = 24;

export function slabMarks(spec: SlabSpec): SlabMarks {
  const count = spec.channelCounts.length;
  const drop = Math.min(34, count * 3);
  const pulls = spec.layers.filter(([from, to]) => to - from + 1 < count).slice(0, 4);
  const deepest = Math.log2(1 + Math.max(1, ...spec.channelCounts));
  const shareOf = (channelCount: number): number => Math.max(0.16, Math.log2(1 + channelCount) / deepest);
  const room = spec.width - MARGIN.left - MARGIN.right - 2 * PULL * pulls.length;
  const dropOf = (layer: number): number => (drop * layer) / Math.max(1, count - 1);
  const needed = spec.channelCounts.map((c, layer) => -DEPTH.y * shareOf(c) - dropOf(layer) + NAME_ROOM);
  const top = MARGIN.top + Math.max(...needed);
  const rise = spec.height - top - MARGIN.bottom - drop;
  const steps = spec.channelCounts.slice(1).map((c, i) => (room - DEPTH.x * shareOf(c)) / (i + 1));
  const step = Math.max(1, Math.min(34, ...steps));
  const slabs = spec.channelCounts.map((channelCount, layer): Slab => {
    const chosen = contains(spec.layers, layer);
    const pulled = pulls.reduce((sum, [from, to]) => sum + (layer >= from ? PULL : 0) + (layer > to ? PULL : 0), 0);
    const share = shareOf(channelCount);
    const depth = { x: DEPTH.x * share, y: DEPTH.y * share };
    const origin = { x: MARGIN.left + layer * step + pulled, y: top + dropOf(layer) };
    const slab = { layer, chosen, origin, depth, rise };
    const { blocks, grid } = chosen ? inside(slab, channelCount, spec) : { blocks: [], grid: '' };
    return { ...slab, outline: quad(slab, [0, 1], [0, 1]), grid, blocks };
  });
  return { slabs, grips: gripsOf(slabs, spec), spec };
}

type Frame = Pick<Slab, 'origin' | 'depth' | 'rise'>;

/** The place of a share of the channels and a share of the rows. */
export function project(slab: Frame, channelShare: number, rowShare: number): Point {
  return {
    x: slab.origin.x + channelShare * slab.depth.x,
    y: slab.origin.y + channelShare * slab.depth.y + rowShare * slab.rise,
  };
}

export interface SlabLabel extends Point {
  readonly text: string;
  readonly chosen: boolean;
}

/** Numbers under the slabs: every chosen run as one, of the others as many as keep their distance. */
export function slabLabels({ slabs, spec }: SlabMarks): SlabLabel[] {
  const under = (slab: Slab): Point => ({ x: slab.origin.x, y: slab.origin.y + slab.rise + 14 });
  const whole = spec.layers.length === 1 && spec.layers[0][1] - spec.layers[0][0] + 1 === slabs.length;
  const labels: SlabLabel[] = [];
  const clear = (x: number, room: number): boolean => labels.every((other) => Math.abs(other.x - x) >= room);
  for (const [from, to] of whole ? [] : spec.layers) {
    const [a, b] = [under(slabs[from]), under(slabs[to])];
    const x = (a.x + b.x) / 2;
    if (clear(x, 22))
      labels.push({ x, y: (a.y + b.y) / 2, text: from === to ? `${from}` : `${from}–${to}`, chosen: true });
  }
  for (const slab of slabs) {
    const { x, y } = under(slab);
    const room = labels.some((label) => label.chosen && label.text.length > 2 && Math.abs(label.x - x) < 30) ? 26 : 17;
    if ((whole || !slab.chosen) && clear(x, room)) labels.push({ x, y, text: String(slab.layer), chosen: whole });
  }
  return labels;
}

/** The inverse of `project`, as indices within the slab. */
export function unproject(
  slab: Frame,
  at: Point,
  channelCount: number,
  rowCount: number,
): { channel: number; row: number } {
  const channelShare = (at.x - slab.origin.x) / slab.depth.x;
  const rowShare = (at.y - slab.origin.y - channelShare * slab.depth.y) / slab.rise;
  return { channel: indexOf(channelShare, channelCount), row: indexOf(rowShare, rowCount) };
}

function indexOf(share: number, count: number): number {
  return Math.max(0, Math.min(count - 1, Math.floor(share * count)));
}

/** The slab under a point, the nearest to the eye first; null beside them all. */
export function slabAt(marks: SlabMarks, at: Point): Slab | null {
  const hit = marks.slabs.findLast((slab) => {
    const channelShare = (at.x - slab.origin.x) / slab.depth.x;
    const rowShare = (at.y - slab.origin.y - channelShare * slab.depth.y) / slab.rise;
    return channelShare >= 0 && channelShare <= 1 && rowShare >= 0 && rowShare <= 1;
  });
  return hit ?? null;
}

function inside(slab: Frame, channelCount: number, spec: SlabSpec): { blocks: Slab['blocks']; grid: string } {
  const rows = spec.rows ?? [];
  const channels = spec.channels(channelCount);
  const blocks = rows.flatMap((row) =>
    channels.map((channel) => {
      const [across, down] = [shares(channel, channelCount), shares(row, spec.rowCount)];
      // A block that fills its slab would hide it: the more it fills, the lighter it is.
      const opacity = 0.9 - 0.55 * (across[1] - across[0]) * (down[1] - down[0]);
      return { path: quad(slab, across, down), opacity };
    }),
  );
  const lines = (count: number, limit: number): number[] =>
    count <= limit ? Array.from({ length: count - 1 }, (_, i) => (i + 1) / count) : [];
  const grid = [
    ...lines(spec.rowCount, 20).map((row) => segment(project(slab, 0, row), project(slab, 1, row))),
    ...lines(channelCount, 8).map((channel) => segment(project(slab, channel, 0), project(slab, channel, 1))),
  ].join('');
  return { blocks, grid };
}

function gripsOf(slabs: readonly Slab[], spec: SlabSpec): Grip[] {
  const slab = slabs.find((one) => one.chosen);
  const row = spec.rows?.[0];
  if (!slab || !row) return [];
  const channelCount = spec.channelCounts[slab.layer];
  const channel = spec.channels(channelCount)[0];
  if (!channel) return [];
  const [left, right] = shares(channel, channelCount);
  const [top, bottom] = shares(row, spec.rowCount);
  const middle = (top + bottom) / 2;
  const centre = (left + right) / 2;
  const tall = (bottom - top) * slab.rise >= ROOM_FOR_TWO;
  const wide = (right - left) * slab.depth.x >= ROOM_FOR_TWO;
  const grips: [GripSide, Point][] = [
    ...(tall
      ? ([
          ['row-from', project(slab, centre, top)],
          ['row-to', project(slab, centre, bottom)],
        ] as [GripSide, Point][])
      : ([['row', project(slab, 0, middle)]] as [GripSide, Point][])),
    ...(wide && tall ? ([['channel-from', project(slab, left, middle)]] as [GripSide, Point][]) : []),
    ['channel-to', project(slab, right, middle)],
  ];
  return grips.map(([side, at]) => ({ side, layer: slab.layer, ...at }));
}

function shares([from, to]: IndexRange, count: number): [number, number] {
  return [from / count, (to + 1) / count];
}

function quad(slab: Frame, channels: readonly [number, number], rows: readonly [number, number]): string {
  const corners = [
    project(slab, channels[0], rows[0]),
    project(slab, channels[1], rows[0]),
    project(slab, channels[1], rows[1]),
    project(slab, channels[0], rows[1]),
  ];
  return `M${corners.map(text).join('L')}Z`;
}

function segment(a: Point, b: Point): string {
  return `M${text(a)}L${text(b)}`;
}

function text({ x, y }: Point): string {
  return `${x.toFixed(1)},${y.toFixed(1)}`;
}
