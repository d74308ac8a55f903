/** Matrices in the layout that the product kernel reads (kernels/_product.ts), and their products. */
import type { Kernels } from './kernels.js';

/** As in kernels/_product.ts. */
export const BLOCK_ROWS = 96;

/** Rows of `length` float32 values in groups of four, interleaved by 16 bytes, `stride` bytes a row. */
export interface PackedRows {
  readonly address: number;
  readonly count: number;
  readonly length: number;
  readonly stride: number;
  /** Squared lengths. */
  readonly norms: Float32Array;
}

export function strideOf(length: number): number {
  return Math.ceil(length / 4) * 16;
}

/** Bytes of so many packed rows and what goes with them. */
export function packedBytes(count: number, length: number): number {
  return fours(count) * (strideOf(length) + 4) + 8 * length + 256;
}

/** Packs (count, length) float32 values that lie at `source`, to `address` where it is given. */
export function packInMemory(
  kernels: Kernels,
  source: number,
  count: number,
  length: number,
  address?: number,
): PackedRows {
  const { memory } = kernels;
  const stride = strideOf(length);
  const place = address ?? memory.allocate(fours(count) * stride);
  const norms = memory.allocate(4 * fours(count));
  memory.scoped(() => {
    const means = memory.allocate(8 * length);
    memory.float64(means, length).fill(0);
    kernels.packCentred(source, count, length, 4 * length, means, 1, 0, fours(count), place, stride, norms);
  });
  return { address: place, count, length, stride, norms: memory.float32(norms, count) };
}

/** Hands each row of `a` its products with all rows of `b`, which have the same length; the array is used again. */
export function productOfRows(
  kernels: Kernels,
  a: PackedRows,
  b: PackedRows,
  use: (row: number, products: Float32Array) => void,
): void {
  const { memory } = kernels;
  memory.scoped(() => {
    const out = memory.allocate(4 * BLOCK_ROWS * BLOCK_ROWS);
    const block = memory.float32(out, BLOCK_ROWS * BLOCK_ROWS);
    const rows = new Float32Array(BLOCK_ROWS * b.count);
    for (let i = 0; i < a.count; i += BLOCK_ROWS) {
      const inA = Math.min(BLOCK_ROWS, a.count - i);
      for (let j = 0; j < b.count; j += BLOCK_ROWS) {
        const inB = Math.min(BLOCK_ROWS, b.count - j);
        kernels.multiplyBlocks(
          ...([a.address + i * a.stride, fours(inA), b.address + j * b.stride, fours(inB)] as const),
          ...([a.stride, out] as const),
        );
        for (let row = 0; row < inA; row++)
          rows.set(block.subarray(row * BLOCK_ROWS, row * BLOCK_ROWS + inB), row * b.count + j);
      }
      for (let row = 0; row < inA; row++) use(i + row, rows.subarray(row * b.count, (row + 1) * b.count));
    }
  });
}

/** The next multiple of four: rows are packed by groups of four. */
export function fours(count: number): number {
  return Math.ceil(count / 4) * 4;
}
