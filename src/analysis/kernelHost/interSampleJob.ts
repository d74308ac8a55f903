/**
 * Inter-sample entropy as work that threads share: where everything lies in memory, and the steps in
 * their order. `prepare` first; then `search` for every part; when all are done `refine` for every
 * part; then `finish`. A part may be done twice (a thread that died): it begins by clearing what is its
 * own. The result does not depend on the number of parts.
 */
import {
  graphOptions,
  jackknifeGroups,
  halfWidthOf,
  jackknifeExcess,
  listLength,
  type InterSampleOptions,
} from '../measures/interSampleEntropy.js';
import type { GraphOptions } from '../measures/neighbourGraph.js';
import { type KernelMemory } from './kernelMemory.js';
import { type Kernels } from './kernels.js';
import { neighbourRecall } from './neighbourRecall.js';
import { strideOf, type PackedRows } from './packedRows.js';
import { shortenRows, shorteningBytes } from './principalRows.js';
import { blurOf, shortScale, shortSlack, shortStride } from './shortRows.js';

/** As in kernels/_product.ts. */
const BLOCK_ROWS = 96;
const PIECE_VALUES = 832;
const FLOAT32_ROUNDING = 2 ** -24;
/** Below so many values a row, packing in 16 bits costs what its products save. */
const SHORT_DEPTH = 48;
/** What rounding to 16 bits may take from a distance, as a share of a sample's typical length. */
const MOST_BLUR = 0.004;
/** As in kernels/neighbourGraph.ts. */
const TIED = 1;
const ZERO_SCALE = 2;

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

export interface InterSampleResult {
  readonly bits: number;
  readonly k: number;
  readonly tieCount: number;
  readonly zeroScaleCount: number;
  readonly halfWidthBits: number | null;
  /** H − log2 N without each group of the jackknife; only where `replicates` were asked for and there are any. */
  readonly excessWithout?: readonly number[];
  /** Share of the neighbours that were found, measured on some samples; 1 of an exact search. */
  readonly recall: number;
}

