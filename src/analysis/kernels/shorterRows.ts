/**
 * Samples as shorter rows, among which the candidates of approximate neighbours are looked for: a sample's places along
 * some directions and, as the last value, √agreement times the length of what is left of it. The squared distance of two
 * such rows is that of their places, and of what is left as if `agreement` were the cosine between the two rests.
 */
import { packedRow, packedValue, PRODUCT_STRIDE } from './_product';

/** Gram and Schmidt's orthonormal rows (count, d), in place and modified for rounding; one that others span becomes 0. */
export function orthonormalise(rows: usize, count: i32, d: i32): void {
  const rowBytes = (<usize>d) << 2;
  for (let a = 0; a < count; a++) {
    const row = rows + a * rowBytes;
    const before = sqrt(dot(row, row, d));
    for (let b = 0; b < a; b++) {
      const other = rows + b * rowBytes;
      addScaled(row, other, -dot(row, other, d), d);
    }
    const length = sqrt(dot(row, row, d));
    const scale: f32 = length > 1e-5 * before ? <f32>(1 / length) : 0;
    for (let c: usize = 0; c < rowBytes; c += 4) store<f32>(row + c, load<f32>(row + c) * scale);
  }
}

function dot(a: usize, b: usize, d: i32): f64 {
  const fours = (<usize>(d & ~3)) << 2;
  let low = f64x2.splat(0);
  let high = low;
  for (let c: usize = 0; c < fours; c += 16) {
    const product = f32x4.mul(v128.load(a + c), v128.load(b + c));
    low = f64x2.add(low, f64x2.promote_low_f32x4(product));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(product, product, 2, 3, 2, 3)));
  }
  const both = f64x2.add(low, high);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (let c = fours; c < (<usize>d) << 2; c += 4) sum += <f64>load<f32>(a + c) * <f64>load<f32>(b + c);
  return sum;
}

function addScaled(row: usize, other: usize, factor: f64, d: i32): void {
  const fours = (<usize>(d & ~3)) << 2;
  const factors = f32x4.splat(<f32>factor);
  for (let c: usize = 0; c < fours; c += 16) {
    v128.store(row + c, f32x4.add(v128.load(row + c), f32x4.mul(factors, v128.load(other + c))));
  }
  for (let c = fours; c < (<usize>d) << 2; c += 4) {
    store<f32>(row + c, load<f32>(row + c) + <f32>factor * load<f32>(other + c));
  }
}

/** Places `count` values of each of `rows` rows from products with directions (see _product) to packed rows, from value `first` on. */
export function takePlaces(
  products: usize,
  rows: i32,
  first: i32,
  count: i32,
  shorter: usize,
  stride: usize,
  fromRow: i32,
): void {
  for (let i = 0; i < rows; i++) {
    const row = packedRow(shorter, stride, fromRow + i);
    const from = products + i * PRODUCT_STRIDE;
    for (let c = 0; c < count; c++) {
      const value = <usize>(first + c);
      store<f32>(packedValue(row, value), load<f32>(from + ((<usize>c) << 2)));
    }
  }
}

/**
 * Completes rows [from, to) of which `count` places are there: √agreement times what is left of a sample's squared
 * length (in `norms`), which goes to `rests` as a length; and the shorter row's end is cleared.
 */
export function completeRows(
  shorter: usize,
  stride: usize,
  count: i32,
  norms: usize,
  rests: usize,
  agreement: f64,
  from: i32,
  to: i32,
): void {
  for (let i = from; i < to; i++) {
    const row = packedRow(shorter, stride, i);
    let along: f64 = 0;
    for (let value: usize = 0; value < <usize>count; value++) {
      const place = <f64>load<f32>(packedValue(row, value));
      along += place * place;
    }
    const rest = sqrt(max(0, <f64>load<f32>(norms + ((<usize>i) << 2)) - along));
    store<f32>(rests + ((<usize>i) << 2), <f32>rest);
    const value = <usize>count;
    store<f32>(packedValue(row, value), <f32>(sqrt(agreement) * rest));
    for (let end = value + 1; end < stride >> 2; end++) store<f32>(packedValue(row, end), 0);
  }
}

/** Packed rows of float32, put in `order` (int32), times `scale` as packed rows of int16, whose ends are cleared, and their squared lengths times scale². */
export function roundRows(
  shorter: usize,
  stride: usize,
  paddedRows: i32,
  norms: usize,
  scale: f32,
  order: usize,
  rounded: usize,
  roundedStride: usize,
  roundedNorms: usize,
): void {
  const scales = f32x4.splat(scale);
  for (let i = 0; i < paddedRows; i++) {
    const from = load<i32>(order + ((<usize>i) << 2));
    const row = packedRow(shorter, stride, from);
    const out = packedRow(rounded, roundedStride, i);
    for (let k: usize = 0; k < roundedStride; k += 16) {
      const low = v128.load(row + (k << 3));
      const high = (k << 1) + 16 < stride ? v128.load(row + (k << 3), 64) : f32x4.splat(0);
      v128.store(out + (k << 2), i16x8.narrow_i32x4_s(wholes(low, scales), wholes(high, scales)));
    }
    const norm = load<f32>(norms + ((<usize>from) << 2));
    store<f32>(roundedNorms + ((<usize>i) << 2), norm * scale * scale);
  }
}

function wholes(values: v128, scales: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(values, scales)));
}
