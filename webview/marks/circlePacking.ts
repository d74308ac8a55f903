/**
 * Classes as circles that hold their channels as circles, both areas true: a channel's radius is k√H, a
 * class's k√(ΣH ÷ fill), with one k and one fill for all. A channel has one place for the whole run – where
 * `packSiblings` puts it in the circle of all inputs – and from there it is only pushed as far as its
 * neighbours need, so that nothing jumps from epoch to epoch or from class to class.
 */
import { packSiblings } from 'd3';

/** Places by channel in a circle of radius 1 around (0, 0). */
export interface Anchors {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export interface Disc {
  readonly channel: number;
  readonly x: number;
  readonly y: number;
  readonly r: number;
  readonly bits: number;
}

export interface DiscGroup {
  readonly id: number | null;
  readonly x: number;
  readonly y: number;
  readonly r: number;
  readonly sumBits: number;
  readonly discs: readonly Disc[];
}

/** Share of a circle that its channels take, the first that works; two equal circles never fill more than half. */
const FILLS = [0.66, 0.6, 0.54, 0.48, 0.42, 0.36, 0.3];
/** Circles are relaxed a little larger than they are drawn, which leaves a gap and absorbs what is unsolved. */
const GAP = 1.015;
const PASSES = 400;
/** Part of the outer radius; less than the gap leaves between the smallest circles that are seen. */
const TOLERANCE = 2e-4;
/** A dead channel has a place too: as if it had this part of the largest entropy. */
const LEAST = 0.01;

/** `meanBits` by channel: entropies over all inputs, averaged over epochs. */
export function anchorsOf(meanBits: readonly number[]): Anchors {
  const most = Math.max(...meanBits, 1e-9);
  const circles = meanBits.map((bits, channel) => ({
    channel,
    r: Math.sqrt(Math.max(bits, LEAST * most)),
    x: 0,
    y: 0,
  }));
  packSiblings([...circles].sort((a, b) => b.r - a.r || a.channel - b.channel));
  const radius = Math.max(...circles.map(({ x, y, r }) => Math.hypot(x, y) + r), 1e-9);
  return { x: circles.map(({ x }) => x / radius), y: circles.map(({ y }) => y / radius) };
}

/** The fill at which every one of the groups (bits by channel) fits without overlap. */
export function fillOf(groups: readonly (readonly number[])[], anchors: Anchors): number {
  const fits = (fill: number): boolean => groups.every((bits) => placed(bits, anchors, fill).excess <= TOLERANCE);
  return FILLS.find(fits) ?? FILLS[FILLS.length - 1];
}

export interface PackingSpec {
  readonly groups: readonly { readonly id: number | null; readonly bits: readonly (number | null)[] }[];
  readonly channels: readonly number[];
  readonly anchors: Anchors;
  readonly fill: number;
  /** Largest sum of entropies of any class at any epoch: its circle takes all the room that there is. */
  readonly mostBits: number;
  readonly width: number;
  readonly height: number;
}

export function packedGroups(spec: PackingSpec): readonly DiscGroup[] {
  const { cells, radius } = groupCells(spec.groups.length, spec.width, spec.height);
  const places = inReadingOrder(spec.groups, cells.length);
  const k = (radius * Math.sqrt(spec.fill)) / Math.sqrt(Math.max(spec.mostBits, 1e-9));
  return spec.groups.map(({ id, bits }, i) => {
    const cell = cells[places[i]];
    const known = bits.map((value) => value ?? 0);
    const sumBits = sum(known);
    const r = k * Math.sqrt(sumBits / spec.fill);
    const { x, y } = placed(known, spec.anchors, spec.fill);
    const discs = known.map((value, at): Disc => ({
      channel: spec.channels[at],
      x: cell.x + r * x[at],
      y: cell.y + r * y[at],
      r: k * Math.sqrt(value),
      bits: value,
    }));
    return { id, x: cell.x, y: cell.y, r, sumBits, discs };
  });
}

/** Of eleven the circle of all inputs stands in the middle; else it leads. */
function inReadingOrder(groups: PackingSpec['groups'], count: number): number[] {
  if (count !== 11) return groups.map((_, i) => i);
  const [left, right] = [5, 6];
  return groups.map(({ id }, i) => (id === null ? left : i <= left ? i - 1 : i < right ? left : i));
}

interface Relaxed {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Deepest overlap that is left, in outer radii. */
  readonly excess: number;
}

/** Circles of areas ∝ bits in the unit circle, from their anchors. */
function placed(bits: readonly number[], anchors: Anchors, fill: number): Relaxed {
  const total = sum(bits);
  const scale = total > 0 ? Math.sqrt(fill / total) : 0;
  const r = Float64Array.from(bits, (value) => GAP * scale * Math.sqrt(value));
  const x = Float64Array.from(anchors.x);
  const y = Float64Array.from(anchors.y);
  const order = [...r.keys()].filter((i) => r[i] > 0);
  let excess = Infinity;
  for (let pass = 0; pass < PASSES && excess > TOLERANCE; pass++) {
    excess = pushApart(x, y, r, order);
    excess = Math.max(excess, pullInside(x, y, r, order));
  }
  return { x, y, excess };
}

/** One pass over all pairs that may touch; the smaller circle gives way. Returns the deepest overlap found. */
function pushApart(x: Float64Array, y: Float64Array, r: Float64Array, order: number[]): number {
  sortByLeft(order, x, r);
  let deepest = 0;
  for (let at = 0; at < order.length; at++) {
    const a = order[at];
    for (let next = at + 1; next < order.length; next++) {
      const b = order[next];
      if (x[b] - r[b] > x[a] + r[a]) break;
      deepest = Math.max(deepest, separate(x, y, r, a, b));
    }
  }
  return deepest;
}

/** By insertion: from pass to pass the order hardly changes. */
function sortByLeft(order: number[], x: Float64Array, r: Float64Array): void {
  for (let at = 1; at < order.length; at++) {
    const moved = order[at];
    const left = x[moved] - r[moved];
    let to = at;
    for (; to > 0 && x[order[to - 1]] - r[order[to - 1]] > left; to--) order[to] = order[to - 1];
    order[to] = moved;
  }
}

function separate(x: Float64Array, y: Float64Array, r: Float64Array, a: number, b: number): number {
  const [dx, dy] = [x[b] - x[a], y[b] - y[a]];
  const distance = Math.hypot(dx, dy);
  const overlap = r[a] + r[b] - distance;
  if (overlap <= 0) return 0;
  const angle = (a * 31 + b) * 2.4;
  const [ux, uy] = distance > 1e-9 ? [dx / distance, dy / distance] : [Math.cos(angle), Math.sin(angle)];
  const share = r[b] ** 2 / (r[a] ** 2 + r[b] ** 2);
  x[a] -= ux * overlap * share;
  y[a] -= uy * overlap * share;
  x[b] += ux * overlap * (1 - share);
  y[b] += uy * overlap * (1 - share);
  return overlap;
}

function pullInside(x: Float64Array, y: Float64Array, r: Float64Array, order: readonly number[]): number {
  let farthest = 0;
  for (const i of order) {
    const distance = Math.hypot(x[i], y[i]);
    const beyond = distance + r[i] - 1;
    if (beyond <= 0 || distance === 0) continue;
    farthest = Math.max(farthest, beyond);
    x[i] *= (distance - beyond) / distance;
    y[i] *= (distance - beyond) / distance;
  }
  return farthest;
}

/** Height of a class's name over its circle. */
export const NAME_HEIGHT = 16;

/** Half the width of "8 2098.5 bits". */
const NAME_REACH = 36;

export interface Cells {
  readonly cells: readonly { readonly x: number; readonly y: number }[];
  /** What every circle may take. */
  readonly radius: number;
}

/** Eleven stand in rows of four, three and four, as digits do; other counts in the grid with the largest circles. */
export function groupCells(count: number, width: number, height: number): Cells {
  return count === 11 ? staggeredCells(width, height) : gridCells(count, width, height);
}

function gridCells(count: number, width: number, height: number): Cells {
  const radiusOf = (columns: number): number =>
    Math.min(width / columns - 8, height / Math.ceil(count / columns) - NAME_HEIGHT - 4) / 2;
  let columns = 1;
  for (let some = 2; some <= count; some++) if (radiusOf(some) > radiusOf(columns)) columns = some;
  const rows = Math.ceil(count / columns);
  const cells = Array.from({ length: count }, (_, i) => ({
    x: (((i % columns) + 0.5) * width) / columns,
    y: ((Math.floor(i / columns) + 0.5) * height) / rows + NAME_HEIGHT / 2,
  }));
  return { cells, radius: Math.max(4, radiusOf(columns)) };
}

function staggeredCells(width: number, height: number): Cells {
  const pitch = width / 4;
  const rowPitch = (radius: number): number => (height - 2 * radius - NAME_HEIGHT - 2) / 2;
  const fits = (radius: number): boolean =>
    2 * radius + 8 <= pitch &&
    Math.hypot(pitch / 2, rowPitch(radius)) >= 2 * radius + 4 &&
    // The corner of a name's box stays clear of the circle beside and above it.
    Math.hypot(Math.max(0, pitch / 2 - NAME_REACH), rowPitch(radius) - radius - NAME_HEIGHT) >= radius;
  let [low, high] = [4, Math.max(4, width)];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  const row = (columns: number, index: number): { x: number; y: number }[] =>
    Array.from({ length: columns }, (_, i) => ({
      x: (i + 0.5 + (4 - columns) / 2) * pitch,
      y: NAME_HEIGHT + low + index * rowPitch(low),
    }));
  return { cells: [...row(4, 0), ...row(3, 1), ...row(4, 2)], radius: low };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
