/**
 * Distances of all pairs of samples through the kernels, as the numbers of their bins. Everything lies in
 * the kernels' memory and is named by addresses, so that threads can share it; the twin is
 * measures/distanceMutualInformation.ts.
 */
import type { Kernels } from './kernels.js';
import { blurOf, shortScale, shortSlack, shortStride } from './shortRows.js';

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
/** Before the squares lie the bounds of their error, float64, and of what distances lack beside it. */
const HEADER_BYTES = 64;
/** Rows of so many values are multiplied in 16 bits first. */
const [LEAST_SHORT, MOST_SHORT] = [48, 2 ** 14];
/** Not so small or large that float32 squares of theirs vanish or overflow. */
const [SMALLEST_SHORT, LARGEST_SHORT] = [1e-12, 1e12];
/** Share of a bin that 16 bits may blur: about twice as many pairs are computed again by the difference. */
const MOST_BLUR = 0.01;

/** Rows whose products one call makes: a multiple of 4. */
const ROWS_A_CALL = 64;

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
  return paddedRows(n) * (pieceStride(piece) + 8) + 8 * Math.min(d, MOST_SHORT) + 5 * 64;
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
      kernels.addProducts(false, packed, pieceStride(length), n, from, to, squares + HEADER_BYTES, begin === 0);
    }
    memory.float32(norms, n).set(total);
    kernels.productsToSquares(norms, n, from, to, 1, squares + HEADER_BYTES);
    // Every thread writes the same.
    memory.float64(squares, 2).set([squareError(d, total), 0]);
  });
}

/**
 * Distances of all pairs as bins of their own range, for each number of bins that is asked for. Their
 * squares, which go to `squares`, are of products in 16 bits where these tell bins apart.
 */
export function codePairs(
  kernels: Kernels,
  runs: SampleRuns,
  squares: number,
  wanted: readonly PairCodes[],
): DistanceRange {
  if (squareInShort(kernels, runs, squares)) {
    const range = rangeOf(kernels, runs, squares);
    const bins = wanted.reduce((most, one) => Math.max(most, one.bins), 0);
    const blur = kernels.memory.float64(squares, 2)[1];
    if (blur * bins <= MOST_BLUR * (range.maximum - range.minimum))
      return binPairs(kernels, runs, squares, range, wanted);
  }
  squarePairs(kernels, runs, [0, runs.n], squares);
  return quantisePairs(kernels, runs, squares, wanted);
}

/** As squarePairs of all rows; false, with nothing done, where rows are too short or their values no numbers for it. */
function squareInShort(kernels: Kernels, runs: SampleRuns, squares: number): boolean {
  const { n, address, sampleLength } = runs;
  const d = valuesOf(runs);
  if (d < LEAST_SHORT || d > MOST_SHORT) return false;
  const { memory } = kernels;
  return memory.scoped(() => {
    const rows = { address, n, d, stride: 4 * sampleLength };
    const means = memory.allocate(8 * d);
    kernels.columnMeans(address, n, d, rows.stride, means);
    const scale = shortScale(kernels, rows, means, PIECE_VALUES);
    if (!(1 / scale > SMALLEST_SHORT && 1 / scale < LARGEST_SHORT)) return false;
    const packed = memory.allocate(paddedRows(n) * shortStride(Math.min(d, PIECE_VALUES)));
    const norms = memory.allocate(4 * paddedRows(n));
    const total = new Float64Array(n);
    let error = 0;
    for (let begin = 0; begin < d; begin += PIECE_VALUES) {
      const length = Math.min(PIECE_VALUES, d - begin);
      error += kernels.packShort(
        ...([address + 4 * begin, n, length, rows.stride, means + 8 * begin, scale, 0] as const),
        ...([paddedRows(n), packed, shortStride(length), norms] as const),
      );
      memory.float32(norms, n).forEach((norm, i) => (total[i] += norm));
      for (const [from, to] of someRows(n))
        kernels.addProducts(true, packed, shortStride(length), n, from, to, squares + HEADER_BYTES, begin === 0);
    }
    memory.float32(norms, n).set(total);
    const unit = 1 / scale ** 2;
    kernels.productsToSquares(norms, n, 0, n, unit, squares + HEADER_BYTES);
    const largest = total.reduce((most, norm) => Math.max(most, norm), 0);
    memory.float64(squares, 2).set([shortSlack(d) * 2 * largest * unit + 1e-30, blurOf(error) / scale]);
    return true;
  });
}

/** All rows, few at a time: what V8 has compiled in haste is only left where a call ends. */
function someRows(n: number): [from: number, to: number][] {
  return Array.from({ length: Math.ceil(n / ROWS_A_CALL) }, (_, part) => [
    part * ROWS_A_CALL,
    Math.min(n, (part + 1) * ROWS_A_CALL),
  ]);
}

/** Squares as bins of the distances' own range, for each number of bins that is asked for. */
export function quantisePairs(
  kernels: Kernels,
  runs: SampleRuns,
  squares: number,
  wanted: readonly PairCodes[],
): DistanceRange {
  return binPairs(kernels, runs, squares, rangeOf(kernels, runs, squares), wanted);
}

function rangeOf(kernels: Kernels, runs: SampleRuns, squares: number): DistanceRange {
  const { memory } = kernels;
  return memory.scoped(() => {
    const range = memory.allocate(16);
    kernels.rangeOfPairs(...squaresOf(kernels, runs, squares), range);
    const [minimum, maximum] = memory.float64(range, 2);
    return { minimum, maximum };
  });
}

function binPairs(
  kernels: Kernels,
  runs: SampleRuns,
  squares: number,
  range: DistanceRange,
  wanted: readonly PairCodes[],
): DistanceRange {
  const { memory } = kernels;
  return memory.scoped(() => {
    const place = memory.allocate(16);
    const scratch = memory.allocate(16);
    memory.float64(place, 2).set([range.minimum, range.maximum]);
    const all = squaresOf(kernels, runs, squares);
    for (const { address: codes, bins } of wanted) kernels.quantisePairs(...all, bins, place, codes, scratch);
    return range;
  });
}

/** What kernels are told of samples and of their pairs' squares. */
function squaresOf({ memory }: Kernels, runs: SampleRuns, squares: number) {
  const { address, n, sampleLength } = runs;
  const [error, blur] = memory.float64(squares, 2);
  return [address, n, 4 * sampleLength, valuesOf(runs), squares + HEADER_BYTES, error, blur] as const;
}

/** Runs follow each other without gaps, so that all of a sample's are one vector. */
export function valuesOf({ runCount, length }: SampleRuns): number {
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
