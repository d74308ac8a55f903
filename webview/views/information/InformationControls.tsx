/** What the information view can be told: estimator, noise variance, null, epoch; what is being computed, and Cancel. */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { InformationChoice, InformationCurve } from '../../../src/protocol/information.js';
import { Button, Dropdown, ProgressRing } from '../../controls/controls.js';
import { EpochSlider } from '../../controls/EpochSlider.js';
import { layerLabel } from '../../text/layerLabel.js';
import type { ViewProps } from '../views.js';
import { epochDomain } from '../query/results/chartParts.js';
import type { AskedCourses } from './useCourses.js';

export interface InformationControlsProps extends ViewProps {
  readonly choice: InformationChoice;
  readonly asked: AskedCourses;
  readonly onChange: (part: Partial<InformationChoice>) => void;
}

const CURVES: readonly (readonly [InformationCurve, string, string])[] = [
  ['lower', 'KDE lower bound', 'Kolchinsky and Tracey 2017: lower bound on the information in the layer plus noise'],
  ['upper', 'KDE upper bound', 'Kolchinsky and Tracey 2017: upper bound on the information in the layer plus noise'],
  ['binned', 'Binned', 'joint states in 30 equal bins; for a deterministic network, a measure of clustering'],
];
const SHARES = [0.001, 0.01, 0.05, 0.2, 1];
const PERMUTATIONS = [0, 39, 99];

export function InformationControls(props: InformationControlsProps): VNode {
  const { viewer, facts, choice, onChange } = props;
  const epochs = useMemo(() => [...facts.whole].sort((a, b) => a - b), [facts]);
  return (
    <div class="information-controls">
      <span class="quiet">Estimator</span>
      <Curves {...props} />
      {/* Binned values have no noise; its place is kept. */}
      <span class={choice.curve === 'binned' ? 'information-noise none' : 'information-noise'}>
        <span class="quiet">Noise variance</span>
        <Dropdown
          label="Noise variance, as a share of the layer’s total variance"
          value={String(choice.noiseShare)}
          options={[...new Set([...SHARES, choice.noiseShare])]
            .sort((a, b) => a - b)
            .map((share) => ({
              value: String(share),
              text: `${Number((100 * share).toPrecision(3))} % of the layer’s`,
            }))}
          onChange={(text) => onChange({ noiseShare: Number(text) })}
        />
      </span>
      <span class="quiet">Null</span>
      <Dropdown
        label="Null: number of label permutations"
        value={String(choice.permutations)}
        options={[...new Set([...PERMUTATIONS, choice.permutations])]
          .sort((a, b) => a - b)
          .map((count) => ({
            value: String(count),
            text: count === 0 ? 'none' : `labels permuted ${count} times`,
          }))}
        onChange={(text) => onChange({ permutations: Number(text) })}
      />
      <Progress {...props} />
      <EpochSlider
        epoch={viewer.cursorEpoch.value}
        epochs={epochs}
        domain={epochDomain(facts)}
        onEpoch={(next) => (viewer.epoch.value = next)}
      />
    </div>
  );
}

function Curves({ choice, onChange }: InformationControlsProps): VNode {
  const onKey = (event: KeyboardEvent, at: number): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = (at + step + CURVES.length) % CURVES.length;
    onChange({ curve: CURVES[next][0] });
    const group = (event.currentTarget as HTMLElement).parentElement;
    group?.querySelectorAll<HTMLElement>('[role=radio]')[next]?.focus();
  };
  return (
    <span class="segments" role="radiogroup" aria-label="Estimator">
      {CURVES.map(([curve, words, title], i) => (
        <button
          key={curve}
          role="radio"
          title={title}
          aria-checked={curve === choice.curve}
          tabindex={curve === choice.curve ? 0 : -1}
          onClick={() => onChange({ curve })}
          onKeyDown={(event) => onKey(event, i)}
        >
          {words}
        </button>
      ))}
    </span>
  );
}

function Progress({ facts, asked }: InformationControlsProps): VNode | null {
  const { progress, cancelled } = asked;
  if (cancelled) {
    return (
      <span class="information-progress">
        Cancelled.{' '}
        <Button secondary onClick={asked.goOn}>
          Resume
        </Button>
      </span>
    );
  }
  if (!progress) return null;
  const { layer, done, count, fraction } = progress;
  return (
    <span class="information-progress" role="status">
      <ProgressRing /> {layerLabel(facts.layers[layer])}, {done + 1} of {count} · {Math.round(100 * fraction)} %{' '}
      <Button secondary onClick={asked.cancel}>
        Cancel
      </Button>
    </span>
  );
}
