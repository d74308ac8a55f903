/** What a reduction is called where it is offered, and what it saves. */
import type { Layer } from '../../protocol/run.js';
import { countText } from '../words/layerText.js';
import type { Localize } from '../localize.js';
import type { ReductionPlan } from './reductionPlan.js';

type PossiblePlan = Extract<ReductionPlan, { state: 'possible' }>;

/** "Reduce filters to 9" */
export function reductionTitle({ kind }: Layer, count: number, t: Localize): string {
  return kind === 'dense' ? t('Reduce units to {0}', count) : t('Reduce filters to {0}', count);
}

/** "Reduce filters to 9: 15 % fewer parameters (−2,304)" */
export function savingTitle(title: string, plan: PossiblePlan, t: Localize): string {
  return t('{0}: {1} % fewer parameters (−{2})', title, percentOf(plan), countText(Math.round(plan.savedParameters)));
}

/** What the hover says of it: the title, what was counted, and what nobody knows yet. */
export function savingSentence(title: string, plan: PossiblePlan, t: Localize): string {
  return t(
    '{0}, including coupled layers. The effect on accuracy is known only after training.',
    savingTitle(title, plan, t),
  );
}

/** Of the whole network's parameters; below one per cent with a decimal. */
function percentOf({ savedParameters, totalParameters }: PossiblePlan): string {
  const percent = (100 * savedParameters) / totalParameters;
  return percent.toFixed(percent < 1 ? 1 : 0);
}
