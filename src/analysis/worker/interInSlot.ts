/** Inter-sample entropy of vectors that lie in a slot, its rows shared between the threads. */
import {
  graphOptions,
  listLength,
  undefinedEntropy,
  undefinedReason,
  type InterSampleEntropy,
} from '../measures/interSampleEntropy.js';
import { boundedScratchBytes, type BoundedPlace } from '../kernelHost/interSample/bounded.js';
import type { InterSampleResult } from '../kernelHost/interSample/entropy.js';
import {
  interSampleBytes,
  layOutInterSample,
  type InterSampleJob,
  type Reduction,
} from '../kernelHost/interSample/job.js';
import { sizesOf } from '../kernelHost/interSample/regions.js';
import { placedBytes, type PairBounds, type PlacedBounds } from '../kernelHost/pairBounds.js';
import type { InterStep } from './handContract.js';
import type { TaskOptions } from './handPool.js';
import type { Slot } from './memorySlots.js';
import { runAll, type Session } from './session.js';

export interface InterOptions {
  readonly k: number;
  readonly noise: boolean;
  readonly interval: boolean;
  /** Neighbours need not be exact where that is faster; at least 99 % of them are then found. */
  readonly approximate: boolean;
  /** With `interval`: H − log2 N without each group of the jackknife. */
  readonly replicates?: boolean;
}

/** An entropy, and the share of neighbours that were found where they are approximate. */
export type InterInSlot = InterSampleEntropy & { readonly recall?: number; readonly excessWithout?: readonly number[] };

/** Vectors (n, d) at an address of a slot; `nonFinite` are the positions of those with a NaN or ±Inf. */
export interface Vectors {
  readonly slot: Slot;
  readonly address: number;
  readonly n: number;
  readonly d: number;
  readonly nonFinite: readonly number[];
  /** Of the vectors' distances, where they are known already. */
  readonly bounds?: PairBounds | PlacedBounds | null;
}

/** Multiply-adds below which sharing costs more than it saves: about 10 ms of one thread. */
const WORTH_SHARING = 2e8;
/** For the flag that stops a search, and for what the jackknife needs beside the job. */
const EXTRA_BYTES = 2 ** 16;

/** Share of the neighbours that an approximate search must find on the samples that are tried exactly. */
const LEAST_RECALL = 0.99;
/** Below so many samples the exact search is as fast (docs/decisions/speed.md). */
const WORTH_APPROXIMATING = 2000;

/**
 * Ways of searching, one after another until one finds enough: few dimensions, more, and exactly. Where
 * the principal directions say little, as of noise, only the last does.
 */
function searches(n: number, d: number, { k, interval, approximate }: InterOptions): (Reduction | null)[] {
  if (!approximate || n < WORTH_APPROXIMATING) return [null];
  const length = listLength(n, { k, interval });
  const reductions = [
    { dimensions: 64, candidateCount: 2 * length + 4 },
    { dimensions: 192, candidateCount: 4 * length + 8 },
  ];
  return [...reductions.filter(({ dimensions }) => 3 * dimensions <= d), null];
}

/** Bytes that a slot needs for `n` vectors of `d` values and all that is computed from them. */
export function interSlotBytes(
  session: Session,
  n: number,
  d: number,
  chosen: InterOptions,
  isBounded = false,
): number {
  const { k, interval } = chosen;
  const partCount = partCountOf(session, n, d);
  const bytes = searches(n, d, chosen).map((reduction) =>
    interSampleBytes({ n, d, options: { k, interval }, reduction, partCount }),
  );
  const { candidateCount } = sizesOf({ n, d, options: { k, interval }, reduction: null, partCount });
  const known = isBounded ? placedBytes(n) + partCount * boundedScratchBytes(n, candidateCount) : 0;
  return 4 * n * d + Math.max(...bytes) + known + 5 * n + EXTRA_BYTES;
}

