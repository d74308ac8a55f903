/**
 * Where pairs of samples lie in a memory block: a place of its own for each thread, and codes of distances by
 * channel; and the tasks that fill them. The same on any number of threads.
 */
import { forEachLimited } from '../../../system/forEachLimited.js';
import {
  packedBytes,
  pairCountOf,
  squaresBytes,
  valuesOf,
  type PairCodes,
  type SampleRuns,
} from '../../kernelHost/distancePairs.js';
import { matrixRegionBytes, matrixScratchBytes } from '../../kernelHost/pairMatrix.js';
import { pairSumBytes } from '../../kernelHost/pairSums.js';
import type { TaskOptions } from './threadPool.js';
import { targetOf, type MemoryBlock } from '../../memory/memoryBlocks.js';
import type { Session } from './session.js';

/** Where a thread's kernel may allocate while it runs a task. */
export interface SumScratch {
  readonly scratch: number;
}

/** A thread's own place in the memory block, so that tasks beside each other do not meet. */
export interface ScratchArea extends SumScratch {
  /** Of `regionBytes`: squares, or what a matrix needs. */
  readonly region: number;
}

/** Codes by channel, made with `bins` and, for the table of bins × N, with twice as many. */
export interface CodeSet {
  readonly bins: number;
  readonly codes: readonly number[];
  readonly fine: readonly number[];
}

export interface PairOptions {
  readonly bins: number;
  readonly permutations: number;
  /** The null rests on all pairs, or on so many chosen ones where there are more. */
  readonly nullPairs: number;
  readonly seed: number;
  readonly interval: boolean;
  readonly sensitivity: boolean;
}

const ALIGNMENT = 64;
/** Pieces of work for each thread, so that none waits long for the last. */
export const PIECES = 4;
/** Multiply-adds of float32 below which sharing costs more than it saves: some 10 ms of one thread. */
const WORTH_SHARING = 2e8;
/** Wider rows than this are packed in pieces. */
const WIDEST = 2 ** 20;

export function scratchAreaBytes(n: number, bins: number): number {
  return scratchBytes(n, bins) + regionBytes(n) + 4 * ALIGNMENT;
}

/** Bytes of the codes of `count` channels. */
export function codeBytes(count: number, n: number, { sensitivity }: PairOptions): number {
  return count * (sensitivity ? 2 : 1) * (pairCountOf(n) + ALIGNMENT);
}

export function allocateScratch({ pool }: Session, { regions }: MemoryBlock, n: number, bins: number): ScratchArea[] {
  return Array.from({ length: pool.size }, () => ({
    scratch: regions.allocate(scratchBytes(n, bins)),
    region: regions.allocate(regionBytes(n)),
  }));
}

/** Scratch areas for sums alone, of samples of d values at most. */
export function allocateSumScratch({ pool }: Session, { regions }: MemoryBlock, n: number, d: number): SumScratch[] {
  return Array.from({ length: pool.size }, () => ({ scratch: regions.allocate(pairSumBytes(n, d)) }));
}

/** Bytes of all scratch areas for sums. */
export function sumScratchBytes({ pool }: Session, n: number, d: number): number {
  return pool.size * (pairSumBytes(n, d) + ALIGNMENT);
}

function scratchBytes(n: number, bins: number): number {
  return matrixScratchBytes(n, 2 * bins) + packedBytes(n, WIDEST) + 16 * ALIGNMENT;
}

function regionBytes(n: number): number {
  return Math.max(matrixRegionBytes(n), squaresBytes(n));
}

export function allocateCodes(
  { regions }: MemoryBlock,
  count: number,
  n: number,
  { bins, sensitivity }: PairOptions,
): CodeSet {
  const some = (length: number): number[] => Array.from({ length }, () => regions.allocate(pairCountOf(n)));
  return { bins, codes: some(count), fine: some(sensitivity ? count : 0) };
}

/** Codes of each run by itself, or of some: the i-th of `which` goes to place `first` + i of the set. */
export async function codesOfRuns(
  session: Session,
  block: MemoryBlock,
  scratchAreas: readonly ScratchArea[],
  runs: SampleRuns,
  set: CodeSet,
  first: number,
  options: TaskOptions,
  which: readonly number[] = Array.from({ length: runs.runCount }, (_, run) => run),
): Promise<void> {
  await inScratchAreas(scratchAreas, [...which.entries()], async ([place, run], { scratch, region: squares }) => {
    const one = { ...runs, address: runs.address + 4 * run * runs.length, runCount: 1 };
    const task = { target: targetOf(block), scratch, runs: one, squares };
    await session.pool.run('pairCodes', { ...task, codes: codesAt(set, first + place) }, options);
  });
}

/** Codes of all runs together, at one place of the set. `squares` has `squaresBytes`. */
export async function codesOfWhole(
  session: Session,
  block: MemoryBlock,
  scratchAreas: readonly ScratchArea[],
  runs: SampleRuns,
  set: CodeSet,
  place: number,
  squares: number,
  options: TaskOptions,
): Promise<void> {
  await inScratchAreas(scratchAreas, rowRanges(runs.n, PIECES * scratchAreas.length), async (rows, { scratch }) => {
    await session.pool.run('squarePairs', { target: targetOf(block), scratch, runs, rows, squares }, options);
  });
  const task = { target: targetOf(block), scratch: scratchAreas[0].scratch, runs, squares };
  await session.pool.run('quantisePairs', { ...task, codes: codesAt(set, place) }, options);
}

/** Squared distances, or products about the mean, of all pairs over all runs, (pair, float64) at `sums`. */
export async function sumPairs(
  session: Session,
  block: MemoryBlock,
  scratchAreas: readonly SumScratch[],
  kind: 'distance' | 'product',
  runs: SampleRuns,
  sums: number,
  options: TaskOptions,
): Promise<void> {
  // Every task packs the rows anew, so there are no more of them than threads.
  const count = pairCountOf(runs.n) * valuesOf(runs) < WORTH_SHARING ? 1 : scratchAreas.length;
  await inScratchAreas(scratchAreas, rowRanges(runs.n, count), async (rows, { scratch }) => {
    await session.pool.run('sumPairs', { target: targetOf(block), scratch, kind, runs, rows, sums }, options);
  });
}

function codesAt({ bins, codes, fine }: CodeSet, place: number): PairCodes[] {
  const both = [{ address: codes[place], bins }];
  return fine.length > 0 ? [...both, { address: fine[place], bins: 2 * bins }] : both;
}

/** Rows, from a multiple of 4 each, of about equal numbers of pairs: the first rows have the most. */
function rowRanges(n: number, count: number): [from: number, to: number][] {
  const edge = (i: number): number => (i === count ? n : 4 * Math.round((n * (1 - Math.sqrt(1 - i / count))) / 4));
  const edges = Array.from({ length: count + 1 }, (_, i) => Math.min(n, edge(i)));
  return edges
    .slice(1)
    .map((to, i): [number, number] => [edges[i], to])
    .filter(([from, to]) => to > from);
}

/** Each item in a scratch area that no other has meanwhile. */
export async function inScratchAreas<T, L extends SumScratch>(
  scratchAreas: readonly L[],
  items: readonly T[],
  work: (item: T, area: L) => Promise<unknown>,
): Promise<void> {
  const free = [...scratchAreas];
  await forEachLimited(items, scratchAreas.length, async (item) => {
    const area = free.pop()!;
    try {
      await work(item, area);
    } finally {
      free.push(area);
    }
  });
}
