/** The charts of the training view, each with its title, caption and ways to save it. */
import type { VNode } from 'preact';
import type { InterResult, LabelResult, LabelValue, MetricsResult } from '../../../src/protocol/measure.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { LineChart } from '../../chart/LineChart.js';
import type { LineSeries } from '../../marks/lineChart.js';
import { countWords } from '../../shell/words.js';
import type { RunFacts } from '../../state/facts.js';
import type { Viewer } from '../../state/viewer.js';
import { fileName } from '../query/results/chartParts.js';
import { csvOf } from '../query/results/csv.js';
import { classOf, labelFinding, type LabelSide } from '../query/results/labelSeries.js';
import { metricSeries } from '../query/results/metricSeries.js';
import { ConfusionMatrix } from './ConfusionMatrix.js';
import { confusionCsv } from './confusionCsv.js';
import { DiversityBars } from './DiversityBars.js';
import { confusionFinding } from './findings.js';
import { classTone } from './pinnedClasses.js';
import type { TrainingAnswers } from './trainingAnswers.js';
import { diversityRows, FEW_SAMPLES, runSeries, valueNear, type Split, type TrainedRun } from './trainingSeries.js';

export interface TrainingProps {
  readonly viewer: Viewer;
  readonly facts: RunFacts;
  /** None is empty. */
  readonly classNames: readonly string[];
  readonly answers: TrainingAnswers;
  /** Of the chosen split, by epoch. */
  readonly values: readonly LabelValue[];
  readonly split: Split;
  readonly cells: 'counts' | 'rates';
  readonly pinned: readonly number[];
  readonly sides: Readonly<Record<LabelSide, LineSeries[]>>;
  readonly domain: readonly [number, number];
  /** Pixels above the plots of the label entropies, so that both begin at the same height. */
  readonly roomAbove: number;
  readonly runs: readonly TrainedRun[];
  readonly onPin: (index: number) => void;
}

export function ConfusionChart(props: TrainingProps): VNode {
  const { viewer, facts, classNames, answers, values, cells, pinned, split, onPin } = props;
  const value = valueNear(values, viewer.cursorEpoch.value);
  const { classCount } = facts;
  return (
    <ChartFrame<LabelResult>
      title="Confusion"
      answer={answers.labels.value}
      invitation="No epoch has been recorded yet."
      finding={() => `${value ? confusionFinding(value.counts, classNames) : ''}`}
      caption={() =>
        `${countWords(probesOf(values))} probes${cells === 'counts' ? '' : ', per cent of each label'}; darker is more, square-root scale, the same at every epoch${value && value.epoch !== viewer.cursorEpoch.value ? `; nearest recorded epoch: ${value.epoch}` : ''}`
      }
      csv={() => (value ? confusionCsv(value, classNames) : '')}
      fileName={fileName(facts, `confusion-${split}-epoch-${value?.epoch ?? 0}`)}
      onSave={(file) => void viewer.save(file)}
      onRetry={answers.retry}
      draw={() =>
        value === null ? (
          <p class="waiting">No values.</p>
        ) : value.reason ? (
          <p class="waiting">
            Epoch {value.epoch} has no value: {value.reason}
          </p>
        ) : (
          <ConfusionMatrix
            counts={value.counts}
            labelGivenPrediction={value.labelGivenPrediction}
            predictionGivenLabel={value.predictionGivenLabel}
            classNames={classNames}
            cells={cells}
            epoch={value.epoch}
            pinned={pinned}
            toneOf={(index) => classTone(index, classCount, pinned)}
            onPin={onPin}
          />
        )
      }
    />
  );
}

const TITLES: Readonly<Record<LabelSide, string>> = {
  labelGivenPrediction: 'H(x.label | y = i)',
  predictionGivenLabel: 'H(y | x.label = i)',
};

const MEANINGS: Readonly<Record<LabelSide, string>> = {
  labelGivenPrediction: `what an input predicted as i may really be; bars: never predicted, dotted: predicted fewer than ${FEW_SAMPLES} times`,
  predictionGivenLabel: 'how an input of label i is scattered over predictions; thick: pinned, click a name to pin it',
};

/** Probes that were counted at the epoch that has most of them. */
function probesOf(values: readonly LabelValue[]): number {
  return Math.max(0, ...values.map(({ counts }) => counts.flat().reduce((sum, count) => sum + count, 0)));
}

