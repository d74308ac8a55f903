/** What is known of a recording while it runs, from the events of the recording process; and how it is said. */
import type { RecorderEvent } from '../../protocol/recorderEvents.js';
import type { Localize } from '../localize.js';

export interface ProgressState {
  readonly name: string;
  /** Run folders begun so far; a script may train more than one model. */
  readonly folders: readonly string[];
  /** The epoch that is being trained; null before training. */
  readonly epoch: number | null;
  /** Share of it that is done, 0…1. */
  readonly fraction: number;
  readonly lastEpoch: number | null;
  readonly loss: number | null;
  readonly elapsedSeconds: number;
  /** Whole epochs after t = 0 that `elapsedSeconds` covers. */
  readonly wholeEpochs: number;
}

export function beginning(name: string): ProgressState {
  return {
    name,
    folders: [],
    epoch: null,
    fraction: 0,
    lastEpoch: null,
    loss: null,
    elapsedSeconds: 0,
    wholeEpochs: 0,
  };
}

export function advance(state: ProgressState, event: RecorderEvent): ProgressState {
  switch (event.type) {
    case 'run-started':
      return { ...beginning(state.name), folders: [...state.folders, event.folder], lastEpoch: event.lastEpoch };
    case 'batch':
      return { ...state, epoch: event.epoch, fraction: event.fraction };
    case 'epoch-whole':
      return {
        ...state,
        epoch: Math.min(event.epoch + 1, event.lastEpoch),
        fraction: event.epoch === event.lastEpoch ? 1 : 0,
        lastEpoch: event.lastEpoch,
        loss: event.loss ?? state.loss,
        elapsedSeconds: event.elapsedSeconds,
        wholeEpochs: event.epoch,
      };
    case 'epoch-paused':
      return { ...state, epoch: Math.min(event.epoch + 1, event.lastEpoch), fraction: 0, lastEpoch: event.lastEpoch };
    case 'engine':
    case 'notice':
    case 'run-ended':
    case 'failed':
      return state;
  }
}

/** Seconds until the last epoch, from the mean of those that are whole; null before the first is. */
export function secondsLeft({ wholeEpochs, elapsedSeconds, lastEpoch, fraction }: ProgressState): number | null {
  if (wholeEpochs < 1 || lastEpoch === null) return null;
  const epochsLeft = Math.max(0, lastEpoch - wholeEpochs - (wholeEpochs < lastEpoch ? fraction : 0));
  return (elapsedSeconds / wholeEpochs) * epochsLeft;
}

/** `CNNSlicer: recording train, epoch 3 of 10, loss 0.31 (2 min left)`, without the icon. */
export function statusText(state: ProgressState, t: Localize): string {
  const parts = [t('CNNSlicer: recording {0}', state.name)];
  if (state.epoch === null || state.lastEpoch === null) parts.push(t('starting'));
  else parts.push(t('epoch {0} of {1}', state.epoch, state.lastEpoch));
  if (state.loss !== null) parts.push(t('loss {0}', lossText(state.loss)));
  const left = secondsLeft(state);
  return parts.join(', ') + (left === null ? '' : ` ${t('({0} left)', durationText(left, t))}`);
}

/** Two digits behind the point; two significant ones of what is tiny or huge. */
export function lossText(loss: number): string {
  return loss !== 0 && (Math.abs(loss) < 0.01 || Math.abs(loss) >= 1000) ? loss.toPrecision(2) : loss.toFixed(2);
}

export function durationText(seconds: number, t: Localize): string {
  if (seconds < 55) return t('{0} s', Math.max(1, Math.round(seconds)));
  if (seconds < 90 * 60) return t('{0} min', Math.max(1, Math.round(seconds / 60)));
  return t('{0} h', (seconds / 3600).toFixed(1));
}
