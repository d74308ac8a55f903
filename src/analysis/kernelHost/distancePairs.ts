/**
 * Distances of all pairs of samples through the kernels, as the numbers of their bins. Everything lies in
 * the kernels' memory and is named by addresses, so that threads can share it; the twin is
 * measures/distanceMutualInformation.ts.
 */
import type { Kernels } from './kernels.js';

/** `runCount` runs of `length` float32 values in each of n samples: channels' maps, one after another. */
export interface SampleRuns {
  /** Address of the first sample's first run. */
  readonly address: number;
  readonly n: number;
  /** Values from one sample's beginning to the next one's. */
  readonly sampleLength: number;
  readonly runCount: number;
  readonly length: number;
}

export interface DistanceRange {
  readonly minimum: number;
  readonly maximum: number;
}

/** Where codes with so many bins go, a byte a pair. */
export interface PairCodes {
  readonly address: number;
  readonly bins: number;
}

/** Values of a row that are packed and summed at once: each lane then sums 208 squares. */
const PIECE_VALUES = 832;
const FLOAT32_ROUNDING = 2 ** -24;
/** Before the squares lies their error's bound, float64. */
const HEADER_BYTES = 64;

export function pairCountOf(n: number): number {
  return (n * (n - 1)) / 2;
}

/** Bytes of the squares of all pairs: their error, float32 each, and room to read four at once at the end. */
export function squaresBytes(n: number): number {
  return HEADER_BYTES + 4 * pairCountOf(n) + 16;
}

/** Bytes that one thread needs beside the squares, for packed rows, means and norms. */
export function packedBytes(n: number, d: number): number {
  const piece = Math.min(d, PIECE_VALUES);
  return paddedRows(n) * (pieceStride(piece) + 8) + 8 * piece + 4 * 64;
}

/**
 * Squared distances of the samples over all their runs, as float32, of the pairs whose first sample is
 * from … to − 1, into `squares` (see squaresBytes). `from` is a multiple of 4.
 */
export function squarePairs(
  kernels: Kernels,
  runs: SampleRuns,
  [from, to]: readonly [number, number],
  squares: number,
): void {
  const { n } = runs;
  const d = valuesOf(runs);
  const { memory } = kernels;
  memory.scoped(() => {
    const packed = memory.allocate(paddedRows(n) * pieceStride(Math.min(d, PIECE_VALUES)));
    const norms = memory.allocate(4 * paddedRows(n));
    const total = new Float64Array(n);
    for (let begin = 0; begin < Math.max(1, d); begin += PIECE_VALUES) {
      const length = Math.min(PIECE_VALUES, d - begin);
      packPiece(kernels, runs, begin, length, packed, norms);
      memory.float32(norms, n).forEach((norm, i) => (total[i] += norm));
      kernels.addProducts(packed, pieceStride(length), n, from, to, squares + HEADER_BYTES, begin === 0);
    }
    memory.float32(norms, n).set(total);
    kernels.productsToSquares(norms, n, from, to, squares + HEADER_BYTES);
    // Every thread writes the same.
    memory.float64(squares, 1)[0] = squareError(d, total);
  });
}

/** Squares as bins of the distances' own range, for each number of bins that is asked for. */
export function quantisePairs(
  kernels: Kernels,
  runs: SampleRuns,
  squares: number,
  wanted: readonly PairCodes[],
): DistanceRange {
  const { memory } = kernels;
  const { address, n, sampleLength } = runs;
  return memory.scoped(() => {
    const range = memory.allocate(16);
    const scratch = memory.allocate(16);
    const error = memory.float64(squares, 1)[0];
    const all = [address, n, 4 * sampleLength, valuesOf(runs), squares + HEADER_BYTES, error] as const;
    kernels.rangeOfPairs(...all, range);
    for (const { address: codes, bins } of wanted) kernels.quantisePairs(...all, bins, range, codes, scratch);
    const [minimum, maximum] = memory.float64(range, 2);
    return { minimum, maximum };
  });
}

/** Sums over all runs for the pairs of some rows, float64 (pair) at `sums`. */
export function sumPairs(
  kernels: Kernels,
  kind: 'distance' | 'product',
  { address, n, sampleLength, runCount, length }: SampleRuns,
  [from, to]: readonly [number, number],
  sums: number,
): void {
  for (let run = 0; run < runCount; run++) {
    kernels.addPairSums(
      ...([kind === 'product', address + 4 * run * length, n, 4 * sampleLength, length] as const),
      ...([from, to, sums, run === 0] as const),
    );
  }
}

/** Runs follow each other without gaps, so that all of a sample's are one vector. */
function valuesOf({ runCount, length }: SampleRuns): number {
  return runCount * length;
}

function pieceStride(length: number): number {
  return Math.ceil(length / 4) * 16;
}

function paddedRows(n: number): number {
  return Math.ceil(n / 4) * 4;
}

function packPiece(
  kernels: Kernels,
  { address, n, sampleLength }: SampleRuns,
  begin: number,
  length: number,
  packed: number,
  norms: number,
): void {
  const { memory } = kernels;
  memory.scoped(() => {
    const means = memory.allocate(8 * length);
    kernels.columnMeans(address + 4 * begin, n, length, 4 * sampleLength, means);
    kernels.packCentred(
      ...([address + 4 * begin, n, length, 4 * sampleLength, means, 1, 0] as const),
      ...([paddedRows(n), packed, pieceStride(length), norms] as const),
    );
  });
}

/**
 * Bound of the error of |x|² + |y|² − 2 x·y: a lane's sum of a piece, the sums of lanes and pieces, and
 * twenty roundings of rows, norms and their sum, of the largest norms; and what subnormal numbers lose.
 */
function squareError(d: number, norms: Float64Array): number {
  const roundings = Math.ceil(Math.min(d, PIECE_VALUES) / 4) + Math.ceil(d / PIECE_VALUES) + 20;
  const largest = norms.reduce((most, norm) => Math.max(most, norm), 0);
  return roundings * FLOAT32_ROUNDING * 1.05 * 2 * largest + 1e-30;
}
