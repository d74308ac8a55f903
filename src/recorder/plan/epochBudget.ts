/**
 * What is kept of the next epoch: as the plan says for the epochs that it knew of, and by what is left of the
 * budget for those that a later fit, or a loop without a stated end, adds. Room for the maps of one epoch is
 * held back: of that with which the training will end, whenever that is.
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

type Plan = Pick<
  RunManifest['plan'],
  'byteBudget' | 'bytesPerEpoch' | 'lastEpoch' | 'openEnded' | 'mapStride' | 'epochStride' | 'weights'
>;

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
    const { bytesPerEpoch } = this.plan;
    const { withoutMaps } = this.bytes;
    // Statistics of the epochs to come are worth more than maps of this one.
    const reserve = withoutMaps * Math.max(1, this.#epochsAfter(epoch)) + bytesPerEpoch - withoutMaps;
    if (this.#wantsMaps(epoch) && bytesPerEpoch + reserve <= this.#left) return this.#withMaps(bytesPerEpoch);
    // Within a plan that was made to fit, each epoch has its place; beyond it the last one must find room.
    return this.#withoutMaps(this.#isPlanned(epoch) ? 0 : bytesPerEpoch);
  }

  /**
   * What is kept of the epoch with which training has ended, for good or – `mayGoOn` – perhaps; `isWritten`: all
   * but its maps and weights is on disk.
   */
  keepingLast(isWritten: boolean, mayGoOn: boolean): EpochKeeping | null {
    const { bytesPerEpoch } = this.plan;
    const cost = isWritten ? bytesPerEpoch - this.bytes.withoutMaps : bytesPerEpoch;
    const reserve = mayGoOn ? bytesPerEpoch : 0;
    if (cost + reserve <= this.#left) return this.#withMaps(cost);
    return isWritten ? null : this.#withoutMaps(reserve);
  }

  #withMaps(cost: number): EpochKeeping {
    return { maps: true, weights: this.plan.weights !== 'none', cost };
  }

  #withoutMaps(reserve: number): EpochKeeping | null {
    const { withoutMaps } = this.bytes;
    if (withoutMaps + reserve > this.#left) return null;
    return { maps: false, weights: (this.plan.weights ?? 'every') === 'every', cost: withoutMaps };
  }

  get #left(): number {
    return this.plan.byteBudget - this.#spent;
  }

  #wantsMaps(epoch: number): boolean {
    const { lastEpoch, mapStride, byteBudget } = this.plan;
    if (this.#isPlanned(epoch)) return isKept(epoch, mapStride, lastEpoch);
    return epoch % openEndedStride(byteBudget, this.#left) === 0;
  }

  /** Whether the plan says what is kept of the epoch. */
  #isPlanned(epoch: number): boolean {
    return this.plan.openEnded !== true && epoch <= this.plan.lastEpoch;
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
