/**
 * Linear centred kernel alignment of two sets of activations of the same samples (Kornblith et al.
 * 2019) with the unbiased estimator of the Hilbert–Schmidt independence criterion (Song et al. 2012),
 * so that it does not grow with the number of units and may be slightly negative. A caution that
 * stands beside every value: CKA can be moved far without changing what a network does (Davari et al.
 * 2023).
 */

/**
 * Gram matrix of n samples × d units about the units' means, with its diagonal zeroed, as the unbiased criterion needs
 * it. The criterion does not depend on where the units' zeros lie; a sum of products far from them loses its digits.
 */
export function hollowGram(values: Float32Array, n: number, d: number): Float64Array {
  const centred = centredUnits(values, n, d);
  const gram = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      let sum = 0;
      for (let u = 0; u < d; u++) sum += centred[i * d + u] * centred[j * d + u];
      gram[i * n + j] = gram[j * n + i] = sum;
    }
  }
  return gram;
}

function centredUnits(values: Float32Array, n: number, d: number): Float64Array {
  const means = new Float64Array(d);
  for (let at = 0; at < n * d; at++) means[at % d] += values[at];
  for (let u = 0; u < d; u++) means[u] /= n;
  return Float64Array.from(values.subarray(0, n * d), (value, at) => value - means[at % d]);
}

/** CKA from two hollow Gram matrices; null for n < 4 or where one side is constant. */
export function alignment(a: Float64Array, b: Float64Array, n: number): number | null {
  if (n < 4) return null;
  const value = alignmentOf(hsic(traceSums(a, b, n)), traceSums(a, a, n), traceSums(b, b, n));
  return Number.isNaN(value) ? null : value;
}

/** What the criterion of two Gram matrices is made of, over m samples. */
export interface GramSums {
  readonly m: number;
  /** Σ a_ij b_ij over ordered pairs. */
  readonly trace: number;
  /** Σ_i (Σ_j a_ij)(Σ_j b_ij) */
  readonly product: number;
  /** Σ a_ij and Σ b_ij over ordered pairs. */
  readonly totalA: number;
  readonly totalB: number;
}

/** Song et al. 2012, eq. 5. */
export function hsic({ m, trace, product, totalA, totalB }: GramSums): number {
  return (trace + (totalA * totalB) / ((m - 1) * (m - 2)) - (2 * product) / (m - 2)) / (m * (m - 3));
}

/** As a share of the mean squared product: less than this of a side's own criterion is what rounding leaves of 0. */
const NOTHING = 1e-6;

/** From the criterion of both and the sums of each with itself; NaN where a side does not vary or n < 4. */
export function alignmentOf(both: number, a: GramSums, b: GramSums): number {
  const own = (sums: GramSums): number => {
    const value = hsic(sums);
    return value > (NOTHING * sums.trace) / (sums.m * (sums.m - 1)) ? Math.sqrt(value) : NaN;
  };
  return both / (own(a) * own(b));
}

function traceSums(a: Float64Array, b: Float64Array, n: number): GramSums {
  let [trace, product, totalA, totalB] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    let [rowA, rowB] = [0, 0];
    for (let j = 0; j < n; j++) {
      trace += a[i * n + j] * b[i * n + j];
      rowA += a[i * n + j];
      rowB += b[i * n + j];
    }
    product += rowA * rowB;
    totalA += rowA;
    totalB += rowB;
  }
  return { m: n, trace, product, totalA, totalB };
}
