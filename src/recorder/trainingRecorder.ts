/**
 * Follows the fits of a script: one run a model, continued by its later fits. Messages of the writer go to
 * the training that they are about.
 */
import type { FailureParts } from '../protocol/failure.js';
import type { Model } from './hooks/layersApi.js';
import type { Fit, FitListener } from './hooks/watchFit.js';
import type { RecorderContext } from './recorderContext.js';
import { Training, type ScriptEnd } from './training.js';
import type { FromWriter } from './writer/writerMessages.js';

export class TrainingRecorder implements FitListener {
  readonly #trainings: Training[] = [];
  readonly #byModel = new WeakMap<Model, Training>();

  constructor(private readonly context: RecorderContext) {}

  /** Models that fit or fitDataset has begun to train. */
  get trainingCount(): number {
    return this.#trainings.length;
  }

  /** Why a training has no run; null when every one has. */
  get neverStarted(): FailureParts | null {
    return this.#trainings.map((training) => training.neverStarted).find((failure) => failure !== null) ?? null;
  }

  async trainBegin(fit: Fit): Promise<void> {
    const known = this.#byModel.get(fit.outer);
    const training = known?.continuesWith(fit) ? known : this.#newTraining(fit);
    await training.begin(fit);
  }

  batchEnd(fit: Fit, fraction: number): void {
    this.#byModel.get(fit.outer)?.batchEnd(fraction);
  }

  async epochEnd(fit: Fit, logs: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#byModel.get(fit.outer)?.epochEnd(fit, logs);
  }

  async trainEnd(fit: Fit): Promise<void> {
    await this.#byModel.get(fit.outer)?.trainEnd();
  }

  settled(outer: Model): void {
    this.#byModel.get(outer)?.settled();
  }

  receive(message: FromWriter): void {
    if (message.type === 'done') return;
    const training = this.#trainings[message.run];
    if (!training) return;
    switch (message.type) {
      case 'opened':
        return training.opened(message.folder);
      case 'whole':
        return training.whole(message.epoch, message.byteCount);
      case 'maps-left-out':
        return training.notice(`From epoch ${message.epoch} on no maps are kept: the byte budget would be exceeded.`);
      case 'epoch-lost': {
        const { wrong, tryThis } = message.failure;
        return training.notice(`Epoch ${message.epoch} is not recorded; training goes on. ${wrong}. ${tryThis}.`);
      }
      case 'run-lost':
        return training.lose(message.failure);
      case 'ended':
        return;
    }
  }

  /** The writer's thread is gone: no run can be recorded further. */
  writerFailed(reason: string): void {
    const tryThis = 'Free memory and record again; the epochs written so far can be opened';
    for (const training of this.#trainings) {
      training.lose({ kind: 'environment', doing: 'writing the recording', wrong: reason, tryThis });
    }
  }

  /** Ends every run and waits until that is on disk. For the end of the process: nothing asynchronous runs after it. */
  endSynchronously(end: ScriptEnd): void {
    this.#trainings.forEach((training, run) => {
      this.context.writer.post({ type: 'end', run, outcome: training.outcome(end) });
    });
    this.context.writer.waitSynchronously();
    for (const { folder } of this.#trainings) {
      if (folder !== null) this.context.send({ type: 'run-ended', folder, stopped: end.stopped });
    }
  }

  #newTraining(fit: Fit): Training {
    const training = new Training(this.context, this.#trainings.length);
    this.#trainings.push(training);
    this.#byModel.set(fit.outer, training);
    return training;
  }
}
