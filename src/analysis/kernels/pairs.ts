/**
 * All pairs i < j of n samples, in the order (0,1), (0,2) … (n−2,n−1): their squared distances or
 * products, distances as the numbers of their bins, and the joint entropies of two such sets of bins.
 * Sums are taken in float64 in the order of the twins in measures/, so that bins are the same there.
 */
import { squaredDistance } from './_product';
import { log2 } from './_logarithm';

/** Place of the pair (row, row + 1), counted in pairs. */
function firstPair(row: i32, n: i32): usize {
  return <usize>((<i64>row * (2 * <i64>n - row - 1)) / 2);
}

/**
 * Adds to sums (pair, float64) the squared distances of the pairs whose first sample is `from` … `to` − 1:
 * of `length` float32 values of each sample, whose beginnings are `stride` bytes apart.
 */
export function addSquaredDistances(
  values: usize,
  n: i32,
  stride: usize,
  length: i32,
  from: i32,
  to: i32,
  sums: usize,
  first: bool,
): void {
  for (let i = from; i < to; i++) {
    let at = sums + (firstPair(i, n) << 3);
    const x = values + <usize>i * stride;
    for (let j = i + 1; j < n; j++) {
      const square = squaredDistance(x, values + <usize>j * stride, length);
      store<f64>(at, first ? square : load<f64>(at) + square);
      at += 8;
    }
  }
}

/** As above, of the products x·y: float32 within 64 values, float64 over them. */
export function addProducts(
  values: usize,
  n: i32,
  stride: usize,
  length: i32,
  from: i32,
  to: i32,
  sums: usize,
  first: bool,
): void {
  for (let i = from; i < to; i++) {
    let at = sums + (firstPair(i, n) << 3);
    const x = values + <usize>i * stride;
    for (let j = i + 1; j < n; j++) {
      const product = dot(x, values + <usize>j * stride, length);
      store<f64>(at, first ? product : load<f64>(at) + product);
      at += 8;
    }
  }
}

function dot(x: usize, y: usize, length: i32): f64 {
  let total: f64 = 0;
  const bytes = (<usize>length) << 2;
  let k: usize = 0;
  while (k + 32 <= bytes) {
    const end = min(k + 256, bytes & ~31);
    let a = f32x4.splat(0);
    let b = a;
    for (; k < end; k += 32) {
      a = f32x4.add(a, f32x4.mul(v128.load(x + k), v128.load(y + k)));
      b = f32x4.add(b, f32x4.mul(v128.load(x + k, 16), v128.load(y + k, 16)));
    }
    const low = f64x2.add(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b));
    const upperA = v128.shuffle<f32>(a, a, 2, 3, 2, 3);
    const upperB = v128.shuffle<f32>(b, b, 2, 3, 2, 3);
    const sum = f64x2.add(low, f64x2.add(f64x2.promote_low_f32x4(upperA), f64x2.promote_low_f32x4(upperB)));
    total += f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  }
  for (; k < bytes; k += 4) total += <f64>load<f32>(x + k) * <f64>load<f32>(y + k);
  return total;
}

/** Smallest and largest distance (2, float64) of `count` squared ones, NaN left out; ±Infinity of none. */
export function distanceRange(squares: usize, count: i32, range: usize): void {
  let low: f64 = Infinity;
  let high: f64 = -Infinity;
  for (let p = 0; p < count; p++) {
    const square = load<f64>(squares + ((<usize>p) << 3));
    if (square < low) low = square;
    if (square > high) high = square;
  }
  store<f64>(range, count > 0 ? sqrt(low) : Infinity);
  store<f64>(range, count > 0 ? sqrt(high) : -Infinity, 8);
}

/** codes (pair, one byte): the distance's bin of `bins` ≤ 256 equal ones over `range`, the last closed. */
export function quantiseDistances(squares: usize, count: i32, bins: i32, range: usize, codes: usize): void {
  const low = load<f64>(range);
  const width = load<f64>(range, 8) - low;
  if (!(width > 0)) {
    memory.fill(codes, 0, <usize>count);
    return;
  }
  const lows = f64x2.splat(low);
  const widths = f64x2.splat(width);
  const scale = f64x2.splat(<f64>bins);
  const top = f64x2.splat(<f64>(bins - 1));
  const even = count & ~1;
  for (let p = 0; p < even; p += 2) {
    const distance = f64x2.sqrt(v128.load(squares + ((<usize>p) << 3)));
    const place = f64x2.mul(f64x2.div(f64x2.sub(distance, lows), widths), scale);
    const bin = i32x4.trunc_sat_f64x2_s_zero(f64x2.pmin(top, place));
    store<u8>(codes + p, <u8>i32x4.extract_lane(bin, 0));
    store<u8>(codes + p, <u8>i32x4.extract_lane(bin, 1), 1);
  }
  if (even < count) {
    const distance = sqrt(load<f64>(squares + ((<usize>even) << 3)));
    const place = ((distance - low) / width) * <f64>bins;
    store<u8>(codes + even, place == place ? <u8>(<i32>min(<f64>(bins - 1), place)) : 0);
  }
}

/**
 * The codes of `taken` samples in the order that `order` (int32) names, out of those of n; each
 * shifted right by `shift`, so that 2 × bins become bins. A permutation where taken = n.
 */
