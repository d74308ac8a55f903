/** One model that the script trains, through all its fits, and how its recording stands. */
import { Failure, type FailureParts } from '../../protocol/failure.js';
import type { Judged } from '../../protocol/run.js';
import { DatasetStart } from './datasetStart.js';
import type { Verdict } from '../recording/epochGate.js';
import type { Fit } from '../hooks/watchFit.js';
import { isAlive } from '../model/isAlive.js';
import { finiteOrNull, readLogs } from '../model/logs.js';
import { wholeSource, type ProbeSource } from '../probes/probeSource.js';
import { isRecorded } from './openEndedEpochs.js';
import type { RecorderContext } from '../recorderContext.js';
import { RecordingTime } from '../time/recordingTime.js';
import { RunRecording } from '../recording/runRecording.js';
import type { TimeBudget } from '../time/timeBudget.js';
import { TrainingEpochs, type ScriptEnd } from './trainingEpochs.js';
import type { EndOutcome } from '../writer/writerMessages.js';
import type { Work } from '../writer/writerThread.js';

const MILLISECONDS_BETWEEN_BATCH_EVENTS = 100;

interface PassedOver {
  readonly fit: Fit;
  readonly reported: ReadonlyMap<string, number>;
  /** For lack of time. */
  readonly isLate: boolean;
}

export class Training {
  folder: string | null = null;
  #recording: RunRecording | null = null;
  #datasetStart: DatasetStart | null = null;
  readonly #epochs = new TrainingEpochs();
  /** The last epoch, where it was passed over. */
  #passedOver: PassedOver | null = null;
  /** How the run ends, once it has been asked to end. */
  #outcome: EndOutcome | null = null;
  /** Why recording has stopped for good. */
  #lost: FailureParts | null = null;
  /** Epochs that could not be written since one could. */
  #unwritten: { readonly first: number; readonly last: number; readonly failure: FailureParts } | null = null;
  #hasWritten = false;
  #saidNotANumber = false;
  #lastBatchEventAt = 0;
  readonly #time: RecordingTime;
  /** What was reported at epochs that are not yet on disk. */
  readonly #reported = new Map<number, { readonly loss: number | null; readonly accuracy: Judged | null }>();

  constructor(
    private readonly context: RecorderContext,
    readonly number: number,
    private readonly timeBudget: TimeBudget,
  ) {
    this.#time = new RecordingTime(timeBudget);
  }

  get hasBegun(): boolean {
    return this.#recording !== null || this.#datasetStart !== null || this.#lost !== null || this.#outcome !== null;
  }

  /** False for a model that was only looked at: its samples are known, and no epoch of it was trained. */
  get hasTrained(): boolean {
    return this.#datasetStart === null || this.#epochs.trained > 0;
  }

