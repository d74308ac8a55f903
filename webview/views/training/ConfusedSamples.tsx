/** The samples of one cell of the confusion matrix as pictures; a press selects one in all views. */
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ConfusedSamples as Confused } from '../../../src/protocol/trainingRuns.js';
import type { PictureStack } from '../../../src/protocol/viewer.js';
import { FailureCard } from '../../controls/FailureCard.js';
import { countWords, plural } from '../../text/words.js';
import { latest } from '../../state/loadable.js';
import { useAsked } from '../../state/useAsked.js';
import { Picture } from '../query/slice/Picture.js';
import type { ConfusionCell, TrainingProps } from './trainingProps.js';

export interface ConfusedSamplesProps extends Pick<TrainingProps, 'viewer' | 'classNames' | 'split'> {
  readonly cell: ConfusionCell;
  readonly run: string | null;
  /** A whole epoch of that run. */
  readonly epoch: number;
  readonly onClose: () => void;
}

const MOST_SHOWN = 120;
const SIDE = 42;

interface Shown extends Confused {
  readonly pictures: PictureStack | null;
}

export function ConfusedSamples({ viewer, classNames, split, cell, run, epoch, onClose }: ConfusedSamplesProps): VNode {
  const question = { run, epoch, ...cell, split, most: MOST_SHOWN };
  const asked = useAsked<Shown>(JSON.stringify(question), 'reading the samples of a cell', async (text, call) => {
    const wanted = JSON.parse(text) as typeof question;
    const found = await viewer.host.call('confusedSamples', wanted, call);
    const samples = found.samples;
    const pictures =
      samples.length === 0 ? null : await viewer.host.call('probePictures', { run: wanted.run, samples }, call);
    return { ...found, pictures };
  });
  const shown = latest(asked.value);
  const place = useRef<HTMLElement>(null);
  useEffect(() => place.current?.scrollIntoView({ block: 'nearest' }), [cell.label, cell.prediction]);
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose();
  };
  return (
    <section class="confused" ref={place} aria-label="Samples of a cell" onKeyDown={onKey}>
      <h2>
        Label {classNames[cell.label]} predicted as {classNames[cell.prediction]}
        <span class="quiet">{shown ? countText(shown, epoch) : `epoch ${epoch}`}</span>
        <button class="link" aria-label="Close the samples" onClick={onClose}>
          ✕
        </button>
      </h2>
      {asked.value.state === 'failed' && <FailureCard failure={asked.value.failure} onRetry={asked.retry} />}
      {shown && <Pictures shown={shown} viewer={viewer} />}
    </section>
  );
}

function countText({ samples, total }: Shown, epoch: number): string {
  const first = samples.length < total ? `, the first ${countWords(samples.length)} shown` : '';
  return `${plural(total, 'sample')} at epoch ${epoch}${first}`;
}

function Pictures({ shown, viewer }: { shown: Shown } & Pick<TrainingProps, 'viewer'>): VNode {
  const { sample: chosen } = viewer.selected.value;
  const { pictures } = shown;
  if (!pictures) return <p class="quiet">No sample at this epoch.</p>;
  return (
    <div class="confused-pictures">
      {shown.samples.map((sample, i) => (
        <button
          key={sample}
          class={sample === chosen ? 'chosen' : ''}
          aria-pressed={sample === chosen}
          aria-label={`Sample ${sample}`}
          title={`sample ${sample}`}
          onClick={() => viewer.select({ sample: sample === chosen ? null : sample })}
        >
          <Picture stack={pictures} index={i} range="own" ink="--c-text" size={SIDE} />
        </button>
      ))}
    </div>
  );
}
