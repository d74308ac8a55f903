/** Rows of 16 bits, whose products take half the time of float32 (kernels/_short.ts): how they are scaled. */
import type { Kernels } from './kernels.js';

const LARGEST = 32_766;
/** √2³¹, less what rounding may add to the length of what a lane sums of a piece of 832 values. */
const LONGEST = 46_320;
const PIECE_VALUES = 832;
const FLOAT32_ROUNDING = 2 ** -24;

export interface Rows {
  readonly address: number;
  readonly n: number;
  readonly d: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
}

/** Bytes of a packed row. */
export function shortStride(d: number): number {
  return Math.ceil(d / 8) * 16;
}

/** The largest factor with which all values fit 16 bits, and every lane's sum of `piece` products 32; `piece` is a multiple of 8. */
export function shortScale(kernels: Kernels, { address, n, d, stride }: Rows, means: number, piece: number): number {
  const { memory } = kernels;
  return memory.scoped(() => {
    const out = memory.allocate(16);
    kernels.extentOfRows(address, n, d, stride, means, piece, out);
    const [deviation, square] = memory.float64(out, 2);
    return deviation > 0 ? Math.min(LARGEST / deviation, LONGEST / Math.sqrt(square)) : 1;
  });
}

/**
 * Share of |x|² + |y|² by which a squared distance of such products may be too large: sums are whole
 * numbers, so only their conversion, the sums of lanes and pieces, and the norms are rounded.
 */
export function shortSlack(d: number): number {
  return (Math.ceil(d / PIECE_VALUES) + 14) * FLOAT32_ROUNDING * 1.05;
}

/** The most by which a distance of two rows is wrong, in their unit, from what rounding took from a row at most. */
export function blurOf(largestSquaredError: number): number {
  return 2 * (Math.sqrt(largestSquaredError) * (1 + 1e-9) + 1e-6);
}
