/** The compare view: two recorded states side by side, what changed in every layer, and whether it is more than chance. */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { CompareChoice, CompareQuestion, Comparison } from '../../../src/protocol/compare.js';
import { FailureCard } from '../../controls/FailureCard.js';
import type { ViewProps } from '../views.js';
import { latest } from '../../state/loadable.js';
import { useAsked } from '../../state/useAsked.js';
import { ComparedCharts } from './ComparedCharts.js';
import { ControlSection } from './ControlSection.js';
import { CompareControls } from './CompareControls.js';
import { LayerChanges } from './LayerChanges.js';
import { ownIsFrom, pairOfChoice, questionOf } from './compareQuestion.js';

export function CompareView({ viewer, facts }: ViewProps): VNode {
  const choice = viewer.compare.value ?? {};
  const candidates = useAsked(`candidates ${facts.whole.size}`, 'listing the runs to compare with', (_key, call) =>
    viewer.host.call('compareCandidates', {}, call),
  );
  const found = latest(candidates.value);
  const pair = useMemo(() => found && pairOfChoice(found, choice), [found, choice.other]);
  const question = pair ? JSON.stringify(questionOf(pair, choice)) : null;
  const asked = useAsked<Comparison>(question, 'comparing', (key, call) =>
    viewer.host.call('compare', JSON.parse(key) as CompareQuestion, call),
  );
  const choose = (part: Partial<CompareChoice>): void => {
    viewer.compare.value = { ...choice, ...part };
  };
  if (candidates.value.state === 'failed') {
    return (
      <main class="compare-view">
        <FailureCard failure={candidates.value.failure} onRetry={candidates.retry} />
      </main>
    );
  }
  if (found && !pair) return <p class="waiting">No epoch of this run has been recorded yet.</p>;
  const own = pair && ownIsFrom(pair, choice) ? ('from' as const) : ('to' as const);
  const props = { viewer, facts, choice, onChoose: choose, asked, own };
  return (
    <main class="compare-view">
      {found && pair ? (
        <CompareControls candidates={found} pair={pair} choice={choice} onChoose={choose} />
      ) : (
        <div class="compare-controls" />
      )}
      <LayerChanges {...props} />
      <ComparedCharts {...props} />
      <ControlSection viewer={viewer} facts={facts} choice={choice} onChoose={choose} />
    </main>
  );
}
