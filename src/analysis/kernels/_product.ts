/**
 * Products x·y of rows in float32, register-tiled 4 × 2 (eight sums, four x and one y in the sixteen
 * registers; other shapes spill) and cut into pieces of the depth that stay in the first two caches.
 */

/** Rows of a block. A product of two blocks is PRODUCT_STRIDE wide, whatever they hold. */
export const BLOCK_ROWS: i32 = 96;
export const PRODUCT_STRIDE: usize = 96 * 4;
/** Bytes of a row that are multiplied at once: 512 values, so that each lane sums 128 products. */
const PIECE: usize = 2048;

/**
 * products[i][j] = a_i · b_j for `aRows` × `bRows` rows of `stride` bytes, both numbers multiples of 4;
 * stride is a multiple of 16, and rows are filled with zeros to it.
 */
export function multiplyBlocks(a: usize, aRows: i32, b: usize, bRows: i32, stride: usize, products: usize): void {
  for (let piece: usize = 0; piece < stride; piece += PIECE) {
    const bytes = min(PIECE, stride - piece);
    for (let i = 0; i < aRows; i += 4) {
      const rowA = a + i * stride + piece;
      const out = products + i * PRODUCT_STRIDE;
      for (let j = 0; j < bRows; j += 2) {
        multiplyTile(rowA, b + j * stride + piece, stride, bytes, out + ((<usize>j) << 2), piece == 0);
      }
    }
  }
}

function multiplyTile(a: usize, b: usize, stride: usize, bytes: usize, out: usize, first: bool): void {
  const a1 = a + stride;
  const a2 = a1 + stride;
  const a3 = a2 + stride;
  const b1 = b + stride;
  let s00 = f32x4.splat(0);
  let s10 = s00;
  let s20 = s00;
  let s30 = s00;
  let s01 = s00;
  let s11 = s00;
  let s21 = s00;
  let s31 = s00;
  for (let k: usize = 0; k < bytes; k += 16) {
    const x0 = v128.load(a + k);
    const x1 = v128.load(a1 + k);
    const x2 = v128.load(a2 + k);
    const x3 = v128.load(a3 + k);
    const y0 = v128.load(b + k);
    s00 = f32x4.add(s00, f32x4.mul(x0, y0));
    s10 = f32x4.add(s10, f32x4.mul(x1, y0));
    s20 = f32x4.add(s20, f32x4.mul(x2, y0));
    s30 = f32x4.add(s30, f32x4.mul(x3, y0));
    const y1 = v128.load(b1 + k);
    s01 = f32x4.add(s01, f32x4.mul(x0, y1));
    s11 = f32x4.add(s11, f32x4.mul(x1, y1));
    s21 = f32x4.add(s21, f32x4.mul(x2, y1));
    s31 = f32x4.add(s31, f32x4.mul(x3, y1));
  }
  putPair(out, s00, s01, first);
  putPair(out + PRODUCT_STRIDE, s10, s11, first);
  putPair(out + 2 * PRODUCT_STRIDE, s20, s21, first);
  putPair(out + 3 * PRODUCT_STRIDE, s30, s31, first);
}

/** Writes the sums of the lanes of two accumulators, or adds them to what is there. */
function putPair(out: usize, left: v128, right: v128, first: bool): void {
  const l = sumOfLanes(left);
  const r = sumOfLanes(right);
  store<f32>(out, first ? l : load<f32>(out) + l);
  store<f32>(out, first ? r : load<f32>(out, 4) + r, 4);
}

function sumOfLanes(x: v128): f32 {
  const two = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(two, 0) + f32x4.extract_lane(two, 1);
}

/** a · b of one pair, with no more rounding error than above: lanes sum 32 products at most. */
export function multiplyPair(a: usize, b: usize, stride: usize): f64 {
  let total: f64 = 0;
  for (let piece: usize = 0; piece < stride; piece += PIECE) {
    const end = min(piece + PIECE, stride);
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let k = piece;
    for (; k + 64 <= end; k += 64) {
      s0 = f32x4.add(s0, f32x4.mul(v128.load(a + k), v128.load(b + k)));
      s1 = f32x4.add(s1, f32x4.mul(v128.load(a + k, 16), v128.load(b + k, 16)));
      s2 = f32x4.add(s2, f32x4.mul(v128.load(a + k, 32), v128.load(b + k, 32)));
      s3 = f32x4.add(s3, f32x4.mul(v128.load(a + k, 48), v128.load(b + k, 48)));
    }
    for (; k < end; k += 16) s0 = f32x4.add(s0, f32x4.mul(v128.load(a + k), v128.load(b + k)));
    total += <f64>sumOfLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
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

function pairSum(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

function difference(x: usize, y: usize): v128 {
  return f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(x)), f64x2.promote_low_f32x4(v128.load64_zero(y)));
}
