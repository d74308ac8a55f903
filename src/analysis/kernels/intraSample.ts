/**
 * Intra-sample entropy of many maps (DESIGN §3; paper §4.4.2). Bins are found in float32; a value so
 * near to a bin's edge that float32 could put it on the wrong side has its whole group of sixteen
 * binned again in float64, so that counts equal those of the twin in measures/.
 */
import { log2 } from './_logarithm';

/** 2²³: added to a number in 0 … 2²² it rounds it to a whole one, held in the low bits. */
const ROUNDER: f32 = 8388608;
const WHOLE_BITS: i32 = 0x3fffff;
/** Beyond these float32 has no room for the scale (or subnormal results lose digits). */
const SMALLEST_WIDTH: f64 = 1e-30;
const LARGEST_WIDTH: f64 = 1e30;

/** table[c] = c log2 c, float64, for c < length. */
export function fillEntropyTable(table: usize, length: i32): void {
  for (let c = 0; c < length; c++) store<f64>(table + ((<usize>c) << 3), cLog2C(c));
}

function cLog2C(c: i32): f64 {
  return c < 2 ? 0 : <f64>c * log2(<f64>c);
}

/** Minimum and maximum of each map, (map, 2) float32; NaN twice where a value is not finite. */
export function mapRanges(maps: usize, mapCount: i32, length: i32, ranges: usize): void {
  const bytes = (<usize>length) << 2;
  for (let map = 0; map < mapCount; map++) mapRange(maps + map * bytes, length, ranges + ((<usize>map) << 3));
}

function mapRange(at: usize, length: i32, range: usize): void {
  let minimum = f32x4.splat(Infinity);
  let maximum = f32x4.splat(-Infinity);
  let notFinite = f32x4.splat(0);
  const end = at + ((<usize>(length & ~3)) << 2);
  for (let p = at; p < end; p += 16) {
    const x = v128.load(p);
    minimum = f32x4.pmin(minimum, x);
    maximum = f32x4.pmax(maximum, x);
    notFinite = f32x4.add(notFinite, f32x4.sub(x, x));
  }
  let low: f32 = Infinity;
  let high: f32 = -Infinity;
  let wrong: f32 = 0;
  for (let lane = 0; lane < 4; lane++) {
    low = min(low, f32x4.extract_lane(minimum, 0));
    high = max(high, f32x4.extract_lane(maximum, 0));
    wrong += f32x4.extract_lane(notFinite, 0);
    minimum = v128.shuffle<f32>(minimum, minimum, 1, 2, 3, 0);
    maximum = v128.shuffle<f32>(maximum, maximum, 1, 2, 3, 0);
    notFinite = v128.shuffle<f32>(notFinite, notFinite, 1, 2, 3, 0);
  }
  const last = at + ((<usize>length) << 2);
  for (let p = end; p < last; p += 4) {
    const x = load<f32>(p);
    low = min(low, x);
    high = max(high, x);
    wrong += x - x;
  }
  store<f32>(range, wrong == 0 ? low : NaN);
  store<f32>(range, wrong == 0 ? high : NaN, 4);
}

/**
 * Entropies in bits, float64 (map), over `ranges` (rangeCount, 2): map i has the range i modulo
 * rangeCount. `own` (map, 2), of mapRanges, tells which maps are finite; the others get NaN.
 * `table` holds c log2 c for c < tableLength. `counts` is scratch of 4 × bins 32-bit numbers.
 * Where `histograms` (rangeCount, bins) is not 0, all finite values are added to it.
 */
export function mapEntropies(
  maps: usize,
  mapCount: i32,
  length: i32,
  bins: i32,
  ranges: usize,
  rangeCount: i32,
  firstRange: i32,
  own: usize,
  table: usize,
  tableLength: i32,
  counts: usize,
  histograms: usize,
  out: usize,
): void {
  const bytes = (<usize>length) << 2;
  let range = firstRange;
  for (let map = 0; map < mapCount; map++) {
    const at = maps + map * bytes;
    const low = load<f32>(ranges + ((<usize>range) << 3));
    const high = load<f32>(ranges + ((<usize>range) << 3), 4);
    const ownLow = load<f32>(own + ((<usize>map) << 3));
    const finite = ownLow == ownLow;
    memory.fill(counts, 0, (<usize>bins) << 4);
    if (finite) countAll(at, length, bins, low, high, counts);
    else if (histograms != 0) countFinite(at, length, bins, low, high, counts);
    if (finite || histograms != 0) foldCounts(counts, bins);
    if (histograms != 0) addCounts(histograms + ((<usize>range * bins) << 2), counts, bins);
    store<f64>(out + ((<usize>map) << 3), finite ? entropyOf(counts, bins, length, table, tableLength) : NaN);
    if (++range == rangeCount) range = 0;
  }
}

