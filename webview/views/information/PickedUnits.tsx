/** Which units are picked to be ablated together, and the quick ways to pick. */
import type { VNode } from 'preact';
import type { UnitPlace } from '../../../src/protocol/information.js';
import { plural } from '../../text/words.js';
import { channelsByLayer } from './ablatedSets.js';
import type { RankedUnit } from './rankedUnits.js';
import { setWords } from './useUnits.js';

export interface PickedUnitsProps {
  readonly picked: readonly UnitPlace[];
  /** Units that are not above their null. */
  readonly silent: readonly RankedUnit[];
  readonly nameOf: (layer: number) => string;
  readonly onPick: (picked: UnitPlace[]) => void;
}

export function PickedUnits({ picked, silent, nameOf, onPick }: PickedUnitsProps): VNode {
  const places = silent.map(({ layer, channel }): UnitPlace => [layer, channel]);
  return (
    <>
      {picked.length > 0 && (
        <span>
          <b>Selected</b> {setWords(channelsByLayer(picked), nameOf).join('   ')}
        </span>
      )}
      {places.length > 1 && (
        <button class="link" onClick={() => onPick(places)}>
          {`Select the ${plural(places.length, 'unit')} no higher than chance`}
        </button>
      )}
      {picked.length > 0 && (
        <button class="link" onClick={() => onPick([])}>
          Clear selection
        </button>
      )}
    </>
  );
}
