/**
 * Makes epochs of training that has none: trainOnBatch, and optimizers of the script's own. An epoch is a number
 * of batches or a minute, or ends earlier where the script evaluates the model. What is recorded is thinned as
 * epochs add up.
 */
import type { Fit, ObservedBatches } from '../hooks/watchFit.js';
import type { Batch, BatchListener } from '../hooks/watchBatches.js';
import type { StepListener } from '../hooks/watchHandmadeTraining.js';
import type { Model } from '../hooks/layersApi.js';
import { isAlive } from '../model/isAlive.js';
import { DENSE_EPOCHS, isRecorded } from './openEndedEpochs.js';
import type { TrainingRecorder } from './trainingRecorder.js';

/** Batches that take longer than this are an epoch, however few they are. */
const EPOCH_MILLISECONDS = 60_000;

/** How the script comes to its end: by itself, by a signal, or by an error. */
export type BatchesEnd = 'whole' | 'stopped' | 'failed';

type Recorder = Pick<
  TrainingRecorder,
  'begin' | 'batchEnd' | 'endEpoch' | 'endOfScript' | 'isByHand' | 'recordBeforeTraining' | 'recordLast'
>;

export class BatchTrainings implements BatchListener, StepListener {
  readonly #trainings = new Map<Model, BatchTraining>();

