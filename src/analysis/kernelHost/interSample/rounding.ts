/**
 * What candidates of approximate neighbours are looked for among: the shorter rows in 16 bits, those of one nearest
 * probe side by side. So the first samples that one is compared with are like it and its list is soon hard to enter,
 * and in the step after it finds most samples in the cache, since their neighbours were those of the row before.
 */
import { type Kernels } from '../kernels.js';
import { fours } from '../packedRows.js';
import { shortStride } from '../shortRows.js';
import type { InterSampleJob } from './job.js';
import { sizesOf } from './regions.js';
import { shorteningOf, shorterRowsOf } from './shorterRows.js';

/** As in shortRows.ts: with it no product of rows leaves 32 bits. */
const LONGEST = 32_766;
/** What rounding to 16 bits may take from a distance, as a share of a sample's typical length. */
const MOST_BLUR = 0.004;

/** The factor with which all shorter rows are rounded to 16 bits; null where that is too coarse, since one is so long. */
export function roundingOf(kernels: Kernels, job: InterSampleJob): number | null {
  const { regions, n } = job;
  const longest = Math.sqrt(kernels.memory.float32(regions.norms, n).reduce((most, norm) => Math.max(most, norm), 0));
  const scale = longest > 0 ? LONGEST / longest : 0;
  // Rounding takes at most half of one from each value, and twice as much from a distance.
  const blur = Math.sqrt(job.reduction!.dimensions);
  return blur <= MOST_BLUR * scale * shorteningOf(kernels, job).typicalLength ? Math.fround(scale) : null;
}

/** Packed rows and their squared lengths. */
export interface SearchedRows {
  /** Of int16, and not of float32. */
  readonly isShort: boolean;
  readonly packed: number;
  readonly stride: number;
  readonly norms: number;
}

/** The shorter rows for products: rounded to 16 bits in a place of this part's own, or as they are. */
export function searchedShorterRows(kernels: Kernels, job: InterSampleJob, part: number): SearchedRows {
  const { regions } = job;
  const { paddedRows } = sizesOf(job);
  const { shorter, count, shorterStride } = shorterRowsOf(job);
  const scale = roundingOf(kernels, job);
  putInOrder(kernels, job, part, scale !== null);
  if (scale === null) return { isShort: false, packed: shorter, stride: shorterStride, norms: regions.norms };
  const stride = shortStride(count + 1);
  const packed = regions.rounded + part * paddedRows * stride;
  const norms = regions.roundedNorms + part * 4 * paddedRows;
  kernels.roundRows(
    ...([shorter, shorterStride, paddedRows, regions.norms, scale, orderOf(job, part)] as const),
    ...([packed, stride, norms] as const),
  );
  return { isShort: true, packed, stride, norms };
}

/** Address of the order (paddedRows, int32) in which a part's thread searches the samples. */
export function orderOf({ n, regions }: InterSampleJob, part: number): number {
  return regions.order + part * 4 * fours(n);
}

/** By nearest probe and then by index, or as they are; the same for every part. */
function putInOrder({ memory }: Kernels, job: InterSampleJob, part: number, byProbe: boolean): void {
  const { n, regions } = job;
  const order = memory.int32(orderOf(job, part), fours(n));
  order.forEach((_, place) => (order[place] = place));
  if (!byProbe) return;
  const probes = memory.int32(regions.nearestProbes, n);
  const starts = new Int32Array(sizesOf(job).probeCount + 1);
  for (const probe of probes) starts[probe + 1]++;
  for (let probe = 1; probe < starts.length; probe++) starts[probe] += starts[probe - 1];
  probes.forEach((probe, row) => (order[starts[probe]++] = row));
}
