/**
 * The nearest of a row's candidates by their distances in float64, and whether their bounds prove that nothing that was
 * left out is nearer, or as near.
 */
import { boundOf, indexOf } from './_candidates';
import { clearNearest, insertNearest, listedSquare } from './_nearest';
import { squaredDistance, squaredDistances, squareOfSecond } from './_product';

/**
 * Of row i of samples (n, d), one of those from `from` on that are done in order: `some` candidates at `candidates`,
 * ascending, fewer than `candidateCount` only where there are no more. A bound times `unscale` is no more than the
 * squared distance whose root is longer by `blur`. Writes the `length` nearest of the row, nearest first and equal
 * ones by index, to `neighbours` and their squares (float64) to `squares`. False where something that was left out may be as near.
 */
export function nearestOfCandidates(
  samples: usize,
  n: i32,
  d: i32,
  i: i32,
  from: i32,
  unscale: f64,
  blur: f64,
  some: i32,
  candidateCount: i32,
  candidates: usize,
  length: i32,
  neighbours: usize,
  squares: usize,
): bool {
  const bytes = (<usize>d) << 2;
  const x = samples + <usize>i * bytes;
  const out = neighbours + ((<usize>i * length) << 2);
  const own = squares + ((<usize>i * length) << 3);
  const last = own + ((<usize>(length - 1)) << 3);
  clearNearest(own, length);
  let found = 0;
  let waiting = -1; // its distance is computed together with the next one's
  for (let place = 0; place < some; place++) {
    const key = load<i64>(candidates + ((<usize>place) << 3));
    if (found >= length) {
      if (waiting >= 0)
        insertNearest(squaredDistance(x, samples + <usize>waiting * bytes, d), waiting, own, out, length, found - 1);
      waiting = -1;
      // Nor is any later one nearer.
      if (sharpened(<f64>boundOf(key) * unscale, blur) > withinRounding(load<f64>(last), d)) return true;
    }
    const j = indexOf(key);
    found++;
    // A pair that is near to both was computed for the sample before: about a third of them.
    const listed = j >= from && j < i ? listedSquare(neighbours, squares, length, j, i) : -1;
    if (listed >= 0) insertNearest(listed, j, own, out, length, waiting < 0 ? found - 1 : found - 2);
    else if (waiting < 0) waiting = j;
    else {
      const first = squaredDistances(x, samples + <usize>waiting * bytes, samples + <usize>j * bytes, d);
      insertNearest(first, waiting, own, out, length, found - 2);
      insertNearest(squareOfSecond, j, own, out, length, found - 1);
      waiting = -1;
    }
  }
  if (waiting >= 0)
    insertNearest(squaredDistance(x, samples + <usize>waiting * bytes, d), waiting, own, out, length, found - 1);
  if (found == n - 1 || some < candidateCount) return true;
  // What is no candidate has no lesser bound than the last of them.
  const farthest = boundOf(load<i64>(candidates + ((<usize>(candidateCount - 1)) << 3)));
  return sharpened(<f64>farthest * unscale, blur) > withinRounding(load<f64>(last), d);
}

/** What a squared distance is at least whose root may be too large by `blur`. */
export function sharpened(square: f64, blur: f64): f64 {
  if (blur == 0) return square;
  const distance = max(0, sqrt(max(0, square)) - blur);
  return distance * distance;
}

/** More than a float64 sum of d squares may be too small. */
export function withinRounding(square: f64, d: i32): f64 {
  return square * (1 + <f64>(d + 8) * 2.3e-16);
}
