/**
 * Centred copies of samples in 16 bits, whose products take half the time of float32: whole numbers
 * nearest to (x − mean)·scale. How far they are from it is known, so that what is made of them bounds
 * true distances. The scale leaves no lane's sum of a piece's products outside 32 bits: none of them is above
 * the product of the lengths of what that lane sums.
 */
import { packedRow } from './_product';

/**
 * Of `samples` (n, d), whose rows are `stride` bytes apart: the largest |x − mean|, and the largest squared
 * length of what one lane sums of a row's piece of `piece` values, a multiple of 8: two of every eight values.
 * (2, float64) at `out`.
 */
export function extentOfRows(
  samples: usize,
  n: i32,
  d: i32,
  stride: usize,
  means: usize,
  piece: i32,
  out: usize,
): void {
  let deviations = f64x2.splat(0);
  let deviation: f64 = 0;
  let longest: f64 = 0;
  for (let i = 0; i < n; i++) {
    const row = samples + <usize>i * stride;
    for (let begin = 0; begin < d; begin += piece) {
      const end = (<usize>min(begin + piece, d)) << 2;
      let s0 = f64x2.splat(0);
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      let c = (<usize>begin) << 2;
      for (; c + 32 <= end; c += 32) {
        const mean = means + (c << 1);
        const x0 = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(row + c)), v128.load(mean));
        const x1 = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(row + c, 8)), v128.load(mean, 16));
        const x2 = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(row + c, 16)), v128.load(mean, 32));
        const x3 = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(row + c, 24)), v128.load(mean, 48));
        const larger = f64x2.pmax(f64x2.pmax(f64x2.abs(x0), f64x2.abs(x1)), f64x2.pmax(f64x2.abs(x2), f64x2.abs(x3)));
        deviations = f64x2.pmax(deviations, larger);
        s0 = f64x2.add(s0, f64x2.mul(x0, x0));
        s1 = f64x2.add(s1, f64x2.mul(x1, x1));
        s2 = f64x2.add(s2, f64x2.mul(x2, x2));
        s3 = f64x2.add(s3, f64x2.mul(x3, x3));
      }
      let l0 = sumOf(s0);
      let l1 = sumOf(s1);
      let l2 = sumOf(s2);
      let l3 = sumOf(s3);
      for (let place = 0; c < end; c += 4, place++) {
        const x = <f64>load<f32>(row + c) - load<f64>(means + (c << 1));
        deviation = max(deviation, abs(x));
        if (place < 2) l0 += x * x;
        else if (place < 4) l1 += x * x;
        else if (place < 6) l2 += x * x;
        else l3 += x * x;
      }
      longest = max(longest, max(max(l0, l1), max(l2, l3)));
    }
  }
  store<f64>(out, max(deviation, max(f64x2.extract_lane(deviations, 0), f64x2.extract_lane(deviations, 1))));
  store<f64>(out, longest, 8);
}

function sumOf(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/**
 * `samples` (n, d) in packed rows (see _product) of `packedStride` bytes, ends zero, and in `norms`
 * (paddedRows, float32) their squared lengths times (1 − slack). Rows from n on are infinitely far. Returns the largest squared length of what rounding took from a row.
 */
export function packShort(
  samples: usize,
  n: i32,
  d: i32,
  stride: usize,
  means: usize,
  scale: f64,
  slack: f64,
  paddedRows: i32,
  packed: usize,
  packedStride: usize,
  norms: usize,
): f64 {
  let largest: f64 = 0;
  const scales = f64x2.splat(scale);
  for (let i = 0; i < paddedRows; i++) {
    const out = packedRow(packed, packedStride, i);
    const norm = norms + ((<usize>i) << 2);
    if (i >= n) {
      for (let k: usize = 0; k < packedStride; k += 16) v128.store(out + (k << 2), f32x4.splat(0));
      store<f32>(norm, Infinity);
      continue;
    }
    const row = samples + <usize>i * stride;
    let squares = f64x2.splat(0);
    let errors = squares;
    const eights = (<usize>(d & ~7)) << 2;
    for (let c: usize = 0; c < eights; c += 32) {
      const low = v128.load(row + c);
      const high = v128.load(row + c, 16);
      const mean = means + (c << 1);
      const x01 = f64x2.mul(f64x2.sub(f64x2.promote_low_f32x4(low), v128.load(mean)), scales);
      const x23 = f64x2.mul(f64x2.sub(upperHalf(low), v128.load(mean, 16)), scales);
      const x45 = f64x2.mul(f64x2.sub(f64x2.promote_low_f32x4(high), v128.load(mean, 32)), scales);
      const x67 = f64x2.mul(f64x2.sub(upperHalf(high), v128.load(mean, 48)), scales);
      const r01 = f64x2.nearest(x01);
      const r23 = f64x2.nearest(x23);
      const r45 = f64x2.nearest(x45);
      const r67 = f64x2.nearest(x67);
      squares = f64x2.add(squares, f64x2.add(f64x2.add(square(r01), square(r23)), f64x2.add(square(r45), square(r67))));
      errors = f64x2.add(errors, f64x2.add(square(f64x2.sub(x01, r01)), square(f64x2.sub(x23, r23))));
      errors = f64x2.add(errors, f64x2.add(square(f64x2.sub(x45, r45)), square(f64x2.sub(x67, r67))));
      v128.store(out + (c << 1), i16x8.narrow_i32x4_s(wholes(r01, r23), wholes(r45, r67)));
    }
    let length = f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
    let error = f64x2.extract_lane(errors, 0) + f64x2.extract_lane(errors, 1);
    if (eights >> 1 < packedStride) v128.store(out + (eights << 1), f32x4.splat(0));
    for (let c = eights; c < (<usize>d) << 2; c += 4) {
      const x = (<f64>load<f32>(row + c) - load<f64>(means + (c << 1))) * scale;
      const rounded = nearest(x);
      store<i16>(out + (eights << 1) + ((c - eights) >> 1), <i16>rounded);
      length += rounded * rounded;
      error += (x - rounded) * (x - rounded);
    }
    store<f32>(norm, <f32>(length * (1 - slack)));
    largest = max(largest, error);
  }
  return largest;
}

function upperHalf(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
}

function square(x: v128): v128 {
  return f64x2.mul(x, x);
}

function wholes(low: v128, high: v128): v128 {
  const a = i32x4.trunc_sat_f64x2_s_zero(low);
  return v128.shuffle<f64>(a, i32x4.trunc_sat_f64x2_s_zero(high), 0, 2);
}
