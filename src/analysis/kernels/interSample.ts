/**
 * The nearest neighbours of samples, exactly, and the entropy of their graph (DESIGN §3; paper eqs. 4–7).
 *
 * 1. packRows copies samples centred and scaled. 2. searchBlocks multiplies two blocks of rows in
 * float32 and keeps for every row the candidates with the least lower bound of the distance; each pair
 * is computed once; threads share the pairs of blocks and have lists of their own. 3. refineRows
 * merges the lists and computes the candidates' distances in float64. A row whose bounds cannot prove
 * that nothing nearer, or as near, was left out is compared with all samples. 4. weighRows finds σ and
 * P(j|i). 5. graphEntropy. No step depends on the number of threads.
 */
import { expOfNegative, log2 } from './_logarithm';
import { BLOCK_ROWS, multiplyBlocks, multiplyPair, packedRow, PRODUCT_STRIDE, squaredDistance } from './_product';

export { multiplyBlocks };

const TIED: i32 = 1;
const ZERO_SCALE: i32 = 2;

/** Largest |x − mean| over rows [from, to) of `samples` (…, d) float32; NaN or ±Inf where values are not finite. */
export function largestDeviation(samples: usize, d: i32, from: i32, to: i32, means: usize): f64 {
  let largest: f64 = 0;
  for (let i = from; i < to; i++) {
    const row = samples + <usize>i * ((<usize>d) << 2);
    for (let c = 0; c < d; c++) {
      const deviation = abs(<f64>load<f32>(row + ((<usize>c) << 2)) - load<f64>(means + ((<usize>c) << 3)));
      largest = max(largest, deviation);
    }
  }
  return largest;
}

/** Means of the columns of `samples` (n, d), float64 (d). */
export function columnMeans(samples: usize, n: i32, d: i32, means: usize): void {
  memory.fill(means, 0, (<usize>d) << 3);
  for (let i = 0; i < n; i++) {
    const row = samples + <usize>i * ((<usize>d) << 2);
    for (let c = 0; c < d; c++) {
      const mean = means + ((<usize>c) << 3);
      store<f64>(mean, load<f64>(mean) + <f64>load<f32>(row + ((<usize>c) << 2)));
    }
  }
  for (let c = 0; c < d; c++) {
    const mean = means + ((<usize>c) << 3);
    store<f64>(mean, load<f64>(mean) / n);
  }
}

/**
 * Rows [from, to) of `samples` (n, d) as (x − mean)·scale in packed float32 rows of `stride` bytes (see
 * _product), ends zero, and in `norms` their squared length times (1 − slack): what a squared distance
 * made of such norms and of float32 products is then never above the true one. Rows from n on are
 * padding, infinitely far.
 */
