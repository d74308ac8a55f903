/**
 * Exact nearest neighbours from candidates (the second step; see neighbourSearch): their distances in
 * float64. A row whose bounds cannot prove that nothing nearer, or as near, was left out is compared with all samples.
 */
import { boundOf, indexOf, listBytes, mergeLists } from './_candidates';
import { clearNearest, insertNearest, listedSquare } from './_nearest';
import { multiplyPair, packedRow, squaredDistance } from './_product';

/**
 * Rows [from, to): merges the lists of `listCount` threads (`apart` bytes from one thread's to the next's, of which
 * `candidateCount` entries a row are wanted) and writes the `length` nearest others, nearest first and equal ones
 * by index, to `neighbours` and their distances (float64) to `distances`. `merged` is scratch for the
 * lists of all threads of one row. Packed rows are of int16 where `isShort`, and a distance between two of them
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
  lists: usize,
  apart: usize,
  listCount: i32,
  candidateCount: i32,
  length: i32,
  from: i32,
  to: i32,
  merged: usize,
  neighbours: usize,
  distances: usize,
): i32 {
  const rowBytes = (<usize>d) << 2;
  const unscale = 1 / (scale * scale);
  let comparedCount = 0;
  for (let i = from; i < to; i++) {
    const out = neighbours + ((<usize>i * length) << 2);
    const squares = distances + ((<usize>i * length) << 3);
    const some = mergeLists(lists + i * listBytes(candidateCount), apart, listCount, candidateCount, merged);
    const last = squares + ((<usize>(length - 1)) << 3);
    clearNearest(squares, length);
    // What is no candidate has no lesser bound than the last of them.
    const farthest = merged + ((<usize>(candidateCount - 1)) << 3);
    let leftOut: f64 = some < candidateCount ? Infinity : boundOf(load<i64>(farthest));
    leftOut = sharpened(leftOut * unscale, blur);
    let found = 0;
    for (let place = 0; place < some; place++) {
      const key = load<i64>(merged + ((<usize>place) << 3));
      const bound = sharpened(<f64>boundOf(key) * unscale, blur);
      if (found >= length && bound > withinRounding(load<f64>(last), d)) {
        leftOut = bound; // and no later one is nearer
        break;
      }
      const j = indexOf(key);
      // A pair that is near to both was computed for the sample before: about a third of them.
      let square: f64 = -1;
      if (j >= from && j < i) square = listedSquare(neighbours, distances, length, j, i);
      if (square < 0) square = squareOf(samples, rowBytes, d, i, j);
      insertNearest(square, j, squares, out, length, found++);
    }
    if (found < n - 1 && !(leftOut > withinRounding(load<f64>(last), d))) {
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
