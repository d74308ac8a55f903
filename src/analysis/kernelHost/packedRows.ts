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
  /** Squared lengths, where they are known. */
  readonly norms?: Float32Array;
}

export function strideOf(length: number): number {
  return Math.ceil(length / 4) * 16;
}

/** Index of a value among those of all rows, in the order in which they lie. */
export function packedIndex(stride: number, row: number, column: number): number {
  return ((row & ~3) * stride) / 4 + (column >> 2) * 16 + (row & 3) * 4 + (column & 3);
}

/** Packs (count, length) values, to `address` where it is given. */
export function packRows(
  { memory }: Kernels,
  values: Float32Array,
  count: number,
  length: number,
  address?: number,
): PackedRows {
  const stride = strideOf(length);
  const size = (Math.ceil(count / 4) * 4 * stride) / 4;
  const place = address ?? memory.allocate(4 * size);
  const out = memory.float32(place, size).fill(0);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < length; c++) out[packedIndex(stride, i, c)] = values[i * length + c];
  }
  return { address: place, count, length, stride };
}

/** Some of the rows as (indices.length, length). */
export function rowsOf(
  { memory }: Kernels,
  { address, count, length, stride }: PackedRows,
  indices: Int32Array,
): Float32Array {
  const values = memory.float32(address, (Math.ceil(count / 4) * 4 * stride) / 4);
  const out = new Float32Array(indices.length * length);
  indices.forEach((row, i) => {
    for (let c = 0; c < length; c++) out[i * length + c] = values[packedIndex(stride, row, c)];
  });
  return out;
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

function fours(count: number): number {
  return Math.ceil(count / 4) * 4;
}