interface Sizes {
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

/** So many more candidates than neighbours that float32 rarely leaves one in doubt. */
const SPARE_CANDIDATES = 8;

function sizesOf({ n, d, options, reduction }: Shape): Sizes {
  const length = listLength(n, options);
  const candidateCount = Math.min(reduction?.candidateCount ?? length + SPARE_CANDIDATES, n - 1);
  const paddedRows = Math.ceil(n / 4) * 4;
  const stride = Math.ceil(d / 4) * 16;
  const listBytes = 4 * paddedRows * candidateCount;
  return { k: graphOptions(n, options).k, length, candidateCount, paddedRows, stride, listBytes };
}

type Shape = Pick<InterSampleJob, 'n' | 'd' | 'options' | 'reduction' | 'partCount'>;

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

/** Numbers of the region `scale`: the factor, the blur, and 1 where rows are packed in 16 bits. */
const SCALE_NUMBERS = 3;

/** Centred and scaled copy of the samples: of 16 bits where that is fine enough, else of float32. */
export function prepareInterSample(kernels: Kernels, job: InterSampleJob): void {
  const { samples, n, d, regions } = job;
  kernels.columnMeans(samples, n, d, 4 * d, regions.means);
  const packing = job.reduction === null && d >= SHORT_DEPTH ? packInShort(kernels, job) : null;
  kernels.memory.float64(regions.scale, SCALE_NUMBERS).set(packing ?? packInFloat(kernels, job));
}

/** How rows were packed: the factor, the most by which a distance of theirs is wrong, and 1. Null: too coarsely. */
function packInShort(kernels: Kernels, job: InterSampleJob): number[] | null {
  const { samples, n, d, regions } = job;
  const { paddedRows } = sizesOf(job);
  const stride = shortStride(d);
  const scale = shortScale(
    kernels,
    { address: samples, n, d, stride: 4 * d },
    regions.means,
    kernels.shortPiece(stride),
  );
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
  if (job.reduction) {
    const { dimensions } = job.reduction;
    const [address, norms, count] = [regions.short, regions.shortNorms, n];
    const short = { address, norms, count, length: dimensions, stride: strideOf(dimensions), paddedRows };
    shortenRows(kernels, wholeRows(kernels, job), short);
  }
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

/**
 * Candidates among every `partCount`-th pair of blocks. `shouldStop` is asked between pairs of blocks
 * (a millisecond or less); a search that stopped is worth nothing.
 */
export function searchInterSample(
  kernels: Kernels,
  job: InterSampleJob,
  part: number,
  shouldStop: () => boolean = () => false,
): void {
  const { n, regions, partCount } = job;
  const { candidateCount, paddedRows, listBytes } = sizesOf(job);
  const rows = searchedRows(kernels, job);
  const bounds = regions.bounds + part * listBytes;
  const candidates = regions.candidates + part * listBytes;
  const limits = regions.limits + part * 4 * paddedRows;
  const products = regions.products + part * 4 * BLOCK_ROWS * BLOCK_ROWS;
  kernels.clearLists(bounds, candidates, paddedRows, candidateCount);
  kernels.memory.float32(limits, paddedRows).fill(Infinity);
  const blockCount = Math.ceil(n / BLOCK_ROWS);
  let pair = 0;
  for (let i = 0; i < blockCount; i++) {
    for (let j = i; j < blockCount; j++) {
      if (pair++ % partCount !== part) continue;
      if (shouldStop()) return;
      kernels.searchBlocks(
        ...([rows.isShort, rows.packed, rows.stride, rows.norms, n, paddedRows, i, j] as const),
        ...([products, bounds, candidates, limits, candidateCount] as const),
      );
    }
  }
}

/** The rows among which candidates are looked for. */
function searchedRows(
  kernels: Kernels,
  job: InterSampleJob,
): { isShort: boolean; packed: number; stride: number; norms: number } {
  const { regions, reduction } = job;
  if (reduction) {
    const stride = strideOf(reduction.dimensions);
    return { isShort: false, packed: regions.short, stride, norms: regions.shortNorms };
  }
  const { isShort, stride } = packingOf(kernels, job);
  return { isShort, packed: regions.packed, stride, norms: regions.norms };
}

/** As `prepare` left it. */
function packingOf(
  { memory }: Kernels,
  job: InterSampleJob,
): { scale: number; blur: number; isShort: boolean; stride: number } {
  const [scale, blur, short] = memory.float64(job.regions.scale, SCALE_NUMBERS);
  const isShort = short === 1;
  return { scale, blur, isShort, stride: isShort ? shortStride(job.d) : sizesOf(job).stride };
}

/** All samples centred and scaled. */
function wholeRows({ memory }: Kernels, job: InterSampleJob): PackedRows {
  const { n, d, regions } = job;
  const { stride } = sizesOf(job);
  return { address: regions.packed, count: n, length: d, stride, norms: memory.float32(regions.norms, n) };
}

/** Share of the neighbours that an approximate search found; 1 of an exact one. After `refine`. */
function recallOfInterSample(kernels: Kernels, job: InterSampleJob): number {
  if (job.reduction === null) return 1;
  const { samples, n, d, regions } = job;
  const { k, length } = sizesOf(job);
  const neighbours = kernels.memory.int32(regions.neighbours, n * length);
  const values = kernels.memory.float32(samples, n * d);
  return neighbourRecall(kernels, values, wholeRows(kernels, job), { neighbours, length, k });
}

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

/** Entropy of the graph, and its interval when asked for: it overwrites the probabilities. */
export function finishInterSample(kernels: Kernels, job: InterSampleJob): InterSampleResult {
  const { n, options, regions } = job;
  const graph = graphOptions(n, options);
  const flags = kernels.memory.int32(regions.flags, n);
  const bits = entropyOf(kernels, job, graph);
  const excess = options.interval ? excessWithoutGroups(kernels, job) : null;
  return {
    bits,
    k: graph.k,
    tieCount: flags.reduce((count, flag) => count + (flag & TIED ? 1 : 0), 0),
    zeroScaleCount: flags.reduce((count, flag) => count + (flag & ZERO_SCALE ? 1 : 0), 0),
    halfWidthBits: excess && halfWidthOf(excess),
    ...(options.replicates && excess ? { excessWithout: excess } : {}),
    recall: recallOfInterSample(kernels, job),
  };
}

function excessWithoutGroups(kernels: Kernels, job: InterSampleJob): number[] | null {
  const { memory } = kernels;
  return memory.scoped(() => {
    const groups = memory.allocate(job.n);
    memory.uint8(groups, job.n).set(jackknifeGroups(job.n));
    return jackknifeExcess(job.n, (group, left) => {
      const graph = graphOptions(left, job.options);
      weigh(kernels, job, graph, { from: 0, to: job.n, groups, without: group, flags: 0 });
      return entropyOf(kernels, job, graph);
    });
  });
}

function weigh(
  kernels: Kernels,
  { n, options, regions }: InterSampleJob,
  graph: GraphOptions,
  rows: { from: number; to: number; groups: number; without: number; flags: number },
): void {
  const length = listLength(n, options);
  kernels.weighRows(
    ...([regions.neighbours, regions.distances, length, graph.k, graph.target, graph.rho] as const),
    ...([rows.groups, rows.without, rows.from, rows.to, regions.targets, regions.probabilities, rows.flags] as const),
  );
}

function entropyOf(kernels: Kernels, { n, regions }: InterSampleJob, { k, symmetrise }: GraphOptions): number {
  return kernels.graphEntropy(regions.targets, regions.probabilities, n, k, symmetrise === 'union');
}
