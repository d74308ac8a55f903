/**
 * The second step where neighbours need not be exact, shared between threads: each sample's places along the principal
 * directions and the length of what is left of it, and its distances from the probes, which recall is measured with.
 */
import { type Kernels } from '../kernels.js';
import { BLOCK_ROWS, fours, strideOf } from '../packedRows.js';
import type { InterSampleJob } from './job.js';
import { SCALE_NUMBERS, sizesOf } from './regions.js';

/**
 * The cosine that is assumed between what is left of two samples: near ones of images and of activations have 0.2 to
 * 0.4, and the nearest more. Of the values from 0 to 1 those about this find the most neighbours.
 */
export const AGREEMENT = 0.6;

export interface Shortening {
  /** What differences of samples are multiplied by. */
  readonly scale: number;
  /** The median length of a sample, scaled, from the mean. */
  readonly typicalLength: number;
}

export function keepShortening({ memory }: Kernels, job: InterSampleJob, kept: Shortening): void {
  memory.float64(job.regions.scale, SCALE_NUMBERS).set([kept.scale, kept.typicalLength, 0]);
}

export function shorteningOf({ memory }: Kernels, job: InterSampleJob): Shortening {
  const [scale, typicalLength] = memory.float64(job.regions.scale, SCALE_NUMBERS);
  return { scale, typicalLength };
}

/** Shortens one part's samples and offers them to the probes; between blocks of rows it asks whether to stop. */
export function shortenInterSample(
  kernels: Kernels,
  job: InterSampleJob,
  part: number,
  shouldStop: () => boolean = () => false,
): void {
  const { n, regions, partCount } = job;
  const { probeCount, probeLength, probeBytes } = sizesOf(job);
  kernels.clearProbes(regions.probeLists + part * probeBytes, fours(probeCount), probeLength);
  const blockCount = Math.ceil(n / BLOCK_ROWS);
  const [from, to] = [part, part + 1].map((edge) => Math.floor((edge * blockCount) / partCount));
  for (let block = from; block < to && !shouldStop(); block++) shortenBlock(kernels, job, part, block * BLOCK_ROWS);
}

function shortenBlock(kernels: Kernels, job: InterSampleJob, part: number, from: number): void {
  const { samples, n, d, regions } = job;
  const { stride } = sizesOf(job);
  const rows = Math.min(BLOCK_ROWS, n - from);
  kernels.packCentred(
    ...([samples + 4 * from * d, rows, d, 4 * d, regions.means, shorteningOf(kernels, job).scale, 0] as const),
    ...([fours(rows), workOf(job, part).block, stride, regions.norms + 4 * from] as const),
  );
  takePlaces(kernels, job, part, from, rows);
  offerToProbes(kernels, job, part, from, rows);
}

/** The packed block of a part's thread times the directions, to the shorter rows. */
function takePlaces(kernels: Kernels, job: InterSampleJob, part: number, from: number, rows: number): void {
  const { regions } = job;
  const { stride } = sizesOf(job);
  const { block, products } = workOf(job, part);
  const { shorter, count, shorterStride } = shorterRowsOf(job);
  for (let first = 0; first < count; first += BLOCK_ROWS) {
    const some = Math.min(BLOCK_ROWS, count - first);
    kernels.multiplyBlocks(
      ...([block, fours(rows), regions.directions + first * stride, fours(some), stride, products] as const),
    );
    kernels.takePlaces(products, rows, first, some, shorter, shorterStride, from);
  }
  kernels.completeRows(
    ...([shorter, shorterStride, count, regions.norms, regions.rests, AGREEMENT, from, from + fours(rows)] as const),
  );
}

function offerToProbes(kernels: Kernels, job: InterSampleJob, part: number, from: number, rows: number): void {
  const { regions } = job;
  const { stride, probeCount, probeLength, probeBytes } = sizesOf(job);
  const { block, products } = workOf(job, part);
  kernels.multiplyBlocks(block, fours(rows), regions.probeRows, fours(probeCount), stride, products);
  kernels.offerToProbes(
    ...([products, rows, from, regions.norms, regions.probes, regions.probeNorms, fours(probeCount)] as const),
    ...([regions.probeLists + part * probeBytes, regions.probeLimits, probeLength, regions.nearestProbes] as const),
  );
}

/** Where a part's thread packs a block of rows, and where products of blocks go. */
function workOf(job: InterSampleJob, part: number): { block: number; products: number } {
  const { blocks, products } = job.regions;
  return {
    block: blocks + part * BLOCK_ROWS * sizesOf(job).stride,
    products: products + part * 4 * BLOCK_ROWS * BLOCK_ROWS,
  };
}

/** Where the shorter rows are, and how many places each has beside the length of what is left. */
export function shorterRowsOf(job: InterSampleJob): { shorter: number; count: number; shorterStride: number } {
  const { dimensions } = job.reduction!; // a job without a reduction has no shorter rows
  return { shorter: job.regions.shorter, count: dimensions - 1, shorterStride: strideOf(dimensions) };
}
