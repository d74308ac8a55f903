/** What a person is told of one run: that it began, its epochs, what could not be recorded, and its end. */
import type { FailureParts } from '../../protocol/failure.js';
import type { RecorderEvent } from '../../protocol/recorderEvents.js';
import type { Judged } from '../../protocol/run.js';
import type { RecordingTime } from '../time/recordingTime.js';
import type { EndOutcome, OfRun } from '../writer/writerMessages.js';
import type { ScriptEnd, TrainingEpochs } from './trainingEpochs.js';

const MILLISECONDS_BETWEEN_BATCH_EVENTS = 100;

/** What of the recording is told when its run begins. */
export interface RecordingFacts {
  readonly layerCount: number;
  readonly probeCount: number;
  readonly forecast: { readonly forecastBytes: number; readonly bytesPerEpoch: number };
  readonly leftOut: readonly string[];
}

export class RunNews {
  folder: string | null = null;
  /** Why recording has stopped for good. */
  #lost: FailureParts | null = null;
  /** Epochs that could not be written since one could. */
  #unwritten: { readonly first: number; readonly last: number; readonly failure: FailureParts } | null = null;
  #hasWritten = false;
  #saidNotANumber = false;
  #lastBatchEventAt = 0;
  /** How the run ends, once it has been asked to end. */
  #outcome: EndOutcome | null = null;
  /** What was reported at epochs that are not yet on disk. */
  readonly #reported = new Map<number, { readonly loss: number | null; readonly accuracy: Judged | null }>();

  /** `recording`: null where there is none, or none any more. */
  constructor(
    private readonly send: (event: RecorderEvent) => void,
    private readonly epochs: TrainingEpochs,
    private readonly time: RecordingTime,
    private readonly recording: () => RecordingFacts | null,
  ) {}

  get lost(): FailureParts | null {
    return this.#lost;
  }

  get outcome(): EndOutcome | null {
    return this.#outcome;
  }

  /** Why there is no run at all; null when there is one, or the script did nothing to record. */
  get neverStarted(): FailureParts | null {
    return this.folder === null ? this.#lost : null;
  }

  receive(message: OfRun): void {
    switch (message.type) {
      case 'opened':
        return this.#opened(message.folder);
      case 'whole':
        return this.#whole(message.epoch, message.byteCount);
      case 'maps-left-out':
        return this.notice(
          `From epoch ${message.epoch} on, maps are recorded only for some epochs and for the last one, to stay within the budget.`,
        );
      case 'maps-lost':
        return this.notice(`Epoch ${message.epoch}, the last, has no maps. ${reason(message.failure)}`);
      case 'epoch-lost':
        return this.#unwrittenEpoch(message.epoch, message.failure);
      case 'run-lost':
        return this.lose(message.failure);
      case 'ended':
        return this.#ended();
    }
  }

