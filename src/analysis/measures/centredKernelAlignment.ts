/**
 * Linear centred kernel alignment of two sets of activations of the same samples (Kornblith et al.
 * 2019) with the unbiased estimator of the Hilbert–Schmidt independence criterion (Song et al. 2012),
 * so that it does not grow with the number of units and may be slightly negative. A caution that
 * stands beside every value: CKA can be moved far without changing what a network does (Davari et al.
 * 2023).
 */

/** Gram matrix x·xᵀ of n samples × d units with its diagonal zeroed, as the unbiased HSIC needs it. */
export function hollowGram(values: Float32Array, n: number, d: number): Float64Array {
  const gram = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      let sum = 0;
      for (let u = 0; u < d; u++) sum += values[i * d + u] * values[j * d + u];
      gram[i * n + j] = gram[j * n + i] = sum;
    }
  }
  return gram;
}

/** CKA from two hollow Gram matrices; null for n < 4 or where one side is constant. */
export function alignment(a: Float64Array, b: Float64Array, n: number): number | null {
  if (n < 4 || isFlat(a, n) || isFlat(b, n)) return null;
  const scale = Math.sqrt(unbiasedHsic(a, a, n)) * Math.sqrt(unbiasedHsic(b, b, n));
  return scale > 0 ? unbiasedHsic(a, b, n) / scale : null;
}

/**
 * Every two samples have the same product, as those of a constant layer do: the criterion is then 0, and what
 * rounding leaves of it is not to be divided by.
 */
function isFlat(gram: Float64Array, n: number): boolean {
  for (let at = 1; at < n * n; at++) if (at % (n + 1) !== 0 && gram[at] !== gram[1]) return false;
  return true;
}

/** Song et al. 2012, eq. 5. */
function unbiasedHsic(a: Float64Array, b: Float64Array, n: number): number {
  let trace = 0;
  let product = 0;
  let totalA = 0;
  let totalB = 0;
  for (let i = 0; i < n; i++) {
    let rowA = 0;
    let rowB = 0;
    for (let j = 0; j < n; j++) {
      trace += a[i * n + j] * b[i * n + j];
      rowA += a[i * n + j];
      rowB += b[i * n + j];
    }
    product += rowA * rowB;
    totalA += rowA;
    totalB += rowB;
  }
  return (trace + (totalA * totalB) / ((n - 1) * (n - 2)) - (2 * product) / (n - 2)) / (n * (n - 3));
}

/**
 * CKA of every two of several Gram matrices, (matrix, matrix), over the samples `kept`: each Gram given
 * as its products of pairs i < j in the order (0,1), (0,2) … NaN where it is undefined.
 */
export function alignmentMatrix(grams: readonly Float64Array[], n: number, kept: Int32Array): Float64Array {
  const size = grams.length;
  const out = new Float64Array(size * size).fill(NaN);
  if (kept.length < 4) return out;
  const rows = grams.map((gram) => rowSums(gram, n, kept));
  const between = (a: number, b: number): number => hsicOfPairs(grams[a], grams[b], rows[a], rows[b], n, kept);
  const own = grams.map((gram, a) => (isFlatOfPairs(gram, n, kept) ? 0 : Math.sqrt(between(a, a))));
  for (let a = 0; a < size; a++) {
    for (let b = a; b < size; b++) {
      const scale = own[a] * own[b];
      out[a * size + b] = out[b * size + a] = !(scale > 0) ? NaN : a === b ? 1 : between(a, b) / scale;
    }
  }
  return out;
}

function isFlatOfPairs(gram: Float64Array, n: number, kept: Int32Array): boolean {
  const first = gram[pairRow(kept[0], n) + kept[1]];
  return kept.every((i, x) => kept.subarray(x + 1).every((j) => gram[pairRow(i, n) + j] === first));
}

function rowSums(gram: Float64Array, n: number, kept: Int32Array): Float64Array {
  const sums = new Float64Array(kept.length);
  for (let x = 0; x < kept.length; x++) {
    const row = pairRow(kept[x], n);
    for (let y = x + 1; y < kept.length; y++) {
      sums[x] += gram[row + kept[y]];
      sums[y] += gram[row + kept[y]];
    }
  }
  return sums;
}

function hsicOfPairs(
  a: Float64Array,
  b: Float64Array,
  rowsA: Float64Array,
  rowsB: Float64Array,
  n: number,
  kept: Int32Array,
): number {
  const m = kept.length;
  let trace = 0;
  let [product, totalA, totalB] = [0, 0, 0];
  for (let x = 0; x < m; x++) {
    const row = pairRow(kept[x], n);
    for (let y = x + 1; y < m; y++) trace += 2 * a[row + kept[y]] * b[row + kept[y]];
    product += rowsA[x] * rowsB[x];
    totalA += rowsA[x];
    totalB += rowsB[x];
  }
  return (trace + (totalA * totalB) / ((m - 1) * (m - 2)) - (2 * product) / (m - 2)) / (m * (m - 3));
}

/** Add j to find the pair (i, j), i < j. */
function pairRow(i: number, n: number): number {
  return i * n - (i * (i + 1)) / 2 - i - 1;
}
