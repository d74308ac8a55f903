/** Inter-sample entropy of vectors that lie in a memory block, its rows shared between the threads. */
import {
  graphOptions,
  listLength,
  undefinedEntropy,
  undefinedReason,
  type InterSampleEntropy,
} from '../../measures/interSampleEntropy.js';
import type { InterSampleResult } from '../../kernelHost/interSample/entropy.js';
import {
  interSampleBytes,
  layOutInterSample,
  type InterSampleJob,
  type Reduction,
} from '../../kernelHost/interSample/job.js';
import type { InterStep } from '../../compute/taskInputs.js';
import type { TaskOptions } from './threadPool.js';
import { targetOf, type MemoryBlock } from '../../memory/memoryBlocks.js';
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
export type InterInBlock = InterSampleEntropy & {
  readonly recall?: number;
  readonly excessWithout?: readonly number[];
};

/** Vectors (n, d) at an address of a memory block; `nonFinite` are the positions of those with a NaN or ±Inf. */
export interface Vectors {
  readonly block: MemoryBlock;
  readonly address: number;
  readonly n: number;
  readonly d: number;
  readonly nonFinite: readonly number[];
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

/** Bytes that a memory block needs for `n` vectors of `d` values and all that is computed from them. */
export function interBlockBytes(session: Session, n: number, d: number, chosen: InterOptions): number {
  const { k, interval } = chosen;
  const partCount = partCountOf(session, n, d);
  const bytes = searches(n, d, chosen).map((reduction) =>
    interSampleBytes({ n, d, options: { k, interval }, reduction, partCount }),
  );
  return 4 * n * d + Math.max(...bytes) + 5 * n + EXTRA_BYTES;
}

/** Leaves the vectors altered where some are not finite. The same on any number of threads. */
export async function interInBlock(
  session: Session,
  { block, address, n: sampleCount, d, nonFinite }: Vectors,
  chosen: InterOptions,
  options: TaskOptions,
): Promise<InterInBlock> {
  const { k: wanted, interval, replicates = false } = chosen;
  const n = sampleCount - nonFinite.length;
  const basis = { n, d, k: graphOptions(n, { k: wanted }).k, nonFiniteCount: nonFinite.length };
  const reason = undefinedReason(n, d);
  if (reason !== null) return undefinedEntropy(basis, reason);
  dropRows(block.regions.float32(address, sampleCount * d), d, nonFinite);
  const mark = block.regions.mark();
  for (const reduction of searches(n, d, chosen)) {
    block.regions.release(mark);
    const parts = partCountOf(session, n, d);
    const job = layOutInterSample(block.regions, address, n, d, { k: wanted, interval, replicates }, parts, reduction);
    const { recall, ...found } = required(await perform(session, block, job, ['finish'], options));
    if (reduction === null) return { ...basis, reason, ...found };
    if (recall >= LEAST_RECALL) return { ...basis, reason, ...found, recall };
  }
  throw new Error('an exact search is the last of all searches');
}

/** Bytes beside the vectors (n, d) that `nearestInBlock` takes. */
export function nearestBytes(session: Session, n: number, d: number, k: number): number {
  const shape = { n, d, options: { k }, reduction: null, partCount: partCountOf(session, n, d) };
  return interSampleBytes(shape) + EXTRA_BYTES;
}

/** The k nearest others of finite vectors (n, d) and maybe more, exactly, nearest first: (sample, length). */
export async function nearestInBlock(
  session: Session,
  { block, address, n, d }: Omit<Vectors, 'nonFinite'>,
  k: number,
  options: TaskOptions,
): Promise<{ readonly indices: Int32Array; readonly length: number }> {
  const job = layOutInterSample(block.regions, address, n, d, { k }, partCountOf(session, n, d));
  await perform(session, block, job, [], options);
  const length = listLength(n, { k });
  return { indices: block.regions.int32(job.regions.neighbours, n * length).slice(), length };
}

/** Steps of a job up to its neighbours, its parts shared between the threads, and the last ones. */
async function perform(
  session: Session,
  block: MemoryBlock,
  job: InterSampleJob,
  last: readonly InterStep[],
  options: TaskOptions,
): Promise<InterSampleResult | null> {
  const target = targetOf(block);
  const stop = block.regions.allocate(4);
  const flag = block.regions.int32(stop, 1);
  Atomics.store(flag, 0, 0);
  const raiseFlag = (): void => void Atomics.store(flag, 0, 1);
  options.signal.addEventListener('abort', raiseFlag);
  try {
    const step = (steps: readonly InterStep[], part: number) =>
      session.pool.run('inter', { target, scratch: block.regions.mark(), job, stop, steps, part }, options);
    const parts = [...Array(job.partCount).keys()];
    const shared: InterStep[] = job.reduction ? ['shorten', 'search', 'refine'] : ['search', 'refine'];
    if (job.partCount === 1) return await step(['prepare', ...shared, ...last], 0);
    await step(['prepare'], 0);
    for (const one of shared) await runAll(parts.map((part) => step([one], part)));
    return last.length > 0 ? await step(last, 0) : null;
  } finally {
    options.signal.removeEventListener('abort', raiseFlag);
  }
}

/**
 * Closes the gaps that rows leave; `drop` is ascending. Done here and not in a compute thread: tasks of compute threads may
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
