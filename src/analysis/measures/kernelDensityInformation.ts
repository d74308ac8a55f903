/**
 * Bounds of I(T; X) and I(T; Y) by kernel density (Kolchinsky and Tracey 2017, eqs. 10–12) with their nulls and
 * intervals, from sums of kernels that are made once: leaving out a group takes its sums away.
 */
import {
  groupsOf,
  halfWidthsOf,
  labelNulls,
  repeat,
  type HalfWidths,
  type NullOptions,
} from './informationStatistics.js';
import { KERNEL_SUMS, type PairKernels } from './kernelDensity.js';
import type { LayerInformation } from './layerMutualInformation.js';
import type { Band } from './matrixStatistics.js';

export interface KernelDensityInformation {
  readonly lower: LayerInformation & HalfWidths & { readonly labelNull: Band | null };
  readonly upper: LayerInformation & HalfWidths & { readonly labelNull: Band | null };
}

/** −(1/N) Σ_i log2 (1/N) Σ_j k_ij of all samples, less the same within labels for I(T; Y). Bits. */
export function kernelDensityInformation(
  kernels: PairKernels,
  labels: Int32Array | null,
  { interval, ...ofNull }: NullOptions & { readonly interval: boolean },
): KernelDensityInformation {
  const { n } = kernels;
  const jackknife = groupsOf(n, interval);
  const { groups, groupCount } = jackknife ?? { groups: new Uint8Array(n), groupCount: 1 };
  const sums = kernels.sums(groups, groupCount, labels ?? new Int32Array(n));
  const all = { sums, totals: totalsOf(sums, n, groupCount), groups, groupCount, labels };
  const whole = POWERS.map((power) => boundOf(all, power, null));
  // The labels change nothing of the entropy of all samples: only what is left given the labels is summed again.
  const permuted = (shuffled: Int32Array): number[] =>
    conditionalsOf(kernels.sumsWithin(shuffled), shuffled).map((bits, power) => whole[power].withInput - bits);
  const nulls = labels ? labelNulls(labels, ofNull, permuted) : [];
  const [lower, upper] = POWERS.map((power) => ({
    ...{ withInput: whole[power].withInput, withLabel: whole[power].withLabel, labelNull: nulls[power] ?? null },
    ...halfWidthsOf(jackknife ? repeat(groupCount, (group) => boundOf(all, power, group)) : []),
  }));
  return { lower, upper };
}

/** Sums of kernels, and of their fourth powers. */
const POWERS = [0, 1] as const;

interface GroupedSums {
  readonly sums: Float64Array;
  /** (sample, 4): over all groups. */
  readonly totals: Float64Array;
  readonly groups: Uint8Array;
  readonly groupCount: number;
  readonly labels: Int32Array | null;
}

function totalsOf(sums: Float64Array, n: number, groupCount: number): Float64Array {
  const totals = new Float64Array(n * KERNEL_SUMS);
  for (let i = 0; i < n; i++) {
    for (let at = 0; at < groupCount * KERNEL_SUMS; at++)
      totals[i * KERNEL_SUMS + (at % KERNEL_SUMS)] += sums[i * groupCount * KERNEL_SUMS + at];
  }
  return totals;
}

/** Of the samples that are not of the group `without`, or of all. */
function boundOf(
  { sums, totals, groups, groupCount, labels }: GroupedSums,
  power: (typeof POWERS)[number],
  without: number | null,
): LayerInformation & { left: number } {
  const isKept = (i: number): boolean => groups[i] !== without;
  const sizes = labels && sizesOf(labels, isKept);
  let left = 0;
  for (let i = 0; i < groups.length; i++) if (isKept(i)) left++;
  let [withInput, given] = [0, 0];
  for (let i = 0; i < groups.length; i++) {
    if (!isKept(i)) continue;
    // Its kernel with itself is 1.
    const sumAt = (kind: number): number => {
      const taken = without === null ? 0 : sums[(i * groupCount + without) * KERNEL_SUMS + kind];
      return 1 + totals[i * KERNEL_SUMS + kind] - taken;
    };
    withInput -= Math.log2(sumAt(power) / left) / left;
    if (labels && sizes) given -= Math.log2(sumAt(2 + power) / sizes.get(labels[i])!) / left;
  }
  return { withInput, withLabel: labels && withInput - given, left };
}

/** What is left given the labels, of the lower and the upper bound, from `sumsWithin`. */
function conditionalsOf(within: Float64Array, labels: Int32Array): readonly number[] {
  const sizes = sizesOf(labels, () => true);
  const bits = POWERS.map(() => 0);
  for (let i = 0; i < labels.length; i++) {
    const size = sizes.get(labels[i])!;
    for (const power of POWERS) bits[power] -= Math.log2((1 + within[2 * i + power]) / size) / labels.length;
  }
  return bits;
}

function sizesOf(labels: Int32Array, isKept: (i: number) => boolean): Map<number, number> {
  const sizes = new Map<number, number>();
  labels.forEach((label, i) => {
    if (isKept(i)) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  });
  return sizes;
}
