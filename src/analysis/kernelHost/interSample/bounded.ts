/**
 * Nearest neighbours where bounds of all distances are known already (see ../pairBounds.ts): instead of preparing,
 * searching and refining, which multiply the samples.
 */
import { graphOptions } from '../../measures/interSampleEntropy.js';
import type { Kernels } from '../kernels.js';
import { placedBounds } from '../pairBounds.js';
import type { InterSampleJob } from './job.js';
import { weigh } from './probabilities.js';
import { sizesOf } from './regions.js';

/** Addresses of the placed bounds, and of `boundedScratchBytes` of a part's own. */
export interface BoundedPlace {
  readonly bounds: number;
  readonly scratch: number;
}

/** As kernels/pairBounds.ts has it: eight rows of bounds, and lists of candidates with room for twice as many. */
export function boundedScratchBytes(n: number, candidateCount: number): number {
  return 32 * Math.ceil(n / 4) * 4 + 32 * candidateCount + 256;
}

/** Neighbours and probabilities of one part's rows, exact. Returns how many were compared with all. */
export function nearestInBounds(kernels: Kernels, job: InterSampleJob, place: BoundedPlace, part: number): number {
  const { n, d, samples, regions, partCount } = job;
  const { length, candidateCount } = sizesOf(job);
  const { bounds, blur } = placedBounds(kernels, place.bounds);
  const [from, to] = [part, part + 1].map((edge) => Math.floor((edge * n) / partCount));
  const compared = kernels.nearestByBounds(
    ...([samples, n, d, bounds, blur, candidateCount, length, from, to, place.scratch] as const),
    ...([regions.neighbours, regions.distances] as const),
  );
  weigh(kernels, job, graphOptions(n, job.options), { from, to, groups: 0, without: 0, flags: regions.flags });
  return compared;
}
