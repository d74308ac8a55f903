/**
 * Σ (x − y)² of pairs of rows in float32, register-tiled 4 × 2. No product, so nothing cancels: every
 * term is right to three roundings, and the sum's relative error is known whatever the values are. Rows
 * are packed by groups of four, interleaved by 16 bytes (see _product for why).
 */

/** Place of the pair (row, row + 1), counted in pairs. */
export function firstPair(row: i32, n: i32): usize {
  return <usize>((<i64>row * (2 * <i64>n - row - 1)) / 2);
}

/**
 * `length` float32 values of each of n samples, whose beginnings are `stride` bytes apart, as packed rows
 * of `packedStride` bytes (a multiple of 16, zeros to its end); zeros to a multiple of four rows.
 */
export function packRows(values: usize, n: i32, stride: usize, length: i32, packed: usize, packedStride: usize): void {
  const fours = ((<usize>length) & ~3) << 2;
  for (let row = 0; row < ((n + 3) & ~3); row++) {
    const from = values + <usize>row * stride;
    const to = packed + <usize>(row & ~3) * packedStride + ((<usize>(row & 3)) << 4);
    if (row >= n) {
      for (let k: usize = 0; k < packedStride; k += 16) v128.store(to + (k << 2), f32x4.splat(0));
      continue;
    }
    for (let k: usize = 0; k < fours; k += 16) v128.store(to + (k << 2), v128.load(from + k));
    if (fours < packedStride) {
      v128.store(to + (fours << 2), f32x4.splat(0));
      memory.copy(to + (fours << 2), from + fours, ((<usize>length) << 2) - fours);
    }
  }
}

/** See addSquares of pairDistances. */
export function addDifferences(
  packed: usize,
  stride: usize,
  n: i32,
  from: i32,
  to: i32,
  sums: usize,
  first: bool,
): void {
  const bytes = stride << 2;
  for (let i = from; i < to; i += 4) {
    const group = packed + <usize>i * stride;
    const rows = min(4, to - i);
    const last = n & ~1;
    // Up to the group's last row the pairs of a tile are not all of them wanted.
    const inner = min(i + 4, n);
    for (let j = i; j < inner; j++) addPartly(group, packed, stride, n, i, rows, j, sums, first);
    let j = inner;
    if (rows == 4) {
      for (; j < last; j += 2) {
        const other = packed + <usize>(j & ~3) * stride + ((<usize>(j & 3)) << 4);
        addTile(group, other, bytes, pairPlace(sums, i, j, n), n - i, first);
      }
    }
    for (; j < n; j++) addPartly(group, packed, stride, n, i, rows, j, sums, first);
  }
}

function pairPlace(sums: usize, i: i32, j: i32, n: i32): usize {
  return sums + ((firstPair(i, n) + <usize>(j - i - 1)) << 2);
}

/** Pairs of column j with the group's rows before it. */
function addPartly(
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
      const difference = f32x4.sub(v128.load(x + k), v128.load(y + k));
      sum = f32x4.add(sum, f32x4.mul(difference, difference));
    }
    const two = f32x4.add(sum, v128.shuffle<f32>(sum, sum, 2, 3, 0, 1));
    const square = f32x4.extract_lane(two, 0) + f32x4.extract_lane(two, 1);
    const place = pairPlace(sums, row, j, n);
    store<f32>(place, first ? square : load<f32>(place) + square);
  }
}

/** Rows of the group at a with two columns at b. `out` is the place of the first pair, `left` is n − i. */
function addTile(a: usize, b: usize, bytes: usize, out: usize, left: i32, first: bool): void {
  let s00 = f32x4.splat(0);
  let s10 = s00;
  let s20 = s00;
  let s30 = s00;
  let s01 = s00;
  let s11 = s00;
  let s21 = s00;
  let s31 = s00;
  for (let k: usize = 0; k < bytes; k += 64) {
    const y0 = v128.load(b + k);
    const y1 = v128.load(b + k, 16);
    const x0 = v128.load(a + k);
    const d00 = f32x4.sub(x0, y0);
    s00 = f32x4.add(s00, f32x4.mul(d00, d00));
    const d01 = f32x4.sub(x0, y1);
    s01 = f32x4.add(s01, f32x4.mul(d01, d01));
    const x1 = v128.load(a + k, 16);
    const d10 = f32x4.sub(x1, y0);
    s10 = f32x4.add(s10, f32x4.mul(d10, d10));
    const d11 = f32x4.sub(x1, y1);
    s11 = f32x4.add(s11, f32x4.mul(d11, d11));
    const x2 = v128.load(a + k, 32);
    const d20 = f32x4.sub(x2, y0);
    s20 = f32x4.add(s20, f32x4.mul(d20, d20));
    const d21 = f32x4.sub(x2, y1);
    s21 = f32x4.add(s21, f32x4.mul(d21, d21));
    const x3 = v128.load(a + k, 48);
    const d30 = f32x4.sub(x3, y0);
    s30 = f32x4.add(s30, f32x4.mul(d30, d30));
    const d31 = f32x4.sub(x3, y1);
    s31 = f32x4.add(s31, f32x4.mul(d31, d31));
  }
  const upper = sumsOfLanes(s00, s01, s10, s11);
  const lower = sumsOfLanes(s20, s21, s30, s31);
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

function sumsOfLanes(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f64>(ab, cd, 0, 2), v128.shuffle<f64>(ab, cd, 1, 3));
}
