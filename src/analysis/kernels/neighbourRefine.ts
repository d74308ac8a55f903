/**
 * Exact nearest neighbours from candidates (the second step; see neighbourSearch): their distances in
 * float64. With `exhaustive`, a row whose bounds cannot prove that nothing nearer, or as near, was left
 * out is compared with all samples.
 */
import { multiplyPair, packedRow, squaredDistance } from './_product';

/**
 * Rows [from, to): merges the lists of `listCount` threads (each of `candidateCount` entries a row,
 * `listBytes` after the one before) and writes the `length` nearest others, nearest first and equal ones
 * by index, to `neighbours` and their distances (float64) to `distances`. `merged` is scratch for the
 * bounds and indices of one list. Packed rows are of int16 where `isShort`, and a distance between two of them
 * is wrong by at most `blur`. Returns how many rows had to be compared with all samples.
 */
export function refineRows(
  samples: usize,
  d: i32,
  isShort: bool,
  blur: f64,
  packed: usize,
  stride: usize,
  norms: usize,
  n: i32,
  scale: f64,
  bounds: usize,
  indices: usize,
  listBytes: usize,
  listCount: i32,
  candidateCount: i32,
  length: i32,
  from: i32,
  to: i32,
  exhaustive: bool,
  merged: usize,
  neighbours: usize,
  distances: usize,
): i32 {
  const rowBytes = (<usize>d) << 2;
  const unscale = 1 / (scale * scale);
  const candidates = merged + ((<usize>candidateCount) << 2);
  let comparedCount = 0;
  for (let i = from; i < to; i++) {
    const out = neighbours + ((<usize>i * length) << 2);
    const squares = distances + ((<usize>i * length) << 3);
    const worst = mergeLists(i, bounds, indices, listBytes, listCount, candidateCount, merged, candidates);
    const last = squares + ((<usize>(length - 1)) << 3);
    clearNearest(squares, length);
    let leftOut = sharpened(<f64>worst * unscale, blur);
    let found = 0;
    for (let place = 0; place < candidateCount; place++) {
      const bound = sharpened(<f64>load<f32>(merged + ((<usize>place) << 2)) * unscale, blur);
      if (found >= length && bound > withinRounding(load<f64>(last), d)) {
        leftOut = bound; // and no later one is nearer
        break;
      }
      const j = load<i32>(candidates + ((<usize>place) << 2));
      if (j < 0) continue;
      // A pair that is near to both was computed for the sample before: about a third of them.
      let square: f64 = -1;
      if (j >= from && j < i) square = listedSquare(neighbours, distances, length, j, i);
      if (square < 0) square = squareOf(samples, rowBytes, d, i, j);
      insertNearest(square, j, squares, out, length, found++);
    }
    if (exhaustive && found < n - 1 && !(leftOut > withinRounding(load<f64>(last), d))) {
      if (isShort)
        compareWithAll<i16>(i, samples, rowBytes, d, packed, stride, norms, n, unscale, blur, squares, out, length);
      else compareWithAll<f32>(i, samples, rowBytes, d, packed, stride, norms, n, unscale, blur, squares, out, length);
      comparedCount++;
    }
  }
  const end = distances + ((<usize>to * length) << 3);
  for (let at = distances + ((<usize>from * length) << 3); at < end; at += 8) store<f64>(at, sqrt(load<f64>(at)));
  return comparedCount;
}

/** The square of row j's distance to i where i is among its neighbours; −1 where it is not. */
function listedSquare(neighbours: usize, squares: usize, length: i32, j: i32, i: i32): f64 {
  const list = neighbours + ((<usize>j * length) << 2);
  for (let place = 0; place < length; place++) {
    if (load<i32>(list + ((<usize>place) << 2)) != i) continue;
    const square = load<f64>(squares + ((<usize>j * length + place) << 3));
    return square < Infinity ? square : -1; // an approximate search may leave places of a list as they were
  }
  return -1;
}

/** What a squared distance is at least whose root may be too large by `blur`. */
function sharpened(square: f64, blur: f64): f64 {
  if (blur == 0) return square;
  const distance = max(0, sqrt(max(0, square)) - blur);
  return distance * distance;
}

