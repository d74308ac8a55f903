/**
 * Shared memories for values under way, one each, within a limit on their sum. Memory of WebAssembly
 * never shrinks, so memory blocks are used again, and idle ones are let go when others need their room.
 */
import { bytesText } from '../../protocol/bytesText.js';
import { cancelled, Failure, type AbortSignalLike } from '../../protocol/failure.js';
import { KernelMemory } from './kernelMemory.js';
import type { SharedMemory } from './webAssembly.js';

/** What a thread must know to work in a memory block. */
export interface BlockHandle {
  readonly id: number;
  readonly memory: SharedMemory;
}

export interface MemoryBlock extends BlockHandle {
  /** Gives out addresses; only the coordinator does. */
  readonly regions: KernelMemory;
  /** Where the first region begins. */
  readonly start: number;
}

/** What a task is told of the block that it works in. */
export function targetOf({ id, memory }: MemoryBlock): BlockHandle {
  return { id, memory };
}

interface Waiting {
  readonly byteCount: number;
  readonly grant: (block: MemoryBlock) => void;
  readonly refuse: (reason: unknown) => void;
}

/** Addresses of one memory end here (32 bits); what does not fit must be cut up by its measure. */
const BLOCK_LIMIT = 4 * 2 ** 30 - 2 ** 20;

export class MemoryBlocks {
  private readonly idle = new Map<MemoryBlock, number>();
  private readonly used = new Map<MemoryBlock, number>();
  private readonly waiting: Waiting[] = [];
  private nextId = 0;

  constructor(
    readonly limitBytes: number,
    private readonly forget: (id: number) => void,
  ) {}

  /** The most that one value may ask for. */
  get largest(): number {
    return Math.min(this.limitBytes, BLOCK_LIMIT);
  }

  /** Why one value may not have so many bytes; null when it may. */
  refusal(byteCount: number): string | null {
    const { largest } = this;
    return byteCount > largest
      ? `it needs ${bytesText(byteCount)} of memory; the limit is ${bytesText(largest)}`
      : null;
  }

  /** Waits, in order, until `byteCount` bytes are free. Give the memory block back with `release`. */
  acquire(byteCount: number, signal: AbortSignalLike): Promise<MemoryBlock> {
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
        grant: (block) => {
          signal.removeEventListener('abort', leave);
          resolve(block);
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

  release(block: MemoryBlock): void {
    const capacity = this.used.get(block) ?? 0;
    this.used.delete(block);
    block.regions.release(block.start);
    this.idle.set(block, Math.max(capacity, block.memory.buffer.byteLength));
    this.grantWaiting();
  }

  /** Lets go of all memory that no value uses. */
  trim(): void {
    for (const block of this.idle.keys()) this.drop(block);
  }

  private taken(): number {
    return total(this.used) + total(this.idle);
  }

  private grantWaiting(): void {
    for (let first = this.waiting[0]; first && this.hasRoom(first.byteCount); first = this.waiting[0]) {
      try {
        const block = this.take(first.byteCount);
        this.waiting.shift();
        first.grant(block);
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

  /** The smallest idle memory block that is large enough, else the largest one, which then grows. */
  private take(byteCount: number): MemoryBlock {
    const bySize = [...this.idle].sort((a, b) => a[1] - b[1]);
    const [block, capacity] = bySize.find(([, size]) => size >= byteCount) ?? bySize.at(-1) ?? [this.create(), 0];
    this.idle.delete(block);
    this.used.set(block, Math.max(capacity, byteCount));
    for (const [other] of bySize) {
      if (this.taken() <= this.limitBytes) break;
      if (this.idle.has(other)) this.drop(other);
    }
    return block;
  }

  /** A number that no memory block has, for memory that somebody else made. */
  newBlockId(): number {
    return this.nextId++;
  }

  private create(): MemoryBlock {
    const regions = new KernelMemory();
    return { id: this.newBlockId(), memory: regions.memory, regions, start: regions.mark() };
  }

  private drop(block: MemoryBlock): void {
    this.idle.delete(block);
    this.forget(block.id);
  }
}

function total(sizes: ReadonlyMap<MemoryBlock, number>): number {
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
