/**
 * Joint entropies of two sets of pairs' bins, a byte a pair. Two columns are counted at once where
 * that pays: cells of three bin numbers (A, B, B′), one count a pair for two joint histograms, which are
 * the sums over the third number. Counting is what takes the time: the memory answers one store a cycle.
 */
import { firstPair } from './_pairProducts';
import { log2 } from './_logarithm';

/** Cells of 16 bits for three bin numbers: their byte offsets are 16-bit numbers, so bins³ × 2 fit 2¹⁶. */
const MOST_TRIPLE_BINS: i32 = 32;
/** So many counts at most between two emptyings, so that no sum of them leaves 16 bits. */
const MOST_COUNTED: i32 = 65528;

/**
 * index (taken pairs, uint32): where among the pairs of n samples the pair of samples order[i], order[j]
 * is, for i < j < taken. A permutation where taken = n.
 */
export function indexPairs(n: i32, order: usize, taken: i32, index: usize): void {
  let at = index;
  for (let i = 0; i < taken; i++) {
    const a = load<i32>(order + ((<usize>i) << 2));
    const before = <i32>firstPair(a, n) - a - 1;
    for (let j = i + 1; j < taken; j++) {
      const b = load<i32>(order + ((<usize>j) << 2));
      const place = a < b ? before + b : <i32>firstPair(b, n) - b - 1 + a;
      store<i32>(at, place);
      at += 4;
    }
  }
}

/** As indexPairs, for `count` chosen pairs of places in `order`: (count, 2) int32, i ≠ j. */
export function indexSome(n: i32, order: usize, pairs: usize, count: i32, index: usize): void {
  for (let p = 0; p < count; p++) {
    const pair = pairs + ((<usize>p) << 3);
    const a = load<i32>(order + ((<usize>load<i32>(pair)) << 2));
    const b = load<i32>(order + ((<usize>load<i32>(pair, 4)) << 2));
    const low = min(a, b);
    store<i32>(index + ((<usize>p) << 2), <i32>firstPair(low, n) + max(a, b) - low - 1);
  }
}

/** out (pair, byte) = codes >> shift, so that 2 × bins become bins; in the order of `index` unless it is 0. */
export function takeCodes(codes: usize, index: usize, count: i32, shift: i32, out: usize): void {
  for (let p = 0; p < count; p++) {
    const from = index == 0 ? <usize>p : <usize>load<u32>(index + ((<usize>p) << 2));
    store<u8>(out + p, load<u8>(codes + from) >> (<u8>shift));
  }
}

/** out (pair, uint16) = bins · b + c of two columns, their bins shifted and ordered as by takeCodes. */
export function takeTwo(b: usize, c: usize, index: usize, count: i32, shift: i32, bins: i32, out: usize): void {
  let p = 0;
  if (index == 0) {
    const factor = i16x8.splat(<i16>bins);
    for (; p + 8 <= count; p += 8) {
      const ofB = i16x8.shr_u(v128.load8x8_u(b + p), shift);
      const ofC = i16x8.shr_u(v128.load8x8_u(c + p), shift);
      v128.store(out + ((<usize>p) << 1), i16x8.add(i16x8.mul(ofB, factor), ofC));
    }
  }
  for (; p < count; p++) {
    const from = index == 0 ? <usize>p : <usize>load<u32>(index + ((<usize>p) << 2));
    const both = ((<i32>load<u8>(b + from)) >> shift) * bins + ((<i32>load<u8>(c + from)) >> shift);
    store<u16>(out + ((<usize>p) << 1), <u16>both);
  }
}

/** table[c] = c log2 c, float64, for c < length. */
export function fillPairTable(table: usize, length: i32): void {
  for (let c = 0; c < length; c++) store<f64>(table + ((<usize>c) << 3), cLog2C(c));
}

function cLog2C(c: i32): f64 {
  return c < 2 ? 0 : <f64>c * log2(<f64>c);
}

/**
 * H(A), H(B), H(A,B) in bits and the numbers of occupied bins of A, B and (A,B): (6, float64) at `out`.
 * `counts` is scratch of 16 × bins² + 4 × bins bytes; `table` holds c log2 c for c < tableLength.
 */
