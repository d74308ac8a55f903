/**
 * Exact nearest neighbours from candidates (the second step; see neighbourSearch): their distances in
 * float64. A row whose bounds cannot prove that nothing nearer, or as near, was left out is compared with all samples.
 */
import { listBytes, mergeLists } from './_candidates';
import { nearestOfCandidates, sharpened, withinRounding } from './_exactNeighbours';
import { clearNearest, insertNearest } from './_nearest';
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
    const isProven = nearestOfCandidates(
      samples,
      n,
      d,
      i,
      from,
      unscale,
      blur,
      some,
      candidateCount,
      merged,
      length,
      neighbours,
      distances,
    );
    if (!isProven) {
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
