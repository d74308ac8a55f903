/** The first step of inter-sample entropy, in one thread: packs the samples, or finds what they are shortened with. */
import { shuffledIndices } from '../../measures/standardNormal.js';
import { type Kernels } from '../kernels.js';
import { fours } from '../packedRows.js';
import { copyRows } from './copyRows.js';
import type { InterSampleJob, Reduction } from './job.js';
import { packWholeRows } from './packing.js';
import { principalDirections } from './principalDirections.js';
import { sizesOf } from './regions.js';
import { keepShortening } from './shorterRows.js';

const PROBE_SEED = 2;
/** Beyond these factors float32 would not hold them. */
const LARGEST_EXPONENT = 100;

export function prepareInterSample(kernels: Kernels, job: InterSampleJob): void {
  kernels.memory.float32(job.regions.limits, sizesOf(job).paddedRows).fill(Infinity);
  if (job.reduction) prepareShortening(kernels, job, job.reduction);
  else packWholeRows(kernels, job);
}

/** Directions, the samples that recall is measured on, and the scale of both. */
function prepareShortening(kernels: Kernels, job: InterSampleJob, { dimensions }: Reduction): void {
  const { samples: address, n, d, regions } = job;
  const largest = kernels.largestMagnitude(address, n * d);
  // A power of two, which costs no digit, with which no difference is above 1.
  const exponent = largest > 0 ? -Math.ceil(Math.log2(largest)) - 1 : 0;
  const scale = 2 ** Math.min(LARGEST_EXPONENT, exponent);
  const samples = { address, n, d, scale };
  const typicalLength = principalDirections(kernels, samples, dimensions - 1, regions.means, regions.directions);
  keepShortening(kernels, job, { scale, typicalLength });
  takeProbes(kernels, job, scale);
}

/** Chooses the probes (seeded), packs them, and has none of their places filled up be offered anything. */
function takeProbes(kernels: Kernels, job: InterSampleJob, scale: number): void {
  const { memory } = kernels;
  const { samples, n, d, regions } = job;
  const { probeCount, stride } = sizesOf(job);
  const paddedCount = fours(probeCount);
  const probes = memory.int32(regions.probes, paddedCount).fill(-1);
  probes.set(shuffledIndices(n, PROBE_SEED).subarray(0, probeCount));
  memory.float32(regions.probeLimits, paddedCount).fill(-Infinity).fill(Infinity, 0, probeCount);
  memory.scoped(() => {
    const rows = copyRows(memory, { address: samples, d }, probes.subarray(0, probeCount));
    kernels.packCentred(
      ...([rows, probeCount, d, 4 * d, regions.means, scale, 0, paddedCount] as const),
      ...([regions.probeRows, stride, regions.probeNorms] as const),
    );
  });
}
