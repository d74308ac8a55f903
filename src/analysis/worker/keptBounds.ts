/**
 * Bounds of the distances of a layer's samples that one measure leaves for another: distance MI between channels
 * multiplies what inter-sample entropy of the same layers, epochs and samples would multiply again. Who is about to
 * find bounds announces them, so that others begin with something else and then wait. What is kept fills room that
 * values under way do not need, the oldest of it let go of first.
 */
import type { PairBounds } from '../kernelHost/pairBounds.js';
import type { OpenedRun } from './openedRun.js';
import type { MemorySlots, Spare } from './memorySlots.js';

/** Which samples of which layer at which epoch, all channels of them. */
export type BoundsKey = string;

interface Coming {
  readonly found: Promise<PairBounds | null>;
  readonly settle: (bounds: PairBounds | null) => void;
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
    this.coming.set(key, { found, settle });
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
    const { settle } = this.coming.get(key) ?? {};
    if (!settle) return;
    this.coming.delete(key);
    if (bounds) this.kept.set(key, bounds);
    settle(bounds);
  }

  /** Waits for what is coming; null where there are none. */
  async find(key: BoundsKey): Promise<PairBounds | null> {
    const coming = this.coming.get(key);
    return coming ? coming.found : (this.kept.get(key) ?? null);
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
