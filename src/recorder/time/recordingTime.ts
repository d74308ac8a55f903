/** What recording one model takes of its training's time, and whether there is time for another epoch. */
import { RAISE_SHARE } from '../plan/leftOutWords.js';
import type { ModelTime, ProbeTimes, TimeBudget } from './timeBudget.js';

export class RecordingTime implements ModelTime {
  readonly #startedAt: number;
  /** How long the script had trained before this model. */
  readonly #trainedBefore: number;
  #milliseconds = 0;
  /** Since when recording work is under way; null: none is. */
  #begunAt: number | null = null;
  #recordedEpochs = 0;
  #lateEpochs = 0;
  /** What looking at the model took. */
  #beforePlan = 0;
  #plan: { readonly perEpoch: number; readonly milliseconds: number } | null = null;
  #isDue = true;
  #isWaiting = false;

  constructor(private readonly budget: TimeBudget) {
    budget.add(this);
    this.#startedAt = budget.now();
    this.#trainedBefore = budget.training;
  }

  begin(): void {
    this.#begunAt = this.budget.now();
  }

  end(): void {
    this.#milliseconds = this.milliseconds;
    this.#begunAt = null;
  }

  get isStopping(): boolean {
    return this.budget.isStopping;
  }

  /** How many probes can be recorded at every epoch. */
  probeCount(times: ProbeTimes): number {
    return this.budget.probeCount(times);
  }

  /** So many epochs are to be recorded, each of which takes so long. */
  plan(epochs: number, perEpoch: number): void {
    this.#beforePlan = this.milliseconds;
    this.#plan = { perEpoch, milliseconds: this.#beforePlan + epochs * perEpoch };
  }

  /** An epoch has been handed over whole. */
  recorded(): void {
    this.#recordedEpochs++;
    this.#isWaiting = false;
  }

  /** The model is trained on. */
  goOn(): void {
    this.#isDue = true;
  }

  /** Nothing of the model is left to record, unless it is trained on. */
  rest(): void {
    this.#isDue = false;
    this.#isWaiting = false;
  }

  get milliseconds(): number {
    return this.#milliseconds + (this.#begunAt === null ? 0 : this.budget.now() - this.#begunAt);
  }

  get perEpoch(): number | null {
    const measured = this.#milliseconds - this.#beforePlan;
    return this.#recordedEpochs > 0 && measured > 0 ? measured / this.#recordedEpochs : (this.#plan?.perEpoch ?? null);
  }

  /** A model whose epochs take next to nothing has no plan, and is measured as it is recorded. */
  get planned(): number | null {
    return this.#plan?.milliseconds ?? (this.#recordedEpochs > 0 ? 0 : null);
  }

  get isDue(): boolean {
    return this.#isDue;
  }

  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** How long the script has trained since this model began, other models included. */
  get training(): number {
    return this.budget.training - this.#trainedBefore;
  }

  /** Whether there is none to record the epoch that has been trained. */
  get isShort(): boolean {
    return !this.budget.hasTime(this);
  }

  /** An epoch is left out for lack of time. Returns what to say of it, once. */
  leaveOut(epoch: number): string | null {
    this.#lateEpochs++;
    this.#isWaiting = true;
    if (this.#lateEpochs > 1) return null;
    return `Epoch ${epoch} is not recorded: recording has taken as long as it may beside this training. Later epochs are recorded as time allows, and the last one in any case. ${RAISE_SHARE}.`;
  }

  /** The epoch that was left out last is recorded after all: training has ended with it. */
  catchUp(): void {
    this.#lateEpochs--;
  }

  /** What to say at the end; null: nothing was left out. */
  summary(trained: number): string | null {
    if (this.#lateEpochs === 0) return null;
    return `Not recorded because of the time limit: ${this.#lateEpochs} of ${trained} epochs. ${RAISE_SHARE}.`;
  }

  get recordingSeconds(): number {
    return this.milliseconds / 1000;
  }

  get elapsedSeconds(): number {
    return (this.budget.now() - this.#startedAt) / 1000;
  }
}
