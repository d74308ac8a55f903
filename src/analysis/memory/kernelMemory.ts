/**
 * Regions of the memory that kernels work in. One thread owns a memory and gives out its regions, as
 * a stack; other threads are told addresses. Memory only grows: what was freed is used again.
 */
import { bytesText } from '../../protocol/bytesText.js';
import { Failure } from '../../protocol/failure.js';
import { MEMORY_ADDRESSES, needAddresses, THREAD_ADDRESSES } from '../../system/addressSpace.js';
import { PAGE_BYTES, webAssembly, type SharedMemory } from './webAssembly.js';

/** Cache lines: threads that write neighbouring regions do not slow each other down. */
const ALIGNMENT = 64;
/** The first bytes stay unused, so that no region has the address 0. */
const BASE = 1024;
/** 4 GiB, the most that 32-bit addresses reach; reserved as addresses, not as memory. */
const MAXIMUM_PAGES = 65536;

export class KernelMemory {
  readonly memory: SharedMemory;
  #top = BASE;
  /** Every buffer that this memory has had: all of them show the same bytes. */
  readonly #buffers = new WeakSet<ArrayBufferLike>();

  constructor(memory: SharedMemory = createMemory()) {
    this.memory = memory;
    this.#buffers.add(memory.buffer);
  }

  /** Address of a view that lies in this memory; null for one that lies elsewhere. */
  addressOf(view: ArrayBufferView): number | null {
    const isHere = view.buffer === this.memory.buffer || this.#buffers.has(view.buffer);
    return isHere ? view.byteOffset : null;
  }

  /** Address of `byteCount` bytes of unspecified content; lives until `release` of an earlier mark. */
  allocate(byteCount: number): number {
    const address = this.#top;
    const end = address + Math.ceil(byteCount / ALIGNMENT) * ALIGNMENT;
    this.#growTo(end, byteCount);
    this.#top = end;
    return address;
  }

  /** Where the next region will begin: give it to `release` to free all regions made since. */
  mark(): number {
    return this.#top;
  }

  release(mark: number): void {
    this.#top = mark;
  }

  /** Runs `work` and frees what it allocated. */
  scoped<T>(work: () => T): T {
    const mark = this.mark();
    try {
      return work();
    } finally {
      this.release(mark);
    }
  }

  /** Views are made when asked for, from today's buffer: an older one ends where the memory ended. */
  float32(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }

  float64(address: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, address, length);
  }

  uint8(address: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, length);
  }

  int32(address: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, length);
  }

  uint32(address: number, length: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, address, length);
  }

  #growTo(end: number, byteCount: number): void {
    const missing = end - this.memory.buffer.byteLength;
    if (missing <= 0) return;
    try {
      this.memory.grow(Math.ceil(missing / PAGE_BYTES));
      this.#buffers.add(this.memory.buffer);
    } catch (cause) {
      const parts = {
        kind: 'environment',
        doing: `reserving ${bytesText(byteCount)} for a computation`,
        wrong: `the kernels' memory has ${bytesText(this.#top)} and cannot grow; the limit is 4 GiB`,
        tryThis: 'Select fewer samples, channels or layers.',
      } as const;
      throw new Failure(parts, { cause });
    }
  }
}

/** Throws a Failure where the platform has no addresses left to reserve, or none for the thread that works in them. */
function createMemory(): SharedMemory {
  const doing = 'reserving addresses for the kernels’ memory';
  needAddresses(MEMORY_ADDRESSES + THREAD_ADDRESSES, doing);
  try {
    return new webAssembly.Memory({ initial: 16, maximum: MAXIMUM_PAGES, shared: true });
  } catch (cause) {
    const parts = {
      kind: 'environment',
      doing,
      wrong: 'the system refused 10 GiB of address space',
      tryThis: 'Raise the virtual memory limit (ulimit -v) of this process.',
    } as const;
    throw new Failure(parts, { cause });
  }
}