export function pairEntropies(
  a: usize,
  b: usize,
  count: i32,
  bins: i32,
  table: usize,
  tableLength: i32,
  counts: usize,
  out: usize,
): void {
  const cells = <usize>(bins * bins);
  memory.fill(counts, 0, cells << 4);
  if (bins <= 64) countEights(a, b, count, bins, counts);
  else countOnes(a, b, 0, count, bins, counts);
  for (let cell: usize = 0; cell < cells; cell++) {
    const four = v128.load(counts + (cell << 4));
    const two = i32x4.add(four, v128.shuffle<i32>(four, four, 2, 3, 0, 1));
    store<i32>(counts + (cell << 2), i32x4.extract_lane(two, 0) + i32x4.extract_lane(two, 1));
  }
  jointEntropies(counts, count, bins, table, tableLength, counts + (cells << 4), out);
}

/**
 * The same for A with each of two columns that takeTwo has put together; their numbers follow each other
 * at `out` (2, 6). For bins of a multiple of 8 up to MOST_TRIPLE_BINS. `counts` is scratch of
 * 2 × bins³ + 8 × bins² + 4 × bins bytes.
 */
export function pairEntropiesOfTwo(
  a: usize,
  both: usize,
  count: i32,
  bins: i32,
  table: usize,
  tableLength: i32,
  counts: usize,
  out: usize,
): void {
  const cells = <usize>(bins * bins);
  const triples = (cells * <usize>bins) << 1;
  const first = counts + triples;
  const second = first + (cells << 2);
  memory.fill(counts, 0, triples + (cells << 3));
  for (let from = 0; from < count; from += MOST_COUNTED) {
    countTriples(a, both, from, min(count, from + MOST_COUNTED), bins, counts);
    emptyTriples(counts, bins, first, second);
  }
  const columns = second + (cells << 2);
  jointEntropies(first, count, bins, table, tableLength, columns, out);
  jointEntropies(second, count, bins, table, tableLength, columns, out + 48);
}

/** Whether pairEntropiesOfTwo takes so many bins. */
export function takesTwo(bins: i32): bool {
  return bins <= MOST_TRIPLE_BINS && (bins & 7) == 0;
}

function countTriples(a: usize, both: usize, from: i32, to: i32, bins: i32, counts: usize): void {
  const factor = i16x8.splat(<i16>(bins * bins));
  const base = i32x4.splat(<i32>counts);
  const end = from + ((to - from) & ~7);
  for (let p = from; p < end; p += 8) {
    const cell = i16x8.add(i16x8.mul(v128.load8x8_u(a + p), factor), v128.load(both + ((<usize>p) << 1)));
    // Whole addresses, made eight at a time: adding the base to each took a sixth of the time.
    const low = i32x4.add(base, i32x4.extend_low_i16x8_u(i16x8.shl(cell, 1)));
    const high = i32x4.add(base, i32x4.extend_high_i16x8_u(i16x8.shl(cell, 1)));
    countTwoTriples(i64x2.extract_lane(low, 0));
    countTwoTriples(i64x2.extract_lane(low, 1));
    countTwoTriples(i64x2.extract_lane(high, 0));
    countTwoTriples(i64x2.extract_lane(high, 1));
  }
  for (let p = end; p < to; p++) {
    const cell = <usize>(<i32>load<u8>(a + p) * bins * bins + <i32>load<u16>(both + ((<usize>p) << 1)));
    const at = counts + (cell << 1);
    store<u16>(at, load<u16>(at) + 1);
  }
}

function countTwoTriples(addresses: u64): void {
  const p = <usize>addresses;
  store<u16>(p, load<u16>(p) + 1);
  const q = <usize>(addresses >>> 32);
  store<u16>(q, load<u16>(q) + 1);
}

/** Adds the cells' sums over the third number to `first` and over the second to `second`, and clears them. */
function emptyTriples(counts: usize, bins: i32, first: usize, second: usize): void {
  const zero = i16x8.splat(0);
  const rowBytes = (<usize>bins) << 1;
  let cell = counts;
  let sum = first;
  for (let a = 0; a < bins; a++) {
    const slab = cell;
    for (let b = 0; b < bins; b++) {
      let eight = zero;
      for (const end = cell + rowBytes; cell < end; cell += 16) eight = i16x8.add(eight, v128.load(cell));
      const four = i32x4.extadd_pairwise_i16x8_u(eight);
      const two = i32x4.add(four, v128.shuffle<i32>(four, four, 2, 3, 0, 1));
      store<i32>(sum, load<i32>(sum) + i32x4.extract_lane(two, 0) + i32x4.extract_lane(two, 1));
      sum += 4;
    }
    for (let c: usize = 0; c < rowBytes; c += 16) {
      let eight = zero;
      for (let p = slab + c; p < cell; p += rowBytes) {
        eight = i16x8.add(eight, v128.load(p));
        v128.store(p, zero);
      }
      const to = second + <usize>a * (rowBytes << 1) + (c << 1);
      v128.store(to, i32x4.add(v128.load(to), i32x4.extend_low_i16x8_u(eight)));
      v128.store(to, i32x4.add(v128.load(to, 16), i32x4.extend_high_i16x8_u(eight)), 16);
    }
  }
}

