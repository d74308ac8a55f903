/** The samples of an exact search, centred, scaled and packed for products: in 16 bits where that is fine enough. */
import { type Kernels } from '../kernels.js';
import { blurOf, shortScale, shortSlack, shortStride } from '../shortRows.js';
import type { InterSampleJob } from './job.js';
import { SCALE_NUMBERS, sizesOf } from './regions.js';

/** As in kernels/_product.ts. */
const PIECE_VALUES = 832;
const FLOAT32_ROUNDING = 2 ** -24;
/** Below so many values a row, packing in 16 bits costs what its products save. */
const SHORT_DEPTH = 48;
/** What rounding to 16 bits may take from a distance, as a share of a sample's typical length. */
const MOST_BLUR = 0.004;

/** How the samples are packed, in the unit of the packed rows. */
export interface Packing {
  /** What differences of samples were multiplied by. */
  readonly scale: number;
  /** The most by which a distance of two packed rows is wrong, in the unit of the samples. */
  readonly blur: number;
  /** Of int16, and not of float32. */
  readonly isShort: boolean;
  /** Bytes a row. */
  readonly stride: number;
}

/** Centred and scaled copy of the samples: of 16 bits where that is fine enough, else of float32. */
export function packWholeRows(kernels: Kernels, job: InterSampleJob): void {
  const { samples, n, d, regions } = job;
  kernels.columnMeans(samples, n, d, 4 * d, regions.means);
  const packing = d >= SHORT_DEPTH ? packInShort(kernels, job) : null;
  kernels.memory.float64(regions.scale, SCALE_NUMBERS).set(packing ?? packInFloat(kernels, job));
}

/** As `packWholeRows` left it: in the region `scale` are the factor, the blur, and 1 where rows are of 16 bits. */
export function packingOf({ memory }: Kernels, job: InterSampleJob): Packing {
  const [scale, blur, short] = memory.float64(job.regions.scale, SCALE_NUMBERS);
  const isShort = short === 1;
  return { scale, blur, isShort, stride: isShort ? shortStride(job.d) : sizesOf(job).stride };
}

/** How rows were packed: the factor, the most by which a distance of theirs is wrong, and 1. Null: too coarsely. */
function packInShort(kernels: Kernels, job: InterSampleJob): number[] | null {
  const { samples, n, d, regions } = job;
  const { paddedRows } = sizesOf(job);
  const stride = shortStride(d);
  const rows = { address: samples, n, d, stride: 4 * d };
  const scale = shortScale(kernels, rows, regions.means, kernels.shortPiece(stride));
  const error = kernels.packShort(
    ...([samples, n, d, 4 * d, regions.means, scale, shortSlack(d), paddedRows] as const),
    ...([regions.packed, stride, regions.norms] as const),
  );
  const blur = blurOf(error);
  const typical = Math.sqrt(kernels.memory.float32(regions.norms, n).slice().sort()[n >> 1]);
  return blur <= MOST_BLUR * typical ? [scale, blur / scale, 1] : null;
}

function packInFloat(kernels: Kernels, job: InterSampleJob): number[] {
  const { samples, n, d, regions } = job;
  const { stride, paddedRows } = sizesOf(job);
  const largest = kernels.largestDeviation(samples, n, d, 4 * d, regions.means);
  // A power of two, which costs no digit: products then neither overflow nor vanish.
  const scale = largest > 0 ? 2 ** -Math.ceil(Math.log2(largest)) : 1;
  kernels.packCentred(
    ...([samples, n, d, 4 * d, regions.means, scale, slack(d), paddedRows] as const),
    ...([regions.packed, stride, regions.norms] as const),
  );
  return [scale, 0, 0];
}

/**
 * Share of |x|² + |y|² by which a squared distance of float32 products may be too large: a lane's sum of
 * a piece, the sum of its lanes and pieces, and twenty roundings of rows, norms and their sum.
 */
function slack(d: number): number {
  const roundings = Math.ceil(Math.min(d, PIECE_VALUES) / 4) + Math.ceil(d / PIECE_VALUES) + 20;
  return roundings * FLOAT32_ROUNDING * 1.05;
}
