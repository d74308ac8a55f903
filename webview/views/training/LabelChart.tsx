/** One of the two label entropies over epochs, one line per class. */
import type { VNode } from 'preact';
import type { LabelResult } from '../../../src/protocol/measure.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { LineChart } from '../../chart/LineChart.js';
import { countWords } from '../../text/words.js';
import { fileName } from '../query/results/chartParts.js';
import { csvOf } from '../query/results/csv.js';
import { ceilingWords, classOf, FEW_SAMPLES, labelFinding, type LabelSide } from '../query/results/labelSeries.js';
import { LABEL_WIDTH, probesOf, type TrainingProps } from './trainingProps.js';

const HEIGHT = 400;

const TITLES: Readonly<Record<LabelSide, string>> = {
  labelGivenPrediction: 'H(x.label | y = i)',
  predictionGivenLabel: 'H(y | x.label = i)',
};

const MEANINGS: Readonly<Record<LabelSide, string>> = {
  labelGivenPrediction: `the true label of inputs predicted as i; bars: never predicted, dotted: predicted fewer than ${FEW_SAMPLES} times`,
  predictionGivenLabel: 'the predictions for inputs of label i; thick: pinned, click a name to pin it',
};

export function LabelChart(props: TrainingProps & { side: LabelSide }): VNode {
  const { viewer, facts, answers, side, pinned } = props;
  const most = Math.log2(Math.max(2, facts.classCount));
  return (
    <ChartFrame<LabelResult>
      title={TITLES[side]}
      answer={answers.labels.value}
      invitation="No epoch has been recorded yet."
      finding={(result) =>
        `bits. ${labelFinding({ ...result, values: [...props.values] }, side, props.classNames, viewer.cursorEpoch.value) ?? ''}`
      }
      caption={() => `${MEANINGS[side]}; plug-in, N = ${countWords(probesOf(props.values))} probes`}
      csv={(result) => csvOf(result, facts.layers)}
      fileName={fileName(facts, side === 'labelGivenPrediction' ? 'label-given-prediction' : 'prediction-given-label')}
      onSave={(file) => void viewer.save(file)}
      onRetry={answers.retry}
      room={HEIGHT}
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
            ceiling={{ value: most, text: ceilingWords(facts.classCount) }}
            gapLanes
            roomAbove={props.roomAbove}
            labelWidth={LABEL_WIDTH}
            minHeight={HEIGHT}
            description={`${TITLES[side]} over epochs, one line per class; pinned: ${pinned.map((i) => props.classNames[i]).join(', ') || 'none'}`}
            onCursor={(epoch) => (viewer.epoch.value = epoch)}
            onLabel={(id) => props.onPin(classOf(id))}
          />
        )
      }
    />
  );
}
