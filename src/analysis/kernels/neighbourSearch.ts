/**
 * Candidates for the nearest neighbours of samples (paper eqs. 4–7), the first of three steps.
 *
 * 1. Here: packCentred (float32) or packShort (int16) copies samples centred and scaled; searchBlocks
 * multiplies two blocks of rows and keeps for every row the candidates with the least lower bound of the distance; each pair
 * is computed once; threads share the pairs of blocks and have lists of their own. 2. neighbourRefine
 * merges the lists and finds the exact neighbours. 3. neighbourGraph: σ, P(j|i) and the entropy. No step
 * depends on the number of threads.
 */
import { clearList, listBytes, offerCandidate } from './_candidates';
import { BLOCK_ROWS, multiplyBlocks as multiply, pieceBytes, PRODUCT_STRIDE } from './_product';

export { columnMeans, largestDeviation, largestMagnitude, packCentred } from './_centred';
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

/** Bytes of the list of one row's candidates, `length` of them wanted (see _candidates). */
export function candidateListBytes(length: i32): usize {
  return listBytes(length);
}

/** Empties the lists of `rows` rows. */
export function clearLists(lists: usize, rows: i32, length: i32): void {
  const rowBytes = listBytes(length);
  for (let row = 0; row < rows; row++) clearList(lists + row * rowBytes);
}

/**
 * All pairs between blocks I and J (rows I·BLOCK_ROWS …; int16 where `isShort`), I ≤ J, into the lists of one thread, of
 * which `length` candidates a row are wanted. `paddedRows` is n rounded up to a multiple of 4; `products` is scratch of
 * BLOCK_ROWS × BLOCK_ROWS values, and `limits` (paddedRows, float32), infinite at first, are those of all threads.
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
  lists: usize,
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
    scanRow(fromI + i, fromJ, rowsJ, products + i * PRODUCT_STRIDE, norms, lists, limits, length, mirror);
  }
}

/** Offers each pair of row i with a block to the list of i and, with `mirror`, to that of the other. */
function scanRow(
  i: i32,
  fromJ: i32,
  rowsJ: i32,
  products: usize,
  norms: usize,
  lists: usize,
  limits: usize,
  length: i32,
  mirror: bool,
): void {
  const norm = v128.load32_splat(norms + ((<usize>i) << 2));
  const limitOfI = limits + ((<usize>i) << 2);
  const rowBytes = listBytes(length);
  const listOfI = lists + i * rowBytes;
  const never = f32x4.splat(-Infinity);
  let limit = v128.load32_splat(limitOfI);
  for (let j = 0; j < rowsJ; j += 4) {
    const at = (<usize>(fromJ + j)) << 2;
    const product = v128.load(products + ((<usize>j) << 2));
    const bound = f32x4.sub(f32x4.add(norm, v128.load(norms + at)), f32x4.add(product, product));
    const forI = f32x4.le(bound, limit);
    const forJ = f32x4.le(bound, mirror ? v128.load(limits + at) : never);
    if (!v128.any_true(v128.or(forI, forJ))) continue;
    v128.store(products + ((<usize>j) << 2), bound);
    for (let lanes = i32x4.bitmask(forI); lanes != 0; lanes &= lanes - 1) {
      const other = j + ctz(lanes);
      if (fromJ + other == i) continue;
      offerCandidate(listOfI, limitOfI, load<f32>(products + ((<usize>other) << 2)), fromJ + other, length);
    }
    for (let lanes = i32x4.bitmask(forJ); lanes != 0; lanes &= lanes - 1) {
      const other = j + ctz(lanes);
      const row = <usize>(fromJ + other);
      offerCandidate(
        lists + row * rowBytes,
        limits + (row << 2),
        load<f32>(products + ((<usize>other) << 2)),
        i,
        length,
      );
    }
    limit = v128.load32_splat(limitOfI);
  }
}
