/**
 * Candidates for the nearest neighbours of samples (DESIGN §3; paper eqs. 4–7), the first of three steps.
 *
 * 1. Here: packCentred (float32) or packShort (int16) copies samples centred and scaled; searchBlocks
 * multiplies two blocks of rows and keeps for every row the candidates with the least lower bound of the distance; each pair
 * is computed once; threads share the pairs of blocks and have lists of their own. 2. neighbourRefine
 * merges the lists and finds the exact neighbours. 3. neighbourGraph: σ, P(j|i) and the entropy. No step
 * depends on the number of threads.
 */
import { BLOCK_ROWS, multiplyBlocks as multiply, pieceBytes, PRODUCT_STRIDE } from './_product';

export { columnMeans, largestDeviation, packCentred } from './_centred';
export { extentOfRows, packShort } from './_short';

/** Of rows of float32 (see _product). */
export function multiplyBlocks(a: usize, aRows: i32, b: usize, bRows: i32, stride: usize, products: usize): void {
  multiply<f32>(a, aRows, b, bRows, stride, products);
}

/** Of rows of int16, as float32. */
export function multiplyShort(a: usize, aRows: i32, b: usize, bRows: i32, stride: usize, products: usize): void {
  multiply<i16>(a, aRows, b, bRows, stride, products);
}

/** Values of a piece of a row of int16 that takes `stride` bytes. */
export function shortPiece(stride: usize): i32 {
  return <i32>(pieceBytes<i16>(stride) >> 1);
}

/** Empties candidate lists of `rows` rows: bounds (row, length) float32 and indices (row, length). */
export function clearLists(bounds: usize, indices: usize, rows: i32, length: i32): void {
  const count = rows * length;
  for (let at = 0; at < count; at++) {
    store<f32>(bounds + ((<usize>at) << 2), Infinity);
    store<i32>(indices + ((<usize>at) << 2), -1);
  }
}

/**
 * All pairs between blocks I and J (rows I·BLOCK_ROWS …; int16 where `isShort`), I ≤ J, into the lists of one thread, `length`
 * candidates a row in ascending order. `paddedRows` is n rounded up to a multiple of 4; `products` is
 * scratch of BLOCK_ROWS × BLOCK_ROWS values and `limits` (paddedRows) holds each row's last bound.
 */
export function searchBlocks(
  isShort: bool,
  packed: usize,
  stride: usize,
  norms: usize,
  n: i32,
  paddedRows: i32,
  blockI: i32,
  blockJ: i32,
  products: usize,
  bounds: usize,
  indices: usize,
  limits: usize,
  length: i32,
): void {
  const fromI = blockI * BLOCK_ROWS;
  const fromJ = blockJ * BLOCK_ROWS;
  const rowsI = min(BLOCK_ROWS, paddedRows - fromI);
  const rowsJ = min(BLOCK_ROWS, paddedRows - fromJ);
  const a = packed + fromI * stride;
  const b = packed + fromJ * stride;
  if (isShort) multiply<i16>(a, rowsI, b, rowsJ, stride, products);
  else multiply<f32>(a, rowsI, b, rowsJ, stride, products);
  const mirror = blockI != blockJ;
  const end = min(rowsI, n - fromI);
  for (let i = 0; i < end; i++) {
    scanRow(fromI + i, fromJ, rowsJ, products + i * PRODUCT_STRIDE, norms, bounds, indices, limits, length, mirror);
  }
}

/** Offers each pair of row i with a block to the list of i and, with `mirror`, to that of the other. */
function scanRow(
  i: i32,
  fromJ: i32,
  rowsJ: i32,
  products: usize,
  norms: usize,
  bounds: usize,
  indices: usize,
  limits: usize,
  length: i32,
  mirror: bool,
): void {
  const norm = v128.load32_splat(norms + ((<usize>i) << 2));
  const limitOfI = limits + ((<usize>i) << 2);
  const never = f32x4.splat(-Infinity);
  let limit = v128.load32_splat(limitOfI);
  for (let j = 0; j < rowsJ; j += 4) {
    const at = (<usize>(fromJ + j)) << 2;
    const product = v128.load(products + ((<usize>j) << 2));
    const bound = f32x4.sub(f32x4.add(norm, v128.load(norms + at)), f32x4.add(product, product));
    const limitsOfJ = mirror ? v128.load(limits + at) : never;
    if (!v128.any_true(v128.or(f32x4.lt(bound, limit), f32x4.lt(bound, limitsOfJ)))) continue;
    offer(i, fromJ + j, f32x4.extract_lane(bound, 0), bounds, indices, limits, length, mirror);
    offer(i, fromJ + j + 1, f32x4.extract_lane(bound, 1), bounds, indices, limits, length, mirror);
    offer(i, fromJ + j + 2, f32x4.extract_lane(bound, 2), bounds, indices, limits, length, mirror);
    offer(i, fromJ + j + 3, f32x4.extract_lane(bound, 3), bounds, indices, limits, length, mirror);
    limit = v128.load32_splat(limitOfI);
  }
}

function offer(
  i: i32,
  j: i32,
  bound: f32,
  bounds: usize,
  indices: usize,
  limits: usize,
  length: i32,
  mirror: bool,
): void {
  if (i == j) return;
  if (bound < load<f32>(limits + ((<usize>i) << 2))) insert(i, j, bound, bounds, indices, limits, length);
  if (mirror && bound < load<f32>(limits + ((<usize>j) << 2))) insert(j, i, bound, bounds, indices, limits, length);
}

/** Into the ascending list of `row`, whose last entry falls out. */
function insert(row: i32, other: i32, bound: f32, bounds: usize, indices: usize, limits: usize, length: i32): void {
  const offset = (<usize>row * length) << 2;
  const list = bounds + offset;
  const others = indices + offset;
  let place = length - 1;
  // Four at a time as long as all four move.
  for (; place >= 4 && load<f32>(list + ((<usize>(place - 4)) << 2)) > bound; place -= 4) {
    const at = (<usize>(place - 4)) << 2;
    v128.store(list + at + 4, v128.load(list + at));
    v128.store(others + at + 4, v128.load(others + at));
  }
  for (; place > 0; place--) {
    const before = load<f32>(list + ((<usize>(place - 1)) << 2));
    if (before <= bound) break;
    store<f32>(list + ((<usize>place) << 2), before);
    store<i32>(others + ((<usize>place) << 2), load<i32>(others + ((<usize>(place - 1)) << 2)));
  }
  store<f32>(list + ((<usize>place) << 2), bound);
  store<i32>(others + ((<usize>place) << 2), other);
  store<f32>(limits + ((<usize>row) << 2), load<f32>(list + ((<usize>(length - 1)) << 2)));
}
