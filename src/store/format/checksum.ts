/**
 * CRC-32C (Castagnoli), the checksum of Zarr's `crc32c` codec and of every key that a commit record
 * lists. Checksums are unsigned 32-bit numbers here and eight lower-case hex digits in records.
 */
// Other folders compile this file too, and would not find the types without the reference.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="./crc32c.d.ts" />
import table from 'crc-32/crc32c.js';
import { storeKernels, type StoreKernels } from './storeKernels.js';

/** From here on the kernel is faster than tables, the copy into its memory included. */
const SHORTEST = 4096;

/** Of `bytes`, or of what `seed` is the checksum of followed by `bytes`. */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  const kernels = bytes.length < SHORTEST ? null : storeKernels();
  return (kernels ? checksumInParts(kernels, bytes, seed) : table.buf(bytes, seed)) >>> 0;
}

function checksumInParts(kernels: StoreKernels, bytes: Uint8Array, seed: number): number {
  const { length: capacity } = kernels.bytes;
  let checksum = seed;
  for (let from = 0; from < bytes.length; from += capacity) {
    const part = bytes.subarray(from, from + capacity);
    if (part.length < SHORTEST) return table.buf(part, checksum);
    kernels.bytes.set(part);
    checksum = kernels.checksum(part.length, checksum);
  }
  return checksum;
}

export function checksumText(checksum: number): string {
  return checksum.toString(16).padStart(8, '0');
}

/**
 * Checksums of concatenations from the checksums of their parts, so that bytes are read only once:
 * appending n bytes multiplies a checksum by x^(8n) modulo the polynomial (as zlib's crc32_combine).
 */
export class ChecksumAppender {
  readonly #shift: number;

  /** @param byteLength of every part that will be appended */
  constructor(byteLength: number) {
    this.#shift = powerOfX(8 * byteLength);
  }

  /** The checksum of A‖B from those of A and B. */
  append(checksumA: number, checksumB: number): number {
    return (multiply(this.#shift, checksumA) ^ checksumB) >>> 0;
  }
}

/** The Castagnoli polynomial, bits reversed: the lowest power is the highest bit. */
const POLYNOMIAL = 0x82f63b78;
const ONE = 0x80000000;

/** a × b modulo the polynomial over GF(2). */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 31; bit >= 0; bit--) {
    if ((a >>> bit) & 1) product ^= b;
    b = b & 1 ? (b >>> 1) ^ POLYNOMIAL : b >>> 1;
  }
  return product >>> 0;
}

/** x^exponent modulo the polynomial, by squaring; exact for exponents up to 2^53. */
function powerOfX(exponent: number): number {
  let result = ONE;
  let square = ONE >>> 1;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(square, result);
    square = multiply(square, square);
  }
  return result;
}
