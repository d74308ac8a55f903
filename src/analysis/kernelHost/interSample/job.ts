/**
 * Inter-sample entropy as work that threads share: what a job is. Its steps in their order: `prepareInterSample`
 * (preparation.ts); where neighbours need not be exact `shortenInterSample` for every part (shorterRows.ts); then
 * `searchInterSample` for every part (candidates.ts); when all are done `refineInterSample` for every part
 * (neighbours.ts); then `finishInterSample` (entropy.ts). A part may be done twice (a thread that died): it begins
 * by clearing what is its own. The result does not depend on the number of parts.
 */
import type { InterSampleOptions } from '../../measures/interSampleEntropy.js';
import { type KernelMemory } from '../../memory/kernelMemory.js';
import { directionBytes } from './principalDirections.js';
import { regionBytes, type Region } from './regions.js';

/** What a job's size follows from. */
export interface InterSampleShape {
  readonly n: number;
  readonly d: number;
  readonly options: InterSampleOptions;
  /** How candidates are looked for among shorter rows; null: exactly. */
  readonly reduction: Reduction | null;
  readonly partCount: number;
}

/** Plain data: can be posted to the threads that have the memory. */
export interface InterSampleJob extends InterSampleShape {
  /** (n, d) float32, all finite; n ≥ 3, d ≥ 1. */
  readonly samples: number;
  readonly regions: Readonly<Record<Region, number>>;
}

/** Candidates are the nearest by `dimensions` numbers a sample. */
export interface Reduction {
  readonly dimensions: number;
  readonly candidateCount: number;
}

/** Bytes that a job takes beside its samples. */
export function interSampleBytes(shape: InterSampleShape): number {
  const bytes = Object.values(regionBytes(shape));
  const directions = shape.reduction ? directionBytes(shape.n, shape.d, shape.reduction.dimensions) : 0;
  return bytes.reduce((sum, byteCount) => sum + byteCount + 64, directions); // each begins at a cache line
}

/** Reserves the job's regions; `samples` is the address of (n, d) finite float32 values, n ≥ 3, d ≥ 1. */
export function layOutInterSample(
  memory: KernelMemory,
  samples: number,
  n: number,
  d: number,
  options: InterSampleOptions,
  partCount: number,
  reduction: Reduction | null = null,
): InterSampleJob {
  const sizes = Object.entries(regionBytes({ n, d, options, reduction, partCount }));
  const regions = Object.fromEntries(sizes.map(([name, byteCount]) => [name, memory.allocate(byteCount)]));
  return { samples, n, d, options, reduction, partCount, regions: regions as Record<Region, number> }; // one entry a region
}
