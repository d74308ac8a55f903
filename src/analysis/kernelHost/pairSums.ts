/**
 * Products and squared distances of all pairs of samples in float64 through the kernels: of centred float32 rows,
 * summed in float32 over short pieces of them and in float64 over the pieces. A squared distance is wrong by some
 * 10⁻⁷ of |x|² + |y|² about the mean at most, since a lane sums 64 products.
 */
import { pairCountOf, valuesOf, type SampleRuns } from './distancePairs.js';
import type { Kernels } from './kernels.js';

const PIECE_VALUES = 256;
/** Squared lengths within which no product of float32 overflows, and none that matters vanishes. */
const [LEAST_SQUARE, MOST_SQUARE] = [1e-20, 1e30];

/** Bytes that `sumPairs` allocates. */
export function pairSumBytes(n: number, d: number): number {
  const piece = Math.min(d, PIECE_VALUES);
  return paddedRows(n) * (strideOf(piece) + 4) + 8 * (n + d) + 4 * 64;
}

/**
 * Of the pairs whose first sample is from … to − 1 (`from` a multiple of 4), over all runs about their mean: products
 * or squared distances (pair) float64 at `sums`.
 */
export function sumPairs(
  kernels: Kernels,
  kind: 'distance' | 'product',
  runs: SampleRuns,
  [from, to]: readonly [number, number],
  sums: number,
): void {
  const { n, address, sampleLength } = runs;
  const d = valuesOf(runs);
  const { memory } = kernels;
  memory.scoped(() => {
    const means = memory.allocate(8 * d);
    const norms = memory.allocate(8 * n);
    kernels.columnMeans(address, n, d, 4 * sampleLength, means);
    let scale = 1;
    const longest = addPieces(kernels, runs, [from, to], { means, norms, scale, sums });
    if (!(longest > LEAST_SQUARE && longest < MOST_SQUARE)) {
      const deviation = kernels.largestDeviation(address, n, d, 4 * sampleLength, means);
      // A power of two, which costs no digit.
      if (deviation > 0) scale = 2 ** -Math.round(Math.log2(deviation));
      if (scale !== 1) addPieces(kernels, runs, [from, to], { means, norms, scale, sums });
    }
    if (kind === 'distance') kernels.sumsToSquares(norms, n, from, to, sums);
    if (scale === 1) return;
    const first = pairCountOf(n) - pairCountOf(n - from);
    const all = memory.float64(sums + 8 * first, pairCountOf(n) - pairCountOf(n - to) - first);
    for (let p = 0; p < all.length; p++) all[p] /= scale ** 2;
  });
}

interface Summing {
  readonly means: number;
  readonly norms: number;
  readonly scale: number;
  readonly sums: number;
}

/** Products at `sums`, squared lengths at `norms`; returns the largest of these. */
function addPieces(
  kernels: Kernels,
  runs: SampleRuns,
  [from, to]: readonly [number, number],
  { means, norms, scale, sums }: Summing,
): number {
  const { n, address, sampleLength } = runs;
  const d = valuesOf(runs);
  const { memory } = kernels;
  return memory.scoped(() => {
    const packed = memory.allocate(paddedRows(n) * strideOf(Math.min(d, PIECE_VALUES)));
    const pieceNorms = memory.allocate(4 * paddedRows(n));
    const total = memory.float64(norms, n).fill(0);
    for (let begin = 0; begin < Math.max(1, d); begin += PIECE_VALUES) {
      const length = Math.min(PIECE_VALUES, d - begin);
      kernels.packCentred(
        ...([address + 4 * begin, n, length, 4 * sampleLength, means + 8 * begin, scale, 0] as const),
        ...([paddedRows(n), packed, strideOf(length), pieceNorms] as const),
      );
      const some = memory.float32(pieceNorms, n);
      for (let i = 0; i < n; i++) total[i] += some[i];
      kernels.addPairSums(packed, strideOf(length), n, from, to, sums, begin === 0);
    }
    return total.reduce((most, norm) => Math.max(most, norm), 0);
  });
}

function strideOf(length: number): number {
  return Math.ceil(length / 4) * 16;
}

function paddedRows(n: number): number {
  return Math.ceil(n / 4) * 4;
}