export function packRows(
  samples: usize,
  n: i32,
  d: i32,
  means: usize,
  scale: f64,
  slack: f64,
  from: i32,
  to: i32,
  packed: usize,
  stride: usize,
  norms: usize,
): void {
  for (let i = from; i < to; i++) {
    const out = packedRow(packed, stride, i);
    const row = samples + <usize>i * ((<usize>d) << 2);
    let norm: f64 = i < n ? 0 : Infinity;
    for (let c = 0; c < <i32>(stride >> 2); c++) {
      let x: f32 = 0;
      if (i < n && c < d) {
        x = <f32>((<f64>load<f32>(row + ((<usize>c) << 2)) - load<f64>(means + ((<usize>c) << 3))) * scale);
        norm += <f64>x * <f64>x;
      }
      store<f32>(out + ((<usize>(c & ~3)) << 4) + (((<usize>c) & 3) << 2), x);
    }
    // 1e-30: what subnormal products may lose.
    store<f32>(norms + ((<usize>i) << 2), <f32>(norm * (1 - slack) - 1e-30));
  }
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
 * All pairs between blocks I and J (rows I·BLOCK_ROWS …), I ≤ J, into the lists of one thread, `length`
 * candidates a row in ascending order. `paddedRows` is n rounded up to a multiple of 4; `products` is
 * scratch of BLOCK_ROWS × BLOCK_ROWS values and `limits` (paddedRows) holds each row's last bound.
 */
export function searchBlocks(
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
  multiplyBlocks(packed + fromI * stride, rowsI, packed + fromJ * stride, rowsJ, stride, products);
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

/**
 * Rows [from, to): merges the lists of `listCount` threads (each of `candidateCount` entries a row,
 * `listBytes` after the one before) and writes the `length` nearest others, nearest first and equal ones
 * by index, to `neighbours` and their distances (float64) to `distances`. `merged` is scratch for the
 * bounds and indices of one list. Returns how many rows had to be compared with all samples.
 */
export function refineRows(
  samples: usize,
  d: i32,
  packed: usize,
  stride: usize,
  norms: usize,
  n: i32,
  scale: f64,
  bounds: usize,
  indices: usize,
  listBytes: usize,
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
  const candidates = merged + ((<usize>candidateCount) << 2);
  let comparedCount = 0;
  for (let i = from; i < to; i++) {
    const out = neighbours + ((<usize>i * length) << 2);
    const squares = distances + ((<usize>i * length) << 3);
    const worst = mergeLists(i, bounds, indices, listBytes, listCount, candidateCount, merged, candidates);
    const last = squares + ((<usize>(length - 1)) << 3);
    clearNearest(squares, length);
    let leftOut = <f64>worst * unscale;
    let found = 0;
    for (let place = 0; place < candidateCount; place++) {
      const bound = <f64>load<f32>(merged + ((<usize>place) << 2)) * unscale;
      if (found >= length && bound > withinRounding(load<f64>(last), d)) {
        leftOut = bound; // and no later one is nearer
        break;
      }
      const j = load<i32>(candidates + ((<usize>place) << 2));
      if (j >= 0) insertNearest(squareOf(samples, rowBytes, d, i, j), j, squares, out, length, found++);
    }
    if (found < n - 1 && !(leftOut > withinRounding(load<f64>(last), d))) {
      compareWithAll(i, samples, rowBytes, d, packed, stride, norms, n, unscale, squares, out, length);
      comparedCount++;
    }
    for (let place = 0; place < length; place++) {
      const at = squares + ((<usize>place) << 3);
      store<f64>(at, sqrt(load<f64>(at)));
    }
  }
  return comparedCount;
}

/** More than a float64 sum of d squares may be too small. */
function withinRounding(square: f64, d: i32): f64 {
  return square * (1 + <f64>(d + 8) * 2.3e-16);
}

function squareOf(samples: usize, rowBytes: usize, d: i32, i: i32, j: i32): f64 {
  return squaredDistance(samples + <usize>i * rowBytes, samples + <usize>j * rowBytes, d);
}

/**
 * The candidates with the least bounds of all lists to `out`, their bounds to `merged`. Returns the last
 * of these bounds: what is left out has no lesser one.
 */
function mergeLists(
  i: i32,
  bounds: usize,
  indices: usize,
  listBytes: usize,
  listCount: i32,
  length: i32,
  merged: usize,
  out: usize,
): f32 {
  const row = (<usize>i * length) << 2;
  const last = merged + ((<usize>(length - 1)) << 2);
  memory.copy(merged, bounds + row, (<usize>length) << 2);
  memory.copy(out, indices + row, (<usize>length) << 2);
  for (let list = 1; list < listCount; list++) {
    const offset = list * listBytes + row;
    for (let place: usize = 0; place < (<usize>length) << 2; place += 4) {
      const bound = load<f32>(bounds + offset + place);
      if (!(bound < load<f32>(last))) break;
      insertMerged(bound, load<i32>(indices + offset + place), merged, out, length);
    }
  }
  return load<f32>(last);
}

function insertMerged(bound: f32, other: i32, merged: usize, out: usize, length: i32): void {
  let place = length - 1;
  for (; place > 0; place--) {
    const before = load<f32>(merged + ((<usize>(place - 1)) << 2));
    if (before <= bound) break;
    store<f32>(merged + ((<usize>place) << 2), before);
    store<i32>(out + ((<usize>place) << 2), load<i32>(out + ((<usize>(place - 1)) << 2)));
  }
  store<f32>(merged + ((<usize>place) << 2), bound);
  store<i32>(out + ((<usize>place) << 2), other);
}

function clearNearest(squares: usize, length: i32): void {
  for (let place = 0; place < length; place++) store<f64>(squares + ((<usize>place) << 3), Infinity);
}

/** Into a list of `found` entries, by square and then by index; what does not fit falls out. */
function insertNearest(square: f64, j: i32, squares: usize, out: usize, length: i32, found: i32): void {
  let place = min(found, length);
  for (; place > 0; place--) {
    const before = load<f64>(squares + ((<usize>(place - 1)) << 3));
    const other = load<i32>(out + ((<usize>(place - 1)) << 2));
    if (before < square || (before == square && other < j)) break;
    if (place < length) {
      store<f64>(squares + ((<usize>place) << 3), before);
      store<i32>(out + ((<usize>place) << 2), other);
    }
  }
  if (place == length) return;
  store<f64>(squares + ((<usize>place) << 3), square);
  store<i32>(out + ((<usize>place) << 2), j);
}

/** In order of index, skipping what its bound shows to be farther than the last of a full list. */
function compareWithAll(
  i: i32,
  samples: usize,
  rowBytes: usize,
  d: i32,
  packed: usize,
  stride: usize,
  norms: usize,
  n: i32,
  unscale: f64,
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
      const product = multiplyPair(row, packedRow(packed, stride, j), stride);
      const bound = norm + <f64>load<f32>(norms + ((<usize>j) << 2)) - 2 * product;
      if (bound * unscale > withinRounding(farthest, d)) continue;
    }
    insertNearest(squareOf(samples, rowBytes, d, i, j), j, squares, out, length, found);
    found++;
  }
}

/**
 * P(j|i) of rows [from, to), float64 (row, k), to `probabilities`, and their neighbours (row, k; −1 for
 * none) to `targets`, from lists of `length` neighbours. With `groups` (row, byte) not 0, samples of the
 * group `without` are left out. `flags` (row, 32 bits) gets TIED and ZERO_SCALE, unless it is 0.
 */
