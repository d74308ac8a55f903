/** Which epochs are recorded at all: not those that the plan thins out, nor those while recording is paused. */
import { isKept } from '../../protocol/keptMaps.js';
import type { PausedEpochs } from '../../protocol/run.js';

export type Verdict = 'recorded' | 'thinned' | 'paused';

export interface GateOptions {
  readonly epochStride: number;
  readonly lastEpoch: number;
  isPaused(): boolean;
  /** Told all pauses whenever they have changed. */
  onPauses(paused: readonly PausedEpochs[]): void;
}

export class EpochGate {
  #lastEpoch: number;
  #pauses: readonly PausedEpochs[] = [];

  constructor(private readonly options: GateOptions) {
    this.#lastEpoch = options.lastEpoch;
  }

  extend(lastEpoch: number): void {
    this.#lastEpoch = lastEpoch;
  }

  /** `isLast`: training has ended with it, which no plan thins out. */
  verdict(epoch: number, isLast = false): Verdict {
    if (!isLast && !isKept(epoch, this.options.epochStride, this.#lastEpoch)) return 'thinned';
    const isPaused = this.options.isPaused();
    const current = this.#pauses.at(-1);
    const wasPaused = current !== undefined && current.to === null;
    if (isPaused && !wasPaused) this.#note([...this.#pauses, { from: epoch, to: null }]);
    if (!isPaused && wasPaused) this.#note([...this.#pauses.slice(0, -1), { ...current, to: epoch - 1 }]);
    return isPaused ? 'paused' : 'recorded';
  }

  #note(pauses: readonly PausedEpochs[]): void {
    this.#pauses = pauses;
    this.options.onPauses(pauses);
  }
}
