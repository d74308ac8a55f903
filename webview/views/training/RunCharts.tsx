/** What belongs to a run as a whole, or to all runs of its group: losses and accuracies, and how diverse the inputs are. */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { lossUnit } from '../../../src/protocol/lossUnit.js';
import type { MetricsResult } from '../../../src/protocol/measure.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { LineChart } from '../../chart/LineChart.js';
import { countWords } from '../../text/words.js';
import type { RunFacts } from '../../state/facts.js';
import { latest, type Loadable } from '../../state/loadable.js';
import { fileName } from '../query/results/chartParts.js';
import { csvOf } from '../query/results/csv.js';
import { lossWords, metricSeries, probesWords } from '../query/results/metricSeries.js';
import { DiversityBars } from './DiversityBars.js';
import { diversityCsv } from './diversityCsv.js';
import type { InputEntropy } from './trainingAnswers.js';
import { LABEL_WIDTH, type TrainingProps } from './trainingProps.js';
import { diversityRows, runSeries, type TrainedRun } from './trainingSeries.js';

const HEIGHT = 230;

export function MetricsChart({
  viewer,
  facts,
  answers,
  runs,
  domain,
  kind,
}: TrainingProps & { kind: 'loss' | 'accuracy' }): VNode {
  const title = kind === 'loss' ? 'Loss' : 'Accuracy';
  const { loss } = facts.description.manifest.model;
  const series = useMemo(() => runSeries(runs, kind), [runs, kind]);
  return (
    <ChartFrame<MetricsResult>
      title={title}
      answer={answers.metrics.value}
      invitation="No epoch has been recorded yet."
      finding={(result) => (metricSeries(result, kind).length === 0 ? 'The training reported none.' : null)}
      caption={(result) =>
        kind === 'loss'
          ? `${lossWords(loss)}; mean over the epoch, as reported by the training`
          : ['share of correct predictions, as reported by the training', probesWords(result)]
              .filter(Boolean)
              .join('; ')
      }
      csv={(result) => csvOf(result, facts.layers)}
      fileName={fileName(facts, kind)}
      onSave={(file) => void viewer.save(file)}
      onRetry={answers.retry}
      room={HEIGHT}
      draw={() =>
        series.length === 0 ? (
          <p class="waiting">No values.</p>
        ) : (
          <LineChart
            series={series}
            epochs={domain}
            cursorEpoch={viewer.cursorEpoch.value}
            yTitle={kind === 'loss' ? lossUnit(loss) : 'share'}
            format={kind === 'loss' ? 'plain' : 'share'}
            zeroBased
            valueCeiling={kind === 'accuracy' ? 1 : 0}
            labelWidth={LABEL_WIDTH}
            labelsFollow
            minHeight={HEIGHT}
            description={`${title} over epochs`}
            onCursor={(epoch) => (viewer.epoch.value = epoch)}
          />
        )
      }
    />
  );
}

export function DiversityChart({ viewer, facts, answers, runs }: TrainingProps): VNode {
  const own = answers.inputs.value;
  const inGroup = runs.length > 1;
  const answer: Loadable<InputEntropy> = inGroup && latest(answers.groupInputs.value) ? withGroup(runs) : own;
  return (
    <ChartFrame<InputEntropy>
      title={inGroup || latest(own)?.of === 'training' ? 'Diversity of the training inputs' : 'Diversity of the inputs'}
      answer={answer}
      invitation="No epoch has been recorded yet."
      finding={() => 'bits (inter-sample entropy)'}
      caption={(entropy) => inputsCaption(entropy, facts, runs)}
      captionBelow
      csv={() => diversityCsv(runs)}
      fileName={fileName(facts, 'input-entropy')}
      onSave={(file) => void viewer.save(file)}
      onRetry={answers.retry}
      draw={() => <DiversityBars rows={diversityRows(runs)} samples="samples" />}
    />
  );
}

/** The caption's numbers are those of the chosen run; a group whose runs keep no inputs says so. */
function withGroup(runs: readonly TrainedRun[]): Loadable<InputEntropy> {
  const value = (runs.find((run) => run.chosen) ?? runs[0])?.inputs ?? null;
  return { state: 'done', value: { of: 'training', value, estimator: 'k-nearest-neighbour graph, exact Euclidean' } };
}

function inputsCaption({ of, value, estimator }: InputEntropy, facts: RunFacts, runs: readonly TrainedRun[]): string {
  if (!value) return 'No value: these runs contain no sample of their training inputs.';
  if (value.bits === null) return `No value: ${value.reason ?? 'undefined'}.`;
  const half = value.halfWidthBits === null ? '' : ` ± ${value.halfWidthBits.toFixed(2)}`;
  return `${whose(of, facts, runs)} Bars start at 0. Diversity${half} grows as log₂ N by construction; the tick marks Gaussian noise with the same N${runs.length > 1 ? '' : ` = ${countWords(value.n)}`} and D = ${countWords(value.d)}. ${estimator}, k = ${value.k}.`;
}

function whose(of: InputEntropy['of'], facts: RunFacts, runs: readonly TrainedRun[]): string {
  if (of === 'training') {
    const sampled = runs.filter(({ inputs, size }) => inputs && size !== null && inputs.n < size);
    const kept =
      sampled.length > 0
        ? `; for larger sets, a class-balanced sample of ${countWords(Math.max(...sampled.map(({ inputs }) => inputs?.n ?? 0)))}`
        : '';
    return `Inputs that the run was trained on${kept}.`;
  }
  const { trainCount, count } = facts.description.manifest.probes;
  const trained =
    trainCount === 0 ? 'not seen in training' : `${countWords(trainCount)} of ${countWords(count)} seen in training`;
  return `Probe inputs (${trained}).`;
}
