/**
 * Half precision (IEEE 754 binary16) where the engine has no Float16Array: whole stretches at once, the bits
 * alone, exactly as numpy's `astype(float16)` rounds (to nearest, ties to even; beyond 65519 to infinity).
 */

import { storeKernels } from './storeKernels.js';

/** From here on the kernels are faster, the copies into and out of their memory included. */
const SHORTEST = 64;

const EXPONENT_SHIFT = 13;
/** Bits of the float32 2^16, from which on no half is finite. */
const OVERFLOW = 0x47800000;
/** Bits of the float32 2^-14, the smallest normal half. */
const SMALLEST_NORMAL = 0x38800000;
const INFINITY_32 = 0x7f800000;
/** 0.5: adding it to a value below 2^-14 moves that value's subnormal half into the lowest bits, rounded. */
const SUBNORMAL_MAGIC = 0x3f000000;
/** Takes the exponent's bias from 127 to 15, and rounds up from just above the half. */
const REBIAS_AND_ROUND = ((15 - 127) << 23) + 0xfff;

const scratchFloat = new Float32Array(1);
const scratchBits = new Uint32Array(scratchFloat.buffer);

/** `length` values of `from` from `at` on, as bits of halves into `to` from `toAt` on. */
export function toFloat16(from: Float32Array, at: number, length: number, to: Uint16Array, toAt: number): void {
  const kernels = length < SHORTEST ? null : storeKernels();
  if (!kernels) return roundEach(from, at, length, to, toAt);
  const { floats, halves, toHalves } = kernels;
  inParts(length, { values: from, at, memory: floats }, toHalves, { values: to, at: toAt, memory: halves });
}

interface Stretch<Values extends Float32Array | Uint16Array> {
  readonly values: Values;
  readonly at: number;
  /** The kernel's own, as long as one call takes. */
  readonly memory: Values;
}

function inParts<From extends Float32Array | Uint16Array, To extends Float32Array | Uint16Array>(
  length: number,
  from: Stretch<From>,
  convert: (count: number) => void,
  to: Stretch<To>,
): void {
  const { length: capacity } = from.memory;
  for (let done = 0; done < length; done += capacity) {
    const count = Math.min(capacity, length - done);
    from.memory.set(from.values.subarray(from.at + done, from.at + done + count));
    convert(count);
    to.values.set(to.memory.subarray(0, count), to.at + done);
  }
}

function roundEach(from: Float32Array, at: number, length: number, to: Uint16Array, toAt: number): void {
  const bits = new Uint32Array(from.buffer, from.byteOffset + 4 * at, length);
  for (let i = 0; i < length; i++) {
    const sign = (bits[i]! >>> 16) & 0x8000;
    const magnitude = bits[i]! & 0x7fffffff;
    to[toAt + i] = sign | halfOf(magnitude);
  }
}

function halfOf(magnitude: number): number {
  if (magnitude >= OVERFLOW) return magnitude > INFINITY_32 ? notANumber(magnitude) : 0x7c00;
  if (magnitude < SMALLEST_NORMAL) return subnormal(magnitude);
  const isOdd = (magnitude >>> EXPONENT_SHIFT) & 1;
  return (magnitude + REBIAS_AND_ROUND + isOdd) >>> EXPONENT_SHIFT;
}

function subnormal(magnitude: number): number {
  scratchBits[0] = magnitude;
  scratchFloat[0] = scratchFloat[0]! + 0.5;
  return scratchBits[0] - SUBNORMAL_MAGIC;
}

/** The payload's upper bits, as numpy keeps them; never none, which would be infinity. */
function notANumber(magnitude: number): number {
  return 0x7c00 | ((magnitude & 0x7fffff) >>> EXPONENT_SHIFT || 1);
}

/** Bits of the float32 of every half: 256 KiB, made when the first half is read. */
let table: Float32Array | null = null;

/** `length` halves of `from` from `at` on, as float32 into `to` from `toAt` on. Exact. */
export function fromFloat16(from: Uint16Array, at: number, length: number, to: Float32Array, toAt: number): void {
  const kernels = length < SHORTEST ? null : storeKernels();
  if (!kernels) return readEach(from, at, length, to, toAt);
  const { floats, halves, fromHalves } = kernels;
  inParts(length, { values: from, at, memory: halves }, fromHalves, { values: to, at: toAt, memory: floats });
}

function readEach(from: Uint16Array, at: number, length: number, to: Float32Array, toAt: number): void {
  table ??= float32OfHalves();
  for (let i = 0; i < length; i++) to[toAt + i] = table[from[at + i]!]!;
}

function float32OfHalves(): Float32Array {
  const values = Float32Array.from({ length: 2 ** 16 }, (_, half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
  return values;
}
