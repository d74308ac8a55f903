/**
 * Bounds of the distances of a layer's samples that one measure leaves for another: distance MI between channels
 * multiplies what inter-sample entropy of the same layers, epochs and samples would multiply again. Who is about to
 * find bounds announces them, so that others begin with something else and then wait. Who waits alone for them is lent
 * the memory in which they were found, with the samples' maps, which it then need not read. Otherwise they are copied:
 * what is kept fills room that values under way do not need, the oldest of it let go of first.
 */
import type { PairBounds, PlacedBounds } from '../kernelHost/pairBounds.js';
import type { OpenedRun } from './openedRun.js';
import type { MemorySlots, Slot, Spare } from './memorySlots.js';

/** Which samples of which layer at which epoch, all channels of them. */
export type BoundsKey = string;

/** All finite maps of a layer, (sample, channel, ...map), and the bounds of their distances, in somebody's slot. */
export interface LentMaps {
  readonly slot: Slot;
  readonly address: number;
  readonly bounds: PlacedBounds;
}

/** Who waits to work with what is lent. */
interface Borrower {
  /** That it needs in the slot beside the maps. */
  readonly byteCount: number;
  /** Null where nothing is lent. Resolves when it is done; never rejects. */
  readonly work: (lent: LentMaps | null) => Promise<void>;
}

interface Coming {
  readonly found: Promise<PairBounds | null>;
  readonly settle: (bounds: PairBounds | null) => void;
  readonly borrowers: Borrower[];
  /** Others who wait. */
  waiting: number;
}

/** Bytes that are kept at most. */
const MOST_BYTES = 128 * 2 ** 20;

export class KeptBounds implements Spare {
  private readonly coming = new Map<BoundsKey, Coming>();
  /** Oldest first. */
  private readonly kept = new Map<BoundsKey, PairBounds>();

  constructor(private readonly slots: MemorySlots) {
    slots.lend(this);
  }

  get byteCount(): number {
    return [...this.kept.values()].reduce((sum, { values }) => sum + values.byteLength, 0);
  }

  /** That bounds are about to be found: they must be delivered, whatever happens. True where nobody else is at it. */
  announce(key: BoundsKey): boolean {
    if (this.coming.has(key) || this.kept.has(key)) return false;
    let settle: Coming['settle'] = () => undefined;
    const found = new Promise<PairBounds | null>((resolve) => (settle = resolve));
    this.coming.set(key, { found, settle, borrowers: [], waiting: 0 });
    return true;
  }

  /** Whether somebody is at it. */
  isComing(key: BoundsKey): boolean {
    return this.coming.has(key);
  }

  /** Room for the bounds of n samples; null where there is none to spare. */
  room(byteCount: number): SharedArrayBuffer | null {
    while (this.kept.size > 0 && this.byteCount + byteCount > MOST_BYTES) this.dropOldest();
    if (byteCount > MOST_BYTES || byteCount > this.slots.spareBytes) return null;
    return new SharedArrayBuffer(byteCount);
  }

  /** What was announced, or null where it was not found; only the first delivery counts. */
  deliver(key: BoundsKey, bounds: PairBounds | null): void {
    const coming = this.coming.get(key);
    if (!coming) return;
    this.coming.delete(key);
    if (bounds) this.kept.set(key, bounds);
    coming.settle(bounds);
    for (const { work } of coming.borrowers) void work(null);
  }

  /** Works with what is lent under the key; null where nobody lends it, and it must be found or made. */
  borrow<R>(key: BoundsKey, byteCount: number, work: (lent: LentMaps) => Promise<R>): Promise<R | null> {
    const coming = this.coming.get(key);
    if (!coming) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      const done = async (lent: LentMaps | null): Promise<void> => {
        const result = lent ? work(lent) : Promise.resolve(null);
        await result.then(resolve, reject);
      };
      coming.borrowers.push({ byteCount, work: done });
    });
  }

  /** Bytes that the only one who waits needs to work in the slot of who finds the bounds; null where none or several wait. */
  borrowedBytes(key: BoundsKey): number | null {
    const { borrowers = [], waiting = 0 } = this.coming.get(key) ?? {};
    return borrowers.length === 1 && waiting === 0 ? borrowers[0].byteCount : null;
  }

  /** Instead of `deliver`. Resolves when whoever borrows is done; what was lent may then be used again. */
  async lend(key: BoundsKey, lent: LentMaps): Promise<void> {
    const { borrowers = [], settle } = this.coming.get(key) ?? {};
    this.coming.delete(key);
    settle?.(null);
    const [first, ...others] = borrowers;
    for (const { work } of others) void work(null);
    await first?.work(lent);
  }

  /** Waits for what is coming; null where there are none. */
  async find(key: BoundsKey): Promise<PairBounds | null> {
    const coming = this.coming.get(key);
    if (!coming) return this.kept.get(key) ?? null;
    coming.waiting++;
    return coming.found;
  }

  dropOldest(): void {
    const [oldest] = this.kept.keys();
    if (oldest !== undefined) this.kept.delete(oldest);
  }
}

/** The inputs are the same at every epoch. */
export function boundsKey(run: OpenedRun, layer: number, epoch: number, samplesTag: string): BoundsKey {
  const { folder, tag } = run.reference;
  return JSON.stringify([folder, tag, layer, layer === 0 ? null : epoch, samplesTag]);
}
