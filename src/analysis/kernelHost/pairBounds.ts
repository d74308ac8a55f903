/**
 * Squared distances of whole samples as sums of those of their channels, kept as lower bounds: whoever looks for
 * nearest neighbours among the same samples then multiplies nothing. A region of sums is laid out as one of squares
 * is, with a header of its own.
 */
import { HEADER_BYTES, pairCountOf, squaresBytes } from './distancePairs.js';
import type { Kernels } from './kernels.js';

/** Bounds of the squared distances of all pairs of n samples: none is above what it bounds, see `blur`. */
export interface PairBounds {
  /** (pair) float32. */
  readonly values: SharedArrayBuffer;
  readonly n: number;
  /** A distance may be shorter by so much than the root of its bound. */
  readonly blur: number;
}

/** Bounds of n samples' distances that lie in a slot, as `placeBounds` and `takeBounds` leave them. */
export interface PlacedBounds {
  readonly address: number;
  readonly n: number;
}

/** Numbers of a header of sums, float64. */
const [ERROR, BLUR_SQUARE, BEGUN, ENDED, HEADER_NUMBERS] = [0, 1, 2, 3, 4];
const FLOAT32_ROUNDING = 2 ** -24;

/** Bytes of the sums of all pairs of n samples. */
export function sumsBytes(n: number): number {
  return squaresBytes(n);
}

/** Bytes of placed bounds: eight pairs are read at once, also at the end. */
export function placedBytes(n: number): number {
  return squaresBytes(n) + 32;
}

/** Before the first squares are added. */
export function clearSums(header: Float64Array): void {
  header.fill(0);
}

/** Where `clearSums` clears. */
export function headerOf({ memory }: Pick<Kernels, 'memory'>, sums: number): Float64Array {
  return memory.float64(sums, HEADER_NUMBERS);
}

/** Adds the squares of one channel, as codePairs left them. Done twice, it shows in the header. */
export function addToSums(kernels: Kernels, n: number, squares: number, sums: number): void {
  const header = headerOf(kernels, sums);
  const [error, blur] = kernels.memory.float64(squares, 2);
  header[BEGUN]++;
  kernels.addSquares(squares + HEADER_BYTES, pairCountOf(n), sums + HEADER_BYTES, header[BEGUN] === 1);
  header[ERROR] += error;
  header[BLUR_SQUARE] += blur ** 2;
  header[ENDED]++;
}

/**
 * The sums of all `channelCount` channels that several regions hold, as bounds, to `place` of `placedBytes`, and to
 * `values` where they are given. Returns their blur; null where a channel was added twice or in part, or sums are no
 * numbers.
 */
export function takeBounds(
  kernels: Kernels,
  n: number,
  channelCount: number,
  regions: readonly number[],
  place: number,
  values: SharedArrayBuffer | null,
): number | null {
  const count = pairCountOf(n);
  const headers = regions.map((sums) => Array.from(headerOf(kernels, sums)));
  const total = (place: number): number => headers.reduce((sum, header) => sum + header[place], 0);
  if (total(BEGUN) !== channelCount || total(ENDED) !== channelCount) return null;
  const filled = regions.filter((_, index) => headers[index][BEGUN] > 0);
  let largest = 0;
  filled.forEach((sums, index) => {
    largest = kernels.addSquares(sums + HEADER_BYTES, count, place + HEADER_BYTES, index === 0);
  });
  // The channels' own errors, every addition's and the last subtraction's.
  const error = total(ERROR) + (channelCount + filled.length + 2) * FLOAT32_ROUNDING * 1.05 * largest;
  if (!Number.isFinite(error)) return null;
  kernels.lowerBy(place + HEADER_BYTES, count, error, place + HEADER_BYTES);
  if (values) new Float32Array(values).set(kernels.memory.float32(place + HEADER_BYTES, count));
  const blur = Math.sqrt(total(BLUR_SQUARE)) * (1 + 1e-9);
  kernels.memory.float64(place, 1)[0] = blur;
  return blur;
}

/** To where a search reads them; see `placedBytes`. */
export function placeBounds({ memory }: Kernels, { values, n, blur }: PairBounds, address: number): void {
  memory.float64(address, 1)[0] = blur;
  memory.float32(address + HEADER_BYTES, pairCountOf(n)).set(new Float32Array(values));
}

/** As `placeBounds` left them: the address of the first, and their blur. */
export function placedBounds({ memory }: Kernels, address: number): { bounds: number; blur: number } {
  return { bounds: address + HEADER_BYTES, blur: memory.float64(address, 1)[0] };
}
