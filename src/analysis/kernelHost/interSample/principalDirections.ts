/**
 * The principal directions of samples, about: of some of them, by subspace iteration (Halko, Martinsson and Tropp
 * 2011, algorithm 4.4) in a fixed order of operations, so that they are the same on every machine.
 */
import { seededWords, shuffledIndices } from '../../measures/standardNormal.js';
import type { Kernels } from '../kernels.js';
import { packInMemory, packedBytes, productOfRows, type PackedRows } from '../packedRows.js';
import { copyRows } from './copyRows.js';

/** Samples that the directions are found from. */
const MOST_SAMPLES = 512;
const ITERATIONS = 2;
const SEED = 1;

/** Samples (n, d) float32, and what their differences are multiplied by. */
export interface ScaledSamples {
  readonly address: number;
  readonly n: number;
  readonly d: number;
  readonly scale: number;
}

/** Bytes that `principalDirections` allocates for n samples of d values. */
export function directionBytes(n: number, d: number, count: number): number {
  const m = Math.min(n, MOST_SAMPLES);
  const rows = [packedBytes(m, d), packedBytes(d, m), packedBytes(count, d), packedBytes(count, m)];
  return 2 * rows.reduce((sum, bytes) => sum + bytes, 0) + 4 * d + 2 ** 17;
}

/**
 * Packs `count` orthonormal directions (count, d) to `directions`, and puts the mean of the samples that they were
 * found from to `means` (d, float64). Returns the median length of these samples, centred and scaled.
 */
export function principalDirections(
  kernels: Kernels,
  samples: ScaledSamples,
  count: number,
  means: number,
  directions: number,
): number {
  const { memory } = kernels;
  const { n, d } = samples;
  const m = Math.min(n, MOST_SAMPLES);
  return memory.scoped(() => {
    const some = copyRows(memory, samples, shuffledIndices(n, SEED).subarray(0, m));
    centre(kernels, some, m, samples, means);
    const columns = memory.allocate(4 * d * m);
    kernels.toChannelMajor(some, columns, 1, m, d);
    const packed = packInMemory(kernels, some, m, d);
    iterate(kernels, packed, packInMemory(kernels, columns, d, m), count, directions);
    return Math.sqrt(packed.norms.slice().sort()[m >> 1]);
  });
}

function centre(kernels: Kernels, rows: number, m: number, { d, scale }: ScaledSamples, means: number): void {
  const { memory } = kernels;
  kernels.columnMeans(rows, m, d, 4 * d, means);
  const values = memory.float32(rows, m * d);
  const mean = memory.float64(means, d);
  for (let i = 0; i < m; i++) for (let c = 0; c < d; c++) values[i * d + c] = (values[i * d + c] - mean[c]) * scale;
}

/** Directions from signs by chance: times the samples, times their transpose, made orthonormal, and again. */
function iterate(kernels: Kernels, samples: PackedRows, columns: PackedRows, count: number, directions: number): void {
  const { memory } = kernels;
  const [m, d] = [samples.count, columns.count];
  const next = memory.allocate(4 * count * d);
  const places = memory.allocate(4 * count * m);
  fillSigns(memory.float32(next, count * d));
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    memory.scoped(() => {
      multiply(kernels, packInMemory(kernels, next, count, d), samples, places);
      multiply(kernels, packInMemory(kernels, places, count, m), columns, next);
    });
    kernels.orthonormalise(next, count, d);
  }
  packInMemory(kernels, next, count, d, directions);
}

/** Products of the rows of `a` with those of `b`, (a.count, b.count) float32 at `out`. */
function multiply(kernels: Kernels, a: PackedRows, b: PackedRows, out: number): void {
  const products = kernels.memory.float32(out, a.count * b.count);
  productOfRows(kernels, a, b, (row, some) => products.set(some, row * b.count));
}

function fillSigns(target: Float32Array): void {
  const words = seededWords(SEED);
  for (let at = 0; at < target.length; at += 32) {
    const word = words();
    for (let bit = 0; bit < 32 && at + bit < target.length; bit++) target[at + bit] = (word >>> bit) & 1 ? 1 : -1;
  }
}
