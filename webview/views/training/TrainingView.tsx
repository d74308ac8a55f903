/** The training performance view: what a run confuses, how that changes over its epochs, and what it was fed. */
import type { VNode } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { TrainingChoice } from '../../../src/protocol/viewer.js';
import { EpochSlider } from '../../controls/EpochSlider.js';
import { Dropdown } from '../../controls/controls.js';
import type { ViewProps } from '../../shell/views.js';
import { latest } from '../../state/loadable.js';
import { epochDomain } from '../query/results/chartParts.js';
import { ConfusionChart, DiversityChart, LabelChart, MetricsChart, type TrainingProps } from './TrainingCharts.js';
import { laneRoom } from '../../marks/lineGaps.js';
import { classSeries, splitsOf, valuesOfSplit, type Split } from './trainingSeries.js';
import { mostScattered, togglePinned } from './pinnedClasses.js';
import { askTraining } from './trainingAnswers.js';

export function TrainingView({ viewer, facts }: ViewProps): VNode {
  const classNames = useMemo(() => facts.classNames.map((name, i) => (name.trim() ? name : `class ${i}`)), [facts]);
  const answers = useMemo(() => askTraining(viewer), [viewer]);
  useEffect(() => answers.dispose, [answers]);
  const counted = viewer.training.value ?? COUNTED_AT_FIRST;
  const { cells } = counted;
  const labels = latest(answers.labels.value);
  const splits = useMemo(() => (labels ? splitsOf(labels) : (['all'] as Split[])), [labels]);
  const split = splits.includes(counted.split) ? counted.split : 'all';
  const values = useMemo(() => (labels ? valuesOfSplit(labels, split) : []), [labels, split]);
  const chosen = viewer.classes.value;
  const pinned = useMemo(
    () => (chosen ?? mostScattered(values)).filter((index) => index < facts.classCount),
    [chosen, values, facts.classCount],
  );
  const sides = useMemo(
    () => ({
      labelGivenPrediction: classSeries(values, 'labelGivenPrediction', classNames, pinned),
      predictionGivenLabel: classSeries(values, 'predictionGivenLabel', classNames, pinned),
    }),
    [values, classNames, pinned],
  );
  const epochs = useMemo(() => [...facts.whole].sort((a, b) => a - b), [facts]);
  const domain = useMemo(() => epochDomain(facts), [facts]);
  const props: TrainingProps = {
    ...{ viewer, facts, classNames, answers, values, split, cells, pinned, sides, domain },
    roomAbove: Math.max(laneRoom(sides.labelGivenPrediction), laneRoom(sides.predictionGivenLabel)),
    runs: [
      {
        id: facts.description.summary.id,
        label: facts.description.manifest.name,
        chosen: true,
        metrics: latest(answers.metrics.value),
        inputs: latest(answers.inputs.value),
      },
    ],
    onPin: (index) => (viewer.classes.value = togglePinned(pinned, index)),
  };
  return (
    <main class="training-view">
      <div class="training-controls">
        {facts.classCount > 0 && (
          <>
            {splits.length > 1 && (
              <Dropdown<Split>
                label="Counted on"
                value={split}
                options={splits.map((one) => ({ value: one, text: SPLIT_WORDS[one] }))}
                onChange={(next) => (viewer.training.value = { ...counted, split: next })}
              />
            )}
            <Dropdown<'counts' | 'rates'>
              label="Numbers in the cells"
              value={cells}
              options={[
                { value: 'counts', text: 'Counts' },
                { value: 'rates', text: 'Per cent of the label' },
              ]}
              onChange={(next) => (viewer.training.value = { ...counted, cells: next })}
            />
          </>
        )}
        <EpochSlider
          epoch={viewer.cursorEpoch.value}
          epochs={epochs}
          domain={domain}
          onEpoch={(epoch) => (viewer.epoch.value = epoch)}
        />
      </div>
      {facts.classCount > 0 ? (
        <div class="training-row">
          <ConfusionChart {...props} />
          <LabelChart {...props} side="labelGivenPrediction" />
          <LabelChart {...props} side="predictionGivenLabel" />
        </div>
      ) : (
        <p class="waiting">This run has no classes, so there is nothing to confuse.</p>
      )}
      <div class="training-row training-below">
        <DiversityChart {...props} />
        <MetricsChart {...props} kind="loss" />
        <MetricsChart {...props} kind="accuracy" />
      </div>
    </main>
  );
}

const COUNTED_AT_FIRST: TrainingChoice = { split: 'all', cells: 'counts' };

const SPLIT_WORDS: Readonly<Record<Split, string>> = {
  all: 'All probes',
  validation: 'Probes not trained on',
  train: 'Probes trained on',
};
