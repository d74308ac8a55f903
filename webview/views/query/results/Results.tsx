/** The answer to the last query: which charts a measure gets, each with its layer as a link to its line. */
import type { VNode } from 'preact';
import { lossUnit } from '../../../../src/protocol/lossUnit.js';
import type { InterResult, LabelResult, MetricsResult } from '../../../../src/protocol/measure.js';
import type { Layer } from '../../../../src/protocol/run.js';
import { ChartFrame } from '../../../chart/ChartFrame.js';
import { laneRoom } from '../../../marks/lineGaps.js';
import type { Answer } from '../../../state/answer.js';
import type { RunFacts } from '../../../state/facts.js';
import { togglePinned, withPinned } from '../../../selection/pinnedClasses.js';
import { layerLabel } from '../../../text/layerLabel.js';
import { csvOf, provenanceWords } from './csv.js';
import { interFinding } from './findings.js';
import { interCaption, interSeries } from './interSeries.js';
import { useMixedLine } from './mixedClasses.js';
import { coursesOf } from '../ask/askedHere.js';
import { CourseChart } from './CourseChart.js';
import { IntraChart } from './IntraChart.js';
import { fileName, mainOf, SourceLinks, type ChartProps, type ResultProps } from './chartParts.js';
import { ceilingWords, classOf, FEW_SAMPLES, labelFinding, labelSeries, type LabelSide } from './labelSeries.js';
import { SeriesChart } from './SeriesChart.js';
import { lossWords, metricSeries, probesWords, type MetricKind } from './metricSeries.js';

export function Results({ viewer, facts }: ResultProps): VNode {
  const answer = viewer.answer.value;
  const measure = answer?.question.request.measure ?? viewer.measure.value;
  const props = { viewer, facts, answer };
  return (
    <div class={`results results-${measure}`}>
      {answer && <AskedLine {...props} answer={answer} />}
      {measure === 'inter' && (
        <>
          <InterChart {...props} />
          <IntraChart {...props} />
        </>
      )}
      {measure === 'intra' && <IntraChart {...props} />}
      {measure === 'label' && (
        <>
          <LabelChart {...props} side="labelGivenPrediction" title="H(x.label | y = i)" />
          <LabelChart {...props} side="predictionGivenLabel" title="H(y | x.label = i)" />
        </>
      )}
      {measure === 'metrics' && (
        <>
          <MetricsChart {...props} kind="loss" title="Loss" />
          <MetricsChart {...props} kind="accuracy" title="Accuracy" />
        </>
      )}
      {coursesOf(measure).map((course) => (
        <CourseChart key={course.title} {...props} measure={measure} course={course} />
      ))}
    </div>
  );
}

/** Said only when the picture and the query above it have parted. */
function AskedLine({ viewer, answer }: ChartProps & { answer: Answer }): VNode | null {
  const { request } = answer.question;
  if (request.query === viewer.text.value && request.measure === viewer.measure.value) return null;
  return (
    <p class="asked">
      Shown: <code>{request.query}</code>. The query has changed. Press Query to run it.
    </p>
  );
}

function InterChart(props: ChartProps): VNode {
  const { viewer, facts, answer } = props;
  const cursorEpoch = viewer.cursorEpoch.value;
  const mixed = useMixedLine(props, answer);
  return (
    <ChartFrame<InterResult>
      title="Diversity of the slice"
      answer={mainOf<InterResult>(answer, 'inter')}
      invitation="Press Query to compute."
      finding={(result) => `bits. ${interFinding(result, (layer) => layerLabel(facts.layers[layer])) ?? ''}`}
      caption={(result) => (
        <>
          {interCaption(result)}
          <SourceLinks layers={layersOf(result, facts)} viewer={viewer} />
        </>
      )}
      csv={(result) => csvOf(result, facts.layers)}
      fileName={fileName(facts, 'inter-sample-entropy')}
      onSave={(file) => void viewer.save(file)}
      onRetry={viewer.ask}
      draw={(result) => (
        <SeriesChart
          viewer={viewer}
          facts={facts}
          series={[...interSeries(result, facts.layers, cursorEpoch), ...(mixed ? [mixed] : [])]}
          yTitle="bits"
          format="bits"
          labelWidth={224}
          description="Diversity over epochs"
        />
      )}
    />
  );
}

