/** Where everything of a job of inter-sample entropy lies: its regions of the kernels' memory, and how large they are. */
import { graphOptions, listLength } from '../../measures/interSampleEntropy.js';
import { BLOCK_ROWS, fours, strideOf } from '../packedRows.js';
import { shortStride } from '../shortRows.js';
import type { InterSampleShape } from './job.js';

/** Numbers that follow from a job's shape. */
export interface Sizes {
  readonly k: number;
  /** Neighbours that are listed for a row, exactly. */
  readonly length: number;
  /** Candidates among which they are found. */
  readonly candidateCount: number;
  readonly paddedRows: number;
  /** Bytes of a whole row of float32. */
  readonly stride: number;
  /** Bytes of one thread's lists of candidates. */
  readonly listBytes: number;
  /** Samples that recall is measured on, and how many others are listed for each by each thread. */
  readonly probeCount: number;
  readonly probeLength: number;
  /** Bytes of one thread's lists of the probes' nearest. */
  readonly probeBytes: number;
  /** Bytes of one row's lists of all threads. */
  readonly mergedBytes: number;
}

/** Regions of any job; then of whole rows, where neighbours are exact; then of shorter rows, where they need not be. */
export type Region = CommonRegion | 'packed' | ShorterRegion;
type CommonRegion =
  | 'scale'
  | 'means'
  | 'norms'
  | 'candidates'
  | 'limits'
  | 'products'
  | 'merged'
  | 'neighbours'
  | 'distances'
  | 'targets'
  | 'probabilities'
  | 'flags';
type ShorterRegion =
  | 'directions'
  | 'blocks'
  | 'shorter'
  | 'rests'
  | 'rounded'
  | 'roundedNorms'
  | 'order'
  | 'probes'
  | 'probeRows'
  | 'probeLists'
  | 'probeLimits'
  | 'probeNorms'
  | 'nearestProbes';

/** So many more candidates than neighbours that float32 rarely leaves one in doubt. */
const SPARE_CANDIDATES = 8;
/** As in kernels/_candidates.ts, where a list has room for twice as many candidates as are wanted. */
const LIST_HEADER_BYTES = 16;
/** Samples whose neighbours are found exactly: the share of their 15 × 64 has a standard error below 0.01. */
const PROBES = 64;
/** Numbers of the region `scale`; packing.ts and preparation.ts say which. */
export const SCALE_NUMBERS = 3;

export function sizesOf({ n, d, options, reduction, partCount }: InterSampleShape): Sizes {
  const { k } = graphOptions(n, options);
  const length = listLength(n, options);
  const candidateCount = Math.min(reduction?.candidateCount ?? length + SPARE_CANDIDATES, n - 1);
  const probeLength = k + SPARE_CANDIDATES;
  const probeCount = reduction ? Math.min(PROBES, n) : 0;
  const paddedRows = fours(n);
  return {
    ...{ k, length, candidateCount, paddedRows, stride: strideOf(d), probeCount, probeLength },
    listBytes: paddedRows * bytesOfList(candidateCount),
    probeBytes: fours(probeCount) * bytesOfList(probeLength),
    mergedBytes: partCount * bytesOfList(Math.max(candidateCount, probeLength)),
  };
}

export function regionBytes(shape: InterSampleShape): Record<Region, number> {
  const { n, d, partCount } = shape;
  const { k, length, paddedRows, listBytes, mergedBytes } = sizesOf(shape);
  return {
    scale: 8 * SCALE_NUMBERS,
    means: 8 * d,
    norms: 4 * paddedRows,
    candidates: partCount * listBytes,
    limits: 4 * paddedRows,
    products: partCount * 4 * BLOCK_ROWS * BLOCK_ROWS,
    merged: partCount * mergedBytes,
    neighbours: 4 * n * length,
    distances: 8 * n * length,
    targets: 4 * n * k,
    probabilities: 8 * n * k,
    flags: 4 * n,
    ...rowBytes(shape),
  };
}

/** Of the rows that are searched: whole ones, or shorter ones and what they and their recall are found with. */
function rowBytes(shape: InterSampleShape): Record<'packed' | ShorterRegion, number> {
  const { reduction, partCount } = shape;
  const { paddedRows, stride, probeCount, probeBytes } = sizesOf(shape);
  const dimensions = reduction?.dimensions ?? 0;
  const some = reduction ? 1 : 0;
  return {
    packed: reduction ? 0 : paddedRows * stride,
    directions: fours(dimensions) * stride,
    blocks: some * partCount * BLOCK_ROWS * stride,
    shorter: some * paddedRows * strideOf(dimensions),
    rests: some * 4 * paddedRows,
    rounded: some * partCount * paddedRows * shortStride(dimensions),
    roundedNorms: some * partCount * 4 * paddedRows,
    order: some * partCount * 4 * paddedRows,
    probes: 4 * fours(probeCount),
    probeRows: fours(probeCount) * stride,
    probeLists: partCount * probeBytes,
    probeLimits: 4 * fours(probeCount),
    probeNorms: 4 * fours(probeCount),
    nearestProbes: some * 4 * paddedRows,
  };
}

function bytesOfList(length: number): number {
  return LIST_HEADER_BYTES + 16 * length;
}
