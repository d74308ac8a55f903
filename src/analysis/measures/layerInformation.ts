/**
 * I(T; X) and I(T; Y) of one layer or unit by the estimator that is chosen, with what stands beside them: the
 * permutation nulls and the jackknife.
 */
import { binnedLayerInformation } from './binnedLayerInformation.js';
import { pairKernels, squaresOf, type PairKernels } from './kernelDensity.js';
import { kernelDensityInformation } from './kernelDensityInformation.js';
import { binnedInformation } from './layerMutualInformation.js';
import type { Band } from './matrixStatistics.js';
import { unitLabelInformation } from './unitInformation.js';

export interface InformationOptions {
  readonly estimator: 'binned' | 'kde' | 'ksg';
  readonly bins: number;
  /** Over which values are binned. */
  readonly range: { readonly minimum: number; readonly maximum: number };
  /** kde: noise variance ÷ total variance. */
  readonly noiseShare: number;
  readonly permutations: number;
  readonly seed: number;
  readonly interval: boolean;
}

export interface InformationNumbers {
  readonly inputBits: number | null;
  readonly labelBits: number | null;
  readonly inputUpperBits: number | null;
  readonly labelUpperBits: number | null;
  readonly inputMillerMadowBits: number | null;
  readonly labelMillerMadowBits: number | null;
  readonly inputNull: Band | null;
  readonly labelNull: Band | null;
  readonly labelUpperNull: Band | null;
  readonly inputHalfWidthBits: number | null;
  readonly labelHalfWidthBits: number | null;
  readonly inputUpperHalfWidthBits: number | null;
  readonly labelUpperHalfWidthBits: number | null;
  readonly noiseVariance: number | null;
}

/** Values (n, d), all finite; labels (n) or null; `kernels` of their pairs where the estimator is kde and they are known. */
export function layerInformation(
  values: Float32Array,
  n: number,
  d: number,
  labels: Int32Array | null,
  kernels: PairKernels | null,
  options: InformationOptions,
): InformationNumbers {
  switch (options.estimator) {
    case 'binned':
      return { ...NO_NUMBERS, ...binnedLayerInformation(values, n, d, labels, options) };
    case 'kde':
      return byKernelDensity(kernels ?? pairKernels(squaresOf(values, n, d), n, options.noiseShare), labels, options);
    case 'ksg':
      return { ...NO_NUMBERS, ...(labels && unitLabelInformation(Float64Array.from(values), labels, options)) };
  }
}

function byKernelDensity(
  kernels: PairKernels,
  labels: Int32Array | null,
  options: InformationOptions,
): InformationNumbers {
  const { lower, upper } = kernelDensityInformation(kernels, labels, options);
  return {
    ...NO_NUMBERS,
    inputBits: lower.withInput,
    labelBits: lower.withLabel,
    inputUpperBits: upper.withInput,
    labelUpperBits: upper.withLabel,
    labelNull: lower.labelNull,
    labelUpperNull: upper.labelNull,
    inputHalfWidthBits: lower.inputHalfWidthBits,
    labelHalfWidthBits: lower.labelHalfWidthBits,
    inputUpperHalfWidthBits: upper.inputHalfWidthBits,
    labelUpperHalfWidthBits: upper.labelHalfWidthBits,
    noiseVariance: kernels.noiseVariance,
  };
}

/** Entropy of labels in bits: what I(T; Y) cannot exceed. */
export function labelEntropy(labels: Int32Array): number {
  return binnedInformation(labels, null).withInput;
}

/** First epoch after which the values stay within 5 % of the last one; null where that is undefined. */
export function convergedAt(
  points: readonly { readonly epoch: number; readonly bits: number | null }[],
): number | null {
  const last = points.at(-1)?.bits ?? null;
  if (last === null) return null;
  const away = points.findLastIndex(({ bits }) => bits === null || Math.abs(bits - last) > 0.05 * Math.abs(last));
  return points[away + 1]?.epoch ?? null;
}

/** Where nothing could be estimated. */
export const NO_NUMBERS: InformationNumbers = {
  inputBits: null,
  labelBits: null,
  inputUpperBits: null,
  labelUpperBits: null,
  inputMillerMadowBits: null,
  labelMillerMadowBits: null,
  inputNull: null,
  labelNull: null,
  labelUpperNull: null,
  inputHalfWidthBits: null,
  labelHalfWidthBits: null,
  inputUpperHalfWidthBits: null,
  labelUpperHalfWidthBits: null,
  noiseVariance: null,
};
