/**
 * Products x·y of rows of float32 or int16 (T), by the tiles of _tile. Rows are packed by groups of four,
 * interleaved by 16 bytes, so that a tile reads two straight streams: separate rows cost a third of the
 * speed in address arithmetic. The depth is cut into pieces of which two groups fit the first cache.
 * One instruction multiplies and adds eight numbers of 16 bits, and four of float32 take two: products of
 * int16 take half the time. Their rows are scaled so that no sum of a piece leaves 32 bits (see _short).
 */

import { addProduct, asFloats, multiplyTile, sumsOfLanes } from './_tile';

/** Rows of a block. A product of two blocks is PRODUCT_STRIDE wide, whatever they hold. */
export const BLOCK_ROWS: i32 = 96;
export const PRODUCT_STRIDE: usize = 96 * 4;
/** Most values of a row that are multiplied at once: each lane then sums 208 products. */
const LONGEST_PIECE: usize = 832;

/** Bytes of a piece of a row of `stride` bytes: all but the last are equal, and multiples of 16. */
export function pieceBytes<T>(stride: usize): usize {
  const longest = LONGEST_PIECE * sizeof<T>();
  const pieces = (stride + longest - 1) / longest;
  return ((stride + pieces - 1) / pieces + 15) & ~15;
}

/** Address of the first 16 bytes of a row; the next ones follow at distances of 64 bytes. */
export function packedRow(packed: usize, stride: usize, row: i32): usize {
  return packed + <usize>(row & ~3) * stride + (((<usize>row) & 3) << 4);
}

/** Address of a float32 value of the packed row that begins at `row`. */
export function packedValue(row: usize, value: usize): usize {
  return row + ((value >> 2) << 6) + ((value & 3) << 2);
}

/**
 * products[i][j] = a_i · b_j for `aRows` × `bRows` packed rows of `stride` bytes, a multiple of 16, filled
 * with zeros to it. Both begin at a group, and both numbers of rows are multiples of 4.
 */
export function multiplyBlocks<T>(a: usize, aRows: i32, b: usize, bRows: i32, stride: usize, products: usize): void {
  const groupBytes = stride << 2;
  const longest = pieceBytes<T>(stride) << 2;
  for (let piece: usize = 0; piece < groupBytes; piece += longest) {
    const bytes = min(longest, groupBytes - piece);
    for (let i = 0; i < aRows; i += 4) {
      const group = a + i * stride + piece;
      const out = products + i * PRODUCT_STRIDE;
      for (let j = 0; j < bRows; j += 4) {
        const other = b + j * stride + piece;
        const place = out + ((<usize>j) << 2);
        multiplyInBlock<T>(group, other, bytes, place, piece == 0);
        multiplyInBlock<T>(group, other + 32, bytes, place + 8, piece == 0);
      }
    }
  }
}

function multiplyInBlock<T>(a: usize, b: usize, bytes: usize, out: usize, first: bool): void {
  const third = out + 2 * PRODUCT_STRIDE;
  multiplyTile<T, f32>(a, b, bytes, out, out + PRODUCT_STRIDE, third, third + PRODUCT_STRIDE, first);
}

/** a · b of two packed rows (see packedRow), with no more rounding error than above. */
export function multiplyPair<T>(a: usize, b: usize, stride: usize): f64 {
  const rowBytes = stride << 2; // with what lies between
  const longest = pieceBytes<T>(stride) << 2;
  let total: f64 = 0;
  for (let piece: usize = 0; piece < rowBytes; piece += longest) {
    const end = min(piece + longest, rowBytes);
    let sum = f32x4.splat(0);
    let other = sum;
    let k = piece;
    for (; k + 128 <= end; k += 128) {
      sum = addProduct<T>(sum, v128.load(a + k), v128.load(b + k));
      other = addProduct<T>(other, v128.load(a + k, 64), v128.load(b + k, 64));
    }
    if (k < end) sum = addProduct<T>(sum, v128.load(a + k), v128.load(b + k));
    const lanes = f32x4.add(asFloats<T>(sum), asFloats<T>(other));
    total += <f64>f32x4.extract_lane(sumsOfLanes(lanes, lanes, lanes, lanes), 0);
  }
  return total;
}

/**
 * Σ (x − y)² of two float32 rows of `d` values in float64: eight partial sums by index modulo 8, added in
 * pairs, as squaredDistance of measures/nearestNeighbours.ts does, so that ties are the same there.
 */
