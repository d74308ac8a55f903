/**
 * Circles in the unit circle, pushed from their anchors only as far as their neighbours need. A pass over
 * a thousand of them takes part of a millisecond, so that whoever draws can stop between passes.
 */

/** Circles are relaxed a little larger than they are drawn, which leaves a gap and absorbs what is unsolved. */
const GAP = 1.015;
const PASSES = 400;
/** Part of the outer radius; less than the gap leaves between the smallest circles that are seen. */
export const TOLERANCE = 2e-4;

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

  constructor(bits: readonly number[], anchors: Anchors, fill: number) {
    const total = bits.reduce((sum, value) => sum + value, 0);
    const scale = total > 0 ? Math.sqrt(fill / total) : 0;
    this.#r = Float64Array.from(bits, (value) => GAP * scale * Math.sqrt(value));
    this.x = Float64Array.from(anchors.x);
    this.y = Float64Array.from(anchors.y);
    this.#order = [...this.#r.keys()].filter((i) => this.#r[i] > 0);
  }

  get settled(): boolean {
    return this.excess <= TOLERANCE || this.#passes >= PASSES;
  }

  pass(): void {
    this.#passes++;
    const apart = pushApart(this.x, this.y, this.#r, this.#order);
    this.excess = Math.max(apart, pullInside(this.x, this.y, this.#r, this.#order));
  }

  settle(): this {
    while (!this.settled) this.pass();
    return this;
  }
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
  const dx = x[b] - x[a];
  const dy = y[b] - y[a];
  const touching = r[a] + r[b];
  // Most pairs do not touch: told without a root, which is where the time went.
  const square = dx * dx + dy * dy;
  if (square >= touching * touching) return 0;
  const distance = Math.sqrt(square);
  const overlap = touching - distance;
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
    const distance = Math.sqrt(x[i] * x[i] + y[i] * y[i]);
    const beyond = distance + r[i] - 1;
    if (beyond <= 0 || distance === 0) continue;
    farthest = Math.max(farthest, beyond);
    x[i] *= (distance - beyond) / distance;
    y[i] *= (distance - beyond) / distance;
  }
  return farthest;
}
