/** What every request in the coordinator works with, and how a table of values is computed. */
import { throwIfCancelled } from '../../../protocol/failure.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { forEachLimited } from '../../../system/forEachLimited.js';
import type { SliceReference } from '../../compute/taskInputs.js';
import type { ThreadPool, TaskOptions } from './threadPool.js';
import { targetOf, type MemoryBlocks, type MemoryBlock } from '../../memory/memoryBlocks.js';

export interface Session {
  readonly pool: ThreadPool;
  readonly blocks: MemoryBlocks;
  /** A rank for the next value: values begun earlier go first. */
  nextRank(): number;
}

/** Bytes that one task reads: small enough to share a large slice between threads. */
const READ_BYTES = 8 * 2 ** 20;

/**
 * Computes every item, a few at once – one more than there are threads, so that one is read while the
 * others are computed – and tells how many are done. Results are in the order of the items.
 */
export async function computeTable<T, R>(
  session: Session,
  items: readonly T[],
  context: CallContext,
  compute: (item: T, options: TaskOptions) => Promise<R>,
  name: (item: T) => string,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let done = 0;
  await forEachLimited([...items.keys()], session.pool.size + 1, async (index) => {
    throwIfCancelled(context.signal, 'computing the values');
    results[index] = await compute(items[index], { signal: context.signal, rank: session.nextRank() });
    context.progress({ fraction: ++done / items.length, text: name(items[index]) });
  });
  return results;
}

/** Items that a table of large values computes at once: one is read while the other is computed. */
const LARGE_AT_ONCE = 2;

/** As `computeTable`, for few large items that tell how much of them is done. */
export async function computeWithParts<T, R>(
  session: Session,
  items: readonly T[],
  context: CallContext,
  compute: (item: T, options: TaskOptions, onPart: (share: number) => void) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  const shares = items.map(() => 0);
  await forEachLimited([...items.keys()], LARGE_AT_ONCE, async (index) => {
    throwIfCancelled(context.signal, 'computing the values');
    const onPart = (share: number): void => {
      shares[index] = Math.min(1, share);
      context.progress({ fraction: shares.reduce((sum, one) => sum + one, 0) / items.length });
    };
    results[index] = await compute(items[index], { signal: context.signal, rank: session.nextRank() }, onPart);
    onPart(1);
  });
  return results;
}

/** Runs all tasks to their end, also after one has failed: they write to memory that others will get. */
export async function runAll<R>(tasks: readonly Promise<R>[]): Promise<R[]> {
  const settled = await Promise.allSettled(tasks);
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

/**
 * Reads a slice's maps (sample, channel, ...map) to `address`, in parts that the threads share.
 * Resolves with the positions of samples that hold a NaN or ±Inf.
 */
export async function readSlice(
  session: Session,
  slice: SliceReference,
  sampleLength: number,
  target: MemoryBlock,
  address: number,
  options: TaskOptions,
): Promise<number[]> {
  const step = Math.max(1, Math.floor(READ_BYTES / (4 * Math.max(1, sampleLength))));
  const starts = Array.from({ length: Math.ceil(slice.samples.length / step) }, (_, part) => part * step);
  const parts = starts.map(async (start) => {
    const input = {
      ...slice,
      samples: slice.samples.slice(start, start + step),
      target: targetOf(target),
      address: address + 4 * start * sampleLength,
    };
    const found = await session.pool.run('readMaps', input, options);
    return found.map((position) => start + position);
  });
  return (await runAll(parts)).flat();
}
