/** I(c; Y) of a layer's channels, asked for when the pointer rests on one of its clusters; the run folder keeps it. */
import { FIRST_CHOICE, queryText, unitOptions } from '../../../src/protocol/informationQuestions.js';
import { askMeasure } from '../information/informationQuestions.js';
import type { ViewProps } from '../views.js';
import { latest } from '../../state/loadable.js';
import { useAsked } from '../../state/useAsked.js';
import { useRested } from '../../state/useRested.js';
import { unitInformation, type UnitInformation } from './unitInformation.js';

/** A pointer that passes over asks nothing. */
const RESTS_MILLISECONDS = 300;

export interface AskedInformation {
  readonly state: 'none' | 'waiting' | 'known' | 'failed';
  readonly units: UnitInformation;
  readonly n: number;
}

const NOTHING: AskedInformation = { state: 'none', units: new Map(), n: 0 };

/** `layer` null, or a run without classes, asks nothing. */
export function useUnitInformation(
  { viewer, facts }: ViewProps,
  layer: number | null,
  epoch: number,
): AskedInformation {
  const isWorth = layer !== null && facts.classCount > 0 && facts.layers[layer].kind !== 'input';
  const wanted = isWorth ? queryText([layer], [epoch]) : null;
  const rested = useRested(wanted, RESTS_MILLISECONDS);
  const asked = useAsked(
    rested === wanted ? wanted : null,
    'computing the label information of the channels',
    (query, call) => askMeasure(viewer.host, 'layer-mi', { query, options: unitOptions(FIRST_CHOICE) }, call),
  );
  if (wanted === null) return NOTHING;
  if (rested !== wanted || asked.value.state === 'loading') return { ...NOTHING, state: 'waiting' };
  if (asked.value.state === 'failed') return { ...NOTHING, state: 'failed' };
  const result = latest(asked.value);
  return result ? { state: 'known', units: unitInformation(result), n: result.provenance.n } : NOTHING;
}
