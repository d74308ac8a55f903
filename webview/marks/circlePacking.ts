/**
 * Classes as circles that hold their channels as circles, both areas true: a channel's radius is k√H, a
 * class's k√(ΣH ÷ fill), with one k and one fill for all. A channel has one place for the whole run – where
 * `packSiblings` puts it in the circle of all inputs – and from there it is only pushed as far as its
 * neighbours need, so that nothing jumps from epoch to epoch or from class to class.
 */
import { packSiblings } from 'd3';
import { groupCells } from './circlePackingCells.js';
import { Relaxation, TOLERANCE, type Anchors } from './circlePackingRelax.js';

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
  const fits = (fill: number): boolean =>
    groups.every((bits) => new Relaxation(bits, anchors, fill).settle().excess <= TOLERANCE);
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
  const packing = new Packing(spec);
  packing.settle(() => false);
  return packing.groups();
}

/** A packing that can be shown before it is settled, where there are too many circles for one frame. */
export class Packing {
  readonly #relaxed: Relaxation[] = [];
  readonly #bits: readonly (readonly number[])[];

  constructor(private readonly spec: PackingSpec) {
    this.#bits = spec.groups.map(({ bits }) => bits.map((value) => value ?? 0));
  }

  /** Works until all circles have their place or `isOver` says that the time is; returns whether they have. */
  settle(isOver: () => boolean): boolean {
    const last = this.#bits.length - 1;
    for (let i = 0; i <= last; i++) {
      const relaxed = this.#relaxation(i);
      while (!relaxed.settled) {
        relaxed.pass();
        if (isOver()) return relaxed.settled && i === last;
      }
    }
    return true;
  }

  /** Made when it is come to: of a thousand circles it is as long as a frame may be. */
  #relaxation(at: number): Relaxation {
    return (this.#relaxed[at] ??= new Relaxation(this.#bits[at], this.spec.anchors, this.spec.fill));
  }

  /** The circles as they are placed now; radii are final from the beginning. */
  groups(): readonly DiscGroup[] {
    const { groups, channels, fill, mostBits, width, height } = this.spec;
    const { cells, radius } = groupCells(groups.length, width, height);
    const places = inReadingOrder(groups, cells.length);
    const k = (radius * Math.sqrt(fill)) / Math.sqrt(Math.max(mostBits, 1e-9));
    return groups.map(({ id }, i) => {
      const cell = cells[places[i]];
      const sumBits = sum(this.#bits[i]);
      const r = k * Math.sqrt(sumBits / fill);
      const { x, y } = this.#relaxation(i);
      const discs = this.#bits[i].map((value, at): Disc => ({
        channel: channels[at],
        x: cell.x + r * x[at],
        y: cell.y + r * y[at],
        r: k * Math.sqrt(value),
        bits: value,
      }));
      return { id, x: cell.x, y: cell.y, r, sumBits, discs };
    });
  }
}

/** Of eleven the circle of all inputs stands in the middle; else it leads. */
function inReadingOrder(groups: PackingSpec['groups'], count: number): number[] {
  if (count !== 11) return groups.map((_, i) => i);
  const [left, right] = [5, 6];
  return groups.map(({ id }, i) => (id === null ? left : i <= left ? i - 1 : i < right ? left : i));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
