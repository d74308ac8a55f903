/**
 * The inner loop of all products: four packed rows (see packedRow in _product) with two others. Eight sums and six
 * values are all that the sixteen registers hold, since the compiler loads all values before it adds.
 */

/**
 * Products over `bytes` of a group of four packed rows at a with the two rows at b and b + 16, of float32 or int16
 * (T); two of each of a's rows are put at row0 … row3 as float32 or float64 (S), or added to what is there unless
 * they are the first. A lane sums bytes ÷ 64 products (of int16 twice as many) in float32 (exactly in 32 bits).
 */
export function multiplyTile<T, S>(
  a: usize,
  b: usize,
  bytes: usize,
  row0: usize,
  row1: usize,
  row2: usize,
  row3: usize,
  first: bool,
): void {
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
  putRows<S>(row0, row1, sumsOf<T>(s00, s01, s10, s11), first);
  putRows<S>(row2, row3, sumsOf<T>(s20, s21, s30, s31), first);
}

/** Two sums to a row and two to another one. */
function putRows<S>(row: usize, other: usize, sums: v128, first: bool): void {
  if (sizeof<S>() == 8) {
    let low = f64x2.promote_low_f32x4(sums);
    let high = f64x2.promote_low_f32x4(v128.shuffle<f32>(sums, sums, 2, 3, 2, 3));
    if (!first) {
      low = f64x2.add(low, v128.load(row));
      high = f64x2.add(high, v128.load(other));
    }
    v128.store(row, low);
    v128.store(other, high);
  } else {
    let all = sums;
    if (!first) all = f32x4.add(sums, v128.load64_lane(other, v128.load64_zero(row), 1));
    v128.store64_lane(row, all, 0);
    v128.store64_lane(other, all, 1);
  }
}

/** sum + the products of x and y: of float32 a lane each, of int16 two a lane, in 32 bits. */
export function addProduct<T>(sum: v128, x: v128, y: v128): v128 {
  if (isInteger<T>()) return i32x4.add(sum, i32x4.dot_i16x8_s(x, y));
  return f32x4.add(sum, f32x4.mul(x, y));
}

/** Sums of products as float32. */
export function asFloats<T>(sum: v128): v128 {
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
