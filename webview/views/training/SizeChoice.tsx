/** Which run of the group is looked at, by the size of its training data, each in the colour of its bar and line. */
import type { VNode } from 'preact';
import { sizeTone, type TrainedRun } from './trainingSeries.js';

export interface SizeChoiceProps {
  readonly runs: readonly TrainedRun[];
  readonly onChoose: (id: string) => void;
}

export function SizeChoice({ runs, onChoose }: SizeChoiceProps): VNode {
  const onKey = (event: KeyboardEvent, at: number): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const next = step === undefined ? undefined : runs[(at + step + runs.length) % runs.length];
    if (!next) return;
    event.preventDefault();
    onChoose(next.id);
    const buttons = (event.currentTarget as HTMLElement).parentElement?.querySelectorAll('button');
    buttons?.[runs.indexOf(next)]?.focus();
  };
  return (
    <div class="size-choice" role="radiogroup" aria-label="Training samples">
      <span class="quiet" aria-hidden="true">
        Trained on
      </span>
      {runs.map(({ id, label, chosen }, i) => (
        <button
          key={id}
          role="radio"
          aria-checked={chosen}
          tabindex={chosen ? 0 : -1}
          class={`size-button ${sizeTone(i, runs.length)} ${chosen ? 'chosen' : ''}`}
          onClick={() => onChoose(id)}
          onKeyDown={(event) => onKey(event, i)}
        >
          <svg width={10} height={6} aria-hidden="true">
            <rect class="size-swatch" width={10} height={6} />
          </svg>
          {label}
        </button>
      ))}
      <span class="quiet" aria-hidden="true">
        samples
      </span>
    </div>
  );
}
