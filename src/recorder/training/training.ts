/** One model that the script trains, through all its fits, and how its recording stands. */
import { Failure } from '../../protocol/failure.js';
import { DatasetStart } from './datasetStart.js';
import type { Verdict } from '../recording/epochGate.js';
import type { Fit } from '../hooks/watchFit.js';
import { isAlive } from '../model/isAlive.js';
import { finiteOrNull, readLogs } from '../model/logs.js';
import { wholeSource, type ProbeSource } from '../probes/probeSource.js';
import { isRecorded } from './openEndedEpochs.js';
import type { RecorderContext } from '../recorderContext.js';
import { partsOf, writerGone } from '../recording/recordingFailures.js';
import { RecordingTime } from '../time/recordingTime.js';
import { RunRecording } from '../recording/runRecording.js';
import type { TimeBudget } from '../time/timeBudget.js';
import { RunNews } from './runNews.js';
import { TrainingEpochs } from './trainingEpochs.js';
import type { Work } from '../writer/writerThread.js';

interface PassedOver {
  readonly fit: Fit;
  readonly reported: ReadonlyMap<string, number>;
  /** For lack of time. */
  readonly isLate: boolean;
}

export class Training {
  readonly news: RunNews;
  #recording: RunRecording | null = null;
  #datasetStart: DatasetStart | null = null;
  readonly #epochs = new TrainingEpochs();
  /** The last epoch, where it was passed over. */
  #passedOver: PassedOver | null = null;
  readonly #time: RecordingTime;

  constructor(
    private readonly context: RecorderContext,
    readonly number: number,
    timeBudget: TimeBudget,
  ) {
    this.#time = new RecordingTime(timeBudget);
    this.news = new RunNews(context.send, this.#epochs, this.#time, () => this.#recording);
  }

  get hasBegun(): boolean {
    return this.#recording !== null || this.#datasetStart !== null || this.#isClosed;
  }

  /** False for a model that was only looked at: its samples are known, and no epoch of it was trained. */
  get hasTrained(): boolean {
    return this.#datasetStart === null || this.#epochs.trained > 0;
  }

  /** Whether a fit goes on with what this run records. */
  continuesWith(fit: Fit): boolean {
    if (this.#isClosed) return false;
    return this.#datasetStart !== null || (this.#recording?.continuesWith(fit.model) ?? false);
  }

  begin(fit: Fit): Work {
    this.#epochs.begin(fit);
    return this.#guarded('starting the recording', () => this.#begin(fit));
  }

  /** `passed`: how many epochs have been trained since the last one that was told of. */
  epochEnd(fit: Fit, logs: Readonly<Record<string, unknown>>, passed = 1, isLast = false): Work {
    this.#epochs.pass(passed);
    return this.#guarded(`recording epoch ${this.#epochs.trained}`, () => this.#endEpoch(fit, logs, isLast));
  }

  /** Waits until all epochs are on disk: what a person does next finds the whole run. */
  async trainEnd(): Promise<void> {
    this.#epochs.end();
    if (this.news.lost || !this.#epochs.hasFewFits) return;
    this.#time.rest();
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

  /** Whether a run was begun, and the script trains the model no more as far as it says. */
  get isOver(): boolean {
    return this.#recording !== null && this.#epochs.hasEnded;
  }

  /** The end is on disk: nothing more is kept of the model and its probes. */
  release(): void {
    this.#recording = null;
  }

  /** Whether nothing more is recorded. */
  get #isClosed(): boolean {
    return this.news.lost !== null || this.news.outcome !== null;
  }

  *#begin(fit: Fit): Work {
    this.#time.goOn();
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
    this.news.noticeNotANumber(reported);
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
    if (text !== null) this.news.notice(text);
    return true;
  }

  *#startRun(fit: Fit, source: ProbeSource): Work {
    if (source.training.count + source.validation.count === 0) throw noSamples();
    const { last: lastEpoch, trained } = this.#epochs;
    const request = { fit, source, lastEpoch, trained, time: this.#time };
    this.#recording = RunRecording.start(this.context, this.number, request);
    yield* this.#record(0, fit.before ?? new Map<string, number>());
  }

  *#record(epoch: number, reported: ReadonlyMap<string, number>, isLast = false): Work<Verdict | null> {
    if (!this.#recording) return null;
    const { verdict, accuracy } = yield* this.#recording.recordEpoch(epoch, reported, isLast);
    if (verdict === 'paused') this.news.paused(epoch);
    if (verdict === 'recorded') this.news.recorded(epoch, finiteOrNull(reported.get('loss')), accuracy);
    return verdict;
  }

  /** What is thrown inside ends the recording of this model, never the training. */
  *#guarded(doing: string, work: () => Work): Work {
    if (this.#isClosed) return;
    this.#time.begin();
    try {
      yield* work();
    } catch (cause) {
      this.news.lose(partsOf(cause, doing));
    } finally {
      this.#time.end();
    }
  }
}

function noSamples(): Failure {
  return new Failure({
    kind: 'unsupported',
    doing: 'choosing the probes',
    wrong: 'the training data contain no sample with inputs and targets',
    tryThis: 'Pass fit tensors, or a data set of { xs, ys }',
  });
}
