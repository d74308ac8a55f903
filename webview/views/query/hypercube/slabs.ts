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
  readonly blocks: readonly string[];
}

export type GripSide = 'row-from' | 'row-to' | 'channel-from' | 'channel-to';

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

const MARGIN = { left: 44, right: 14, top: 48, bottom: 30 };
const DEPTH: Point = { x: 42, y: -22 };
const PULL = 18;

export function slabMarks(spec: SlabSpec): SlabMarks {
  const count = spec.channelCounts.length;
  const drop = Math.min(34, count * 3);
  const rise = spec.height - MARGIN.top - MARGIN.bottom - drop;
  const pulls = spec.layers.filter(([from, to]) => to - from + 1 < count).slice(0, 4);
  const room = spec.width - MARGIN.left - MARGIN.right - DEPTH.x - 2 * PULL * pulls.length;
  const step = count > 1 ? Math.min(34, room / (count - 1)) : 0;
  const deepest = Math.log2(1 + Math.max(1, ...spec.channelCounts));
  const slabs = spec.channelCounts.map((channelCount, layer): Slab => {
    const chosen = contains(spec.layers, layer);
    const pulled = pulls.reduce((sum, [from, to]) => sum + (layer >= from ? PULL : 0) + (layer > to ? PULL : 0), 0);
    const share = Math.max(0.25, Math.log2(1 + channelCount) / deepest);
    const depth = { x: DEPTH.x * share, y: DEPTH.y * share };
    const origin = { x: MARGIN.left + layer * step + pulled, y: MARGIN.top + (drop * layer) / Math.max(1, count - 1) };
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

function inside(slab: Frame, channelCount: number, spec: SlabSpec): { blocks: string[]; grid: string } {
  const rows = spec.rows ?? [];
  const channels = spec.channels(channelCount);
  const blocks = rows.flatMap((row) =>
    channels.map((channel) => quad(slab, shares(channel, channelCount), shares(row, spec.rowCount))),
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
  const grips: [GripSide, Point][] = [
    ['row-from', project(slab, centre, top)],
    ['row-to', project(slab, centre, bottom)],
    ['channel-from', project(slab, left, middle)],
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
