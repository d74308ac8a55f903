/** Inter-sample entropy of vectors that lie in a slot, its rows shared between the threads. */
import {
  graphOptions,
  undefinedEntropy,
  undefinedReason,
  type InterSampleEntropy,
} from '../measures/interSampleEntropy.js';
import { interSampleBytes, layOutInterSample } from '../kernelHost/interSampleJob.js';
import type { InterStep } from './handContract.js';
import type { TaskOptions } from './handPool.js';
import type { Slot } from './memorySlots.js';
import { runAll, type Session } from './session.js';

export interface InterOptions {
  readonly k: number;
  readonly noise: boolean;
  readonly interval: boolean;
}

/** Vectors (n, d) at an address of a slot; `nonFinite` are the positions of those with a NaN or ±Inf. */
export interface Vectors {
  readonly slot: Slot;
  readonly address: number;
  readonly n: number;
  readonly d: number;
  readonly nonFinite: readonly number[];
}

/** Multiply-adds below which sharing costs more than it saves: about 10 ms of one thread. */
const WORTH_SHARING = 2e8;
/** For the flag that stops a search, and for what the jackknife needs beside the job. */
const EXTRA_BYTES = 2 ** 16;

/** Bytes that a slot needs for `n` vectors of `d` values and all that is computed from them. */
export function interSlotBytes(session: Session, n: number, d: number, k: number): number {
  return 4 * n * d + interSampleBytes(n, d, { k }, partCountOf(session, n, d)) + 5 * n + EXTRA_BYTES;
}

/** Leaves the vectors altered where some are not finite. The same on any number of threads. */
export async function interInSlot(
  session: Session,
  { slot, address, n: sampleCount, d, nonFinite }: Vectors,
  { k: wanted, interval }: InterOptions,
  options: TaskOptions,
): Promise<InterSampleEntropy> {
  const n = sampleCount - nonFinite.length;
  const basis = { n, d, k: graphOptions(n, { k: wanted }).k, nonFiniteCount: nonFinite.length };
  const reason = undefinedReason(n, d);
  if (reason !== null) return undefinedEntropy(basis, reason);
  const target = { slot: slot.slot, memory: slot.memory };
  dropRows(slot.regions.float32(address, sampleCount * d), d, nonFinite);
  const partCount = partCountOf(session, n, d);
  const job = layOutInterSample(slot.regions, address, n, d, { k: wanted, interval }, partCount);
  const stop = slot.regions.allocate(4);
  const flag = slot.regions.int32(stop, 1);
  Atomics.store(flag, 0, 0);
  const raiseFlag = (): void => void Atomics.store(flag, 0, 1);
  options.signal.addEventListener('abort', raiseFlag);
  try {
    const step = (steps: readonly InterStep[], part: number) =>
      session.pool.run('inter', { target, scratch: slot.regions.mark(), job, stop, steps, part }, options);
    const parts = [...Array(partCount).keys()];
    if (partCount === 1)
      return { ...basis, reason, ...required(await step(['prepare', 'search', 'refine', 'finish'], 0)) };
    await step(['prepare'], 0);
    await runAll(parts.map((part) => step(['search'], part)));
    await runAll(parts.map((part) => step(['refine'], part)));
    return { ...basis, reason, ...required(await step(['finish'], 0)) };
  } finally {
    options.signal.removeEventListener('abort', raiseFlag);
  }
}

/**
 * Closes the gaps that rows leave; `drop` is ascending. Done here and not in a hand: tasks of hands may
 * be done twice, and this may not.
 */
export function dropRows(values: Float32Array, d: number, drop: readonly number[]): void {
  drop.forEach((row, dropped) => {
    const end = drop[dropped + 1] ?? values.length / d;
    values.copyWithin((row - dropped) * d, (row + 1) * d, end * d);
  });
}

function partCountOf({ pool }: Session, n: number, d: number): number {
  return (n * n * d) / 2 < WORTH_SHARING ? 1 : pool.size;
}

function required<T>(result: T | null): T {
  if (result === null) throw new Error('the last step of a job gave no result');
  return result;
}
