/**
 * Circles in the unit circle, pushed from their anchors only as far as their neighbours need. A pass over
 * a thousand of them takes a twentieth of a millisecond, so that whoever draws can stop between passes.
 */

/** Circles are relaxed a little larger than they are drawn, which leaves a gap and absorbs what is unsolved. */
const GAP = 1.015;
const PASSES = 400;
/** Part of the outer radius; less than the gap leaves between the smallest circles that are seen. */
export const TOLERANCE = 2e-4;
/** Pairs this near to touching, in mean radii, are looked at in every pass until a circle has gone half as far. */
const NEAR = 1;

/** Places by channel in a circle of radius 1 around (0, 0). */
export interface Anchors {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Circles of areas ∝ bits that fill a share `fill` of the unit circle. */
export class Relaxation {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Deepest overlap that the last pass found, in outer radii. */
  excess = Infinity;
  #passes = 0;
  readonly #r: Float64Array;
  readonly #order: number[];
  /** How near pairs must be, in outer radii. */
  readonly #near: number;
  /** Of near circles, two numbers a pair; empty before the first pass. */
  #pairs: Int32Array | null = null;
  /** Where circles stood when pairs were sought. */
  #fromX = new Float64Array(0);
  #fromY = new Float64Array(0);

  constructor(bits: readonly number[], anchors: Anchors, fill: number) {
    const total = bits.reduce((sum, value) => sum + value, 0);
    const scale = total > 0 ? Math.sqrt(fill / total) : 0;
    this.#r = Float64Array.from(bits, (value) => GAP * scale * Math.sqrt(value));
    this.x = Float64Array.from(anchors.x);
    this.y = Float64Array.from(anchors.y);
    this.#order = fromLeft(anchors).filter((i) => this.#r[i] > 0);
    this.#near = (NEAR * this.#r.reduce((sum, r) => sum + r, 0)) / Math.max(1, this.#order.length);
  }

  get settled(): boolean {
    return this.excess <= TOLERANCE || this.#passes >= PASSES;
  }

  pass(): void {
    this.#passes++;
    const pairs = (this.#pairs ??= this.#nearPairs());
    const apart = pushApart(this.x, this.y, this.#r, pairs);
    this.excess = Math.max(apart, pullInside(this.x, this.y, this.#r, this.#order));
    if (!this.#hasWandered()) return;
    // Others may be near by now: this pass has not seen all overlaps.
    this.#pairs = null;
    this.excess = Infinity;
  }

  settle(): this {
    while (!this.settled) this.pass();
    return this;
  }

  #nearPairs(): Int32Array {
    this.#fromX = this.x.slice();
    this.#fromY = this.y.slice();
    return nearPairs(this.x, this.y, this.#r, this.#order, this.#near);
  }

  /** Whether two circles may have come near that were not when pairs were sought. */
  #hasWandered(): boolean {
    const most = (this.#near / 2) ** 2;
    for (const i of this.#order) {
      const [dx, dy] = [this.x[i] - this.#fromX[i], this.y[i] - this.#fromY[i]];
      if (dx * dx + dy * dy > most) return true;
    }
    return false;
  }
}

const ordersFromLeft = new WeakMap<Anchors, readonly number[]>();

/** Circles by their anchors from the left, sorted once: what insertion is left with is their radii. */
function fromLeft(anchors: Anchors): readonly number[] {
  const order = ordersFromLeft.get(anchors) ?? [...anchors.x.keys()].sort((a, b) => anchors.x[a] - anchors.x[b]);
  ordersFromLeft.set(anchors, order);
  return order;
}

/** All pairs that are less than `near` apart, by a sweep from the left. */
function nearPairs(x: Float64Array, y: Float64Array, r: Float64Array, order: number[], near: number): Int32Array {
  sortByLeft(order, x, r);
  const pairs: number[] = [];
  for (let at = 0; at < order.length; at++) {
    const a = order[at];
    const right = x[a] + r[a] + near;
    for (let next = at + 1; next < order.length; next++) {
      const b = order[next];
      if (x[b] - r[b] > right) break;
      const [dx, dy, reach] = [x[b] - x[a], y[b] - y[a], r[a] + r[b] + near];
      if (dx * dx + dy * dy < reach * reach) pairs.push(a, b);
    }
  }
  return Int32Array.from(pairs);
}

/** By insertion: from one search to the next the order hardly changes. */
function sortByLeft(order: number[], x: Float64Array, r: Float64Array): void {
  for (let at = 1; at < order.length; at++) {
    const moved = order[at];
    const left = x[moved] - r[moved];
    let to = at;
    for (; to > 0 && x[order[to - 1]] - r[order[to - 1]] > left; to--) order[to] = order[to - 1];
    order[to] = moved;
  }
}

/** One pass over near pairs; the smaller circle gives way. Returns the deepest overlap found. */
function pushApart(x: Float64Array, y: Float64Array, r: Float64Array, pairs: Int32Array): number {
  let deepest = 0;
  for (let at = 0; at < pairs.length; at += 2) {
    const a = pairs[at];
    const b = pairs[at + 1];
    const dx = x[b] - x[a];
    const dy = y[b] - y[a];
    const touching = r[a] + r[b];
    // Most pairs do not touch: told without a root.
    const square = dx * dx + dy * dy;
    if (square >= touching * touching) continue;
    const distance = Math.sqrt(square);
    const overlap = touching - distance;
    const angle = (a * 31 + b) * 2.4;
    const ux = distance > 1e-9 ? dx / distance : Math.cos(angle);
    const uy = distance > 1e-9 ? dy / distance : Math.sin(angle);
    const share = (r[b] * r[b]) / (r[a] * r[a] + r[b] * r[b]);
    x[a] -= ux * overlap * share;
    y[a] -= uy * overlap * share;
    x[b] += ux * overlap * (1 - share);
    y[b] += uy * overlap * (1 - share);
    if (overlap > deepest) deepest = overlap;
  }
  return deepest;
}

function pullInside(x: Float64Array, y: Float64Array, r: Float64Array, order: readonly number[]): number {
  let farthest = 0;
  for (const i of order) {
    const distance = Math.sqrt(x[i] * x[i] + y[i] * y[i]);
    const beyond = distance + r[i] - 1;
    if (beyond <= 0 || distance === 0) continue;
    farthest = Math.max(farthest, beyond);
    x[i] *= (distance - beyond) / distance;
    y[i] *= (distance - beyond) / distance;
  }
  return farthest;
}
