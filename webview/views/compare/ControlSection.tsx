/** Control experiments: does the network look at the object? Asked for by a person, since the network is computed anew. */
import type { VNode } from 'preact';
import {
  MASKS,
  USUAL_CONTROL_PROBES,
  type Condition,
  type ControlQuestion,
  type ControlResult,
} from '../../../src/protocol/control.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { Button } from '../../controls/controls.js';
import { differenceWords } from '../../marks/changeRows.js';
import { countWords } from '../../shell/words.js';
import { useAsked } from '../../state/useAsked.js';
import { table } from '../query/results/csv.js';
import { Picture } from '../query/slice/Picture.js';
import { ConditionChart, CONDITION_WORDS } from './ConditionChart.js';
import { ControlTable } from './ControlTable.js';
import type { CompareProps } from './compareProps.js';

type ControlProps = Omit<CompareProps, 'asked'>;

export function ControlSection({ viewer, facts, choice, onChoose }: ControlProps): VNode {
  const question: ControlQuestion | null = choice.control ? { ...choice.control, epoch: viewer.epoch.value } : null;
  const asked = useAsked<ControlResult>(
    question && JSON.stringify(question),
    'doing the control experiment',
    (key, call) => viewer.host.call('control', JSON.parse(key) as ControlQuestion, call),
  );
  const begin = (): void =>
    onChoose({
      control: { samples: Math.max(32, Math.min(USUAL_CONTROL_PROBES, facts.sampleCount)), masks: [...MASKS] },
    });
  return (
    <section class="control" aria-label="Control experiment">
      {!question && (
        <p class="control-invitation">
          <b>Does the network look at the object?</b> It can be computed anew on probes whose object or background is
          masked, and on noise.
          <Button secondary onClick={begin}>
            Mask and compare
          </Button>
        </p>
      )}
      {question && (
        <ChartFrame<ControlResult>
          title="Does the network look at the object?"
          answer={asked.value}
          invitation=""
          finding={() => 'I(T;Y) of each layer, bits'}
          caption={captionWords}
          captionBelow
          csv={controlCsv}
          fileName="control-experiment"
          onSave={(file) => void viewer.save(file)}
          onRetry={asked.retry}
          draw={(result) => (
            <div class="control-body">
              <Pictures result={result} />
              <ConditionChart result={result} layers={facts.layers} />
              <ControlTable result={result} layers={facts.layers} />
            </div>
          )}
        />
      )}
    </section>
  );
}

function Pictures({ result }: { result: ControlResult }): VNode {
  const { conditions, shown, pictures } = result;
  return (
    <div class="control-pictures">
      {conditions.map(({ condition, accuracy }, row) => (
        <figure key={condition}>
          <figcaption>
            <b class={`condition-${condition}`}>{CONDITION_WORDS[condition]}</b>
            {accuracy?.to != null && <span class="quiet">{accuracyWords(condition, accuracy)}</span>}
          </figcaption>
          <div role="img" aria-label={`${shown.length} probes, ${CONDITION_WORDS[condition]}`}>
            {shown.map((sample, i) => (
              <Picture
                key={sample}
                stack={pictures}
                index={row * shown.length + i}
                range="shared"
                ink="--c-text"
                size={34}
              />
            ))}
          </div>
        </figure>
      ))}
    </div>
  );
}

function accuracyWords(
  condition: Condition,
  accuracy: NonNullable<ControlResult['conditions'][number]['accuracy']>,
): string {
  const right = `accuracy ${(100 * (accuracy.to ?? 0)).toFixed(1)} %`;
  return condition === 'original' ? right : `${right} (${differenceWords(accuracy, 1, 100)} points)`;
}

function captionWords({ n, epoch, methods, conditions, otherThanRecorded }: ControlResult): VNode {
  const without = Math.max(0, ...conditions.map((one) => one.withoutObject));
  const none = without > 0 ? ` In ${countWords(without)} pictures no object was found.` : '';
  const same =
    otherThanRecorded === null
      ? ''
      : otherThanRecorded === 0
        ? ' All are answered as recorded.'
        : ` ${countWords(otherThanRecorded)} are answered otherwise than recorded.`;
  return (
    <>
      {countWords(n)} probes at epoch {epoch}.{same}
      {none} {methods.slice(1, 3).join(' ')}
    </>
  );
}

function controlCsv({ layers, n, epoch }: ControlResult): string {
  const head = ['layer', 'layer_name', 'condition', 'label_bits', 'label_half_width', 'inter_bits', 'inter_half_width'];
  const rows = layers.flatMap(({ layer, name, values }) =>
    values.map((one) => [
      ...[layer, name, one.condition, one.labelBits, one.labelHalfWidthBits, one.interBits, one.interHalfWidthBits],
      ...[n, epoch, one.reason],
    ]),
  );
  return table([...head, 'n', 'epoch', 'reason'], rows);
}
