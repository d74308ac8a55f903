/**
 * Intra-sample entropy of many maps (DESIGN §3; paper §4.4.2). Bins are found in float32; a value so
 * near to a bin's edge that float32 could put it on the wrong side has its whole group of eight binned
 * again in float64, so that counts equal those of the twin in measures/.
 */
import { log2 } from './_logarithm';
import { opaque } from './_opaque';

/** 2²³: added to a number in 0 … 2²² it rounds it to a whole one, held in the low bits. */
const ROUNDER: f32 = 8388608;
/** 16 times a bin fits 16 bits. */
const MOST_BINS: i32 = 4096;
const CHUNK_BYTES: usize = 4096;
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
 * `table` holds c log2 c for c < tableLength. `counts` is scratch of 32 × bins + 2048 bytes.
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
  memory.fill(counts, 0, (<usize>bins) << 5);
  const log2OfLength = log2(<f64>length);
  let range = firstRange;
  for (let map = 0; map < mapCount; map++) {
    const at = maps + map * bytes;
    const low = load<f32>(ranges + ((<usize>range) << 3));
    const high = load<f32>(ranges + ((<usize>range) << 3), 4);
    const ownLow = load<f32>(own + ((<usize>map) << 3));
    const finite = ownLow == ownLow;
    const histogram = histograms == 0 ? 0 : histograms + ((<usize>range * bins) << 2);
    if (finite) countAll(at, length, bins, low, high, counts);
    else if (histogram != 0) countFinite(at, length, bins, low, high, counts);
    const bits = takeEntropy(counts, bins, length, log2OfLength, table, tableLength, histogram);
    store<f64>(out + ((<usize>map) << 3), finite ? bits : NaN);
    if (++range == rangeCount) range = 0;
  }
}

/**
 * Counts a finite map: bins first, for a thousand values at a time, then counts. Done together they
 * need more registers than there are.
 */
function countAll(at: usize, length: i32, bins: i32, low: f32, high: f32, counts: usize): void {
  const width = <f64>high - <f64>low;
  const fast = width > SMALLEST_WIDTH && width < LARGEST_WIDTH && bins < MOST_BINS && abs(low) < LARGEST_WIDTH;
  const end = at + ((<usize>(fast ? length & ~7 : 0)) << 2);
  const places = counts + ((<usize>bins) << 5);
  for (let p = at; p < end; p += CHUNK_BYTES) {
    const until = min(p + CHUNK_BYTES, end);
    findPlaces(p, until, bins, low, high, places);
    countPlaces(places, places + ((until - p) >> 1), counts, counts + ((<usize>bins) << 4));
  }
  countExactly(end, at + ((<usize>length) << 2), bins, low, high, counts);
}

/** Writes 16 times the bin of each value, 16 bits, for a multiple of eight values. */
function findPlaces(from: usize, end: usize, bins: i32, low: f32, high: f32, places: usize): void {
  const lows = opaque(f32x4.splat(low), places);
  const scale = opaque(f32x4.splat(<f32>(<f64>bins / (<f64>high - <f64>low))), places);
  const top = opaque(f32x4.splat(<f32>(bins - 1)), places);
  const nearEdge = opaque(f32x4.splat(<f32>(0.5 - <f64>bins / 1048576)), places);
  const half = opaque(f32x4.splat(0.5), places);
  const zero = opaque(f32x4.splat(0), places);
  const rounder = opaque(f32x4.splat(ROUNDER), places);
  let out = places;
  for (let p = from; p < end; p += 32) {
    // The bin of x is the whole number nearest to t − ½, t = (x − low)·bins/width, within 0 … bins − 1.
    const t0 = f32x4.sub(f32x4.mul(f32x4.sub(v128.load(p), lows), scale), half);
    const t1 = f32x4.sub(f32x4.mul(f32x4.sub(v128.load(p, 16), lows), scale), half);
    const h0 = f32x4.pmax(zero, f32x4.pmin(top, t0));
    const h1 = f32x4.pmax(zero, f32x4.pmin(top, t1));
    const r0 = f32x4.add(h0, rounder);
    const r1 = f32x4.add(h1, rounder);
    const e0 = f32x4.abs(f32x4.sub(h0, f32x4.sub(r0, rounder)));
    const e1 = f32x4.abs(f32x4.sub(h1, f32x4.sub(r1, rounder)));
    v128.store(out, i16x8.shl(v128.shuffle<i16>(r0, r1, 0, 2, 4, 6, 8, 10, 12, 14), 4));
    if (v128.any_true(f32x4.gt(f32x4.pmax(e0, e1), nearEdge))) findExactly(p, bins, low, high, out);
    out += 16;
  }
}

