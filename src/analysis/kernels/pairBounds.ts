/**
 * Squared distances of all pairs i < j of samples, (0,1), (0,2) … (n−2,n−1), from those of their parts (float32), and
 * the nearest neighbours by them: what one measure has multiplied, another then need not.
 */
import { clearList, listBytes, mergeLists, offerCandidate } from './_candidates';
import { nearestOfCandidates, sharpened, withinRounding } from './_exactNeighbours';
import { clearNearest, insertNearest } from './_nearest';
import { firstPair } from './_pairProducts';
import { squaredDistance } from './_product';

/** Rows whose bounds are gathered at once: those of one pair after another, which lie side by side. */
const ROWS: i32 = 8;

/** Adds `count` squares to others, or writes them where they are the first. Returns the largest sum; NaN where one is. */
export function addSquares(squares: usize, count: i32, sums: usize, first: bool): f32 {
  let largest = f32x4.splat(-Infinity);
  let unordered = f32x4.splat(0);
  const bytes = (<usize>count) << 2;
  const fours = bytes & ~15;
  for (let at: usize = 0; at < fours; at += 16) {
    let sum = v128.load(squares + at);
    if (!first) sum = f32x4.add(sum, v128.load(sums + at));
    v128.store(sums + at, sum);
    largest = f32x4.pmax(largest, sum);
    unordered = v128.or(unordered, f32x4.ne(sum, sum));
  }
  if (v128.any_true(unordered)) largest = f32x4.splat(NaN);
  const halves = f32x4.max(largest, v128.shuffle<f32>(largest, largest, 2, 3, 0, 1));
  let most = max(f32x4.extract_lane(halves, 0), f32x4.extract_lane(halves, 1));
  for (let at = fours; at < bytes; at += 4) {
    const sum = load<f32>(squares + at) + (first ? 0 : load<f32>(sums + at));
    store<f32>(sums + at, sum);
    most = max(most, sum);
  }
  return most;
}

/** out = values − by, `count` of them. */
export function lowerBy(values: usize, count: i32, by: f32, out: usize): void {
  const bytes = (<usize>count) << 2;
  const fours = bytes & ~15;
  const less = f32x4.splat(by);
  for (let at: usize = 0; at < fours; at += 16) v128.store(out + at, f32x4.sub(v128.load(values + at), less));
  for (let at = fours; at < bytes; at += 4) store<f32>(out + at, load<f32>(values + at) - by);
}

/** Bytes of the bounds of one gathered row, filled with Infinity to four. */
function rowBytes(n: i32): usize {
  return (<usize>((n + 3) & ~3)) << 2;
}

/**
 * The `length` nearest others of rows [from, to) of samples (n, d), as refineRows of neighbourRefine writes them.
 * `bounds` (pair, float32): a distance is at least the bound's root less `blur`; 32 bytes behind the last may be
 * read. Of each row `candidateCount` are tried first. `scratch` is as kernelHost/interSample/bounded.ts has it. Returns how many rows had to be compared with all samples.
 */
export function nearestByBounds(
  samples: usize,
  n: i32,
  d: i32,
  bounds: usize,
  blur: f64,
  candidateCount: i32,
  length: i32,
  from: i32,
  to: i32,
  scratch: usize,
  neighbours: usize,
  distances: usize,
): i32 {
  const rows = scratch + 16;
  const list = rows + ROWS * rowBytes(n);
  const merged = list + listBytes(candidateCount);
  let comparedCount = 0;
  for (let first = from; first < to; first += ROWS) {
    const count = min(ROWS, to - first);
    gatherRows(bounds, n, first, count, rows);
    for (let r = 0; r < count; r++) {
      const i = first + r;
      const row = rows + r * rowBytes(n);
      const out = neighbours + ((<usize>i * length) << 2);
      const squares = distances + ((<usize>i * length) << 3);
      const some = leastOfRow(row, n, candidateCount, scratch, list, merged);
      const isProven = nearestOfCandidates(
        samples,
        n,
        d,
        i,
        from,
        1,
        blur,
        some,
        candidateCount,
        merged,
        length,
        neighbours,
        distances,
      );
      if (!isProven) {
        compareWithAll(samples, n, d, i, row, blur, length, squares, out);
        comparedCount++;
      }
    }
  }
  const end = distances + ((<usize>to * length) << 3);
  for (let at = distances + ((<usize>from * length) << 3); at < end; at += 8) store<f64>(at, sqrt(load<f64>(at)));
  return comparedCount;
}

