/**
 * Approximate nearest neighbours: the nearest of the candidates that neighbourSearch found among shorter rows
 * (shorterRows), and what their recall is measured by, the nearest samples of some probes.
 */
import { boundOf, clearList, indexOf, listBytes, mergeLists, offerCandidate } from './_candidates';
import { clearNearest, insertNearest, listedSquare } from './_nearest';
import { PRODUCT_STRIDE } from './_product';

/** Empties the lists of `count` probes. */
export function clearProbes(lists: usize, count: i32, length: i32): void {
  for (let probe = 0; probe < count; probe++) clearList(lists + probe * listBytes(length));
}

/**
 * Offers `rows` samples from `fromRow` on to the lists of `count` probes (a multiple of 4), from their products with them
 * and their squared lengths: by |x|² − 2x·p. `probes` (count, int32) are the probes' own indices, `limits` as in searchBlocks.
 * The place of each sample's nearest probe goes to `nearest` (int32).
 */
export function offerToProbes(
  products: usize,
  rows: i32,
  fromRow: i32,
  norms: usize,
  probes: usize,
  probeNorms: usize,
  count: i32,
  lists: usize,
  limits: usize,
  length: i32,
  nearest: usize,
): void {
  const rowBytes = listBytes(length);
  for (let i = 0; i < rows; i++) {
    const index = fromRow + i;
    const norm = v128.load32_splat(norms + ((<usize>index) << 2));
    const from = products + i * PRODUCT_STRIDE;
    store<i32>(nearest + ((<usize>index) << 2), nearestProbe(from, probeNorms, count));
    for (let probe: usize = 0; probe < <usize>count; probe += 4) {
      const product = v128.load(from + (probe << 2));
      const bound = f32x4.sub(norm, f32x4.add(product, product));
      let lanes = i32x4.bitmask(f32x4.le(bound, v128.load(limits + (probe << 2))));
      v128.store(from + (probe << 2), bound);
      for (; lanes != 0; lanes &= lanes - 1) {
        const one = probe + ctz(lanes);
        if (load<i32>(probes + (one << 2)) == index) continue;
        offerCandidate(lists + one * rowBytes, limits + (one << 2), load<f32>(from + (one << 2)), index, length);
      }
    }
  }
}

/** The probe with the least |p|² − 2x·p. */
function nearestProbe(products: usize, probeNorms: usize, count: i32): i32 {
  let least: f32 = Infinity;
  let nearest = 0;
  for (let probe = 0; probe < count; probe++) {
    const at = (<usize>probe) << 2;
    const bound = load<f32>(probeNorms + at) - 2 * load<f32>(products + at);
    nearest = bound < least ? probe : nearest;
    least = min(bound, least);
  }
  return nearest;
}

/** The candidates of one list of each of `listCount` threads, `apart` bytes from one to the next: their indices at `out`. Returns their number. */
export function mergedCandidates(
  lists: usize,
  apart: usize,
  listCount: i32,
  length: i32,
  merged: usize,
  out: usize,
): i32 {
  const some = mergeLists(lists, apart, listCount, length, merged);
  for (let place: usize = 0; place < <usize>some; place++) {
    store<i32>(out + (place << 2), indexOf(load<i64>(merged + (place << 3))));
  }
  return some;
}

/**
 * Of rows [from, to) in `order` (int32, which candidates are places of) the `length` nearest of their candidates, nearest first and equal ones by index, to `neighbours`,
 * and their distances (float64) to `distances`. Lists as in refineRows; `unscale` is what bounds are multiplied by to be
 * squared distances of samples times `scale`²; `rests` (float32) and `agreement` are those of shorterRows. Distances are sums of float32,
 * as those of other libraries that approximate: wrong by some 10⁻⁷ of themselves.
 */
export function refineCandidates(
  samples: usize,
  d: i32,
  scale: f32,
  unscale: f64,
  rests: usize,
  agreement: f64,
  lists: usize,
  apart: usize,
  listCount: i32,
  candidateCount: i32,
  length: i32,
  order: usize,
  from: i32,
  to: i32,
  merged: usize,
  neighbours: usize,
  distances: usize,
): void {
  const rowBytes = (<usize>d) << 2;
  for (let row = from; row < to; row++) {
    const i = load<i32>(order + ((<usize>row) << 2));
    const out = neighbours + ((<usize>i * length) << 2);
    const squares = distances + ((<usize>i * length) << 3);
    const last = squares + ((<usize>(length - 1)) << 3);
    const some = mergeLists(lists + row * listBytes(candidateCount), apart, listCount, candidateCount, merged);
    const rest = <f64>load<f32>(rests + ((<usize>i) << 2));
    clearNearest(squares, length);
    let found = 0;
    for (let place = 0; place < some; place++) {
      const key = load<i64>(merged + ((<usize>place) << 3));
      const other = indexOf(key);
      const j = load<i32>(order + ((<usize>other) << 2));
      // Were what is left of both along one line, they could be no nearer.
      const agreed = 2 * (1 - agreement) * rest * <f64>load<f32>(rests + ((<usize>j) << 2));
      if (found >= length && <f64>boundOf(key) * unscale - agreed > load<f64>(last)) continue;
      // A pair that is near to both was computed for the sample before: about a third of them.
      let square: f64 = -1;
      if (other >= from && other < row) square = listedSquare(neighbours, distances, length, j, i);
      if (square < 0) square = squaredDistance32(samples + i * rowBytes, samples + j * rowBytes, d, scale);
      insertNearest(square, j, squares, out, length, found++);
    }
  }
  for (let row = from; row < to; row++) {
    const squares = distances + ((<usize>load<i32>(order + ((<usize>row) << 2)) * length) << 3);
    for (let at = squares; at < squares + ((<usize>length) << 3); at += 8)
      store<f64>(at, sqrt(load<f64>(at)) / <f64>scale);
  }
}

/** Σ ((x − y)·scale)² of two rows of d values, in sixteen partial sums of float32. */
function squaredDistance32(x: usize, y: usize, d: i32, scale: f32): f64 {
  const scales = f32x4.splat(scale);
  const bytes = (<usize>d) << 2;
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let e = a;
  let k: usize = 0;
  for (; k + 64 <= bytes; k += 64) {
    a = addSquare(a, v128.load(x + k), v128.load(y + k), scales);
    b = addSquare(b, v128.load(x + k, 16), v128.load(y + k, 16), scales);
    c = addSquare(c, v128.load(x + k, 32), v128.load(y + k, 32), scales);
    e = addSquare(e, v128.load(x + k, 48), v128.load(y + k, 48), scales);
  }
  for (; k + 16 <= bytes; k += 16) a = addSquare(a, v128.load(x + k), v128.load(y + k), scales);
  for (; k < bytes; k += 4) b = addSquare(b, v128.load32_zero(x + k), v128.load32_zero(y + k), scales);
  const sum = f32x4.add(f32x4.add(a, b), f32x4.add(c, e));
  const low = f64x2.promote_low_f32x4(sum);
  const both = f64x2.add(low, f64x2.promote_low_f32x4(v128.shuffle<f32>(sum, sum, 2, 3, 2, 3)));
  return f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
}

function addSquare(sum: v128, x: v128, y: v128, scales: v128): v128 {
  const difference = f32x4.sub(f32x4.mul(x, scales), f32x4.mul(y, scales)); // in this order nothing overflows
  return f32x4.add(sum, f32x4.mul(difference, difference));
}
