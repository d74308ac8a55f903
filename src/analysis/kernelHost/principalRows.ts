/**
 * Samples as shorter rows whose distances are nearly those of the samples, and never above them: their
 * places along the principal directions of a sample of them, and the length of what is left. Neighbours
 * are looked for among these when they need not be exact. The directions come from a subspace iteration
 * (Halko, Martinsson and Tropp 2011, algorithm 4.4) in a fixed order of operations, so that they are the
 * same on every machine.
 */
import { fillStandardNormal, shuffledIndices } from '../measures/standardNormal.js';
import { packedIndex, packRows, productOfRows, rowsOf, type PackedRows } from './packedRows.js';
import type { Kernels } from './kernels.js';

/** Samples that the directions are found from. */
const MOST_SAMPLES = 512;
const ITERATIONS = 2;
const SEED = 1;

/** Where short rows go: packed, and their squared lengths (paddedRows) float32. */
export interface ShortRows extends Omit<PackedRows, 'norms'> {
  readonly norms: number;
  readonly paddedRows: number;
}

/** Bytes that `shortenRows` allocates for n rows of d values. */
export function shorteningBytes(n: number, d: number, dimensions: number): number {
  const m = Math.min(n, MOST_SAMPLES);
  const packed = (rows: number, length: number): number => (rows + 4) * (length + 4) * 4 + 64;
  return packed(m, d) + packed(d, m) + packed(dimensions, d) + packed(dimensions, m) + 2 ** 17;
}

/**
 * Writes the short rows of `rows` (n, d), centred: `short.length` − 1 directions and the length of the
 * rest. The slack of the norms is left at 0: what is found with them is approximate anyway.
 */
export function shortenRows(kernels: Kernels, rows: PackedRows, short: ShortRows): void {
  const { memory } = kernels;
  memory.scoped(() => {
    const directions = principalDirections(kernels, rows, short.length - 1);
    const { stride } = short;
    const values = memory.float32(short.address, (short.paddedRows * stride) / 4);
    const norms = memory.float32(short.norms, short.paddedRows).fill(Infinity);
    values.fill(0);
    productOfRows(kernels, rows, directions, (i, places) => {
      let along = 0;
      for (let c = 0; c < places.length; c++) {
        values[packedIndex(stride, i, c)] = places[c];
        along += places[c] ** 2;
      }
      const whole = rows.norms![i];
      values[packedIndex(stride, i, places.length)] = Math.sqrt(Math.max(0, whole - along));
      norms[i] = Math.max(whole, along);
    });
  });
}

/** Packed rows (count, d), orthonormal: about the principal directions of some of the rows. */
function principalDirections(kernels: Kernels, rows: PackedRows, count: number): PackedRows {
  const { length: d } = rows;
  const m = Math.min(rows.count, MOST_SAMPLES);
  const some = rowsOf(kernels, rows, shuffledIndices(rows.count, SEED).subarray(0, m));
  const samples = packRows(kernels, some, m, d);
  const columns = packRows(kernels, transposed(some, m, d), d, m);
  let directions: Float32Array = new Float32Array(count * d);
  fillStandardNormal(directions, SEED);
  const { memory } = kernels;
  const packed = packRows(kernels, directions, count, d);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    memory.scoped(() => {
      const places = new Float32Array(count * m);
      productOfRows(kernels, samples, packed, (i, products) => {
        for (let c = 0; c < count; c++) places[c * m + i] = products[c];
      });
      const next = new Float32Array(count * d);
      productOfRows(kernels, columns, packRows(kernels, places, count, m), (k, products) => {
        for (let c = 0; c < count; c++) next[c * d + k] = products[c];
      });
      directions = orthonormal(next, count, d);
    });
    packRows(kernels, directions, count, d, packed.address);
  }
  return packed;
}

/** Modified Gram–Schmidt; a direction that the others span becomes 0. */
function orthonormal(rows: Float32Array, count: number, d: number): Float32Array {
  for (let a = 0; a < count; a++) {
    const row = rows.subarray(a * d, (a + 1) * d);
    const before = Math.sqrt(dot(row, row));
    for (let b = 0; b < a; b++) {
      const other = rows.subarray(b * d, (b + 1) * d);
      const along = dot(row, other);
      for (let c = 0; c < d; c++) row[c] -= along * other[c];
    }
    const length = Math.sqrt(dot(row, row));
    const scale = length > 1e-5 * before ? 1 / length : 0;
    for (let c = 0; c < d; c++) row[c] *= scale;
  }
  return rows;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let c = 0; c < a.length; c++) sum += a[c] * b[c];
  return sum;
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < rows; i++) for (let c = 0; c < columns; c++) out[c * rows + i] = values[i * columns + c];
  return out;
}
