/**
 * One pass over maps for the statistics of every channel: extremes, moments and counts of each map,
 * in the order of SUMMARY in measures/valueSummary.ts, its twin.
 */

import { opaque } from './_opaque';

const SUMMARY_BYTES: usize = 8 * 8;

/**
 * Summaries (map, 8) float64 at `out` of `mapCount` maps of `length` float32 values at `maps`. Values
 * ≤ lower or ≥ upper count as saturated (NaN: no bound).
 */
export function summariseMaps(maps: usize, mapCount: i32, length: i32, lower: f32, upper: f32, out: usize): void {
  const bytes = <usize>length * 4;
  for (let map = 0; map < mapCount; map++) {
    const at = maps + map * bytes;
    const to = out + map * SUMMARY_BYTES;
    if (length < 4 || !summariseFinite(at, length, lower, upper, to)) summariseAny(at, length, lower, upper, to);
  }
}

/** Four values at a time; false, with nothing written, where one of them is not finite. */
function summariseFinite(at: usize, length: i32, lower: f32, upper: f32, to: usize): bool {
  const first = load<f32>(at);
  const origin = opaque(f64x2.splat(<f64>first), to); // what is written to `to` comes last
  const zero = opaque(f32x4.splat(0), to);
  const lowers = opaque(f32x4.splat(lower), to);
  const uppers = opaque(f32x4.splat(upper), to);
  let minimum = f32x4.splat(first);
  let maximum = minimum;
  let notFinite = f32x4.splat(0);
  let zeros = i32x4.splat(0);
  let saturated = zeros;
  let sumLow = f64x2.splat(0);
  let sumHigh = sumLow;
  let squaresLow = sumLow;
  let squaresHigh = sumLow;
  const end = at + ((<usize>(length & ~3)) << 2);
  for (let p = at; p < end; p += 16) {
    const x = v128.load(p);
    minimum = f32x4.pmin(minimum, x);
    maximum = f32x4.pmax(maximum, x);
    notFinite = f32x4.add(notFinite, f32x4.sub(x, x));
    zeros = i32x4.sub(zeros, f32x4.eq(x, zero));
    saturated = i32x4.sub(saturated, v128.or(f32x4.le(x, lowers), f32x4.ge(x, uppers)));
    const low = f64x2.sub(f64x2.promote_low_f32x4(x), origin);
    const high = f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3)), origin);
    sumLow = f64x2.add(sumLow, low);
    sumHigh = f64x2.add(sumHigh, high);
    squaresLow = f64x2.add(squaresLow, f64x2.mul(low, low));
    squaresHigh = f64x2.add(squaresHigh, f64x2.mul(high, high));
  }
  sumLow = f64x2.add(sumLow, sumHigh);
  squaresLow = f64x2.add(squaresLow, squaresHigh);
  let sum = f64x2.extract_lane(sumLow, 0) + f64x2.extract_lane(sumLow, 1);
  let squares = f64x2.extract_lane(squaresLow, 0) + f64x2.extract_lane(squaresLow, 1);
  let zeroCount = sumOfLanes(zeros);
  let saturatedCount = sumOfLanes(saturated);
  let smallest = leastLane(minimum);
  let largest = -leastLane(f32x4.neg(maximum));
  let wrong: f32 =
    f32x4.extract_lane(notFinite, 0) +
    f32x4.extract_lane(notFinite, 1) +
    f32x4.extract_lane(notFinite, 2) +
    f32x4.extract_lane(notFinite, 3);
  const last = at + ((<usize>length) << 2);
  for (let p = end; p < last; p += 4) {
    const x = load<f32>(p);
    wrong += x - x;
    smallest = min(smallest, x);
    largest = max(largest, x);
    zeroCount += i32(x == 0);
    saturatedCount += i32((x <= lower) | (x >= upper));
    const difference = <f64>x - <f64>first;
    sum += difference;
    squares += difference * difference;
  }
  if (wrong != 0) return false; // ±Inf − ±Inf and NaN − NaN are NaN
  write(
    to,
    smallest,
    largest,
    <f64>first + sum / length,
    squares - (sum * sum) / length,
    0,
    zeroCount,
    saturatedCount,
    length,
  );
  return true;
}

/** One value at a time, leaving out what is not finite. */
function summariseAny(at: usize, length: i32, lower: f32, upper: f32, to: usize): void {
  let smallest: f32 = Infinity;
  let largest: f32 = -Infinity;
  let origin: f64 = 0;
  let sum: f64 = 0;
  let squares: f64 = 0;
  let zeroCount = 0;
  let saturatedCount = 0;
  let n = 0;
  const last = at + ((<usize>length) << 2);
  for (let p = at; p < last; p += 4) {
    const x = load<f32>(p);
    if (x - x != 0) continue;
    if (n++ == 0) origin = <f64>x;
    smallest = min(smallest, x);
    largest = max(largest, x);
    zeroCount += i32(x == 0);
    saturatedCount += i32((x <= lower) | (x >= upper));
    const difference = <f64>x - origin;
    sum += difference;
    squares += difference * difference;
  }
  if (n == 0) {
    write(to, smallest, largest, 0, 0, length, 0, 0, 0);
  } else {
    write(to, smallest, largest, origin + sum / n, squares - (sum * sum) / n, length - n, zeroCount, saturatedCount, n);
  }
}

function write(
  to: usize,
  minimum: f32,
  maximum: f32,
  mean: f64,
  squares: f64,
  nonFinite: i32,
  zeros: i32,
  saturated: i32,
  n: i32,
): void {
  store<f64>(to, <f64>minimum);
  store<f64>(to, <f64>maximum, 8);
  store<f64>(to, mean, 16);
  store<f64>(to, max(squares, 0), 24);
  store<f64>(to, <f64>nonFinite, 32);
  store<f64>(to, <f64>zeros, 40);
  store<f64>(to, <f64>saturated, 48);
  store<f64>(to, <f64>n, 56);
}

function sumOfLanes(x: v128): i32 {
  return i32x4.extract_lane(x, 0) + i32x4.extract_lane(x, 1) + i32x4.extract_lane(x, 2) + i32x4.extract_lane(x, 3);
}

function leastLane(x: v128): f32 {
  return min(
    min(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)),
    min(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)),
  );
}
