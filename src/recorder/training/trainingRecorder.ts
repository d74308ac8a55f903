/**
 * Follows the fits of a script: one run a model, continued by its later fits. Messages of the writer go to
 * the training that they are about.
 */
import type { FailureParts } from '../../protocol/failure.js';
import type { Model } from '../hooks/layersApi.js';
import type { Fit, FitListener } from '../hooks/watchFit.js';
import type { RecorderContext } from '../recorderContext.js';
import { TimeBudget } from '../time/timeBudget.js';
import { Training } from './training.js';
import type { ScriptEnd } from './trainingEpochs.js';
import type { OfRun } from '../writer/writerMessages.js';
import type { Work } from '../writer/writerThread.js';

export class TrainingRecorder implements FitListener {
  readonly #trainings: Training[] = [];
  readonly #byModel = new WeakMap<Model, Training>();
  readonly #byHand = new WeakSet<Model>();
  readonly #trainingsByHand = new Set<Training>();

  readonly #time: TimeBudget;

  constructor(private readonly context: RecorderContext) {
    this.#time = new TimeBudget(context.settings.timeShare);
  }

  /** Models that the script has trained. */
  get trainingCount(): number {
    return this.#trainings.filter((training) => training.hasTrained).length;
  }

  /** Why a training has no run; null when every one has. */
  get neverStarted(): FailureParts | null {
    return this.#trainings.map(({ news }) => news.neverStarted).find((failure) => failure !== null) ?? null;
  }

  /** The process is told to end: what is still to be recorded has little time. */
  stopping(): void {
    this.#time.stop();
  }

  async trainBegin(fit: Fit): Promise<void> {
    if (!this.#byHand.has(fit.outer)) await this.#waiting(this.#trainingOf(fit).begin(fit));
  }

  batchEnd(fit: Fit, fraction: number): void {
    this.#byModel.get(fit.outer)?.news.batch(fraction);
  }

  async epochEnd(fit: Fit, logs: Readonly<Record<string, unknown>>): Promise<void> {
    const training = this.#byHand.has(fit.outer) ? null : this.#byModel.get(fit.outer);
    if (training) await this.#waiting(training.epochEnd(fit, logs));
  }

  async trainEnd(fit: Fit): Promise<void> {
    const training = this.#byHand.has(fit.outer) ? null : this.#byModel.get(fit.outer);
    if (!training) return;
    await this.#waiting(training.recordLastOfFit());
    await training.trainEnd();
  }

  /** As trainBegin, for training that cannot be waited for. */
  begin(fit: Fit): void {
    this.#blocking(this.#trainingOf(fit).begin(fit));
  }

  /** As epochEnd; `passed` epochs have been trained since the last one. `isLast`: the script has come to its end. */
  endEpoch(fit: Fit, logs: Readonly<Record<string, unknown>>, passed: number, isLast = false): void {
    const training = this.#byModel.get(fit.outer);
    if (training) this.#blocking(training.epochEnd(fit, logs, passed, isLast));
  }

  /** The state before training, where the script ended in its first epoch; nothing where it is recorded. */
  recordBeforeTraining(fit: Fit): void {
    const training = this.#byModel.get(fit.outer);
    if (training) this.#blocking(training.recordBeforeTraining());
  }

  /** The state that training was stopped in, where there was no time to record it. */
  recordLast(fit: Fit): void {
    const training = this.#byModel.get(fit.outer);
    if (training) this.#blocking(training.recordLast());
  }

  endOfScript(fit: Fit): void {
    this.#byModel.get(fit.outer)?.endOfScript();
  }

  /** The script says itself when an epoch of this model ends. */
  recordByHand(fit: Fit): void {
    this.#byHand.add(fit.outer);
    this.#trainingsByHand.add(this.#trainingOf(fit));
    this.begin(fit);
  }

  /** Waits until all that was recorded of the model is on disk. */
  async endByHand(fit: Fit): Promise<void> {
    await this.#byModel.get(fit.outer)?.trainEnd();
  }

  /** Records the model's last state, and ends its run where no fit is under way: what it took of memory is free. */
  disposing(outer: Model): void {
    const training = this.#byModel.get(outer);
    if (!training) return;
    if (this.#byHand.has(outer)) training.endOfScript();
    this.#blocking(training.recordLast());
    if (training.isOver) this.#end(training, { stopped: false, failure: null });
  }

  isByHand(outer: Model): boolean {
    return this.#byHand.has(outer);
  }

  settled(outer: Model): void {
    this.#byModel.get(outer)?.settled();
  }

  receive(message: OfRun): void {
    const training = this.#trainings[message.run];
    training?.news.receive(message);
    if (message.type === 'ended') training?.release();
  }

  /** The writer's thread is gone: no run can be recorded further. */
  writerFailed(reason: string): void {
    const tryThis = 'Free memory and record again; the epochs written so far can be opened';
    for (const training of this.#trainings) {
      training.news.lose({ kind: 'environment', doing: 'writing the recording', wrong: reason, tryThis });
    }
  }

  /** Ends every run and waits until that is on disk. For the end of the process: nothing asynchronous runs after it. */
  endSynchronously(end: ScriptEnd): void {
    // A loop by hand that never said that it was over ends well where the script does.
    if (!end.stopped && end.failure === null) this.#trainingsByHand.forEach((training) => training.endOfScript());
    for (const training of this.#trainings) {
      if (training.isInFirstEpoch) this.#blocking(training.recordBeforeTraining());
      // Within a fit that is stopped the state is that of no epoch.
      if (!end.stopped || training.isOver) this.#blocking(training.recordLast());
    }
    this.#trainings.forEach((training) => this.#end(training, end));
    this.context.writer.waitSynchronously();
  }

  #end(training: Training, end: ScriptEnd): void {
    const outcome = training.news.end(end);
    if (outcome) this.context.writer.post({ type: 'end', run: training.number, outcome });
  }

  async #waiting(work: Work): Promise<void> {
    for (const room of work) await this.context.writer.room(room);
  }

  #blocking(work: Work): void {
    for (const room of work) this.context.writer.roomSynchronously(room);
  }

  #trainingOf(fit: Fit): Training {
    const known = this.#byModel.get(fit.outer);
    return known?.continuesWith(fit) || (known && !known.hasBegun) ? known : this.#newTraining(fit);
  }

  #newTraining(fit: Fit): Training {
    const training = new Training(this.context, this.#trainings.length, this.#time);
    this.#trainings.push(training);
    this.#byModel.set(fit.outer, training);
    return training;
  }
}
