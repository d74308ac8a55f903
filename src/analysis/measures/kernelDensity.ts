/**
 * Gaussian kernels of all pairs of samples, summed by sample: what the bounds of Kolchinsky and Tracey (2017) are
 * made of. Plain TypeScript, the twin of kernels/kernelDensity.ts.
 */
/** k_ij = exp(−‖t_i − t_j‖² ÷ 8σ²) of the lower bound; its fourth power is that of the upper one. */
export interface PairKernels {
  readonly n: number;
  /** σ²: the noise that is added to every unit. */
  readonly noiseVariance: number;
  /**
   * (sample, group, 4): Σ_j k_ij and Σ_j k_ij⁴ over the other samples j of each group, and the same over those of
   * the sample's own label.
   */
  sums(groups: Uint8Array, groupCount: number, labels: Int32Array): Float64Array;
  /** (sample, 2): Σ_j k_ij and Σ_j k_ij⁴ over the others of the sample's own label. */
  sumsWithin(labels: Int32Array): Float64Array;
}

/** Numbers of a cell of `sums`. */
export const KERNEL_SUMS = 4;

/** From the squared distances of pairs i < j in the order (0,1), (0,2) …; `noiseShare` of the total variance is σ². */
export function pairKernels(squares: Float64Array, n: number, noiseShare: number): PairKernels {
  const noiseVariance = noiseVarianceOf(squares, n, noiseShare);
  const rate = rateOf(noiseVariance);
  const kernels = squares.map((square) => Math.exp(-square * rate));
  const sums: PairKernels['sums'] = (groups, groupCount, labels) => {
    const out = new Float64Array(n * groupCount * KERNEL_SUMS);
    const add = (i: number, j: number, k: number): void => {
      const cell = KERNEL_SUMS * (i * groupCount + groups[j]);
      out[cell] += k;
      out[cell + 1] += k ** 4;
      if (labels[i] !== labels[j]) return;
      out[cell + 2] += k;
      out[cell + 3] += k ** 4;
    };
    for (let i = 0, pair = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++, pair++) {
        add(i, j, kernels[pair]);
        add(j, i, kernels[pair]);
      }
    }
    return out;
  };
  const sumsWithin: PairKernels['sumsWithin'] = (labels) => {
    const out = new Float64Array(2 * n);
    for (let i = 0, pair = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++, pair++) {
        if (labels[i] !== labels[j]) continue;
        for (const sample of [i, j]) {
          out[2 * sample] += kernels[pair];
          out[2 * sample + 1] += kernels[pair] ** 4;
        }
      }
    }
    return out;
  };
  return { n, noiseVariance, sums, sumsWithin };
}

/** Σ of the units' variances is Σ over pairs of ‖t_i − t_j‖² ÷ n². */
export function noiseVarianceOf(squares: Float64Array, n: number, noiseShare: number): number {
  let total = 0;
  for (let p = 0; p < squares.length; p++) total += squares[p];
  return (noiseShare * total) / (n * n);
}

/** What a squared distance is multiplied by in the exponent; nothing varies without noise, and all kernels are 1. */
export function rateOf(noiseVariance: number): number {
  return noiseVariance > 0 ? 1 / (8 * noiseVariance) : 0;
}

/** ‖t_i − t_j‖² of pairs i < j of samples (n, d), by the difference. */
export function squaresOf(values: Float32Array, n: number, d: number): Float64Array {
  const out = new Float64Array((n * (n - 1)) / 2);
  let at = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++, at++) {
      for (let u = 0; u < d; u++) out[at] += (values[i * d + u] - values[j * d + u]) ** 2;
    }
  }
  return out;
}
