/**
 * Gaussian kernels of pairs of samples, and their sums by sample, by group of the jackknife and by label: what the
 * bounds of Kolchinsky and Tracey (2017) are made of. The twin is measures/kernelDensity.ts.
 */
import { exponentials } from './_logarithm';

/** out = exp(−square · rate) of `count` float64 squares ≥ 0, to within 5e-16 of its size; 0 below e⁻⁷⁰⁸. */
export function squaresToKernels(squares: usize, count: i32, rate: f64, out: usize): void {
  const rates = f64x2.splat(-rate);
  const end = (<usize>(count & ~1)) << 3;
  let at: usize = 0;
  for (; at < end; at += 16) v128.store(out + at, exponentials(f64x2.mul(v128.load(squares + at), rates)));
  if (count & 1) {
    const last = exponentials(f64x2.splat(load<f64>(squares + at) * -rate));
    store<f64>(out + at, f64x2.extract_lane(last, 0));
  }
}

/**
 * sums (sample, group, 4) float64: Σ_j k_ij and Σ_j k_ij⁴ over the other samples j of each group, and the same over
 * those of the sample's own label. `groups` (n) bytes below `groupCount`; `labels` (n) int32; `kernels` (pair).
 */
export function kernelSums(kernels: usize, n: i32, groups: usize, groupCount: i32, labels: usize, sums: usize): void {
  const rowBytes = (<usize>groupCount) << 5;
  memory.fill(sums, 0, <usize>n * rowBytes);
  let p = kernels;
  for (let i = 0; i < n; i++) {
    const own = sums + <usize>i * rowBytes;
    const ownGroup = (<usize>load<u8>(groups + i)) << 5;
    const label = load<i32>(labels + ((<usize>i) << 2));
    let other = own + rowBytes + ownGroup;
    for (let j = i + 1; j < n; j++) {
      const k = v128.load64_splat(p);
      p += 8;
      const both = withFourth(k);
      const cell = own + ((<usize>load<u8>(groups + j)) << 5);
      v128.store(cell, f64x2.add(v128.load(cell), both));
      v128.store(other, f64x2.add(v128.load(other), both));
      if (load<i32>(labels + ((<usize>j) << 2)) == label) {
        v128.store(cell, f64x2.add(v128.load(cell, 16), both), 16);
        v128.store(other, f64x2.add(v128.load(other, 16), both), 16);
      }
      other += rowBytes;
    }
  }
}

/**
 * sums (member, 2) float64: Σ k and Σ k⁴ with the other members of the same class; `members` (count) int32 are the
 * samples of one class, ascending.
 */
export function kernelSumsWithin(kernels: usize, n: i32, members: usize, count: i32, sums: usize): void {
  memory.fill(sums, 0, (<usize>count) << 4);
  for (let a = 0; a < count; a++) {
    const i = load<i32>(members + ((<usize>a) << 2));
    // Add j to find the pair (i, j).
    const row = kernels + <usize>((<i64>i * (2 * <i64>n - i - 1)) / 2 - i - 1) * 8;
    const own = sums + ((<usize>a) << 4);
    let total = v128.load(own);
    for (let b = a + 1; b < count; b++) {
      const both = withFourth(v128.load64_splat(row + ((<usize>load<i32>(members + ((<usize>b) << 2))) << 3)));
      const other = sums + ((<usize>b) << 4);
      v128.store(other, f64x2.add(v128.load(other), both));
      total = f64x2.add(total, both);
    }
    v128.store(own, total);
  }
}

/** (k, k) as (k, k⁴): exp(−d² ÷ 2σ²) is the fourth power of exp(−d² ÷ 8σ²). */
function withFourth(k: v128): v128 {
  const square = f64x2.mul(k, k);
  return v128.shuffle<f64>(k, f64x2.mul(square, square), 0, 3);
}
