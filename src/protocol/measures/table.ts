/** The form of a table of results – a row a value, for CSV and for terminals – and what its cells say alike. */
import type { Layer } from '../run.js';
import type { MapsReference } from './distanceMi.js';

export type TableCell = string | number | null;

export interface MeasureTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly TableCell[])[];
}

/** Names of what results call by number; of arrays there are none. */
export interface TableNames {
  readonly layers: readonly Pick<Layer, 'name'>[];
  readonly classNames: readonly string[];
}

/** Why a row has no value, or what was left out of it. */
export function noteOf(value: { readonly reason: string | null; readonly nonFiniteCount: number }): string {
  if (value.reason !== null) return value.reason;
  return value.nonFiniteCount > 0 ? `${value.nonFiniteCount} left out: not finite` : '';
}

/** Nothing for arrays, whose layer is −1. */
export function layerName(layer: number, { layers }: TableNames): string {
  return layers[layer]?.name ?? (layer < 0 ? '' : String(layer));
}

export function mapsName({ layer, channel }: MapsReference, names: TableNames): string {
  const name = layerName(layer, names);
  return channel === null ? name : name === '' ? String(channel) : `${name}/${channel}`;
}

export function className(classIndex: number | null, { classNames }: TableNames): string {
  return classIndex === null ? 'all' : (classNames[classIndex] ?? String(classIndex));
}

/** Nothing for arrays, whose epoch is −1. */
export function epochCell(epoch: number | null): number | null {
  return epoch !== null && epoch >= 0 ? epoch : null;
}