/** From joint counts (bins, bins) int32, rows of A. `columns` is scratch of 4 × bins bytes. */
function jointEntropies(
  joint: usize,
  count: i32,
  bins: i32,
  table: usize,
  tableLength: i32,
  columns: usize,
  out: usize,
): void {
  memory.fill(columns, 0, (<usize>bins) << 2);
  let sumA: f64 = 0;
  let sumB: f64 = 0;
  let sumJoint: f64 = 0;
  let occupiedA = 0;
  let occupiedB = 0;
  let occupiedJoint = 0;
  let cell = joint;
  for (let row = 0; row < bins; row++) {
    let rowCount = 0;
    for (let column: usize = 0; column < <usize>bins; column++) {
      const c = load<i32>(cell);
      cell += 4;
      if (c == 0) continue;
      rowCount += c;
      occupiedJoint++;
      sumJoint += c < tableLength ? load<f64>(table + ((<usize>c) << 3)) : cLog2C(c);
      const place = columns + (column << 2);
      store<i32>(place, load<i32>(place) + c);
    }
    if (rowCount == 0) continue;
    occupiedA++;
    sumA += rowCount < tableLength ? load<f64>(table + ((<usize>rowCount) << 3)) : cLog2C(rowCount);
  }
  for (let column = 0; column < bins; column++) {
    const c = load<i32>(columns + ((<usize>column) << 2));
    if (c == 0) continue;
    occupiedB++;
    sumB += c < tableLength ? load<f64>(table + ((<usize>c) << 3)) : cLog2C(c);
  }
  const total = count > 0 ? log2(<f64>count) : 0;
  const scale: f64 = count > 0 ? 1 / <f64>count : 0;
  store<f64>(out, occupiedA < 2 ? 0 : max(0, total - sumA * scale));
  store<f64>(out, occupiedB < 2 ? 0 : max(0, total - sumB * scale), 8);
  store<f64>(out, occupiedJoint < 2 ? 0 : max(0, total - sumJoint * scale), 16);
  store<f64>(out, <f64>occupiedA, 24);
  store<f64>(out, <f64>occupiedB, 32);
  store<f64>(out, <f64>occupiedJoint, 40);
}

/**
 * Eight pairs at a time, into four interleaved histograms: equal neighbours do not wait for each other.
 * Byte offsets are 16-bit numbers, so bins² × 16 must fit: bins ≤ 64.
 */
function countEights(a: usize, b: usize, count: i32, bins: i32, counts: usize): void {
  const factor = i16x8.splat(<i16>bins);
  const lanes = i16x8(0, 4, 8, 12, 0, 4, 8, 12);
  const end = count & ~7;
  for (let p = 0; p < end; p += 8) {
    const cell = i16x8.add(i16x8.mul(v128.load8x8_u(a + p), factor), v128.load8x8_u(b + p));
    const offsets = v128.or(i16x8.shl(cell, 4), lanes);
    countFour(counts, i64x2.extract_lane(offsets, 0));
    countFour(counts, i64x2.extract_lane(offsets, 1));
  }
  countOnes(a, b, end, count, bins, counts);
}

function countFour(counts: usize, offsets: u64): void {
  const p = counts + <usize>((<u32>offsets) & 0xffff);
  store<i32>(p, load<i32>(p) + 1);
  const q = counts + <usize>((<u32>offsets) >>> 16);
  store<i32>(q, load<i32>(q) + 1);
  const upper = <u32>(offsets >>> 32);
  const r = counts + <usize>(upper & 0xffff);
  store<i32>(r, load<i32>(r) + 1);
  const s = counts + <usize>(upper >>> 16);
  store<i32>(s, load<i32>(s) + 1);
}

function countOnes(a: usize, b: usize, from: i32, to: i32, bins: i32, counts: usize): void {
  for (let p = from; p < to; p++) {
    const cell = <usize>(<i32>load<u8>(a + p) * bins + <i32>load<u8>(b + p));
    const at = counts + (cell << 4);
    store<i32>(at, load<i32>(at) + 1);
  }
}
