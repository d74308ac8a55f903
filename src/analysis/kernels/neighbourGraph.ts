/**
 * From nearest neighbours to the joint probabilities of pairs and their entropy (the third step; see
 * neighbourSearch). The twin is measures/neighbourGraph.ts.
 */
import { expOfNegative, exponentials, log2 } from './_logarithm';

const TIED: i32 = 1;
const ZERO_SCALE: i32 = 2;

/**
 * P(j|i) of rows [from, to), or where `order` is not 0 of those that it (int32) has there, float64 (row, k), to `probabilities`, and their neighbours (row, k; −1 for
 * none) to `targets`, from lists of `length` neighbours. With `groups` (row, byte) not 0, samples of the
 * group `without` are left out. `flags` (row, 32 bits) gets TIED and ZERO_SCALE, unless it is 0.
 */
export function weighRows(
  neighbours: usize,
  distances: usize,
  length: i32,
  k: i32,
  target: f64,
  rho: bool,
  groups: usize,
  without: i32,
  order: usize,
  from: i32,
  to: i32,
  targets: usize,
  probabilities: usize,
  flags: usize,
): void {
  for (let row = from; row < to; row++) {
    const i = order == 0 ? row : load<i32>(order + ((<usize>row) << 2));
    const listed = neighbours + ((<usize>i * length) << 2);
    const far = distances + ((<usize>i * length) << 3);
    const chosen = targets + ((<usize>i * k) << 2);
    const weights = probabilities + ((<usize>i * k) << 3);
    let count = 0;
    let next: f64 = -1;
    if (groups == 0 || <i32>load<u8>(groups + i) != without) {
      for (let place = 0; place < length && next < 0; place++) {
        const j = load<i32>(listed + ((<usize>place) << 2));
        if (groups != 0 && <i32>load<u8>(groups + j) == without) continue;
        const distance = load<f64>(far + ((<usize>place) << 3));
        if (count == k) {
          next = distance;
          break;
        }
        store<i32>(chosen + ((<usize>count) << 2), j);
        store<f64>(weights + ((<usize>count) << 3), distance);
        count++;
      }
    }
    const tied = count == k && next == load<f64>(weights + ((<usize>(k - 1)) << 3));
    const zeroScale = count > 0 && distancesToProbabilities(weights, count, target, rho);
    for (let place = count; place < k; place++) store<i32>(chosen + ((<usize>place) << 2), -1);
    if (flags != 0) store<i32>(flags + ((<usize>i) << 2), (tied ? TIED : 0) | (zeroScale ? ZERO_SCALE : 0));
  }
}

/** In place, for ascending distances. True where there is no σ (see neighbourGraph.ts). */
function distancesToProbabilities(weights: usize, count: i32, target: f64, rho: bool): bool {
  let offset: f64 = 0;
  for (let place = 0; rho && place < count; place++) {
    offset = load<f64>(weights + ((<usize>place) << 3));
    if (offset > 0) break;
  }
  let zeros = 0;
  for (let place = 0; place < count; place++) {
    const at = weights + ((<usize>place) << 3);
    const beyond = max(0, load<f64>(at) - offset);
    zeros += i32(beyond == 0);
    store<f64>(at, beyond);
  }
  const zeroScale = <f64>zeros >= target;
  if (zeroScale || <f64>count <= target) {
    for (let place = 0; place < count; place++) {
      const at = weights + ((<usize>place) << 3);
      store<f64>(at, !zeroScale || load<f64>(at) == 0 ? 1 : 0);
    }
    return zeroScale;
  }
  const rate = rateOf(weights, count, target);
  for (let place = 0; place < count; place++) {
    const at = weights + ((<usize>place) << 3);
    store<f64>(at, expOfNegative(-rate * load<f64>(at)));
  }
  return false;
}

/**
 * 1/σ with Σ exp(−d/σ) = target, by Newton's method from 0: the sum is convex and falls, so every step
 * stays on the near side and the root that bisection finds is approached from below.
 */
function rateOf(weights: usize, count: i32, target: f64): f64 {
  let rate: f64 = 0;
  for (let step = 0; step < 1000; step++) {
    let excess = -target;
    let slope: f64 = 0;
    const rates = f64x2.splat(-rate);
    let place = 0;
    for (; place + 2 <= count; place += 2) {
      const two = v128.load(weights + ((<usize>place) << 3));
      const p = exponentials(f64x2.mul(rates, two));
      const slopes = f64x2.mul(p, two);
      // One after another, as the twin adds them.
      excess = excess + f64x2.extract_lane(p, 0) + f64x2.extract_lane(p, 1);
      slope = slope + f64x2.extract_lane(slopes, 0) + f64x2.extract_lane(slopes, 1);
    }
    if (place < count) {
      const distance = load<f64>(weights + ((<usize>place) << 3));
      const p = expOfNegative(-rate * distance);
      excess += p;
      slope += p * distance;
    }
    const next = rate + excess / slope;
    if (excess <= 0 || !(next > rate)) break;
    rate = next;
  }
  return rate;
}

/**
 * H in bits of the symmetrised, normalised graph over ordered pairs: log2 S − Σ w log2 w / S. `union`
 * symmetrises by a + b − ab, otherwise a + b (the factor 2N falls out when it is normalised).
 */
export function graphEntropy(targets: usize, probabilities: usize, n: i32, k: i32, union: bool): f64 {
  let total: f64 = 0;
  let weighted: f64 = 0;
  for (let i = 0; i < n; i++) {
    for (let slot = 0; slot < k; slot++) {
      const place = <usize>i * k + slot;
      const j = load<i32>(targets + (place << 2));
      if (j < 0) break;
      const there = load<f64>(probabilities + (place << 3));
      const back = slotOf(targets + ((<usize>j * k) << 2), k, i);
      const andBack = back < 0 ? 0 : load<f64>(probabilities + ((<usize>j * k + back) << 3));
      const weight = there + andBack - (union ? there * andBack : 0);
      const orders: f64 = back < 0 ? 2 : 1; // listed on one side only, a pair stands for both orders
      total += orders * weight;
      if (weight >= 2.3e-308) weighted += orders * weight * log2(weight);
    }
  }
  return max(0, log2(total) - weighted / total);
}

function slotOf(targets: usize, k: i32, i: i32): i32 {
  for (let slot = 0; slot < k; slot++) if (load<i32>(targets + ((<usize>slot) << 2)) == i) return slot;
  return -1;
}
