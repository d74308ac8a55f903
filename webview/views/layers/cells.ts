/** A cell of the matrix of channels: its row and column, whatever their places in the picture. */
import type { DistanceMiValue } from '../../../src/protocol/measure.js';
import type { LayerPair, Selected } from '../../../src/protocol/viewState.js';
import type { AxesOrder } from '../../marks/axesOrder.js';
import type { Place } from '../../marks/heatmapFrame.js';

export interface CellChoice {
  readonly a: number;
  readonly b: number;
}

export function inside(cell: CellChoice | null, value: DistanceMiValue): boolean {
  return cell !== null && cell.a < value.rows.length && cell.b < value.columns.length;
}

export function cellOf({ a, b }: Place, order: AxesOrder): CellChoice {
  return { a: order.a[a], b: order.b[b] };
}

export function placeOf({ a, b }: CellChoice, order: AxesOrder): Place {
  return { a: order.a.indexOf(a), b: order.b.indexOf(b) };
}

export function strongestCell({ bits, columns }: DistanceMiValue): CellChoice {
  let at = 0;
  for (let i = 1; i < bits.length; i++) if ((bits[i] ?? -1) > (bits[at] ?? -1)) at = i;
  return { a: Math.floor(at / Math.max(1, columns.length)), b: at % Math.max(1, columns.length) };
}

/** A channel that is selected in all views takes its side of the cell; the other side stays. */
export function withSelected(cell: CellChoice, pair: LayerPair, { layer, channel }: Selected): CellChoice {
  if (channel === null) return cell;
  if (layer === pair.a) return { ...cell, a: channel };
  return layer === pair.b ? { ...cell, b: channel } : cell;
}
