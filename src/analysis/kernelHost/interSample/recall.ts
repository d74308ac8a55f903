/** How many of the nearest neighbours an approximate search found, measured on some of the samples, the probes. */
import { squaredDistance } from '../../measures/nearestNeighbours.js';
import type { Kernels } from '../kernels.js';
import { fours } from '../packedRows.js';
import type { InterSampleJob } from './job.js';
import { sizesOf } from './regions.js';

/**
 * Share of the probes' k nearest others that were found; 1 of an exact search. After `refineInterSample` of all parts.
 * The nearest by float32 products, k and some more, are put in order by float64 differences.
 */
export function recallOf(kernels: Kernels, job: InterSampleJob): number {
  if (job.reduction === null) return 1;
  const { n, d, samples, regions } = job;
  const { k, length, probeCount } = sizesOf(job);
  const { memory } = kernels;
  const probes = memory.int32(regions.probes, probeCount);
  const values = memory.float32(samples, n * d);
  const neighbours = memory.int32(regions.neighbours, n * length);
  let found = 0;
  probes.forEach((probe, place) => {
    const squares = new Map(nearest(kernels, job, place).map((j) => [j, squaredDistance(values, d, probe, j)]));
    const exact = [...squares.keys()].sort((a, b) => squares.get(a)! - squares.get(b)! || a - b).slice(0, k);
    const listed = new Set(neighbours.subarray(probe * length, probe * length + k));
    found += exact.filter((j) => listed.has(j)).length;
  });
  return found / (probeCount * Math.min(k, n - 1));
}

/** The samples nearest to a probe by products. */
function nearest(kernels: Kernels, job: InterSampleJob, place: number): number[] {
  const { regions, partCount } = job;
  const { probeCount, probeLength, probeBytes } = sizesOf(job);
  const { memory } = kernels;
  return memory.scoped(() => {
    const out = memory.allocate(4 * probeLength);
    const list = regions.probeLists + place * (probeBytes / fours(probeCount));
    const count = kernels.mergedCandidates(list, probeBytes, partCount, probeLength, regions.merged, out);
    return [...memory.int32(out, count)];
  });
}
