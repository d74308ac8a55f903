/** Straight strokes and boxes: what of a stroke lies in a box. Pixels. */
import type { Box } from './lineChart.js';

export type Dot = { readonly x: number; readonly y: number };

export function within(dot: Dot, box: Box): boolean {
  return dot.x >= box.x && dot.x <= box.x + box.width && dot.y >= box.y && dot.y <= box.y + box.height;
}

export function grown(box: Box, dx: number, dy: number): Box {
  return { x: box.x - dx, y: box.y - dy, width: box.width + 2 * dx, height: box.height + 2 * dy };
}

export function boxOf(dots: readonly Dot[], room: number): Box {
  const xs = dots.map(({ x }) => x);
  const ys = dots.map(({ y }) => y);
  const [left, top] = [Math.min(...xs) - room, Math.min(...ys) - room];
  return { x: left, y: top, width: Math.max(...xs) + room - left, height: Math.max(...ys) + room - top };
}

/** The part of a stroke that lies in the box, as path data; empty where there is none. */
export function strokeWithin(from: Dot, to: Dot, box: Box): string {
  const part = partWithin(from, to, box);
  if (!part) return '';
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const at = (share: number): string => `${(from.x + share * dx).toFixed(1)},${(from.y + share * dy).toFixed(1)}`;
  return `M${at(part[0])}L${at(part[1])}`;
}

/** Pixels of a stroke that lie in the box; a dot that lies there is a pixel. */
export function lengthWithin(from: Dot, to: Dot, box: Box): number {
  const part = partWithin(from, to, box);
  return part ? Math.max(1, (part[1] - part[0]) * Math.hypot(to.x - from.x, to.y - from.y)) : 0;
}

/** Where a stroke enters and leaves the box, as shares of its length (Liang and Barsky 1984). */
function partWithin(from: Dot, to: Dot, box: Box): readonly [enters: number, leaves: number] | null {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  let [enters, leaves] = [0, 1];
  const sides = [
    [-dx, from.x - box.x],
    [dx, box.x + box.width - from.x],
    [-dy, from.y - box.y],
    [dy, box.y + box.height - from.y],
  ];
  for (const [step, room] of sides) {
    if (step === 0 && room < 0) return null;
    if (step < 0) enters = Math.max(enters, room / step);
    if (step > 0) leaves = Math.min(leaves, room / step);
  }
  return enters > leaves ? null : [enters, leaves];
}
