/**
 * x · y of all pairs i < j of packed rows of float32 or int16 (T), by the tiles of _tile, written as float32 or float64
 * (S) where the pair has its place in the order (0,1), (0,2) … (n−2,n−1).
 */
import { addProduct, multiplyTile, sumsOf } from './_tile';

/** Bytes of the columns that all rows meet before the next ones: a part of the second cache. */
const COLUMN_BYTES: usize = 262144;

/** Place of the pair (row, row + 1), counted in pairs. */
export function firstPair(row: i32, n: i32): usize {
  return <usize>((<i64>row * (2 * <i64>n - row - 1)) / 2);
}

/**
 * Adds to sums (pair, S) the products of the pairs whose first row is `from` … `to` − 1 (`from` a
 * multiple of 4), over one packed piece of the rows; writes them if it is the first.
 */
export function addPairProducts<T, S>(
  packed: usize,
  stride: usize,
  n: i32,
  from: i32,
  to: i32,
  sums: usize,
  first: bool,
): void {
  // Some columns against all rows before the next ones: they stay in the second cache meanwhile.
  const step = max(4, (<i32>(COLUMN_BYTES / max(stride, 16))) & ~3);
  for (let begin = from & ~3; begin < n; begin += step) {
    const end = min(begin + step, n);
    for (let i = from; i < min(to, end); i += 4)
      addGroup<T, S>(packed, stride, n, i, min(4, to - i), begin, end, sums, first);
  }
}

/** Rows i … i + rows − 1 with those of the columns that come after them. */
function addGroup<T, S>(
  packed: usize,
  stride: usize,
  n: i32,
  i: i32,
  rows: i32,
  begin: i32,
  end: i32,
  sums: usize,
  first: bool,
): void {
  const group = packed + <usize>i * stride;
  let j = max(i, begin);
  // Up to the group's last row the pairs of a tile are not all of them wanted.
  const inner = min(i + 4, end);
  for (; j < inner; j++) addPartly<T, S>(group, packed, stride, n, i, rows, j, sums, first);
  if (rows == 4) {
    for (; j + 2 <= end; j += 2) {
      const other = packed + <usize>(j & ~3) * stride + ((<usize>(j & 3)) << 4);
      addTile<T, S>(group, other, stride << 2, pairPlace<S>(sums, i, j, n), n - i, first);
    }
  }
  for (; j < end; j++) addPartly<T, S>(group, packed, stride, n, i, rows, j, sums, first);
}

function pairPlace<S>(sums: usize, i: i32, j: i32, n: i32): usize {
  return sums + (firstPair(i, n) + <usize>(j - i - 1)) * sizeof<S>();
}

/** Pairs of column j with the group's rows before it. */
function addPartly<T, S>(
  group: usize,
  packed: usize,
  stride: usize,
  n: i32,
  i: i32,
  rows: i32,
  j: i32,
  sums: usize,
  first: bool,
): void {
  const y = packed + <usize>(j & ~3) * stride + ((<usize>(j & 3)) << 4);
  const end = min(i + rows, j);
  for (let row = i; row < end; row++) {
    const x = group + ((<usize>(row - i)) << 4);
    let sum = f32x4.splat(0);
    for (let k: usize = 0; k < stride << 2; k += 64) {
      sum = addProduct<T>(sum, v128.load(x + k), v128.load(y + k));
    }
    const product = f32x4.extract_lane(sumsOf<T>(sum, sum, sum, sum), 0);
    const place = pairPlace<S>(sums, row, j, n);
    store<S>(place, first ? <S>product : load<S>(place) + <S>product);
  }
}

/** Rows of the group at a with two columns at b. `out` is the place of the first pair, `left` is n − i. */
function addTile<T, S>(a: usize, b: usize, bytes: usize, out: usize, left: i32, first: bool): void {
  // Row i + 1 begins n − i − 1 pairs after row i, and its column j lies one place earlier in it.
  const second = out + <usize>(left - 2) * sizeof<S>();
  const third = second + <usize>(left - 3) * sizeof<S>();
  multiplyTile<T, S>(a, b, bytes, out, second, third, third + <usize>(left - 4) * sizeof<S>(), first);
}
