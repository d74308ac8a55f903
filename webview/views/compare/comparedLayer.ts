/** How a layer of a comparison is told from the others and what it is called. */
import type { ComparedLayer } from '../../../src/protocol/compare.js';
import { layerLabel } from '../../shell/layerLabel.js';

/** A layer by its place in the network of "to", or as "a3" in that of "from". */
export function rowId({ from, to }: ComparedLayer): string {
  return to ? String(to.index) : `a${from?.index ?? 0}`;
}

export function labelOf({ from, to }: ComparedLayer): string {
  const place = to ?? from;
  return place ? layerLabel({ ...place, kind: place.className === 'InputLayer' ? 'input' : 'other' }) : '';
}