export function LabelChart(props: TrainingProps & { side: LabelSide }): VNode {
  const { viewer, facts, answers, side, pinned } = props;
  const most = Math.log2(Math.max(2, facts.classCount));
  return (
    <ChartFrame<LabelResult>
      title={TITLES[side]}
      answer={answers.labels.value}
      invitation="No epoch has been recorded yet."
      finding={(result) =>
        `bits. ${labelFinding({ ...result, values: [...props.values] }, side, props.classNames) ?? ''}`
      }
      caption={() => `${MEANINGS[side]}; plug-in, N = ${countWords(probesOf(props.values))} probes`}
      csv={(result) => csvOf(result, facts.layers)}
      fileName={fileName(facts, side === 'labelGivenPrediction' ? 'label-given-prediction' : 'prediction-given-label')}
      onSave={(file) => void viewer.save(file)}
      onRetry={answers.retry}
      draw={() =>
        props.values.length === 0 ? (
          <p class="waiting">No values.</p>
        ) : (
          <LineChart
            series={props.sides[side]}
            epochs={props.domain}
            cursorEpoch={viewer.cursorEpoch.value}
            yTitle="bits"
            format="bits"
            zeroBased
            valueCeiling={most}
            ceiling={{ value: most, text: `log₂ ${facts.classCount}, all labels equally likely` }}
            gapLanes
            roomAbove={props.roomAbove}
            labelWidth={LABEL_WIDTH}
            minHeight={400}
            description={`${TITLES[side]} over epochs, a line a class; pinned: ${pinned.map((i) => props.classNames[i]).join(', ') || 'none'}`}
            onCursor={(epoch) => (viewer.epoch.value = epoch)}
            onLabel={(id) => props.onPin(classOf(id))}
          />
        )
      }
    />
  );
}

/** The charts of a column share it, so that one cursor crosses both. */
const LABEL_WIDTH = 134;

export function MetricsChart({
  viewer,
  facts,
  answers,
  runs,
  domain,
  kind,
}: TrainingProps & { kind: 'loss' | 'accuracy' }): VNode {
  const title = kind === 'loss' ? 'Loss' : 'Accuracy';
  const series = runSeries(runs, kind);
  return (
    <ChartFrame<MetricsResult>
      title={title}
      answer={answers.metrics.value}
      invitation="No epoch has been recorded yet."
      finding={(result) => (metricSeries(result, kind).length === 0 ? 'The training reported none.' : null)}
      caption={() =>
        kind === 'loss'
          ? `${facts.description.manifest.model.loss}, mean over the epoch, as the training reported it`
          : 'share predicted right, as the training reported it and on the probes'
      }
      csv={(result) => csvOf(result, facts.layers)}
      fileName={fileName(facts, kind)}
      onSave={(file) => void viewer.save(file)}
      onRetry={answers.retry}
      draw={() =>
        series.length === 0 ? (
          <p class="waiting">No values.</p>
        ) : (
          <LineChart
            series={series}
            epochs={domain}
            cursorEpoch={viewer.cursorEpoch.value}
            yTitle={kind === 'loss' ? 'loss' : 'share'}
            format={kind === 'loss' ? 'plain' : 'share'}
            zeroBased
            valueCeiling={kind === 'accuracy' ? 1 : 0}
            labelWidth={LABEL_WIDTH}
            minHeight={230}
            description={`${title} over epochs`}
            onCursor={(epoch) => (viewer.epoch.value = epoch)}
          />
        )
      }
    />
  );
}

export function DiversityChart({ viewer, facts, answers, runs }: TrainingProps): VNode {
  return (
    <ChartFrame<InterResult>
      title="Diversity of the inputs"
      answer={answers.inputs.value}
      invitation="No epoch has been recorded yet."
      finding={() => 'inter-sample entropy, bits'}
      caption={(result) => inputsCaption(result, facts)}
      captionBelow
      csv={(result) => csvOf(result, facts.layers)}
      fileName={fileName(facts, 'input-entropy')}
      onSave={(file) => void viewer.save(file)}
      onRetry={answers.retry}
      draw={() => <DiversityBars rows={diversityRows(runs)} samples="probes" />}
    />
  );
}

function inputsCaption(result: InterResult, { description }: RunFacts): string {
  const value = result.values[0];
  if (!value) return '';
  if (value.bits === null) return `No value: ${value.reason ?? 'undefined'}.`;
  const { trainCount, count } = description.manifest.probes;
  const whose = trainCount === 0 ? 'not trained on' : `${countWords(trainCount)} of ${countWords(count)} trained on`;
  const half = value.halfWidthBits === null ? '' : ` ± ${value.halfWidthBits.toFixed(2)}`;
  return `Of the probe inputs (${whose}). Bars start at 0; H${half} grows as log₂ N by construction: the tick is Gaussian noise of the same N = ${countWords(value.n)} and D = ${countWords(value.d)}. ${result.provenance.estimator}, k = ${value.k}.`;
}