export function takeCodes(codes: usize, n: i32, order: usize, taken: i32, shift: i32, out: usize): void {
  let at = out;
  for (let i = 0; i < taken; i++) {
    const a = load<i32>(order + ((<usize>i) << 2));
    for (let j = i + 1; j < taken; j++) {
      const b = load<i32>(order + ((<usize>j) << 2));
      const low = min(a, b);
      const pair = firstPair(low, n) + <usize>(max(a, b) - low - 1);
      store<u8>(at++, load<u8>(codes + pair) >> (<u8>shift));
    }
  }
}

/** table[c] = c log2 c, float64, for c < length. */
export function fillPairTable(table: usize, length: i32): void {
  for (let c = 0; c < length; c++) store<f64>(table + ((<usize>c) << 3), cLog2C(c));
}

function cLog2C(c: i32): f64 {
  return c < 2 ? 0 : <f64>c * log2(<f64>c);
}

/**
 * H(A), H(B), H(A,B) in bits and the numbers of occupied bins of A, B and (A,B): (6, float64) at `out`.
 * `counts` is scratch of 16 × bins² + 4 × bins bytes; `table` holds c log2 c for c < tableLength.
 */
export function pairEntropies(
  a: usize,
  b: usize,
  count: i32,
  bins: i32,
  table: usize,
  tableLength: i32,
  counts: usize,
  out: usize,
): void {
  const cells = <usize>(bins * bins);
  memory.fill(counts, 0, cells << 4);
  if (bins <= 64) countEights(a, b, count, bins, counts);
  else countOnes(a, b, 0, count, bins, counts);
  const columns = counts + (cells << 4);
  memory.fill(columns, 0, (<usize>bins) << 2);
  let sumA: f64 = 0;
  let sumB: f64 = 0;
  let sumJoint: f64 = 0;
  let occupiedA = 0;
  let occupiedB = 0;
  let occupiedJoint = 0;
  let cell = counts;
  for (let row = 0; row < bins; row++) {
    let rowCount = 0;
    for (let column: usize = 0; column < <usize>bins; column++) {
      const four = v128.load(cell);
      cell += 16;
      if (!v128.any_true(four)) continue;
      const two = i32x4.add(four, v128.shuffle<i32>(four, four, 2, 3, 0, 1));
      const c = i32x4.extract_lane(two, 0) + i32x4.extract_lane(two, 1);
      rowCount += c;
      occupiedJoint++;
      sumJoint += c < tableLength ? load<f64>(table + ((<usize>c) << 3)) : cLog2C(c);
      const place = columns + (column << 2);
      store<i32>(place, load<i32>(place) + c);
    }
    if (rowCount == 0) continue;
    occupiedA++;
    sumA += rowCount < tableLength ? load<f64>(table + ((<usize>rowCount) << 3)) : cLog2C(rowCount);
  }
  for (let column = 0; column < bins; column++) {
    const c = load<i32>(columns + ((<usize>column) << 2));
    if (c == 0) continue;
    occupiedB++;
    sumB += c < tableLength ? load<f64>(table + ((<usize>c) << 3)) : cLog2C(c);
  }
  const total = count > 0 ? log2(<f64>count) : 0;
  const scale: f64 = count > 0 ? 1 / <f64>count : 0;
  store<f64>(out, occupiedA < 2 ? 0 : max(0, total - sumA * scale));
  store<f64>(out, occupiedB < 2 ? 0 : max(0, total - sumB * scale), 8);
  store<f64>(out, occupiedJoint < 2 ? 0 : max(0, total - sumJoint * scale), 16);
  store<f64>(out, <f64>occupiedA, 24);
  store<f64>(out, <f64>occupiedB, 32);
  store<f64>(out, <f64>occupiedJoint, 40);
}

/**
 * Eight pairs at a time, into four interleaved histograms: equal neighbours do not wait for each other.
 * Byte offsets are 16-bit numbers, so bins² × 16 must fit: bins ≤ 64.
 */
function countEights(a: usize, b: usize, count: i32, bins: i32, counts: usize): void {
  const factor = i16x8.splat(<i16>bins);
  const lanes = i16x8(0, 4, 8, 12, 0, 4, 8, 12);
  const end = count & ~7;
  for (let p = 0; p < end; p += 8) {
    const cell = i16x8.add(i16x8.mul(v128.load8x8_u(a + p), factor), v128.load8x8_u(b + p));
    const offsets = v128.or(i16x8.shl(cell, 4), lanes);
    countFour(counts, i64x2.extract_lane(offsets, 0));
    countFour(counts, i64x2.extract_lane(offsets, 1));
  }
  countOnes(a, b, end, count, bins, counts);
}

function countFour(counts: usize, offsets: u64): void {
  const p = counts + <usize>((<u32>offsets) & 0xffff);
  store<i32>(p, load<i32>(p) + 1);
  const q = counts + <usize>((<u32>offsets) >>> 16);
  store<i32>(q, load<i32>(q) + 1);
  const upper = <u32>(offsets >>> 32);
  const r = counts + <usize>(upper & 0xffff);
  store<i32>(r, load<i32>(r) + 1);
  const s = counts + <usize>(upper >>> 16);
  store<i32>(s, load<i32>(s) + 1);
}

function countOnes(a: usize, b: usize, from: i32, to: i32, bins: i32, counts: usize): void {
  for (let p = from; p < to; p++) {
    const cell = <usize>(<i32>load<u8>(a + p) * bins + <i32>load<u8>(b + p));
    const at = counts + (cell << 4);
    store<i32>(at, load<i32>(at) + 1);
  }
}
