/** The training performance view: what a run confuses, how that changes over its epochs, and what it was fed. */
import type { VNode } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { TrainingChoice } from '../../../src/protocol/viewState.js';
import { EpochSlider } from '../../controls/EpochSlider.js';
import { Dropdown } from '../../controls/controls.js';
import { Labelled } from '../../controls/Labelled.js';
import type { ViewProps } from '../views.js';
import { latest } from '../../state/loadable.js';
import { epochDomain } from '../query/results/chartParts.js';
import { laneRoom } from '../../marks/lineGaps.js';
import { ConfusedSamples } from './ConfusedSamples.js';
import { ConfusionChart } from './ConfusionChart.js';
import { LabelChart } from './LabelChart.js';
import { mostScattered, togglePinned } from '../../selection/pinnedClasses.js';
import { DiversityChart, MetricsChart } from './RunCharts.js';
import { SizeChoice } from './SizeChoice.js';
import { trainedRuns } from './trainedRuns.js';
import { askTraining } from './trainingAnswers.js';
import type { TrainingProps } from './trainingProps.js';
import { classSeries, splitsOf, valueNear, valuesOfSplit, type Split } from './trainingSeries.js';

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
  const runs = useMemo(
    () => trainedRuns(facts, answers),
    [
      ...[facts, answers.group.value, answers.chosen.value, answers.groupMetrics.value, answers.groupInputs.value],
      ...[answers.metrics.value, answers.inputs.value],
    ],
  );
  const roomAbove = useMemo(
    () => Math.max(laneRoom(sides.labelGivenPrediction), laneRoom(sides.predictionGivenLabel)),
    [sides],
  );
  const count = (part: Partial<TrainingChoice>): void => {
    viewer.training.value = { ...counted, ...part };
  };
  const cell =
    counted.cell && Math.max(counted.cell.label, counted.cell.prediction) < facts.classCount ? counted.cell : null;
  const props: TrainingProps = {
    ...{ viewer, facts, classNames, answers, values, split, cells, pinned, sides, domain, roomAbove, runs, cell },
    onCell: (next) => count({ cell: next ?? undefined }),
    onPin: (index) => (viewer.classes.value = togglePinned(pinned, index)),
  };
  const at = valueNear(values, viewer.cursorEpoch.value);
  return (
    <main class="training-view">
      <div class="training-controls">
        {runs.length > 1 && <SizeChoice runs={runs} onChoose={(run) => count({ run })} />}
        {facts.classCount > 0 && (
          <>
            {splits.length > 1 && (
              <Dropdown<Split>
                label="Counted on"
                value={split}
                options={splits.map((one) => ({ value: one, text: SPLIT_WORDS[one] }))}
                onChange={(next) => count({ split: next })}
              />
            )}
            <Labelled name="Cells">
              <Dropdown<'counts' | 'rates'>
                label="Numbers in the cells"
                value={cells}
                options={[
                  { value: 'counts', text: 'Counts' },
                  { value: 'rates', text: 'Percent of the label' },
                ]}
                onChange={(next) => count({ cells: next })}
              />
            </Labelled>
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
        <p class="waiting">This run has no classes, so there is no confusion matrix.</p>
      )}
      {cell && at && !at.reason && (
        <ConfusedSamples
          {...{ viewer, classNames, split, cell }}
          run={answers.chosen.value}
          epoch={at.epoch}
          onClose={() => count({ cell: undefined })}
        />
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
  validation: 'Held-out probes',
  train: 'Training probes',
};