/** More than a float64 sum of d squares may be too small. */
function withinRounding(square: f64, d: i32): f64 {
  return square * (1 + <f64>(d + 8) * 2.3e-16);
}

function squareOf(samples: usize, rowBytes: usize, d: i32, i: i32, j: i32): f64 {
  return squaredDistance(samples + <usize>i * rowBytes, samples + <usize>j * rowBytes, d);
}

/**
 * The candidates with the least bounds of all lists to `out`, their bounds to `merged`. Returns the last
 * of these bounds: what is left out has no lesser one.
 */
function mergeLists(
  i: i32,
  bounds: usize,
  indices: usize,
  listBytes: usize,
  listCount: i32,
  length: i32,
  merged: usize,
  out: usize,
): f32 {
  const row = (<usize>i * length) << 2;
  const last = merged + ((<usize>(length - 1)) << 2);
  memory.copy(merged, bounds + row, (<usize>length) << 2);
  memory.copy(out, indices + row, (<usize>length) << 2);
  for (let list = 1; list < listCount; list++) {
    const offset = list * listBytes + row;
    for (let place: usize = 0; place < (<usize>length) << 2; place += 4) {
      const bound = load<f32>(bounds + offset + place);
      if (!(bound < load<f32>(last))) break;
      insertMerged(bound, load<i32>(indices + offset + place), merged, out, length);
    }
  }
  return load<f32>(last);
}

function insertMerged(bound: f32, other: i32, merged: usize, out: usize, length: i32): void {
  let place = length - 1;
  for (; place > 0; place--) {
    const before = load<f32>(merged + ((<usize>(place - 1)) << 2));
    if (before <= bound) break;
    store<f32>(merged + ((<usize>place) << 2), before);
    store<i32>(out + ((<usize>place) << 2), load<i32>(out + ((<usize>(place - 1)) << 2)));
  }
  store<f32>(merged + ((<usize>place) << 2), bound);
  store<i32>(out + ((<usize>place) << 2), other);
}

function clearNearest(squares: usize, length: i32): void {
  for (let place = 0; place < length; place++) store<f64>(squares + ((<usize>place) << 3), Infinity);
}

/** Into a list of `found` entries, by square and then by index; what does not fit falls out. */
function insertNearest(square: f64, j: i32, squares: usize, out: usize, length: i32, found: i32): void {
  let place = min(found, length);
  for (; place > 0; place--) {
    const before = load<f64>(squares + ((<usize>(place - 1)) << 3));
    const other = load<i32>(out + ((<usize>(place - 1)) << 2));
    if (before < square || (before == square && other < j)) break;
    if (place < length) {
      store<f64>(squares + ((<usize>place) << 3), before);
      store<i32>(out + ((<usize>place) << 2), other);
    }
  }
  if (place == length) return;
  store<f64>(squares + ((<usize>place) << 3), square);
  store<i32>(out + ((<usize>place) << 2), j);
}

/** In order of index, skipping what its bound shows to be farther than the last of a full list. */
function compareWithAll<T>(
  i: i32,
  samples: usize,
  rowBytes: usize,
  d: i32,
  packed: usize,
  stride: usize,
  norms: usize,
  n: i32,
  unscale: f64,
  blur: f64,
  squares: usize,
  out: usize,
  length: i32,
): void {
  clearNearest(squares, length);
  const norm = <f64>load<f32>(norms + ((<usize>i) << 2));
  const last = squares + ((<usize>(length - 1)) << 3);
  const row = packedRow(packed, stride, i);
  let found = 0;
  for (let j = 0; j < n; j++) {
    if (j == i) continue;
    if (found >= length) {
      const farthest = load<f64>(last);
      if (farthest == 0) return; // nothing is nearer, and nothing as near comes before
      const product = multiplyPair<T>(row, packedRow(packed, stride, j), stride);
      const bound = norm + <f64>load<f32>(norms + ((<usize>j) << 2)) - 2 * product;
      if (sharpened(bound * unscale, blur) > withinRounding(farthest, d)) continue;
    }
    insertNearest(squareOf(samples, rowBytes, d, i, j), j, squares, out, length, found);
    found++;
  }
}
