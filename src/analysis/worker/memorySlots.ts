/**
 * Shared memories for values under way, one each, within a limit on their sum. Memory of WebAssembly
 * never shrinks, so slots are used again, and idle ones are let go when others need their room.
 */
import { cancelled, Failure, type AbortSignalLike } from '../../protocol/failure.js';
import { KernelMemory } from '../kernelHost/kernelMemory.js';
import type { SharedMemory } from '../kernelHost/webAssembly.js';

/** What a thread must know to work in a slot. */
export interface SlotHandle {
  readonly slot: number;
  readonly memory: SharedMemory;
}

export interface Slot extends SlotHandle {
  /** Gives out addresses; only the lead thread does. */
  readonly regions: KernelMemory;
  /** Where the first region begins. */
  readonly start: number;
}

interface Waiting {
  readonly byteCount: number;
  readonly grant: (slot: Slot) => void;
  readonly refuse: (reason: unknown) => void;
}

/** Addresses of one memory end here (32 bits); what does not fit must be cut up by its measure. */
const SLOT_LIMIT = 4 * 2 ** 30 - 2 ** 20;

export class MemorySlots {
  private readonly idle = new Map<Slot, number>();
  private readonly used = new Map<Slot, number>();
  private readonly waiting: Waiting[] = [];
  private nextSlot = 0;

  constructor(
    readonly limitBytes: number,
    private readonly forget: (slot: number) => void,
  ) {}

  /** The most that one value may ask for. */
  get largest(): number {
    return Math.min(this.limitBytes, SLOT_LIMIT);
  }

  /** Why one value may not have so many bytes; null when it may. */
  refusal(byteCount: number): string | null {
    const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;
    const { largest } = this;
    return byteCount > largest
      ? `it needs ${mebibytes(byteCount)} of memory; the limit is ${mebibytes(largest)}`
      : null;
  }

  /** Waits, in order, until `byteCount` bytes are free. Give the slot back with `release`. */
  acquire(byteCount: number, signal: AbortSignalLike): Promise<Slot> {
    const refusal = this.refusal(byteCount);
    if (refusal !== null) return Promise.reject(tooLarge(refusal));
    if (signal.aborted) return Promise.reject(cancelled('waiting for memory'));
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(waiting), 1);
        reject(cancelled('waiting for memory'));
        this.grantWaiting();
      };
      const waiting: Waiting = {
        byteCount,
        grant: (slot) => {
          signal.removeEventListener('abort', leave);
          resolve(slot);
        },
        refuse: (reason) => {
          signal.removeEventListener('abort', leave);
          reject(reason as Error); // a Failure
        },
      };
      signal.addEventListener('abort', leave);
      this.waiting.push(waiting);
      this.grantWaiting();
    });
  }

  release(slot: Slot): void {
    const capacity = this.used.get(slot) ?? 0;
    this.used.delete(slot);
    slot.regions.release(slot.start);
    this.idle.set(slot, Math.max(capacity, slot.memory.buffer.byteLength));
    this.grantWaiting();
  }

  /** Lets go of all memory that no value uses. */
  trim(): void {
    for (const slot of this.idle.keys()) this.drop(slot);
  }

  private taken(): number {
    return total(this.used) + total(this.idle);
  }

  private grantWaiting(): void {
    for (let first = this.waiting[0]; first && this.hasRoom(first.byteCount); first = this.waiting[0]) {
      try {
        const slot = this.take(first.byteCount);
        this.waiting.shift();
        first.grant(slot);
      } catch (error) {
        // Where addresses are limited there are few memories: the next is had when one is given back.
        if (this.used.size > 0) return;
        this.waiting.shift();
        first.refuse(error);
      }
    }
  }

  private hasRoom(byteCount: number): boolean {
    return this.used.size === 0 || total(this.used) + byteCount <= this.limitBytes;
  }

  /** The smallest idle slot that is large enough, else the largest one, which then grows. */
  private take(byteCount: number): Slot {
    const bySize = [...this.idle].sort((a, b) => a[1] - b[1]);
    const [slot, capacity] = bySize.find(([, size]) => size >= byteCount) ?? bySize.at(-1) ?? [this.create(), 0];
    this.idle.delete(slot);
    this.used.set(slot, Math.max(capacity, byteCount));
    for (const [other] of bySize) {
      if (this.taken() <= this.limitBytes) break;
      if (this.idle.has(other)) this.drop(other);
    }
    return slot;
  }

  /** A number that no slot has, for memory that somebody else made. */
  newSlotNumber(): number {
    return this.nextSlot++;
  }

  private create(): Slot {
    const regions = new KernelMemory();
    return { slot: this.newSlotNumber(), memory: regions.memory, regions, start: regions.mark() };
  }

  private drop(slot: Slot): void {
    this.idle.delete(slot);
    this.forget(slot.slot);
  }
}

function total(sizes: ReadonlyMap<Slot, number>): number {
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

function tooLarge(wrong: string): Failure {
  return new Failure({
    kind: 'environment',
    doing: 'reserving memory for a slice',
    wrong,
    tryThis: 'Select fewer samples or channels.',
  });
}