  /** `batchesPerEpoch`: how many batches without an evaluation are an epoch. `now`: milliseconds of a clock. */
  constructor(
    private readonly recorder: Recorder,
    private readonly batchesPerEpoch: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  trains(model: Model): boolean {
    return this.#trainings.has(model);
  }

  beforeBatch(batch: Batch): void {
    this.#trainingOf(batch)?.see(batch);
  }

  async afterBatch({ model }: Batch, values: ReadonlyMap<string, number>): Promise<void> {
    const hasEnded = this.#trainings.get(model)?.step(values) ?? false;
    // A loop of trainOnBatch may never leave the queue of microtasks: signals and messages get their turn here.
    if (hasEnded) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  used(batch: Batch): void {
    this.#trainingOf(batch)?.see(batch);
  }

  stepped(model: Model, loss: number | null): void {
    this.#trainings.get(model)?.step(loss === null ? new Map() : new Map([['loss', loss]]));
  }

  evaluatedOn(batch: Batch): void {
    this.#trainings.get(batch.model)?.seeEvaluated(batch);
  }

  afterEvaluation(model: Model, values: ReadonlyMap<string, number>): void {
    this.#trainings.get(model)?.evaluated(values);
  }

  /** What was trained since the last epoch is one more, unless the script failed in it. */
  end(how: BatchesEnd): void {
    for (const training of this.#trainings.values()) training.end(how);
  }

  /** The model's training is over, as where the script ends. */
  disposing(outer: Model): void {
    for (const [model, training] of this.#trainings) {
      if (training.outer !== outer) continue;
      training.end('whole');
      this.#trainings.delete(model);
    }
  }

  #trainingOf(batch: Batch): BatchTraining | null {
    if (this.recorder.isByHand(batch.outer)) return null;
    const known = this.#trainings.get(batch.model);
    if (known) return known;
    const training = new BatchTraining(this.recorder, batch, this.batchesPerEpoch, this.now);
    this.#trainings.set(batch.model, training);
    return training;
  }
}

class BatchTraining {
  readonly #batches: ObservedBatches = { onTraining: null, onValidation: null };
  readonly #fit: Fit;
  readonly #means = new Means();
  #epoch = 0;
  #recordedEpoch = 0;
  #batchCount = 0;
  #hasValidation = false;
  #hasBegun = false;
  #epochBeganAt = 0;

  constructor(
    private readonly recorder: Recorder,
    { model, outer }: Batch,
    private readonly batchesPerEpoch: number,
    private readonly now: () => number,
  ) {
    // The names are asked for when the first epoch ends: until then an evaluation may have added its own.
    const names = (): string[] => this.#metricNames(model.metricsNames ?? ['loss']);
    this.#fit = {
      model,
      outer,
      data: { kind: 'dataset', batches: this.#batches, validation: 'observed', isWholePass: false },
      epochCount: DENSE_EPOCHS,
      isOpenEnded: true,
      batchesPerEpoch,
      get metricNames() {
        return names();
      },
    };
  }

  get outer(): Model {
    return this.#fit.outer;
  }

  /** Begins with the first batch: the weights are still those from before the training. */
  see({ xs, ys }: Batch): void {
    if (!this.#hasBegun) {
      this.recorder.begin(this.#fit);
      this.#epochBeganAt = this.now();
    }
    this.#hasBegun = true;
    quietly(() => this.#batches.onTraining?.({ xs, ys }));
  }

  seeEvaluated({ xs, ys }: Batch): void {
    this.#hasValidation = true;
    quietly(() => this.#batches.onValidation?.({ xs, ys }));
  }

  /** Returns whether an epoch has ended. */
  step(values: ReadonlyMap<string, number>): boolean {
    this.#batchCount++;
    this.#means.add(values);
    const fraction = Math.max(
      this.#batchCount / this.batchesPerEpoch,
      (this.now() - this.#epochBeganAt) / EPOCH_MILLISECONDS,
    );
    this.recorder.batchEnd(this.#fit, Math.min(1, fraction));
    if (fraction < 1) return false;
    this.#endEpoch(new Map());
    return true;
  }

  evaluated(values: ReadonlyMap<string, number>): void {
    if (this.#batchCount > 0) this.#endEpoch(new Map([...values].map(([name, value]) => [`val_${name}`, value])));
  }

  /** Between two batches the weights are those of the last one, whatever ends the script there. */
  end(how: BatchesEnd): void {
    const isBehind = this.#batchCount > 0 || this.#recordedEpoch < this.#epoch;
    if (isBehind && isAlive(this.#fit.model)) {
      if (how === 'failed') this.recorder.recordBeforeTraining(this.#fit);
      else this.#endLastEpoch();
    }
    if (how === 'stopped') this.recorder.recordLast(this.#fit);
    if (how === 'whole') this.recorder.endOfScript(this.#fit);
  }

  #endEpoch(evaluation: ReadonlyMap<string, number>): void {
    this.#epoch++;
    this.#batchCount = 0;
    if (isRecorded(this.#epoch)) this.#record(evaluation);
    this.#epochBeganAt = this.now();
  }

  #endLastEpoch(): void {
    if (this.#batchCount > 0) this.#epoch++;
    this.#record(new Map(), true);
  }

  #record(evaluation: ReadonlyMap<string, number>, isLast = false): void {
    const logs = Object.fromEntries([...this.#means.take(), ...evaluation]);
    const passed = this.#epoch - this.#recordedEpoch;
    this.#recordedEpoch = this.#epoch;
    this.recorder.endEpoch(this.#fit, logs, passed, isLast);
  }

  #metricNames(names: readonly string[]): string[] {
    return this.#hasValidation ? [...names, ...names.map((name) => `val_${name}`)] : [...names];
  }
}

/** Means by name since they were last taken. */
class Means {
  #sums = new Map<string, { sum: number; count: number }>();

  add(values: ReadonlyMap<string, number>): void {
    for (const [name, value] of values) {
      const { sum, count } = this.#sums.get(name) ?? { sum: 0, count: 0 };
      this.#sums.set(name, { sum: sum + value, count: count + 1 });
    }
  }

  take(): [string, number][] {
    const means = [...this.#sums].map(([name, { sum, count }]): [string, number] => [name, sum / count]);
    this.#sums = new Map();
    return means;
  }
}

/** What cannot be looked at shows as missing probes, which is reported there. */
function quietly(look: () => void): void {
  try {
    look();
  } catch {
    return;
  }
}