/** Counts of a finite map into four interleaved histograms: equal neighbours do not wait for each other. */
function countAll(at: usize, length: i32, bins: i32, low: f32, high: f32, counts: usize): void {
  const width = <f64>high - <f64>low;
  const fast = width > SMALLEST_WIDTH && width < LARGEST_WIDTH && bins <= 4096 && abs(low) < LARGEST_WIDTH;
  if (!fast) {
    countExactly(at, at + ((<usize>length) << 2), bins, low, high, counts);
    return;
  }
  const end = at + ((<usize>(length & ~15)) << 2);
  const lows = f32x4.splat(low);
  const scale = f32x4.splat(<f32>(<f64>bins / width));
  const top = f32x4.splat(<f32>(bins - 1));
  const nearEdge = f32x4.splat(<f32>(0.5 - <f64>bins / 1048576));
  const half = f32x4.splat(0.5);
  const zero = f32x4.splat(0);
  const rounder = f32x4.splat(ROUNDER);
  const mask = i32x4.splat(WHOLE_BITS);
  for (let p = at; p < end; p += 64) {
    // The bin of x is the whole number nearest to t − ½, t = (x − low)·bins/width, within 0 … bins − 1.
    const h0 = f32x4.pmax(zero, f32x4.pmin(top, f32x4.sub(f32x4.mul(f32x4.sub(v128.load(p), lows), scale), half)));
    const h1 = f32x4.pmax(zero, f32x4.pmin(top, f32x4.sub(f32x4.mul(f32x4.sub(v128.load(p, 16), lows), scale), half)));
    const h2 = f32x4.pmax(zero, f32x4.pmin(top, f32x4.sub(f32x4.mul(f32x4.sub(v128.load(p, 32), lows), scale), half)));
    const h3 = f32x4.pmax(zero, f32x4.pmin(top, f32x4.sub(f32x4.mul(f32x4.sub(v128.load(p, 48), lows), scale), half)));
    const r0 = f32x4.add(h0, rounder);
    const r1 = f32x4.add(h1, rounder);
    const r2 = f32x4.add(h2, rounder);
    const r3 = f32x4.add(h3, rounder);
    const e0 = f32x4.abs(f32x4.sub(h0, f32x4.sub(r0, rounder)));
    const e1 = f32x4.abs(f32x4.sub(h1, f32x4.sub(r1, rounder)));
    const e2 = f32x4.abs(f32x4.sub(h2, f32x4.sub(r2, rounder)));
    const e3 = f32x4.abs(f32x4.sub(h3, f32x4.sub(r3, rounder)));
    const farthest = f32x4.pmax(f32x4.pmax(e0, e1), f32x4.pmax(e2, e3));
    if (v128.any_true(f32x4.gt(farthest, nearEdge))) {
      countExactly(p, p + 64, bins, low, high, counts);
    } else {
      countFour(counts, i32x4.shl(v128.and(r0, mask), 4));
      countFour(counts, i32x4.shl(v128.and(r1, mask), 4));
      countFour(counts, i32x4.shl(v128.and(r2, mask), 4));
      countFour(counts, i32x4.shl(v128.and(r3, mask), 4));
    }
  }
  countExactly(end, at + ((<usize>length) << 2), bins, low, high, counts);
}

/** Adds one to a bin of each of the four histograms, whose byte offsets are given. */
function countFour(counts: usize, offsets: v128): void {
  const low = i64x2.extract_lane(offsets, 0);
  const high = i64x2.extract_lane(offsets, 1);
  const a = counts + <u32>low;
  store<i32>(a, load<i32>(a) + 1);
  const b = counts + <u32>(low >>> 32);
  store<i32>(b, load<i32>(b, 4) + 1, 4);
  const c = counts + <u32>high;
  store<i32>(c, load<i32>(c, 8) + 1, 8);
  const d = counts + <u32>(high >>> 32);
  store<i32>(d, load<i32>(d, 12) + 1, 12);
}

function countExactly(at: usize, end: usize, bins: i32, low: f32, high: f32, counts: usize): void {
  for (let p = at; p < end; p += 4) countOne(load<f32>(p), bins, low, high, counts);
}

function countFinite(at: usize, length: i32, bins: i32, low: f32, high: f32, counts: usize): void {
  const end = at + ((<usize>length) << 2);
  for (let p = at; p < end; p += 4) {
    const x = load<f32>(p);
    if (x - x == 0) countOne(x, bins, low, high, counts);
  }
}

/** The rule of binOf in measures/histogram.ts, in float64. */
function countOne(x: f32, bins: i32, low: f32, high: f32, counts: usize): void {
  let bin = 0;
  if (high > low) {
    const place = ((<f64>x - <f64>low) * bins) / (<f64>high - <f64>low);
    bin = <i32>max(0, min(<f64>(bins - 1), floor(place)));
  }
  const address = counts + ((<usize>bin) << 4);
  store<i32>(address, load<i32>(address) + 1);
}

/** The four histograms' sum into the first `bins` numbers of `counts`. */
function foldCounts(counts: usize, bins: i32): void {
  for (let bin = 0; bin < bins; bin++) {
    const four = v128.load(counts + ((<usize>bin) << 4));
    const two = i32x4.add(four, v128.shuffle<i32>(four, four, 2, 3, 0, 1));
    store<i32>(counts + ((<usize>bin) << 2), i32x4.extract_lane(two, 0) + i32x4.extract_lane(two, 1));
  }
}

function addCounts(histogram: usize, counts: usize, bins: i32): void {
  for (let bin = 0; bin < bins; bin++) {
    const address = histogram + ((<usize>bin) << 2);
    store<i32>(address, load<i32>(address) + load<i32>(counts + ((<usize>bin) << 2)));
  }
}

/** log2 n − Σ c log2 c / n. */
function entropyOf(counts: usize, bins: i32, n: i32, table: usize, tableLength: i32): f64 {
  let sum: f64 = 0;
  for (let bin = 0; bin < bins; bin++) {
    const c = load<i32>(counts + ((<usize>bin) << 2));
    if (c == n) return 0;
    sum += c < tableLength ? load<f64>(table + ((<usize>c) << 3)) : cLog2C(c);
  }
  return max(0, log2(<f64>n) - sum / n);
}
