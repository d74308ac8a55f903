/**
 * Squared distances or products of all pairs i < j of n samples in float64, in the order (0,1), (0,2) …
 * (n−2,n−1): what kernel density estimates and kernel alignment are made of.
 */
import { firstPair } from './_pairProducts';
import { squaredDistance } from './_product';

/**
 * Adds to sums (pair, float64) those of the pairs whose first sample is `from` … `to` − 1: of `length`
 * float32 values of each sample, whose beginnings are `stride` bytes apart. Squared distances are summed
 * in float64 in the order of the twin in measures/nearestNeighbours.ts; products in float32 within 64
 * values and in float64 over them.
 */
export function addPairSums(
  products: bool,
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
      const y = values + <usize>j * stride;
      const sum = products ? dot(x, y, length) : squaredDistance(x, y, length);
      store<f64>(at, first ? sum : load<f64>(at) + sum);
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