  /** Progress inside an epoch, at most ten times a second. */
  batch(fraction: number): void {
    const now = performance.now();
    if (this.folder === null || now - this.#lastBatchEventAt < MILLISECONDS_BETWEEN_BATCH_EVENTS) return;
    this.#lastBatchEventAt = now;
    this.send({ type: 'batch', folder: this.folder, epoch: this.epochs.trained + 1, fraction });
  }

  /** The epoch is on its way to disk. */
  recorded(epoch: number, loss: number | null, accuracy: Judged | null): void {
    this.time.recorded();
    this.#reported.set(epoch, { loss, accuracy });
  }

  paused(epoch: number): void {
    const about = { epoch, lastEpoch: this.epochs.statedLast, elapsedSeconds: this.time.elapsedSeconds };
    if (this.folder !== null) this.send({ type: 'epoch-paused', folder: this.folder, ...about });
  }

  noticeNotANumber(reported: ReadonlyMap<string, number>): void {
    const bad = [...reported].find(([, value]) => !Number.isFinite(value));
    if (!bad || this.#saidNotANumber) return;
    this.#saidNotANumber = true;
    const [name, value] = bad;
    this.notice(
      `Epoch ${this.epochs.trained}: ${name} is ${value}. Training continues; a smaller learning rate or a check of the inputs may help.`,
    );
  }

  /** Recording is over, training is not. */
  lose(failure: FailureParts): void {
    if (this.#lost) return;
    this.#lost = failure;
    this.time.rest();
    this.notice(`Recording has stopped; training continues. ${sentence(failure)}`);
    if (this.folder !== null) this.send({ type: 'failed', failure, folder: this.folder });
  }

  notice(text: string): void {
    this.send({ type: 'notice', text, ...(this.folder === null ? {} : { folder: this.folder }) });
  }

  /** How the run is to end when the script ends so; null when it has been asked before. */
  end(end: ScriptEnd): EndOutcome | null {
    if (this.#outcome) return null;
    const lost = this.#lost ?? (this.#hasWritten ? null : this.#unwritten?.failure);
    this.time.rest();
    const text = this.time.summary(this.epochs.trained);
    if (text !== null) this.notice(text);
    this.#outcome = lost ? { state: 'broken', reason: sentence(lost) } : this.epochs.outcome(end);
    return this.#outcome;
  }

  #opened(folder: string): void {
    this.folder = folder;
    const recording = this.recording();
    if (!recording) return;
    const { layerCount, probeCount, forecast } = recording;
    const leftOut = [...recording.leftOut];
    const lastEpoch = this.epochs.statedLast;
    this.send({ type: 'run-started', folder, lastEpoch, layerCount, probeCount, ...forecast, leftOut });
    for (const text of leftOut) this.notice(`Not recorded: ${text}.`);
  }

  #whole(epoch: number, byteCount: number): void {
    const { loss, accuracy } = this.#reported.get(epoch) ?? { loss: null, accuracy: null };
    this.#reported.delete(epoch);
    this.#hasWritten = true;
    this.#noticeWritingAgain(epoch);
    this.send({
      type: 'epoch-whole',
      folder: this.folder ?? '',
      epoch,
      lastEpoch: this.epochs.statedLast,
      loss,
      accuracy,
      elapsedSeconds: this.time.elapsedSeconds,
      recordingSeconds: this.time.recordingSeconds,
      byteCount,
    });
  }

  /** Said once, and once more when an epoch can be written again: a full disk may stay full for a thousand epochs. */
  #unwrittenEpoch(epoch: number, failure: FailureParts): void {
    const first = this.#unwritten?.first ?? epoch;
    if (!this.#unwritten)
      this.notice(
        `Epoch ${epoch} is not recorded. Training continues, and recording resumes when epochs can be written again. ${reason(failure)}`,
      );
    this.#unwritten = { first, last: epoch, failure };
  }

  #noticeWritingAgain(epoch: number): void {
    if (!this.#unwritten) return;
    const { first } = this.#unwritten;
    // The last epoch of a training has room of its own: it was not written when it came.
    const isLast = this.#unwritten.last === epoch;
    const last = isLast ? epoch - 1 : this.#unwritten.last;
    this.#unwritten = null;
    const how = isLast ? `Epoch ${epoch} is recorded, as the last.` : `Recording resumed with epoch ${epoch}.`;
    const which = first === last ? `Epoch ${first} is` : `Epochs ${first} to ${last} are`;
    this.notice(first > last ? how : `${how} ${which} not recorded.`);
  }

  #ended(): void {
    const stopped = this.#outcome?.state === 'finished' && this.#outcome.stopped;
    if (this.folder !== null) this.send({ type: 'run-ended', folder: this.folder, stopped });
  }
}

/** What was wrong and what to try, each a sentence. */
function reason({ wrong, tryThis }: FailureParts): string {
  return `${wrong.charAt(0).toUpperCase()}${wrong.slice(1)}. ${tryThis.replace(/\.$/, '')}.`;
}

function sentence({ doing, wrong, tryThis }: FailureParts): string {
  return `While ${doing}: ${wrong}. ${tryThis}.`.replace(/\.\.$/, '.');
}
