/** The third step of inter-sample entropy: the nearest neighbours among the candidates, and their probabilities. */
import { graphOptions } from '../../measures/interSampleEntropy.js';
import { type Kernels } from '../kernels.js';
import { sizesOf, type InterSampleJob } from './job.js';
import { packingOf } from './packing.js';
import { weigh } from './probabilities.js';

/** Neighbours and probabilities of one part's rows, exact without a reduction. Returns how many were compared with all. */
export function refineInterSample(kernels: Kernels, job: InterSampleJob, part: number): number {
  const { n, d, samples, regions, partCount } = job;
  const graph = graphOptions(n, job.options);
  const { length, candidateCount, listBytes } = sizesOf(job);
  const { scale, blur, isShort, stride } = packingOf(kernels, job);
  const [from, to] = [part, part + 1].map((edge) => Math.floor((edge * n) / partCount));
  const compared = kernels.refineRows(
    ...([samples, d, isShort, blur, regions.packed, stride, regions.norms, n, scale] as const),
    ...([regions.bounds, regions.candidates, listBytes, partCount, candidateCount, length, from, to] as const),
    job.reduction === null,
    ...([regions.merged + part * 8 * candidateCount, regions.neighbours, regions.distances] as const),
  );
  weigh(kernels, job, graph, { from, to, groups: 0, without: 0, flags: regions.flags });
  return compared;
}
