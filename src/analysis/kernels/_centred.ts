/** Centred and scaled copies of samples, which products of float32 need so that little cancels. */
import { packedRow } from './_product';

/** Means of the columns of `samples` (n, d), whose rows are `stride` bytes apart, float64 (d). */
export function columnMeans(samples: usize, n: i32, d: i32, stride: usize, means: usize): void {
  memory.fill(means, 0, (<usize>d) << 3);
  const even = (<usize>(d & ~1)) << 2;
  for (let i = 0; i < n; i++) {
    const row = samples + <usize>i * stride;
    for (let c: usize = 0; c < even; c += 8) {
      const mean = means + (c << 1);
      v128.store(mean, f64x2.add(v128.load(mean), f64x2.promote_low_f32x4(v128.load64_zero(row + c))));
    }
    if (d & 1) store<f64>(means + (even << 1), load<f64>(means + (even << 1)) + <f64>load<f32>(row + even));
  }
  for (let c = 0; c < d; c++) {
    const mean = means + ((<usize>c) << 3);
    store<f64>(mean, load<f64>(mean) / n);
  }
}

/** Largest |x − mean| over n rows of `samples` (n, d) float32; NaN or ±Inf where values are not finite. */
export function largestDeviation(samples: usize, n: i32, d: i32, stride: usize, means: usize): f64 {
  let both = f64x2.splat(0);
  let last: f64 = 0;
  const even = (<usize>(d & ~1)) << 2;
  for (let i = 0; i < n; i++) {
    const row = samples + <usize>i * stride;
    for (let c: usize = 0; c < even; c += 8) {
      const x = f64x2.promote_low_f32x4(v128.load64_zero(row + c));
      both = f64x2.max(both, f64x2.abs(f64x2.sub(x, v128.load(means + (c << 1)))));
    }
    if (d & 1) last = max(last, abs(<f64>load<f32>(row + even) - load<f64>(means + (even << 1))));
  }
  return max(last, max(f64x2.extract_lane(both, 0), f64x2.extract_lane(both, 1)));
}

/** Largest |x| of `count` finite float32 values. */
export function largestMagnitude(values: usize, count: i32): f32 {
  let fours = f32x4.splat(0);
  let others = fours;
  const end = values + ((<usize>count) << 2);
  let at = values;
  for (; at + 32 <= end; at += 32) {
    fours = f32x4.pmax(fours, f32x4.abs(v128.load(at)));
    others = f32x4.pmax(others, f32x4.abs(v128.load(at, 16)));
  }
  for (; at < end; at += 4) fours = f32x4.pmax(fours, f32x4.abs(v128.load32_zero(at)));
  fours = f32x4.pmax(fours, others);
  const both = f32x4.pmax(fours, v128.shuffle<f32>(fours, fours, 2, 3, 0, 1));
  return max(f32x4.extract_lane(both, 0), f32x4.extract_lane(both, 1));
}

/**
 * `samples` (n, d) as (x − mean)·scale in packed float32 rows of `packedStride` bytes (see _product), ends
 * zero, and in `norms` their squared length times (1 − slack): what a squared distance made of such norms
 * and of float32 products is then never above the true one. Rows from n to `paddedRows` are infinitely far.
 */
export function packCentred(
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
): void {
  for (let i = 0; i < paddedRows; i++) {
    const out = packedRow(packed, packedStride, i);
    let norm: f64 = Infinity;
    if (i < n) norm = packRow(samples + <usize>i * stride, d, means, scale, out, packedStride);
    else for (let k: usize = 0; k < packedStride; k += 16) v128.store(out + (k << 2), f32x4.splat(0));
    // 1e-30: what subnormal products may lose.
    store<f32>(norms + ((<usize>i) << 2), <f32>(norm * (1 - slack) - 1e-30));
  }
}

/** One row; its squared length. */
function packRow(row: usize, d: i32, means: usize, scale: f64, out: usize, packedStride: usize): f64 {
  const scales = f64x2.splat(scale);
  let sums = f64x2.splat(0);
  const fours = (<usize>(d & ~3)) << 2;
  for (let c: usize = 0; c < fours; c += 16) {
    const x = v128.load(row + c);
    const a = f64x2.sub(f64x2.promote_low_f32x4(x), v128.load(means + (c << 1)));
    const upper = v128.shuffle<f32>(x, x, 2, 3, 2, 3);
    const b = f64x2.sub(f64x2.promote_low_f32x4(upper), v128.load(means + (c << 1), 16));
    const low = f32x4.demote_f64x2_zero(f64x2.mul(a, scales));
    const high = f32x4.demote_f64x2_zero(f64x2.mul(b, scales));
    v128.store(out + (c << 2), v128.shuffle<f64>(low, high, 0, 2));
    const lowAgain = f64x2.promote_low_f32x4(low);
    const highAgain = f64x2.promote_low_f32x4(high);
    sums = f64x2.add(sums, f64x2.add(f64x2.mul(lowAgain, lowAgain), f64x2.mul(highAgain, highAgain)));
  }
  let norm = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  if (fours < packedStride) v128.store(out + (fours << 2), f32x4.splat(0));
  for (let c = fours; c < (<usize>d) << 2; c += 4) {
    const x = <f32>((<f64>load<f32>(row + c) - load<f64>(means + (c << 1))) * scale);
    store<f32>(out + (fours << 2) + (c - fours), x);
    norm += <f64>x * <f64>x;
  }
  return norm;
}
