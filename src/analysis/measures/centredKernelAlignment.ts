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
  if (n < 4) return null;
  const scale = Math.sqrt(unbiasedHsic(a, a, n)) * Math.sqrt(unbiasedHsic(b, b, n));
  return scale > 0 ? unbiasedHsic(a, b, n) / scale : null;
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
