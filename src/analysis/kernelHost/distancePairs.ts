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

export function pairCountOf(n: number): number {
  return (n * (n - 1)) / 2;
}

/** Bytes that the squares of all pairs take: float32, and room to read four at once at the end. */
export function squaresBytes(n: number): number {
  return 4 * pairCountOf(n) + 16;
}

/** Bytes that one thread needs beside the squares, for packed rows. */
export function packedBytes(n: number, d: number): number {
  return Math.ceil(n / 4) * 4 * pieceStride(Math.min(d, PIECE_VALUES)) + 64;
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
  const { address, n, sampleLength } = runs;
  const d = valuesOf(runs);
  const { memory } = kernels;
  memory.scoped(() => {
    const packed = memory.allocate(packedBytes(n, d));
    for (let begin = 0; begin < d || begin === 0; begin += PIECE_VALUES) {
      const length = Math.min(PIECE_VALUES, d - begin);
      const stride = pieceStride(length);
      kernels.packRows(address + 4 * begin, n, 4 * sampleLength, length, packed, stride);
      kernels.addSquares(packed, stride, n, from, to, squares, begin === 0);
    }
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
  const d = valuesOf(runs);
  return memory.scoped(() => {
    const range = memory.allocate(16);
    const scratch = memory.allocate(16);
    kernels.rangeOfPairs(address, n, 4 * sampleLength, d, squares, squareError(d), range);
    for (const { address: codes, bins } of wanted) {
      kernels.quantisePairs(
        ...([address, n, 4 * sampleLength, d, squares, squareError(d)] as const),
        ...([bins, range, codes, scratch] as const),
      );
    }
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

/**
 * Bound of the relative error of a float32 square: a lane's sum of a piece, the sum of lanes and pieces,
 * and the roundings of a difference and its square.
 */
function squareError(d: number): number {
  const roundings = Math.ceil(Math.min(d, PIECE_VALUES) / 4) + Math.ceil(d / PIECE_VALUES) + 8;
  return roundings * FLOAT32_ROUNDING * 1.05;
}
