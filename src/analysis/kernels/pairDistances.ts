/**
 * Distances of all pairs i < j of n samples as the numbers of their bins, in the order (0,1), (0,2) …
 * (n−2,n−1). Squares are made of float32 products of centred rows, whose error is known; a pair whose
 * error reaches over a bin's edge, and those that may be nearest or farthest, are computed again in
 * float64 by the difference, so that bins are those of the twin, measures/distanceMutualInformation.ts,
 * to the last one.
 */
import { opaque } from './_opaque';
import { addPairProducts, firstPair } from './_pairProducts';
import { squaredDistance } from './_product';

/** Products of packed rows of float32, or of int16 where `isShort` (see addPairProducts). */
export function addProducts(
  isShort: bool,
  packed: usize,
  stride: usize,
  n: i32,
  from: i32,
  to: i32,
  sums: usize,
  first: bool,
): void {
  if (isShort) addPairProducts<i16, f32>(packed, stride, n, from, to, sums, first);
  else addPairProducts<f32, f32>(packed, stride, n, from, to, sums, first);
}

/** 2²³: added to a number in 0 … 2²² it rounds it to a whole one. */
const ROUNDER: f32 = 8388608;

/** In place: (|x|² + |y|² − 2 x·y) · unit of the pairs whose first row is `from` … `to` − 1; `norms` (n) float32. */
export function productsToSquares(norms: usize, n: i32, from: i32, to: i32, unit: f32, products: usize): void {
  const units = f32x4.splat(unit);
  let p = products + (firstPair(from, n) << 2);
  for (let i = from; i < to; i++) {
    const others = n - 1 - i;
    const own = v128.load32_splat(norms + ((<usize>i) << 2));
    const norm = norms + ((<usize>(i + 1)) << 2);
    const fours = (<usize>(others & ~3)) << 2;
    for (let at: usize = 0; at < fours; at += 16) {
      const product = v128.load(p + at);
      const square = f32x4.sub(f32x4.add(own, v128.load(norm + at)), f32x4.add(product, product));
      v128.store(p + at, f32x4.mul(square, units));
    }
    for (let at = fours; at < (<usize>others) << 2; at += 4) {
      const product = load<f32>(p + at);
      store<f32>(p + at, (f32x4.extract_lane(own, 0) + load<f32>(norm + at) - (product + product)) * unit);
    }
    p += (<usize>others) << 2;
  }
}

/**
 * Smallest and largest distance (2, float64) at `range`. `error` bounds that of the squares, and `blur` what
 * their distances lack beside it. Of no pair: ±Infinity.
 */
export function rangeOfPairs(
  values: usize,
  n: i32,
  stride: usize,
  length: i32,
  squares: usize,
  error: f64,
  blur: f64,
  range: usize,
): void {
  const end = squares + (firstPair(n - 1, n) << 2);
  let lows = f32x4.splat(Infinity);
  let highs = f32x4.splat(-Infinity);
  let p = squares;
  for (; p + 16 <= end; p += 16) {
    const four = v128.load(p);
    // One instruction where min has eight; NaN is left out, and looked at below.
    lows = f32x4.pmin(lows, four);
    highs = f32x4.pmax(highs, four);
  }
  let low: f32 = Infinity;
  let high: f32 = -Infinity;
  for (let lane = 0; lane < 4; lane++) {
    low = min(low, f32x4.extract_lane(lows, 0));
    high = max(high, f32x4.extract_lane(highs, 0));
    lows = v128.shuffle<f32>(lows, lows, 1, 2, 3, 0);
    highs = v128.shuffle<f32>(highs, highs, 1, 2, 3, 0);
  }
  for (; p < end; p += 4) {
    const one = load<f32>(p);
    if (one < low) low = one;
    if (one > high) high = one;
  }
  exactRange(values, n, stride, length, squares, <f64>low, <f64>high, error, blur, range);
}

/** Of the pairs that float32 cannot tell from the smallest or the largest: `low` and `high` by float32. */
function exactRange(
  values: usize,
  n: i32,
  stride: usize,
  length: i32,
  squares: usize,
  low: f64,
  high: f64,
  error: f64,
  blur: f64,
  range: usize,
): void {
  const nearLow = f32x4.splat(<f32>moved(low + 3 * error, 2.01 * blur));
  const nearHigh = f32x4.splat(<f32>moved(high - 3 * error, -2.01 * blur));
  store<f64>(range, Infinity);
  store<f64>(range, -Infinity, 8);
  let p = squares;
  for (let i = 0; i < n - 1; i++) {
    const others = n - 1 - i;
    const x = values + <usize>i * stride;
    const y = x + stride;
    for (let at = 0; at < others; at += 4) {
      // Four may reach into the next row, or beyond the end: then more is looked at than need be.
      const four = v128.load(p + ((<usize>at) << 2));
      // Written so that NaN, which is what overflow may leave, is looked at too.
      if (i32x4.all_true(v128.and(f32x4.gt(four, nearLow), f32x4.lt(four, nearHigh)))) continue;
      const last = min(at + 4, others);
      for (let other = at; other < last; other++) widen(range, squaredDistance(x, y + <usize>other * stride, length));
    }
    p += (<usize>others) << 2;
  }
  store<f64>(range, sqrt(load<f64>(range)));
  const most = load<f64>(range, 8);
  store<f64>(range, most < 0 ? most : sqrt(most), 8);
}

