/** The unit of a map that goes back to the input: as it is kept in a link, pressed in a picture, and moved by keys. */
import type { DeconvnetUnit } from '../../../src/protocol/deconvnet.js';

/** "3.12": row 3, column 12. */
export function placeText(place: readonly number[]): string {
  return place.join('.');
}

/** What is asked of the host; a place that the layer's maps do not have gives way to the strongest, null asks nothing. */
export function unitOf(text: string, mapShape: readonly number[]): DeconvnetUnit | null {
  if (text === 'none') return null;
  if (text === 'map' || text === 'strongest') return text;
  const place = text.split('.').map(Number);
  const isInside = place.length === mapShape.length && place.every((at, axis) => at >= 0 && at < mapShape[axis]);
  return isInside ? place : 'strongest';
}

/** The unit under a point of a map's picture, `x` and `y` from 0 to below 1; null for maps of other than one or two axes. */
export function placeAt(x: number, y: number, mapShape: readonly number[]): number[] | null {
  const at = (share: number, length: number): number => Math.max(0, Math.min(length - 1, Math.floor(share * length)));
  if (mapShape.length === 2) return [at(y, mapShape[0]), at(x, mapShape[1])];
  return mapShape.length === 1 ? [at(x, mapShape[0])] : null;
}

/** Where an arrow key takes the unit; null for other keys, and where there is no second axis to move along. */
export function movedPlace(key: string, place: readonly number[], mapShape: readonly number[]): number[] | null {
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key]?.slice(
    -mapShape.length,
  );
  if (!step || mapShape.length > 2 || step.every((one) => one === 0)) return null;
  return place.map((at, axis) => Math.max(0, Math.min(mapShape[axis] - 1, at + step[axis])));
}