/** Leaves the vectors altered where some are not finite. The same on any number of threads. */
export async function interInSlot(
  session: Session,
  { slot, address, n: sampleCount, d, nonFinite, bounds = null }: Vectors,
  chosen: InterOptions,
  options: TaskOptions,
): Promise<InterInSlot> {
  const { k: wanted, interval, replicates = false } = chosen;
  const n = sampleCount - nonFinite.length;
  const basis = { n, d, k: graphOptions(n, { k: wanted }).k, nonFiniteCount: nonFinite.length };
  const reason = undefinedReason(n, d);
  if (reason !== null) return undefinedEntropy(basis, reason);
  dropRows(slot.regions.float32(address, sampleCount * d), d, nonFinite);
  const mark = slot.regions.mark();
  for (const reduction of searches(n, d, chosen)) {
    slot.regions.release(mark);
    const parts = partCountOf(session, n, d);
    const job = layOutInterSample(slot.regions, address, n, d, { k: wanted, interval, replicates }, parts, reduction);
    const known = reduction === null && bounds?.n === n ? bounds : null;
    const { recall, ...found } = await perform(session, slot, job, known, options);
    if (reduction === null) return { ...basis, reason, ...found };
    if (recall >= LEAST_RECALL) return { ...basis, reason, ...found, recall };
  }
  throw new Error('an exact search is the last of all searches');
}

/** All steps of a job, its parts shared between the threads. */
async function perform(
  session: Session,
  slot: Slot,
  job: InterSampleJob,
  bounds: PairBounds | PlacedBounds | null,
  options: TaskOptions,
): Promise<InterSampleResult> {
  const target = { slot: slot.slot, memory: slot.memory };
  const stop = slot.regions.allocate(4);
  const flag = slot.regions.int32(stop, 1);
  Atomics.store(flag, 0, 0);
  const raiseFlag = (): void => void Atomics.store(flag, 0, 1);
  options.signal.addEventListener('abort', raiseFlag);
  try {
    const step = (steps: readonly InterStep[], part: number, place?: BoundedPlace) =>
      session.pool.run('inter', { target, scratch: slot.regions.mark(), job, stop, steps, part, place }, options);
    const parts = [...Array(job.partCount).keys()];
    if (bounds) {
      const places = await placesOf(session, slot, job, bounds, options);
      if (job.partCount === 1) return required(await step(['nearest', 'finish'], 0, places[0]));
      await runAll(parts.map((part) => step(['nearest'], part, places[part])));
      return required(await step(['finish'], 0));
    }
    const shared: InterStep[] = job.reduction ? ['shorten', 'search', 'refine'] : ['search', 'refine'];
    if (job.partCount === 1) return required(await step(['prepare', ...shared, 'finish'], 0));
    await step(['prepare'], 0);
    for (const one of shared) await runAll(parts.map((part) => step([one], part)));
    return required(await step(['finish'], 0));
  } finally {
    options.signal.removeEventListener('abort', raiseFlag);
  }
}

/** The bounds in the slot, and each part's place to work with them. */
async function placesOf(
  session: Session,
  slot: Slot,
  job: InterSampleJob,
  bounds: PairBounds | PlacedBounds,
  options: TaskOptions,
): Promise<BoundedPlace[]> {
  const address = 'address' in bounds ? bounds.address : await placed(session, slot, bounds, options);
  const bytes = boundedScratchBytes(job.n, sizesOf(job).candidateCount);
  return Array.from({ length: job.partCount }, () => ({ bounds: address, scratch: slot.regions.allocate(bytes) }));
}

async function placed(
  session: Session,
  { slot, memory, regions }: Slot,
  bounds: PairBounds,
  options: TaskOptions,
): Promise<number> {
  const address = regions.allocate(placedBytes(bounds.n));
  await session.pool.run('placeBounds', { target: { slot, memory }, bounds, address }, options);
  return address;
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