/** The square of a distance that is longer by `by`. */
function moved(square: f64, by: f64): f64 {
  if (by == 0) return square;
  const distance = sqrt(max(0, square)) + by;
  return distance > 0 ? distance * distance : -Infinity;
}

function widen(range: usize, square: f64): void {
  if (square < load<f64>(range)) store<f64>(range, square);
  if (square > load<f64>(range, 8)) store<f64>(range, square, 8);
}

/**
 * codes (pair, one byte): the distance's bin of `bins` ≤ 256 equal ones over `range`, the last closed.
 * `error` bounds that of the squares, `blur` what their distances lack beside it; `scratch` is 16 bytes.
 */
export function quantisePairs(
  values: usize,
  n: i32,
  stride: usize,
  length: i32,
  squares: usize,
  error: f64,
  blur: f64,
  bins: i32,
  range: usize,
  codes: usize,
  scratch: usize,
): void {
  const low = load<f64>(range);
  const high = load<f64>(range, 8);
  const width = high - low;
  if (!(width > 0)) {
    memory.fill(codes, 0, firstPair(n - 1, n));
    return;
  }
  // A square that is wrong by e makes a distance d that is wrong by at most e / d; and places are rounded
  // four times, each relative to the largest distance.
  const perDistance = (error * <f64>bins) / width;
  const rounding = ((high / width) * <f64>bins * 4) / 16777216 + (blur / width) * <f64>bins * 1.001 + 1e-5;
  const fast = rounding < 0.25 && perDistance < 1e30 && high > 1e-10 && high < 1e15;
  let p = squares;
  let out = codes;
  for (let i = 0; i < n; i++) {
    const others = n - 1 - i;
    const even = fast ? others & ~3 : 0;
    const x = values + <usize>i * stride;
    if (fast)
      quantiseFours(
        x,
        values + <usize>(i + 1) * stride,
        stride,
        length,
        p,
        even,
        perDistance,
        rounding,
        bins,
        range,
        out,
        scratch,
      );
    for (let place = even; place < others; place++) {
      const y = values + <usize>(i + 1 + place) * stride;
      store<u8>(out + place, exactBin(x, y, length, bins, low, width));
    }
    p += (<usize>others) << 2;
    out += others;
  }
}

/** `count` pairs of x, a multiple of 4, with the samples that begin at y. */
function quantiseFours(
  x: usize,
  y: usize,
  stride: usize,
  length: i32,
  squares: usize,
  count: i32,
  perDistance: f64,
  rounding: f64,
  bins: i32,
  range: usize,
  out: usize,
  scratch: usize,
): void {
  const low = load<f64>(range);
  const width = load<f64>(range, 8) - low;
  const lows = opaque(f32x4.splat(<f32>low), scratch);
  const scale = opaque(f32x4.splat(<f32>(<f64>bins / width)), scratch);
  const top = opaque(f32x4.splat(<f32>(bins - 1)), scratch);
  const errors = opaque(f32x4.splat(<f32>perDistance), scratch);
  const certain = opaque(f32x4.splat(<f32>(0.5 - rounding)), scratch);
  const rounder = opaque(f32x4.splat(ROUNDER), scratch);
  const half = opaque(f32x4.splat(0.5), scratch);
  const zero = opaque(f32x4.splat(0), scratch);
  for (let at = 0; at < count; at += 4) {
    const distance = f32x4.sqrt(f32x4.pmax(zero, v128.load(squares + ((<usize>at) << 2))));
    // The bin of a place t is the whole number nearest to t − ½; about ½ off, it is not certain.
    const place = f32x4.sub(f32x4.mul(f32x4.sub(distance, lows), scale), half);
    const inside = f32x4.pmax(zero, f32x4.pmin(top, place));
    const rounded = f32x4.add(inside, rounder);
    const off = f32x4.abs(f32x4.sub(inside, f32x4.sub(rounded, rounder)));
    const bytes = v128.shuffle<u8>(rounded, rounded, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12);
    v128.store32_lane(out + at, bytes, 0);
    // Its error, errors ÷ distance, is less than what is left up to ½.
    const sure = f32x4.gt(f32x4.mul(f32x4.sub(certain, off), distance), errors);
    let doubtful = i32x4.bitmask(v128.not(sure));
    for (; doubtful != 0; doubtful &= doubtful - 1) {
      const other = at + ctz(doubtful);
      store<u8>(out + other, exactBin(x, y + <usize>other * stride, length, bins, low, width));
    }
  }
}

/** By the difference, in float64, as the twin has it. */
function exactBin(x: usize, y: usize, length: i32, bins: i32, low: f64, width: f64): u8 {
  const distance = sqrt(squaredDistance(x, y, length));
  const place = ((distance - low) / width) * <f64>bins;
  return place == place ? <u8>(<i32>min(<f64>(bins - 1), place)) : 0;
}