  /** Whether a fit goes on with what this run records. */
  continuesWith(fit: Fit): boolean {
    if (this.#lost || this.#outcome) return false;
    return this.#datasetStart !== null || (this.#recording?.continuesWith(fit.model) ?? false);
  }

  begin(fit: Fit): Work {
    this.#epochs.begin(fit);
    return this.#guarded('starting the recording', () => this.#begin(fit));
  }

  batchEnd(fraction: number): void {
    const now = performance.now();
    if (this.folder === null || now - this.#lastBatchEventAt < MILLISECONDS_BETWEEN_BATCH_EVENTS) return;
    this.#lastBatchEventAt = now;
    this.context.send({ type: 'batch', folder: this.folder, epoch: this.#epochs.trained + 1, fraction });
  }

  /** `passed`: how many epochs have been trained since the last one that was told of. */
  epochEnd(fit: Fit, logs: Readonly<Record<string, unknown>>, passed = 1, isLast = false): Work {
    this.#epochs.pass(passed);
    return this.#guarded(`recording epoch ${this.#epochs.trained}`, () => this.#endEpoch(fit, logs, isLast));
  }

  /** Waits until all epochs are on disk: what a person does next finds the whole run. */
  async trainEnd(): Promise<void> {
    this.#epochs.end();
    if (this.#lost || !this.#epochs.hasFewFits) return;
    if (this.#recording) this.context.writer.post({ type: 'rest', run: this.number });
    this.#time.begin();
    await this.context.writer.idle();
    this.#time.end();
  }

  /** Records epoch 0, where it waits for the end of an epoch that will not come. */
  recordBeforeTraining(): Work {
    return this.#guarded('recording epoch 0', () => this.#recordBeforeTraining());
  }

  /** Whether epoch 0 waits for the end of a fit's first epoch. */
  get isInFirstEpoch(): boolean {
    return this.#datasetStart?.isInFirstEpoch ?? false;
  }

  /** As recordLast, where a fit has ended that is no step of a longer training. */
  recordLastOfFit(): Work {
    return this.#guarded('recording the last epoch', () => this.#recordPassedOver(this.#epochs.hasFewFits));
  }

  /** Records the state that the training ended in, where that was passed over. */
  recordLast(): Work {
    return this.#guarded('recording the last epoch', () => this.#recordPassedOver());
  }

  /** The script trains batches, or by its own hand, and comes to its end. */
  endOfScript(): void {
    this.#epochs.end();
  }

  /** The fit's promise has settled: without a trainEnd before, it was rejected. */
  settled(): void {
    this.#epochs.settle();
  }

  opened(folder: string): void {
    const recording = this.#recording;
    this.folder = folder;
    if (!recording) return;
    const { layerCount, probeCount, forecast } = recording;
    const leftOut = [...recording.leftOut];
    const lastEpoch = this.#epochs.statedLast;
    this.context.send({ type: 'run-started', folder, lastEpoch, layerCount, probeCount, ...forecast, leftOut });
    for (const text of leftOut) this.notice(`Not recorded: ${text}.`);
  }

  whole(epoch: number, byteCount: number): void {
    const { loss, accuracy } = this.#reported.get(epoch) ?? { loss: null, accuracy: null };
    this.#reported.delete(epoch);
    this.#hasWritten = true;
    this.#noticeWritingAgain(epoch);
    this.context.send({
      type: 'epoch-whole',
      folder: this.folder ?? '',
      epoch,
      lastEpoch: this.#epochs.statedLast,
      loss,
      accuracy,
      elapsedSeconds: this.#time.elapsedSeconds,
      recordingSeconds: this.#time.recordingSeconds,
      byteCount,
    });
  }

  /** Said once, and once more when an epoch can be written again: a full disk may stay full for a thousand epochs. */
  unwritten(epoch: number, failure: FailureParts): void {
    const first = this.#unwritten?.first ?? epoch;
    if (!this.#unwritten)
      this.notice(
        `Epoch ${epoch} is not recorded. Training continues, and recording resumes when epochs can be written again. ${reason(failure)}`,
      );
    this.#unwritten = { first, last: epoch, failure };
  }

  /** The last epoch has statistics, and its maps could not be added. */
  mapsLost(epoch: number, failure: FailureParts): void {
    this.notice(`Epoch ${epoch}, the last, has no maps. ${reason(failure)}`);
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

  /** Recording is over, training is not. */
  lose(failure: FailureParts): void {
    if (this.#lost) return;
    this.#lost = failure;
    this.notice(`Recording has stopped; training continues. ${sentence(failure)}`);
    if (this.folder !== null) this.context.send({ type: 'failed', failure, folder: this.folder });
  }

  notice(text: string): void {
    this.context.send({ type: 'notice', text, ...(this.folder === null ? {} : { folder: this.folder }) });
  }

  /** Why there is no run at all; null when there is one, or the script did nothing to record. */
  get neverStarted(): FailureParts | null {
    return this.folder === null ? this.#lost : null;
  }

  /** Whether a run was begun, and the script trains the model no more as far as it says. */
  get isOver(): boolean {
    return this.#recording !== null && this.#epochs.hasEnded;
  }

  /** How the run is to end when the script ends so; null when it has been asked before. */
  end(end: ScriptEnd): EndOutcome | null {
    if (this.#outcome) return null;
    const lost = this.#lost ?? (this.#hasWritten ? null : this.#unwritten?.failure);
    const text = this.#time.summary(this.#epochs.trained);
    if (text !== null) this.notice(text);
    this.#outcome = lost ? { state: 'broken', reason: sentence(lost) } : this.#epochs.outcome(end);
    return this.#outcome;
  }

  /** The end is on disk: nothing more is kept of the model and its probes. */
  ended(): void {
    this.#recording = null;
    const stopped = this.#outcome?.state === 'finished' && this.#outcome.stopped;
    if (this.folder !== null) this.context.send({ type: 'run-ended', folder: this.folder, stopped });
  }

  *#begin(fit: Fit): Work {
    if (this.context.writer.failed) throw this.context.writer.refused ?? writerGone();
    if (this.#recording) return this.#recording.continueWith(fit.model, this.#epochs.room);
    const source = wholeSource(this.context.tf, fit);
    if (source) yield* this.#startRun(fit, source);
    else this.#datasetStart = new DatasetStart(this.context, fit);
  }

  *#endEpoch(fit: Fit, logs: Readonly<Record<string, unknown>>, isLast: boolean): Work {
    yield* this.#recordBeforeTraining();
    if (this.#epochs.outgrow()) this.#recording?.continueWith(fit.model, this.#epochs.room);
    const reported = readLogs(logs);
    this.#noticeNotANumber(reported);
    const { trained, hasFewFits } = this.#epochs;
    const isThinned = !isLast && !hasFewFits && !isRecorded(trained);
    const isLate = !isThinned && !isLast && this.#isLate();
    this.#passedOver = isThinned || isLate ? { fit, reported, isLate } : null;
    if (this.#passedOver) return;
    const verdict = yield* this.#record(trained, reported, isLast);
    if (verdict === 'thinned') this.#passedOver = { fit, reported, isLate };
  }

  *#recordBeforeTraining(): Work {
    const start = this.#datasetStart;
    this.#datasetStart = null;
    if (start) yield* start.withWeightsBeforeTraining(() => this.#startRun(start.fit, start.source()));
  }

  *#recordPassedOver(isDue = true): Work {
    if (!this.#passedOver || !isDue) return;
    const { fit, reported, isLate } = this.#passedOver;
    this.#passedOver = null;
    if (!isAlive(fit.model)) return;
    if (isLate) this.#time.catchUp();
    yield* this.#record(this.#epochs.trained, reported, true);
  }

  /** Whether there is no time to record the epoch that has been trained, unless it is the last of a fit. */
  #isLate(): boolean {
    const { trained, statedLast, hasFewFits } = this.#epochs;
    if (hasFewFits && trained === statedLast) return false;
    if (!this.#time.isShort) return false;
    const text = this.#time.leaveOut(trained);
    if (text !== null) this.notice(text);
    return true;
  }

  *#startRun(fit: Fit, source: ProbeSource): Work {
    if (source.training.count + source.validation.count === 0) throw noSamples();
    const { last: lastEpoch, trained } = this.#epochs;
    const firstEpoch = trained > 0 ? this.timeBudget.training(performance.now()) / trained : null;
    const request = { fit, source, lastEpoch, time: this.timeBudget, firstEpoch };
    this.#recording = RunRecording.start(this.context, this.number, request);
    yield* this.#record(0, fit.before ?? new Map<string, number>());
  }

  *#record(epoch: number, reported: ReadonlyMap<string, number>, isLast = false): Work<Verdict | null> {
    if (!this.#recording) return null;
    const { verdict, accuracy } = yield* this.#recording.recordEpoch(epoch, reported, isLast);
    if (verdict === 'paused') {
      const about = { epoch, lastEpoch: this.#epochs.statedLast, elapsedSeconds: this.#time.elapsedSeconds };
      if (this.folder !== null) this.context.send({ type: 'epoch-paused', folder: this.folder, ...about });
    }
    if (verdict === 'recorded') {
      this.#time.recorded();
      this.#reported.set(epoch, { loss: finiteOrNull(reported.get('loss')), accuracy });
    }
    return verdict;
  }

  #noticeNotANumber(reported: ReadonlyMap<string, number>): void {
    const bad = [...reported].find(([, value]) => !Number.isFinite(value));
    if (!bad || this.#saidNotANumber) return;
    this.#saidNotANumber = true;
    const [name, value] = bad;
    this.notice(
      `Epoch ${this.#epochs.trained}: ${name} is ${value}. Training continues; a smaller learning rate or a check of the inputs may help.`,
    );
  }

  /** What is thrown inside ends the recording of this model, never the training. */
  *#guarded(doing: string, work: () => Work): Work {
    if (this.#lost || this.#outcome) return;
    this.#time.begin();
    try {
      yield* work();
    } catch (cause) {
      this.lose(partsOf(cause, doing));
    } finally {
      this.#time.end();
    }
  }
}

function writerGone(): Failure {
  return new Failure({
    kind: 'environment',
    doing: 'starting the recording',
    wrong: 'the thread that writes it has ended',
    tryThis: 'Free memory and record again',
  });
}

function noSamples(): Failure {
  return new Failure({
    kind: 'unsupported',
    doing: 'choosing the probes',
    wrong: 'the training data contain no sample with inputs and targets',
    tryThis: 'Pass fit tensors, or a data set of { xs, ys }',
  });
}

function partsOf(cause: unknown, doing: string): FailureParts {
  if (cause instanceof Failure) return cause.parts;
  const wrong = cause instanceof Error ? cause.message : String(cause);
  return { kind: 'unsupported', doing, wrong, tryThis: 'Please report this error with the model' };
}

/** What was wrong and what to try, each a sentence. */
function reason({ wrong, tryThis }: FailureParts): string {
  return `${wrong.charAt(0).toUpperCase()}${wrong.slice(1)}. ${tryThis.replace(/\.$/, '')}.`;
}

function sentence({ doing, wrong, tryThis }: FailureParts): string {
  return `While ${doing}: ${wrong}. ${tryThis}.`.replace(/\.\.$/, '.');
}
