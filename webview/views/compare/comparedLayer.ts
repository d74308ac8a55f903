/** How a layer of a comparison is told from the others and what it is called. */
import type { ComparedLayer } from '../../../src/protocol/compare.js';
import { isAllDead } from '../../../src/protocol/deadLayer.js';
import { layerLabel } from '../../text/layerLabel.js';

/** A layer by its place in the network of "to", or as "a3" in that of "from". */
export function rowId({ from, to }: ComparedLayer): string {
  return to ? String(to.index) : `a${from?.index ?? 0}`;
}

export function labelOf({ from, to }: ComparedLayer): string {
  const place = to ?? from;
  return place ? layerLabel({ ...place, kind: place.className === 'InputLayer' ? 'input' : 'other' }) : '';
}

/** "B", "A and B": the sides in which all outputs of the layer are constant, so that H has no meaning; null where none. */
export function deadSides({ from, to, dead }: ComparedLayer): string | null {
  const isDead = (count: number | null, place: typeof from): boolean => isAllDead(count, place?.channelCount ?? 0);
  const sides = [...(isDead(dead.from, from) ? ['A'] : []), ...(isDead(dead.to, to) ? ['B'] : [])];
  return sides.length > 0 ? sides.join(' and ') : null;
}
