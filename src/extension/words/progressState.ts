/** What is known of a recording while it runs, from the events of the recording process; and how it is said. */
import type { RecorderEvent } from '../../protocol/recorderEvents.js';
import type { Localize } from '../localize.js';

/** One run: a script may train several models, by turns. */
export interface ProgressState {
  readonly name: string;
  /** The epoch that is being trained; null before training. */
  readonly epoch: number | null;
  /** Share of it that is done, 0…1. */
  readonly fraction: number;
  /** Null before training, and where the script has not said how many epochs there will be. */
  readonly lastEpoch: number | null;
  readonly loss: number | null;
  readonly elapsedSeconds: number;
  /** Epochs after t = 0 that `elapsedSeconds` covers, those among them that were not recorded. */
  readonly trainedEpochs: number;
}

export interface RecordingProgress {
  /** Of the script. */
  readonly name: string;
  /** By folder. */
  readonly runs: ReadonlyMap<string, ProgressState>;
  /** The run that began or ended an epoch last: its words stand in the status bar. Null before the first. */
  readonly latest: string | null;
}

export function beginning(name: string): RecordingProgress {
  return { name, runs: new Map(), latest: null };
}

/** What is known of the run that was last told of. */
export function latestRun({ name, runs, latest }: RecordingProgress): ProgressState {
  return (latest === null ? undefined : runs.get(latest)) ?? notBegun(name);
}

export function advance(progress: RecordingProgress, event: RecorderEvent): RecordingProgress {
  switch (event.type) {
    case 'run-started':
    case 'batch':
    case 'epoch-whole':
    case 'epoch-paused': {
      const { folder } = event;
      const run = advanceRun(progress.runs.get(folder) ?? notBegun(progress.name), event);
      // Batches of models that train by turns come too fast to be read in turn.
      const latest = event.type === 'batch' ? (progress.latest ?? folder) : folder;
      return { ...progress, runs: new Map(progress.runs).set(folder, run), latest };
    }
    case 'engine':
    case 'notice':
    case 'saving':
    case 'run-ended':
    case 'failed':
      return progress;
  }
}

type RunEvent = Extract<RecorderEvent, { type: 'run-started' | 'batch' | 'epoch-whole' | 'epoch-paused' }>;

function advanceRun(state: ProgressState, event: RunEvent): ProgressState {
  switch (event.type) {
    case 'run-started':
      return { ...notBegun(state.name), lastEpoch: event.lastEpoch };
    case 'batch':
      return { ...state, epoch: event.epoch, fraction: event.fraction };
    case 'epoch-whole':
      return { ...afterEpoch(state, event), loss: event.loss ?? state.loss };
    case 'epoch-paused':
      return afterEpoch(state, event);
  }
}

function afterEpoch(
  state: ProgressState,
  { epoch, lastEpoch, elapsedSeconds }: Extract<RunEvent, { elapsedSeconds: number }>,
): ProgressState {
  const next = Math.min(epoch + 1, lastEpoch ?? Infinity);
  const fraction = epoch === lastEpoch ? 1 : 0;
  return { ...state, epoch: next, fraction, lastEpoch, elapsedSeconds, trainedEpochs: epoch };
}

function notBegun(name: string): ProgressState {
  return { name, epoch: null, fraction: 0, lastEpoch: null, loss: null, elapsedSeconds: 0, trainedEpochs: 0 };
}

/** Seconds until the last epoch, from the mean of those that are trained; null before the first is, and without a last. */
export function secondsLeft({ trainedEpochs, elapsedSeconds, lastEpoch, fraction }: ProgressState): number | null {
  if (trainedEpochs < 1 || lastEpoch === null) return null;
  const epochsLeft = Math.max(0, lastEpoch - trainedEpochs - (trainedEpochs < lastEpoch ? fraction : 0));
  return (elapsedSeconds / trainedEpochs) * epochsLeft;
}

/** `CNNSlicer: recording train, epoch 3 of 10, loss 0.31 (2 min left)`, without the icon. */
export function statusText(state: ProgressState, t: Localize): string {
  const parts = [t('CNNSlicer: recording {0}', state.name)];
  parts.push(state.epoch === null ? t('starting') : epochText(state.epoch, state.lastEpoch, t));
  if (state.loss !== null) parts.push(t('loss {0}', lossText(state.loss)));
  const left = secondsLeft(state);
  return parts.join(', ') + (left === null ? '' : ` ${t('({0} left)', durationText(left, t))}`);
}

/** "epoch 3 of 10", "epoch 3" where the script has not said how many there will be. */
export function epochText(epoch: number, lastEpoch: number | null, t: Localize): string {
  return lastEpoch === null ? t('epoch {0}', epoch) : t('epoch {0} of {1}', epoch, lastEpoch);
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