/** The same for eight values in float64. */
function findExactly(p: usize, bins: i32, low: f32, high: f32, out: usize): void {
  for (let i: usize = 0; i < 8; i++)
    store<u16>(out + (i << 1), <u16>(binOf(load<f32>(p + (i << 2)), bins, low, high) << 4));
}

/** Into eight histograms, interleaved by four: equal neighbours do not wait for each other. */
function countPlaces(places: usize, end: usize, counts: usize, more: usize): void {
  for (let p = places; p < end; p += 16) {
    const a = counts + <usize>load<u16>(p);
    store<i32>(a, load<i32>(a) + 1);
    const b = counts + <usize>load<u16>(p, 2);
    store<i32>(b, load<i32>(b, 4) + 1, 4);
    const c = counts + <usize>load<u16>(p, 4);
    store<i32>(c, load<i32>(c, 8) + 1, 8);
    const d = counts + <usize>load<u16>(p, 6);
    store<i32>(d, load<i32>(d, 12) + 1, 12);
    const e = more + <usize>load<u16>(p, 8);
    store<i32>(e, load<i32>(e) + 1);
    const f = more + <usize>load<u16>(p, 10);
    store<i32>(f, load<i32>(f, 4) + 1, 4);
    const g = more + <usize>load<u16>(p, 12);
    store<i32>(g, load<i32>(g, 8) + 1, 8);
    const h = more + <usize>load<u16>(p, 14);
    store<i32>(h, load<i32>(h, 12) + 1, 12);
  }
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

function countOne(x: f32, bins: i32, low: f32, high: f32, counts: usize): void {
  const address = counts + ((<usize>binOf(x, bins, low, high)) << 4);
  store<i32>(address, load<i32>(address) + 1);
}

/** The rule of binOf in measures/histogram.ts, in float64. */
function binOf(x: f32, bins: i32, low: f32, high: f32): i32 {
  if (!(high > low)) return 0;
  const place = ((<f64>x - <f64>low) * bins) / (<f64>high - <f64>low);
  return <i32>max(0, min(<f64>(bins - 1), floor(place)));
}

/**
 * log2 n − Σ c log2 c / n of the eight histograms' sums c, which are added to `histogram` unless it is 0.
 * Leaves the histograms empty for the next map.
 */
function takeEntropy(
  counts: usize,
  bins: i32,
  n: i32,
  log2N: f64,
  table: usize,
  tableLength: i32,
  histogram: usize,
): f64 {
  const nothing = i32x4.splat(0);
  const end = counts + ((<usize>bins) << 4);
  const more = (<usize>bins) << 4;
  let sum: f64 = 0;
  let all = false;
  let added = histogram;
  for (let p = counts; p < end; p += 16) {
    const four = i32x4.add(v128.load(p), v128.load(p + more));
    v128.store(p, nothing);
    v128.store(p + more, nothing);
    const two = i64x2.extract_lane(i32x4.add(four, v128.shuffle<i32>(four, four, 2, 3, 0, 1)), 0);
    const c = <i32>two + <i32>(two >>> 32);
    if (histogram != 0) {
      store<i32>(added, load<i32>(added) + c);
      added += 4;
    }
    all = all || c == n;
    sum += c < tableLength ? load<f64>(table + ((<usize>c) << 3)) : cLog2C(c);
  }
  return all ? 0 : max(0, log2N - sum / n);
}
