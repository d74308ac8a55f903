/**
 * What is kept of the next epoch: as the plan says for the epochs that it knew of, and by what is left of the
 * budget for those that a later fit, or a loop without a stated end, adds.
 */
import { isKept } from '../../protocol/keptMaps.js';
import type { RunManifest } from '../../protocol/run.js';

export interface EpochKeeping {
  readonly maps: boolean;
  readonly weights: boolean;
  /** Bytes that the epoch is expected to take. */
  readonly cost: number;
}

export interface EpochBytes {
  /** Written before the first epoch. */
  readonly once: number;
  /** Of an epoch whose maps are not kept. */
  readonly withoutMaps: number;
}

type Plan = RunManifest['plan'];

export class EpochBudget {
  #spent: number;
  #lastEpoch: number;

  constructor(
    private readonly plan: Plan,
    private readonly bytes: EpochBytes,
  ) {
    this.#spent = bytes.once;
    this.#lastEpoch = plan.lastEpoch;
  }

  /** Training goes on to this epoch. */
  extend(lastEpoch: number): void {
    this.#lastEpoch = Math.max(this.#lastEpoch, lastEpoch);
  }

  spend(byteCount: number): void {
    this.#spent += byteCount;
  }

  /** Null when not even the statistics of the epoch fit. */
  keeping(epoch: number): EpochKeeping | null {
    const left = this.plan.byteBudget - this.#spent;
    const { bytesPerEpoch } = this.plan;
    const { withoutMaps } = this.bytes;
    // Statistics of the epochs to come are worth more than maps of this one.
    const reserve = withoutMaps * this.#epochsAfter(epoch);
    if (this.#wantsMaps(epoch, left) && bytesPerEpoch + reserve <= left)
      return { maps: true, weights: this.plan.weights !== 'none', cost: bytesPerEpoch };
    if (withoutMaps > left) return null;
    return { maps: false, weights: (this.plan.weights ?? 'every') === 'every', cost: withoutMaps };
  }

  #wantsMaps(epoch: number, left: number): boolean {
    const { lastEpoch, mapStride, byteBudget } = this.plan;
    if (epoch <= lastEpoch) return isKept(epoch, mapStride, lastEpoch);
    return epoch % openEndedStride(byteBudget, left) === 0;
  }

  #epochsAfter(epoch: number): number {
    return Math.max(0, Math.floor((this.#lastEpoch - epoch) / (this.plan.epochStride ?? 1)));
  }
}

/**
 * Where nobody knows how many epochs will come: every epoch while more than half the budget is left, every
 * second while more than a quarter is, and so on, so that it is never quite spent.
 */
function openEndedStride(byteBudget: number, left: number): number {
  return left <= 0 ? Infinity : 2 ** Math.floor(Math.log2(byteBudget / left));
}
