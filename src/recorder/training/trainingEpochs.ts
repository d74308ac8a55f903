/** How far the training of one model is, through all its fits: epochs behind it, asked for, and made room for. */
import type { Fit } from '../hooks/watchFit.js';
import type { EndOutcome } from '../writer/writerMessages.js';

/** More fits of one model than this are steps of a longer training: none is waited for, and not each is recorded. */
const FEW_FITS = 8;

/** How the script came to its end, as far as this process knows. */
export interface ScriptEnd {
  readonly stopped: boolean;
  /** The script's error in words; null when it had none. */
  readonly failure: string | null;
}

export class TrainingEpochs {
  #trained = 0;
  /** The last that the script has asked for, or that was assumed where it did not say. */
  #last = 0;
  #isOpenEnded = false;
  #fit: 'running' | 'ended' | 'failed' = 'running';
  #fitCount = 0;
  /** The last that the run has room for: `#last`, or more where fits go on and on. */
  #room = 0;

  begin({ epochCount, isOpenEnded = false }: Pick<Fit, 'epochCount' | 'isOpenEnded'>): void {
    this.#fit = 'running';
    this.#fitCount++;
    this.#isOpenEnded = isOpenEnded;
    this.#last = this.#trained + epochCount;
    if (this.#last > this.#room) this.#room = this.hasFewFits ? this.#last : 2 * this.#last;
  }

  /** Epochs that have been trained since the last call. */
  pass(count: number): void {
    this.#trained += count;
  }

  /** Returns whether the script has trained more epochs than there was room for. */
  outgrow(): boolean {
    if (this.#trained <= this.#last) return false;
    this.#isOpenEnded = true;
    while (this.#last < this.#trained) this.#last = Math.max(1, 2 * this.#last);
    this.#room = this.#last;
    return true;
  }

  /** The fit's promise has settled: without an end before, it was rejected. */
  settle(): void {
    if (this.#fit === 'running') this.#fit = 'failed';
  }

  end(): void {
    this.#fit = 'ended';
  }

  get trained(): number {
    return this.#trained;
  }

  /** For plans and forecasts. */
  get last(): number {
    return this.#last;
  }

  /** For people; null where nobody has said it. */
  get statedLast(): number | null {
    return this.#isOpenEnded ? null : this.#last;
  }

  get room(): number {
    return this.#room;
  }

  get hasFewFits(): boolean {
    return this.#fitCount <= FEW_FITS;
  }

  get hasEnded(): boolean {
    return this.#fit === 'ended';
  }

  /** Of a run whose script has come to its end. */
  outcome({ stopped, failure }: ScriptEnd): EndOutcome {
    // Of several fits nobody knows whether another was to come.
    if (stopped) return { state: 'finished', stopped: !this.hasEnded || this.#fitCount > 1 };
    // A script may end in its own onTrainEnd, which comes before ours.
    const { statedLast } = this;
    const isWhole = failure === null && this.#trained > 0 && statedLast !== null && this.#trained >= statedLast;
    if (this.hasEnded || isWhole) return { state: 'finished', stopped: false };
    const where = `in epoch ${this.#trained + 1}${statedLast === null ? '' : ` of ${statedLast}`}`;
    return {
      state: 'broken',
      reason: failure === null ? `The script ended ${where}.` : `The script failed ${where}: ${failure}.`,
    };
  }
}