function layersOf(result: InterResult, facts: RunFacts): Layer[] {
  return [...new Set(result.values.map((value) => value.layer))].map((index) => facts.layers[index]);
}

function LabelChart(props: ChartProps & { side: LabelSide; title: string }): VNode {
  const { viewer, facts, answer, side, title } = props;
  const ceiling = Math.log2(Math.max(2, facts.classCount));
  return (
    <ChartFrame<LabelResult>
      title={title}
      answer={mainOf<LabelResult>(answer, 'label')}
      invitation="Press Query to compute."
      finding={(result) => `bits. ${labelFinding(result, side, facts.classNames, viewer.cursorEpoch.value) ?? ''}`}
      caption={(result) => (
        <>
          {side === 'labelGivenPrediction'
            ? 'the true label of inputs predicted as i'
            : 'the predictions for inputs of label i'}
          {`; ${provenanceWords(result.provenance)}; at most log₂ ${facts.classCount} = ${ceiling.toFixed(2)} bits`}
          {side === 'labelGivenPrediction' &&
            `; bars above: never predicted, dotted: predicted fewer than ${FEW_SAMPLES} times`}
        </>
      )}
      csv={(result) => csvOf(result, facts.layers)}
      fileName={fileName(facts, side === 'labelGivenPrediction' ? 'label-given-prediction' : 'prediction-given-label')}
      onSave={(file) => void viewer.save(file)}
      onRetry={viewer.ask}
      draw={(result) => (
        <SeriesChart
          viewer={viewer}
          facts={facts}
          series={withPinned(labelSeries(result, side, facts.classNames), viewer.classes.value, classOf)}
          onLabel={(id) => (viewer.classes.value = togglePinned(viewer.classes.peek() ?? [], classOf(id)))}
          yTitle="bits"
          format="bits"
          labelWidth={142}
          zeroBased
          valueCeiling={ceiling}
          ceiling={{ value: ceiling, text: ceilingWords(facts.classCount) }}
          gapLanes
          roomAbove={roomAbove(result, facts.classNames)}
          description={`${title} over epochs, one line per class`}
        />
      )}
    />
  );
}

/** Both label entropies begin at the same height, so that one scale serves both. */
function roomAbove(result: LabelResult, classNames: readonly string[]): number {
  const sides = ['labelGivenPrediction', 'predictionGivenLabel'] as const;
  return Math.max(...sides.map((side) => laneRoom(labelSeries(result, side, classNames))));
}

function MetricsChart(props: ChartProps & { kind: MetricKind; title: string }): VNode {
  const { viewer, facts, answer, kind, title } = props;
  const { loss } = facts.description.manifest.model;
  return (
    <ChartFrame<MetricsResult>
      title={title}
      answer={mainOf<MetricsResult>(answer, 'metrics')}
      invitation="Press Query to compute."
      finding={(result) => (metricSeries(result, kind).length === 0 ? 'The training reported none.' : null)}
      caption={(result) =>
        kind === 'loss'
          ? `${lossWords(loss)}; as the training reported it, mean over the epoch; no value at t = 0`
          : ['share of correct predictions', probesWords(result), provenanceWords(result.provenance)]
              .filter(Boolean)
              .join('; ')
      }
      csv={(result) => csvOf(result, facts.layers)}
      fileName={fileName(facts, kind)}
      onSave={(file) => void viewer.save(file)}
      onRetry={viewer.ask}
      draw={(result) => (
        <SeriesChart
          viewer={viewer}
          facts={facts}
          series={metricSeries(result, kind)}
          yTitle={kind === 'loss' ? lossUnit(loss) : 'share'}
          format={kind === 'loss' ? 'plain' : 'share'}
          labelWidth={180}
          zeroBased
          valueCeiling={kind === 'accuracy' ? 1 : 0}
          description={`${title} over epochs`}
        />
      )}
    />
  );
}