export function squaredDistance(x: usize, y: usize, d: i32): f64 {
  let s01 = f64x2.splat(0);
  let s23 = s01;
  let s45 = s01;
  let s67 = s01;
  const bytes = (<usize>d) << 2;
  let k: usize = 0;
  for (; k + 32 <= bytes; k += 32) {
    const d01 = difference(x + k, y + k);
    const d23 = difference(x + k + 8, y + k + 8);
    const d45 = difference(x + k + 16, y + k + 16);
    const d67 = difference(x + k + 24, y + k + 24);
    s01 = f64x2.add(s01, f64x2.mul(d01, d01));
    s23 = f64x2.add(s23, f64x2.mul(d23, d23));
    s45 = f64x2.add(s45, f64x2.mul(d45, d45));
    s67 = f64x2.add(s67, f64x2.mul(d67, d67));
  }
  for (let place = 0; k < bytes; k += 4, place++) {
    const one = <f64>load<f32>(x + k) - <f64>load<f32>(y + k);
    const square = f64x2.splat(one * one);
    if (place == 0) s01 = f64x2.replace_lane(s01, 0, f64x2.extract_lane(f64x2.add(s01, square), 0));
    else if (place == 1) s01 = f64x2.replace_lane(s01, 1, f64x2.extract_lane(f64x2.add(s01, square), 1));
    else if (place == 2) s23 = f64x2.replace_lane(s23, 0, f64x2.extract_lane(f64x2.add(s23, square), 0));
    else if (place == 3) s23 = f64x2.replace_lane(s23, 1, f64x2.extract_lane(f64x2.add(s23, square), 1));
    else if (place == 4) s45 = f64x2.replace_lane(s45, 0, f64x2.extract_lane(f64x2.add(s45, square), 0));
    else if (place == 5) s45 = f64x2.replace_lane(s45, 1, f64x2.extract_lane(f64x2.add(s45, square), 1));
    else s67 = f64x2.replace_lane(s67, 0, f64x2.extract_lane(f64x2.add(s67, square), 0));
  }
  return pairSum(s01) + pairSum(s23) + (pairSum(s45) + pairSum(s67));
}

/** What the last squaredDistances found for its second row. */
export let squareOfSecond: f64 = 0;

/**
 * squaredDistance of x to two rows, to the last bit: two rows that come from far memory are waited for at once. That
 * to z is in squareOfSecond.
 */
export function squaredDistances(x: usize, y: usize, z: usize, d: i32): f64 {
  if ((d & 7) != 0) {
    squareOfSecond = squaredDistance(x, z, d);
    return squaredDistance(x, y, d);
  }
  let y01 = f64x2.splat(0);
  let y23 = y01;
  let y45 = y01;
  let y67 = y01;
  let z01 = y01;
  let z23 = y01;
  let z45 = y01;
  let z67 = y01;
  const bytes = (<usize>d) << 2;
  for (let k: usize = 0; k < bytes; k += 32) {
    const x01 = f64x2.promote_low_f32x4(v128.load64_zero(x + k));
    const a01 = f64x2.sub(x01, f64x2.promote_low_f32x4(v128.load64_zero(y + k)));
    y01 = f64x2.add(y01, f64x2.mul(a01, a01));
    const b01 = f64x2.sub(x01, f64x2.promote_low_f32x4(v128.load64_zero(z + k)));
    z01 = f64x2.add(z01, f64x2.mul(b01, b01));
    const x23 = f64x2.promote_low_f32x4(v128.load64_zero(x + k, 8));
    const a23 = f64x2.sub(x23, f64x2.promote_low_f32x4(v128.load64_zero(y + k, 8)));
    y23 = f64x2.add(y23, f64x2.mul(a23, a23));
    const b23 = f64x2.sub(x23, f64x2.promote_low_f32x4(v128.load64_zero(z + k, 8)));
    z23 = f64x2.add(z23, f64x2.mul(b23, b23));
    const x45 = f64x2.promote_low_f32x4(v128.load64_zero(x + k, 16));
    const a45 = f64x2.sub(x45, f64x2.promote_low_f32x4(v128.load64_zero(y + k, 16)));
    y45 = f64x2.add(y45, f64x2.mul(a45, a45));
    const b45 = f64x2.sub(x45, f64x2.promote_low_f32x4(v128.load64_zero(z + k, 16)));
    z45 = f64x2.add(z45, f64x2.mul(b45, b45));
    const x67 = f64x2.promote_low_f32x4(v128.load64_zero(x + k, 24));
    const a67 = f64x2.sub(x67, f64x2.promote_low_f32x4(v128.load64_zero(y + k, 24)));
    y67 = f64x2.add(y67, f64x2.mul(a67, a67));
    const b67 = f64x2.sub(x67, f64x2.promote_low_f32x4(v128.load64_zero(z + k, 24)));
    z67 = f64x2.add(z67, f64x2.mul(b67, b67));
  }
  squareOfSecond = pairSum(z01) + pairSum(z23) + (pairSum(z45) + pairSum(z67));
  return pairSum(y01) + pairSum(y23) + (pairSum(y45) + pairSum(y67));
}

function pairSum(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

function difference(x: usize, y: usize): v128 {
  return f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(x)), f64x2.promote_low_f32x4(v128.load64_zero(y)));
}
