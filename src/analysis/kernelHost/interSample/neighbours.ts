/** The step of inter-sample entropy after the search: the nearest of the candidates, and their probabilities. */
import { graphOptions } from '../../measures/interSampleEntropy.js';
import { type Kernels } from '../kernels.js';
import type { InterSampleJob } from './job.js';
import { packingOf } from './packing.js';
import { weigh } from './probabilities.js';
import { sizesOf } from './regions.js';
import { orderOf, roundingOf } from './rounding.js';
import { AGREEMENT, shorteningOf } from './shorterRows.js';

/** Neighbours and probabilities of one part's rows, exact without a reduction. Returns how many were compared with all. */
export function refineInterSample(kernels: Kernels, job: InterSampleJob, part: number): number {
  const { n, regions, partCount } = job;
  const [from, to] = [part, part + 1].map((edge) => Math.floor((edge * n) / partCount));
  const compared = job.reduction
    ? refineShorter(kernels, job, part, from, to)
    : refineWhole(kernels, job, part, from, to);
  const graph = graphOptions(n, job.options);
  const order = job.reduction ? orderOf(job, part) : undefined;
  weigh(kernels, job, graph, { from, to, groups: 0, without: 0, order, flags: regions.flags });
  return compared;
}

function refineWhole(kernels: Kernels, job: InterSampleJob, part: number, from: number, to: number): number {
  const { n, d, samples, regions, partCount } = job;
  const { length, candidateCount, listBytes, mergedBytes } = sizesOf(job);
  const { scale, blur, isShort, stride } = packingOf(kernels, job);
  return kernels.refineRows(
    ...([samples, d, isShort, blur, regions.packed, stride, regions.norms, n, scale] as const),
    ...([regions.candidates, listBytes, partCount, candidateCount, length, from, to] as const),
    ...([regions.merged + part * mergedBytes, regions.neighbours, regions.distances] as const),
  );
}

/** No row is compared with all samples. */
function refineShorter(kernels: Kernels, job: InterSampleJob, part: number, from: number, to: number): number {
  const { d, samples, regions, partCount } = job;
  const { length, candidateCount, listBytes, mergedBytes } = sizesOf(job);
  const { scale } = shorteningOf(kernels, job);
  kernels.refineCandidates(
    ...([samples, d, scale, 1 / (roundingOf(kernels, job) ?? 1) ** 2, regions.rests, AGREEMENT] as const),
    ...([regions.candidates, listBytes, partCount, candidateCount, length, orderOf(job, part), from, to] as const),
    ...([regions.merged + part * mergedBytes, regions.neighbours, regions.distances] as const),
  );
  return 0;
}
