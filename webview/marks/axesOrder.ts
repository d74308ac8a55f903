/** The order of a heatmap's channels along each axis: by their largest or mean value, by index, or neighbours alike. */
import { optimalLeafOrder, treeOrder } from '../../src/protocol/leafOrder.js';
import { distanceMatrix, linkage } from '../../src/protocol/linkage.js';
import type { LayerPair } from '../../src/protocol/viewState.js';

/** Beyond this many channels the optimal order, O(n³), would be felt; the tree's own order is taken. */
export const MOST_OPTIMAL_CHANNELS = 256;

export type AxisOrder = LayerPair['order'];

/** Cell (a, b) at `a × bCount + b`. */
export interface Matrix {
  readonly aCount: number;
  readonly bCount: number;
  readonly values: readonly (number | null)[];
}

export interface AxesOrder {
  /** Which row of the matrix stands at each place, from the left. */
  readonly a: readonly number[];
  /** Which column of the matrix stands at each place, from below. */
  readonly b: readonly number[];
}

type Line = readonly (number | null)[];

/** Descending by the largest or the mean value along the other axis; equal ones by index. */
export function axesOrder(matrix: Matrix, by: AxisOrder, byOfB: AxisOrder = by): AxesOrder {
  return { a: orderOf(linesOfA(matrix), by), b: orderOf(linesOfB(matrix), byOfB) };
}

/** One line of values for each channel of A: its cells with all of B. */
export function linesOfA({ aCount, bCount, values }: Matrix): Line[] {
  return indices(aCount).map((a) => values.slice(a * bCount, (a + 1) * bCount));
}

export function linesOfB({ aCount, bCount, values }: Matrix): Line[] {
  return indices(bCount).map((b) => indices(aCount).map((a) => values[a * bCount + b] ?? null));
}

function orderOf(lines: readonly Line[], by: AxisOrder): number[] {
  if (by === 'index') return indices(lines.length);
  if (by === 'cluster') return clustered(lines);
  const keys = lines.map(by === 'maximum' ? largest : mean);
  return indices(lines.length).sort((i, j) => keys[j] - keys[i] || i - j);
}

/** Lines that are alike are neighbours; of the two ways round, the one that begins with the larger end. */
function clustered(lines: readonly Line[]): number[] {
  const rows = lines.map((line) => line.map((value) => value ?? 0));
  const distances = distanceMatrix(rows);
  const merges = linkage(distances, rows.length, 'average');
  const isOptimal = rows.length <= MOST_OPTIMAL_CHANNELS;
  const order = isOptimal ? optimalLeafOrder(merges, distances, rows.length) : treeOrder(merges, rows.length);
  const [first, last] = [order[0], order[order.length - 1]];
  return order.length > 1 && mean(lines[first]) < mean(lines[last]) ? order.reverse() : order;
}

export function largest(values: Line): number {
  let most = 0;
  for (const value of values) if (value !== null && value > most) most = value;
  return most;
}

export function mean(values: Line): number {
  let [sum, count] = [0, 0];
  for (const value of values) {
    if (value === null) continue;
    sum += value;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

export function indices(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
