/**
 * Products x·y of rows of float32 or int16 (T), register-tiled 4 × 2: eight sums and six values, all that the sixteen
 * registers hold, since the compiler loads all values before it adds. Rows are packed by groups of four,
 * interleaved by 16 bytes, so that a tile reads two straight streams: separate rows cost a third of the
 * speed in address arithmetic. The depth is cut into pieces of which two groups fit the first cache.
 * One instruction multiplies and adds eight numbers of 16 bits, and four of float32 take two: products of
 * int16 take half the time. Their rows are scaled so that no sum of a piece leaves 32 bits (see _short).
 */

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
        multiplyTile<T>(group, other, bytes, out + ((<usize>j) << 2), piece == 0);
        multiplyTile<T>(group, other + 32, bytes, out + ((<usize>j) << 2) + 8, piece == 0);
      }
    }
  }
}

function multiplyTile<T>(a: usize, b: usize, bytes: usize, out: usize, first: bool): void {
  let s00 = f32x4.splat(0);
  let s10 = s00;
  let s20 = s00;
  let s30 = s00;
  let s01 = s00;
  let s11 = s00;
  let s21 = s00;
  let s31 = s00;
  for (let k: usize = 0; k < bytes; k += 64) {
    const x0 = v128.load(a + k);
    const x1 = v128.load(a + k, 16);
    const x2 = v128.load(a + k, 32);
    const x3 = v128.load(a + k, 48);
    const y0 = v128.load(b + k);
    s00 = addProduct<T>(s00, x0, y0);
    s10 = addProduct<T>(s10, x1, y0);
    s20 = addProduct<T>(s20, x2, y0);
    s30 = addProduct<T>(s30, x3, y0);
    const y1 = v128.load(b + k, 16);
    s01 = addProduct<T>(s01, x0, y1);
    s11 = addProduct<T>(s11, x1, y1);
    s21 = addProduct<T>(s21, x2, y1);
    s31 = addProduct<T>(s31, x3, y1);
  }
  putPairs(out, sumsOf<T>(s00, s01, s10, s11), first);
  putPairs(out + 2 * PRODUCT_STRIDE, sumsOf<T>(s20, s21, s30, s31), first);
}

/** Two sums to a row and two to the next; added to what is there unless they are the first. */
function putPairs(out: usize, sums: v128, first: bool): void {
  let all = sums;
  if (!first) {
    const before = v128.load64_lane(out + PRODUCT_STRIDE, v128.load64_zero(out), 1);
    all = f32x4.add(sums, before);
  }
  v128.store64_lane(out, all, 0);
  v128.store64_lane(out + PRODUCT_STRIDE, all, 1);
}

/** sum + the products of x and y: of float32 a lane each, of int16 two a lane, in 32 bits. */
export function addProduct<T>(sum: v128, x: v128, y: v128): v128 {
  if (isInteger<T>()) return i32x4.add(sum, i32x4.dot_i16x8_s(x, y));
  return f32x4.add(sum, f32x4.mul(x, y));
}

/** Sums of products as float32. */
function asFloats<T>(sum: v128): v128 {
  return isInteger<T>() ? f32x4.convert_i32x4_s(sum) : sum;
}

/** The sums of the lanes of four vectors that addProduct has made. */
export function sumsOf<T>(a: v128, b: v128, c: v128, d: v128): v128 {
  return sumsOfLanes(asFloats<T>(a), asFloats<T>(b), asFloats<T>(c), asFloats<T>(d));
}

/** The sums of four vectors' lanes. */
export function sumsOfLanes(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f64>(ab, cd, 0, 2), v128.shuffle<f64>(ab, cd, 1, 3));
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

function pairSum(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

function difference(x: usize, y: usize): v128 {
  return f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(x)), f64x2.promote_low_f32x4(v128.load64_zero(y)));
}
