/** What recording one model takes of its training's time, and whether there is time for another epoch. */
import { RAISE_SHARE } from '../plan/leftOutWords.js';
import type { TimeBudget } from './timeBudget.js';

export class RecordingTime {
  readonly #startedAt = performance.now();
  #milliseconds = 0;
  /** Since when recording work is under way; null: none is. */
  #begunAt: number | null = null;
  #recordedEpochs = 0;
  #lateEpochs = 0;

  constructor(private readonly budget: TimeBudget) {
    budget.begin(this.#startedAt);
  }

  begin(): void {
    this.#begunAt = performance.now();
  }

  end(): void {
    const taken = this.#underWay;
    this.#begunAt = null;
    this.#milliseconds += taken;
    this.budget.spend(taken);
  }

  recorded(): void {
    this.#recordedEpochs++;
  }

  /** Whether there is none to record the epoch that has been trained. */
  get isShort(): boolean {
    const perEpoch = this.#milliseconds / Math.max(1, this.#recordedEpochs);
    return !this.budget.hasTime(perEpoch, this.budget.training(performance.now()));
  }

  /** An epoch is left out for lack of time. Returns what to say of it, once. */
  leaveOut(epoch: number): string | null {
    this.#lateEpochs++;
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
    return `${this.#lateEpochs} of ${trained} epochs are not recorded because of the time limit. ${RAISE_SHARE}.`;
  }

  get recordingSeconds(): number {
    return (this.#milliseconds + this.#underWay) / 1000;
  }

  get elapsedSeconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  get #underWay(): number {
    return this.#begunAt === null ? 0 : performance.now() - this.#begunAt;
  }
}
