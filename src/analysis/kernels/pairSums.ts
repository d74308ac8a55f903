/**
 * Products and squared distances of all pairs i < j of n samples in float64, in the order (0,1), (0,2) …
 * (n−2,n−1): what kernel density estimates and kernel alignment are made of.
 */
import { addPairProducts, firstPair } from './_pairProducts';

/**
 * Adds to sums (pair, float64) the products of packed float32 rows (see _product) of the pairs whose first sample
 * is `from` … `to` − 1 (`from` a multiple of 4); writes them if they are the first. `stride` is that of a piece of
 * the rows, within which float32 sums them.
 */
export function addPairSums(packed: usize, stride: usize, n: i32, from: i32, to: i32, sums: usize, first: bool): void {
  addPairProducts<f32, f64>(packed, stride, n, from, to, sums, first);
}

/** In place: |x|² + |y|² − 2 x·y, at least 0, of the pairs whose first sample is `from` … `to` − 1; `norms` (n) float64. */
export function sumsToSquares(norms: usize, n: i32, from: i32, to: i32, sums: usize): void {
  const zero = f64x2.splat(0);
  let p = sums + (firstPair(from, n) << 3);
  for (let i = from; i < to; i++) {
    const own = load<f64>(norms + ((<usize>i) << 3));
    const owns = f64x2.splat(own);
    const norm = norms + ((<usize>(i + 1)) << 3);
    const end = (<usize>(n - 1 - i)) << 3;
    let at: usize = 0;
    for (; at + 16 <= end; at += 16) {
      const product = v128.load(p + at);
      const square = f64x2.sub(f64x2.add(owns, v128.load(norm + at)), f64x2.add(product, product));
      v128.store(p + at, f64x2.pmax(zero, square));
    }
    if (at < end) store<f64>(p + at, max<f64>(0, own + load<f64>(norm + at) - 2 * load<f64>(p + at)));
    p += end;
  }
}