export function weighRows(
  neighbours: usize,
  distances: usize,
  length: i32,
  k: i32,
  target: f64,
  rho: bool,
  groups: usize,
  without: i32,
  from: i32,
  to: i32,
  targets: usize,
  probabilities: usize,
  flags: usize,
): void {
  for (let i = from; i < to; i++) {
    const listed = neighbours + ((<usize>i * length) << 2);
    const far = distances + ((<usize>i * length) << 3);
    const chosen = targets + ((<usize>i * k) << 2);
    const weights = probabilities + ((<usize>i * k) << 3);
    let count = 0;
    let next: f64 = -1;
    if (groups == 0 || <i32>load<u8>(groups + i) != without) {
      for (let place = 0; place < length && next < 0; place++) {
        const j = load<i32>(listed + ((<usize>place) << 2));
        if (groups != 0 && <i32>load<u8>(groups + j) == without) continue;
        const distance = load<f64>(far + ((<usize>place) << 3));
        if (count == k) {
          next = distance;
          break;
        }
        store<i32>(chosen + ((<usize>count) << 2), j);
        store<f64>(weights + ((<usize>count) << 3), distance);
        count++;
      }
    }
    const tied = count == k && next == load<f64>(weights + ((<usize>(k - 1)) << 3));
    const zeroScale = count > 0 && distancesToProbabilities(weights, count, target, rho);
    for (let place = count; place < k; place++) store<i32>(chosen + ((<usize>place) << 2), -1);
    if (flags != 0) store<i32>(flags + ((<usize>i) << 2), (tied ? TIED : 0) | (zeroScale ? ZERO_SCALE : 0));
  }
}

/** In place, for ascending distances. True where there is no σ (see neighbourGraph.ts). */
function distancesToProbabilities(weights: usize, count: i32, target: f64, rho: bool): bool {
  let offset: f64 = 0;
  for (let place = 0; rho && place < count; place++) {
    offset = load<f64>(weights + ((<usize>place) << 3));
    if (offset > 0) break;
  }
  let zeros = 0;
  for (let place = 0; place < count; place++) {
    const at = weights + ((<usize>place) << 3);
    const beyond = max(0, load<f64>(at) - offset);
    zeros += i32(beyond == 0);
    store<f64>(at, beyond);
  }
  const zeroScale = <f64>zeros >= target;
  if (zeroScale || <f64>count <= target) {
    for (let place = 0; place < count; place++) {
      const at = weights + ((<usize>place) << 3);
      store<f64>(at, !zeroScale || load<f64>(at) == 0 ? 1 : 0);
    }
    return zeroScale;
  }
  const rate = rateOf(weights, count, target);
  for (let place = 0; place < count; place++) {
    const at = weights + ((<usize>place) << 3);
    store<f64>(at, expOfNegative(-rate * load<f64>(at)));
  }
  return false;
}

/**
 * 1/σ with Σ exp(−d/σ) = target, by Newton's method from 0: the sum is convex and falls, so every step
 * stays on the near side and the root that bisection finds is approached from below.
 */
function rateOf(weights: usize, count: i32, target: f64): f64 {
  let rate: f64 = 0;
  for (let step = 0; step < 1000; step++) {
    let excess = -target;
    let slope: f64 = 0;
    for (let place = 0; place < count; place++) {
      const distance = load<f64>(weights + ((<usize>place) << 3));
      const p = expOfNegative(-rate * distance);
      excess += p;
      slope += p * distance;
    }
    const next = rate + excess / slope;
    if (excess <= 0 || !(next > rate)) break;
    rate = next;
  }
  return rate;
}

/**
 * H in bits of the symmetrised, normalised graph over ordered pairs: log2 S − Σ w log2 w / S. `union`
 * symmetrises by a + b − ab, otherwise a + b (the factor 2N falls out when it is normalised).
 */
export function graphEntropy(targets: usize, probabilities: usize, n: i32, k: i32, union: bool): f64 {
  let total: f64 = 0;
  let weighted: f64 = 0;
  for (let i = 0; i < n; i++) {
    for (let slot = 0; slot < k; slot++) {
      const place = <usize>i * k + slot;
      const j = load<i32>(targets + (place << 2));
      if (j < 0) break;
      const there = load<f64>(probabilities + (place << 3));
      const back = slotOf(targets + ((<usize>j * k) << 2), k, i);
      const andBack = back < 0 ? 0 : load<f64>(probabilities + ((<usize>j * k + back) << 3));
      const weight = there + andBack - (union ? there * andBack : 0);
      const orders: f64 = back < 0 ? 2 : 1; // listed on one side only, a pair stands for both orders
      total += orders * weight;
      if (weight >= 2.3e-308) weighted += orders * weight * log2(weight);
    }
  }
  return max(0, log2(total) - weighted / total);
}

function slotOf(targets: usize, k: i32, i: i32): i32 {
  for (let slot = 0; slot < k; slot++) if (load<i32>(targets + ((<usize>slot) << 2)) == i) return slot;
  return -1;
}
