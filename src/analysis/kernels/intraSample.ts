/**
 * Intra-sample entropy of many maps (paper §4.4.2). Bins are found in float32; a value so
 * near to a bin's edge that float32 could put it on the wrong side has its whole group of sixteen binned
 * again in float64, so that counts equal those of the twin in measures/.
 */
import { log2 } from './_logarithm';
import { opaque } from './_opaque';

/** 2²³: added to a number in 0 … 2²² it rounds it to a whole one, held in the low bits. */
const ROUNDER: f32 = 8388608;
/** Above, a place is too coarse in float32. */
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
  // Bits without the sign: those of what is not finite are above all others, and other units compare them.
  let largest = i32x4.splat(0);
  const end = at + ((<usize>(length & ~3)) << 2);
  let p = at;
  if (length >= 8) {
    // Eight values in two sums at once: the one does not wait for the other.
    let minimum1 = minimum;
    let maximum1 = maximum;
    let largest1 = largest;
    for (const last = at + ((<usize>(length & ~7)) << 2); p < last; p += 32) {
      const x0 = v128.load(p);
      const x1 = v128.load(p, 16);
      minimum = f32x4.pmin(minimum, x0);
      minimum1 = f32x4.pmin(minimum1, x1);
      maximum = f32x4.pmax(maximum, x0);
      maximum1 = f32x4.pmax(maximum1, x1);
      largest = i32x4.max_u(largest, i32x4.shl(x0, 1));
      largest1 = i32x4.max_u(largest1, i32x4.shl(x1, 1));
    }
    minimum = f32x4.pmin(minimum, minimum1);
    maximum = f32x4.pmax(maximum, maximum1);
    largest = i32x4.max_u(largest, largest1);
  }
  for (; p < end; p += 16) {
    const x = v128.load(p);
    minimum = f32x4.pmin(minimum, x);
    maximum = f32x4.pmax(maximum, x);
    largest = i32x4.max_u(largest, i32x4.shl(x, 1));
  }
  let low: f32 = Infinity;
  let high: f32 = -Infinity;
  let bits: u32 = 0;
  for (let lane = 0; lane < 4; lane++) {
    low = min(low, f32x4.extract_lane(minimum, 0));
    high = max(high, f32x4.extract_lane(maximum, 0));
    bits = max(bits, <u32>i32x4.extract_lane(largest, 0));
    minimum = v128.shuffle<f32>(minimum, minimum, 1, 2, 3, 0);
    maximum = v128.shuffle<f32>(maximum, maximum, 1, 2, 3, 0);
    largest = v128.shuffle<f32>(largest, largest, 1, 2, 3, 0);
  }
  const last = at + ((<usize>length) << 2);
  for (let p = end; p < last; p += 4) {
    const x = load<f32>(p);
    low = min(low, x);
    high = max(high, x);
    bits = max(bits, load<u32>(p) << 1);
  }
  store<f32>(range, bits < 0xff000000 ? low : NaN);
  store<f32>(range, bits < 0xff000000 ? high : NaN, 4);
}

/**
 * Entropies in bits, float64 (map), over `ranges` (rangeCount, 2): map i has the range i modulo
 * rangeCount. `own` (map, 2), of mapRanges, tells which maps are finite; the others get NaN.
 * `table` holds c log2 c for c < tableLength. `counts` is scratch of 32 × bins + 4096 bytes.
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
    findPlaces(p, until, bins, low, high, counts, places);
    countPlaces(places, places + (until - p));
  }
  countExactly(end, at + ((<usize>length) << 2), bins, low, high, counts);
}

/**
 * Writes the address of each value's bin, 32 bits, for a multiple of four values. The bin of x is the whole number
 * nearest to t − ½, t = (x − low)·bins/width, within 0 … bins − 1.
 */
