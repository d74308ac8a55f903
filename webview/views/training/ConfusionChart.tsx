/** The confusion matrix of the chosen run, with its finding and ways to save it. */
import type { VNode } from 'preact';
import type { LabelResult } from '../../../src/protocol/measure.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { countWords } from '../../text/words.js';
import { fileName } from '../query/results/chartParts.js';
import { ConfusionMatrix } from './ConfusionMatrix.js';
import { confusionCsv } from './confusionCsv.js';
import { confusionFinding, seenInTraining } from './findings.js';
import { classTone } from '../../selection/pinnedClasses.js';
import { probesOf, type TrainingProps } from './trainingProps.js';
import { valueNear } from './trainingSeries.js';

export function ConfusionChart(props: TrainingProps): VNode {
  const { viewer, facts, classNames, answers, values, cells, pinned, split, onPin } = props;
  const value = valueNear(values, viewer.cursorEpoch.value);
  const { classCount } = facts;
  return (
    <ChartFrame<LabelResult>
      title="Confusion"
      answer={answers.labels.value}
      invitation="No epoch has been recorded yet."
      finding={(result) => (value ? confusionFinding(value.counts, classNames, seenInTraining(result, value)) : '')}
      caption={() =>
        `${countWords(probesOf(values))} probes${cells === 'counts' ? '' : ', percent of each label'}; square-root colour scale, the same at every epoch${value && value.epoch !== viewer.cursorEpoch.value ? `; nearest recorded epoch: ${value.epoch}` : ''}`
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
            cell={props.cell}
            onCell={props.onCell}
            toneOf={(index) => classTone(index, classCount, pinned)}
            onPin={onPin}
          />
        )
      }
    />
  );
}
