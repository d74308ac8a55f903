/**
 * x · y of all pairs i < j of packed rows of float32 or int16 (T), register-tiled 4 × 2, written where the pair has its
 * place in the order (0,1), (0,2) … (n−2,n−1).
 */
import { addProduct, sumsOf } from './_product';

/** Bytes of the columns that all rows meet before the next ones: a part of the second cache. */
const COLUMN_BYTES: usize = 262144;

/** Place of the pair (row, row + 1), counted in pairs. */
export function firstPair(row: i32, n: i32): usize {
  return <usize>((<i64>row * (2 * <i64>n - row - 1)) / 2);
}

/**
 * Adds to sums (pair, float32) the products of the pairs whose first row is `from` … `to` − 1 (`from` a
 * multiple of 4), over one packed piece of the rows; writes them if it is the first.
 */
export function addPairProducts<T>(
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
      addGroup<T>(packed, stride, n, i, min(4, to - i), begin, end, sums, first);
  }
}

/** Rows i … i + rows − 1 with those of the columns that come after them. */
function addGroup<T>(
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
  for (; j < inner; j++) addPartly<T>(group, packed, stride, n, i, rows, j, sums, first);
  if (rows == 4) {
    for (; j + 2 <= end; j += 2) {
      const other = packed + <usize>(j & ~3) * stride + ((<usize>(j & 3)) << 4);
      addTile<T>(group, other, stride << 2, pairPlace(sums, i, j, n), n - i, first);
    }
  }
  for (; j < end; j++) addPartly<T>(group, packed, stride, n, i, rows, j, sums, first);
}

function pairPlace(sums: usize, i: i32, j: i32, n: i32): usize {
  return sums + ((firstPair(i, n) + <usize>(j - i - 1)) << 2);
}

/** Pairs of column j with the group's rows before it. */
function addPartly<T>(
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
    const place = pairPlace(sums, row, j, n);
    store<f32>(place, first ? product : load<f32>(place) + product);
  }
}

/** Rows of the group at a with two columns at b. `out` is the place of the first pair, `left` is n − i. */
function addTile<T>(a: usize, b: usize, bytes: usize, out: usize, left: i32, first: bool): void {
  let s00 = f32x4.splat(0);
  let s10 = s00;
  let s20 = s00;
  let s30 = s00;
  let s01 = s00;
  let s11 = s00;
  let s21 = s00;
  let s31 = s00;
  for (let k: usize = 0; k < bytes; k += 64) {
    const x0 = v128.load(a + k);
    const x1 = v128.load(a + k, 16);
    const x2 = v128.load(a + k, 32);
    const x3 = v128.load(a + k, 48);
    const y0 = v128.load(b + k);
    s00 = addProduct<T>(s00, x0, y0);
    s10 = addProduct<T>(s10, x1, y0);
    s20 = addProduct<T>(s20, x2, y0);
    s30 = addProduct<T>(s30, x3, y0);
    const y1 = v128.load(b + k, 16);
    s01 = addProduct<T>(s01, x0, y1);
    s11 = addProduct<T>(s11, x1, y1);
    s21 = addProduct<T>(s21, x2, y1);
    s31 = addProduct<T>(s31, x3, y1);
  }
  const upper = sumsOf<T>(s00, s01, s10, s11);
  const lower = sumsOf<T>(s20, s21, s30, s31);
  // Row i + 1 begins n − i − 1 pairs after row i, and its column j lies one place earlier in it.
  const second = out + ((<usize>(left - 2)) << 2);
  const third = second + ((<usize>(left - 3)) << 2);
  const fourth = third + ((<usize>(left - 4)) << 2);
  putTwo(out, upper, first);
  putTwo(second, v128.shuffle<f64>(upper, upper, 1, 0), first);
  putTwo(third, lower, first);
  putTwo(fourth, v128.shuffle<f64>(lower, lower, 1, 0), first);
}

function putTwo(out: usize, sums: v128, first: bool): void {
  v128.store64_lane(out, first ? sums : f32x4.add(sums, v128.load64_zero(out)), 0);
}