/** The bounds of `count` rows from `first` on with all samples, infinite with themselves, one row after another. */
function gatherRows(bounds: usize, n: i32, first: i32, count: i32, rows: usize): void {
  const bytes = rowBytes(n);
  for (let j = 0; j < first; j++) {
    const p = bounds + ((firstPair(j, n) + <usize>(first - j - 1)) << 2);
    const low = v128.load(p);
    const high = v128.load(p, 16);
    const to = rows + ((<usize>j) << 2);
    v128.store32_lane(to, low, 0);
    v128.store32_lane(to + bytes, low, 1);
    v128.store32_lane(to + 2 * bytes, low, 2);
    v128.store32_lane(to + 3 * bytes, low, 3);
    v128.store32_lane(to + 4 * bytes, high, 0);
    v128.store32_lane(to + 5 * bytes, high, 1);
    v128.store32_lane(to + 6 * bytes, high, 2);
    v128.store32_lane(to + 7 * bytes, high, 3);
  }
  for (let r = 0; r < count; r++) {
    const i = first + r;
    const row = rows + r * bytes;
    for (let j = first; j < i; j++)
      store<f32>(row + ((<usize>j) << 2), load<f32>(bounds + ((firstPair(j, n) + <usize>(i - j - 1)) << 2)));
    store<f32>(row + ((<usize>i) << 2), Infinity);
    memory.copy(row + ((<usize>(i + 1)) << 2), bounds + (firstPair(i, n) << 2), (<usize>(n - 1 - i)) << 2);
    for (let j = (<usize>n) << 2; j < bytes; j += 4) store<f32>(row + j, Infinity);
  }
}

/** The candidates with the least bounds of a row, ascending at `merged`; how many there are. */
function leastOfRow(row: usize, n: i32, candidateCount: i32, limit: usize, list: usize, merged: usize): i32 {
  store<f32>(limit, Infinity);
  clearList(list);
  let limits = f32x4.splat(Infinity);
  for (let j = 0; j < n; j += 4) {
    const p = row + ((<usize>j) << 2);
    let lanes = i32x4.bitmask(f32x4.lt(v128.load(p), limits));
    if (lanes == 0) continue;
    for (; lanes != 0; lanes &= lanes - 1) {
      const lane = ctz(lanes);
      offerCandidate(list, limit, load<f32>(p + ((<usize>lane) << 2)), j + lane, candidateCount);
    }
    limits = v128.load32_splat(limit);
  }
  return mergeLists(list, 0, 1, candidateCount, merged);
}

/** In order of index, skipping what its bound shows to be farther than the last of a full list. */
function compareWithAll(
  samples: usize,
  n: i32,
  d: i32,
  i: i32,
  row: usize,
  blur: f64,
  length: i32,
  squares: usize,
  out: usize,
): void {
  const bytes = (<usize>d) << 2;
  const last = squares + ((<usize>(length - 1)) << 3);
  clearNearest(squares, length);
  let found = 0;
  for (let j = 0; j < n; j++) {
    if (j == i) continue;
    if (found >= length) {
      const farthest = load<f64>(last);
      if (farthest == 0) return; // nothing is nearer, and nothing as near comes before
      if (sharpened(load<f32>(row + ((<usize>j) << 2)), blur) > withinRounding(farthest, d)) continue;
    }
    insertNearest(
      squaredDistance(samples + <usize>i * bytes, samples + <usize>j * bytes, d),
      j,
      squares,
      out,
      length,
      found++,
    );
  }
}
