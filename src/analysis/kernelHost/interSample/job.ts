/**
 * Inter-sample entropy as work that threads share: what a job is, and where everything of it lies in memory. Its
 * steps in their order: `prepareInterSample` first (packing.ts); then `searchInterSample` for every part
 * (candidates.ts); when all are done `refineInterSample` for every part (neighbours.ts); then `finishInterSample`
 * (entropy.ts). A part may be done twice (a thread that died): it begins by clearing what is its own. The result
 * does not depend on the number of parts.
 */
import { graphOptions, listLength, type InterSampleOptions } from '../../measures/interSampleEntropy.js';
import { type KernelMemory } from '../kernelMemory.js';
import { BLOCK_ROWS, strideOf } from '../packedRows.js';
import { shorteningBytes } from '../principalRows.js';

/** Plain data: can be posted to the threads that have the memory. */
export interface InterSampleJob {
  /** (n, d) float32, all finite; n ≥ 3, d ≥ 1. */
  readonly samples: number;
  readonly n: number;
  readonly d: number;
  readonly options: InterSampleOptions;
  /** How candidates are looked for among shorter rows; null: exactly. */
  readonly reduction: Reduction | null;
  readonly partCount: number;
  readonly regions: Readonly<Record<Region, number>>;
}

/** Candidates are the nearest by `dimensions` numbers a sample. */
export interface Reduction {
  readonly dimensions: number;
  readonly candidateCount: number;
}

type Region =
  | 'scale'
  | 'means'
  | 'packed'
  | 'norms'
  | 'short'
  | 'shortNorms'
  | 'bounds'
  | 'candidates'
  | 'limits'
  | 'products'
  | 'merged'
  | 'neighbours'
  | 'distances'
  | 'targets'
  | 'probabilities'
  | 'flags';

/** Numbers that follow from a job's shape. */
export interface Sizes {
  readonly k: number;
  /** Neighbours that are listed for a row, exactly. */
  readonly length: number;
  /** Candidates among which they are found. */
  readonly candidateCount: number;
  readonly paddedRows: number;
  readonly stride: number;
  /** Bytes of one thread's candidate bounds, and of its candidates. */
  readonly listBytes: number;
}

type Shape = Pick<InterSampleJob, 'n' | 'd' | 'options' | 'reduction' | 'partCount'>;

/** So many more candidates than neighbours that float32 rarely leaves one in doubt. */
const SPARE_CANDIDATES = 8;
/** Numbers of the region `scale`: the factor, the blur, and 1 where rows are packed in 16 bits. */
export const SCALE_NUMBERS = 3;

/** Bytes that a job takes beside its samples. */
export function interSampleBytes(shape: Shape): number {
  const bytes = Object.values(regionBytes(shape));
  const shortening = shape.reduction ? shorteningBytes(shape.n, shape.d, shape.reduction.dimensions) : 0;
  return bytes.reduce((sum, byteCount) => sum + byteCount + 64, shortening); // each begins at a cache line
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

export function sizesOf({ n, d, options, reduction }: Shape): Sizes {
  const length = listLength(n, options);
  const candidateCount = Math.min(reduction?.candidateCount ?? length + SPARE_CANDIDATES, n - 1);
  const paddedRows = Math.ceil(n / 4) * 4;
  const stride = strideOf(d);
  const listBytes = 4 * paddedRows * candidateCount;
  return { k: graphOptions(n, options).k, length, candidateCount, paddedRows, stride, listBytes };
}

function regionBytes(shape: Shape): Record<Region, number> {
  const { n, d, reduction, partCount } = shape;
  const { k, length, candidateCount, paddedRows, stride, listBytes } = sizesOf(shape);
  return {
    scale: 8 * SCALE_NUMBERS,
    means: 8 * d,
    packed: paddedRows * stride,
    norms: 4 * paddedRows,
    short: reduction ? paddedRows * strideOf(reduction.dimensions) : 0,
    shortNorms: reduction ? 4 * paddedRows : 0,
    bounds: partCount * listBytes,
    candidates: partCount * listBytes,
    limits: partCount * 4 * paddedRows,
    products: partCount * 4 * BLOCK_ROWS * BLOCK_ROWS,
    merged: partCount * 8 * candidateCount,
    neighbours: 4 * n * length,
    distances: 8 * n * length,
    targets: 4 * n * k,
    probabilities: 8 * n * k,
    flags: 4 * n,
  };
}
