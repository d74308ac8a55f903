/** Control experiments: does the network look at the object? Asked for by a person, since the network is computed anew. */
import type { VNode } from 'preact';
import { CONDITION_WORDS, type ControlQuestion, type ControlResult } from '../../../src/protocol/control.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { useAsked } from '../../state/useAsked.js';
import { Picture } from '../query/slice/Picture.js';
import { ConditionChart } from './ConditionChart.js';
import { ControlGuide } from './ControlGuide.js';
import { ControlTable } from './ControlTable.js';
import type { CompareProps } from './compareProps.js';
import { accuracyWords, captionWords, controlCsv, verdict } from './controlWords.js';

export function ControlSection({ viewer, facts, choice, onChoose }: Omit<CompareProps, 'asked' | 'own'>): VNode | null {
  const question: ControlQuestion | null = choice.control ? { ...choice.control, epoch: viewer.epoch.value } : null;
  const asked = useAsked<ControlResult>(
    question && JSON.stringify(question),
    'running the control experiment',
    (key, call) => viewer.host.call('control', JSON.parse(key) as ControlQuestion, call),
  );
  // Only a picture has an object and a ground.
  if (facts.layers[0].mapShape.length !== 2) return null;
  return (
    <section class="control" aria-label="Control experiment">
      {!question && (
        <p class="control-invitation">
          <b>Does the network look at the object?</b> Evaluates the network on probes with the object or the background
          masked, and on noise.
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
              <p class="control-verdict">{verdict(result).join(' ')}</p>
              <Pictures result={result} />
              <ConditionChart result={result} layers={facts.layers} />
              <ControlTable result={result} layers={facts.layers} />
            </div>
          )}
        />
      )}
      <ControlGuide
        asked={choice.control ?? null}
        probeCount={facts.sampleCount}
        busy={question !== null && asked.value.state === 'loading'}
        onAsk={(control) => onChoose({ control: control ?? undefined })}
      />
    </section>
  );
}

function Pictures({ result }: { result: ControlResult }): VNode {
  const { conditions, shown, pictures, heldOut } = result;
  return (
    <div class="control-pictures">
      {conditions.map(({ condition, accuracy }, row) => (
        <figure key={condition}>
          <figcaption>
            <b class={`condition-${condition}`}>{CONDITION_WORDS[condition]}</b>
            {accuracy?.to != null && <span class="quiet">{accuracyWords(condition, accuracy, heldOut)}</span>}
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