function findPlaces(from: usize, end: usize, bins: i32, low: f32, high: f32, counts: usize, places: usize): void {
  const perValue = <f64>bins / (<f64>high - <f64>low);
  const scale = opaque(f32x4.splat(<f32>perValue), places);
  const top = opaque(f32x4.splat(<f32>(bins - 1)), places);
  const edge = 0.5 - <f64>bins / 1048576;
  const nearEdge = opaque(f32x4.splat(<f32>(edge * edge)), places);
  const zero = opaque(f32x4.splat(0), places);
  const rounder = opaque(f32x4.splat(ROUNDER), places);
  // Shifted by five bits, nothing is left of the rounder but this.
  const base = opaque(i32x4.splat(<i32>counts - (0x4b000000 << 5)), places);
  // Where low is not far from the values' width, one product and one difference are as near to t − ½ as nearEdge allows.
  const isNear = max(abs(low), abs(high)) <= 4 * (high - low);
  const shift = opaque(f32x4.splat(isNear ? <f32>(<f64>low * perValue + 0.5) : 0.5), places);
  const lows = opaque(f32x4.splat(isNear ? 0 : low), places);
  let out = places;
  let p = from;
  if (isNear) {
    for (; p + 64 <= end; p += 64) {
      const h0 = f32x4.pmax(zero, f32x4.pmin(top, f32x4.sub(f32x4.mul(v128.load(p), scale), shift)));
      const h1 = f32x4.pmax(zero, f32x4.pmin(top, f32x4.sub(f32x4.mul(v128.load(p, 16), scale), shift)));
      const h2 = f32x4.pmax(zero, f32x4.pmin(top, f32x4.sub(f32x4.mul(v128.load(p, 32), scale), shift)));
      const h3 = f32x4.pmax(zero, f32x4.pmin(top, f32x4.sub(f32x4.mul(v128.load(p, 48), scale), shift)));
      const r0 = f32x4.add(h0, rounder);
      const r1 = f32x4.add(h1, rounder);
      const r2 = f32x4.add(h2, rounder);
      const r3 = f32x4.add(h3, rounder);
      v128.store(out, i32x4.add(i32x4.shl(r0, 5), base));
      v128.store(out, i32x4.add(i32x4.shl(r1, 5), base), 16);
      v128.store(out, i32x4.add(i32x4.shl(r2, 5), base), 32);
      v128.store(out, i32x4.add(i32x4.shl(r3, 5), base), 48);
      const off01 = f32x4.pmax(offBy(h0, r0, rounder), offBy(h1, r1, rounder));
      const off23 = f32x4.pmax(offBy(h2, r2, rounder), offBy(h3, r3, rounder));
      if (v128.any_true(f32x4.gt(f32x4.pmax(off01, off23), nearEdge)))
        findExactly(p, p + 64, bins, low, high, counts, out);
      out += 64;
    }
  }
  for (; p < end; p += 16) {
    const t = f32x4.sub(f32x4.mul(f32x4.sub(v128.load(p), lows), scale), shift);
    const h = f32x4.pmax(zero, f32x4.pmin(top, t));
    const r = f32x4.add(h, rounder);
    v128.store(out, i32x4.add(i32x4.shl(r, 5), base));
    if (v128.any_true(f32x4.gt(offBy(h, r, rounder), nearEdge))) findExactly(p, p + 16, bins, low, high, counts, out);
    out += 16;
  }
}

/** How far a place is from the whole number that it was rounded to, squared: what makes it positive takes three steps. */
function offBy(place: v128, rounded: v128, rounder: v128): v128 {
  const off = f32x4.sub(place, f32x4.sub(rounded, rounder));
  return f32x4.mul(off, off);
}

/** The same in float64. */
function findExactly(from: usize, end: usize, bins: i32, low: f32, high: f32, counts: usize, places: usize): void {
  let out = places;
  for (let p = from; p < end; p += 4, out += 4)
    store<u32>(out, <u32>(counts + ((<usize>binOf(load<f32>(p), bins, low, high)) << 5)));
}

/** Into eight histograms, interleaved: equal neighbours do not wait for each other. */
function countPlaces(places: usize, end: usize): void {
  for (let p = places; p < end; p += 32) {
    const a = <usize>load<u32>(p);
    store<i32>(a, load<i32>(a) + 1);
    const b = <usize>load<u32>(p, 4);
    store<i32>(b, load<i32>(b, 4) + 1, 4);
    const c = <usize>load<u32>(p, 8);
    store<i32>(c, load<i32>(c, 8) + 1, 8);
    const d = <usize>load<u32>(p, 12);
    store<i32>(d, load<i32>(d, 12) + 1, 12);
    const e = <usize>load<u32>(p, 16);
    store<i32>(e, load<i32>(e, 16) + 1, 16);
    const f = <usize>load<u32>(p, 20);
    store<i32>(f, load<i32>(f, 20) + 1, 20);
    const g = <usize>load<u32>(p, 24);
    store<i32>(g, load<i32>(g, 24) + 1, 24);
    const h = <usize>load<u32>(p, 28);
    store<i32>(h, load<i32>(h, 28) + 1, 28);
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
  const address = counts + ((<usize>binOf(x, bins, low, high)) << 5);
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
  const end = counts + ((<usize>bins) << 5);
  let sum: f64 = 0;
  let all = false;
  let added = histogram;
  for (let p = counts; p < end; p += 32) {
    const four = i32x4.add(v128.load(p), v128.load(p, 16));
    v128.store(p, nothing);
    v128.store(p, nothing, 16);
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
