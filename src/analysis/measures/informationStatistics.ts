/** What stands beside every estimate of layer information: the null of permuted labels and the jackknife. */
import { jackknifeGroups, JACKKNIFE_GROUPS } from './interSampleEntropy.js';
import type { LayerInformation } from './layerMutualInformation.js';
import { bandOf, jackknifeHalfWidths, type Band } from './matrixStatistics.js';
import { shuffledIndices } from './standardNormal.js';

/** Samples below which there is no interval. */
const LEAST_SAMPLES = 8;

export interface NullOptions {
  readonly permutations: number;
  readonly seed: number;
}

/** The bands of several estimates under the same permutations of the labels; nulls of none. */
export function labelNulls(
  labels: Int32Array,
  options: NullOptions,
  measure: (shuffled: Int32Array) => readonly number[],
): (Band | null)[] {
  const { permutations, seed } = options;
  const found = repeat(permutations, (index) => measure(shuffledLabels(labels, seed, index)));
  return (found[0] ?? []).map((_, estimate) =>
    bandOf(
      found.map((values) => values[estimate]),
      seed,
    ),
  );
}

export function labelNull(
  labels: Int32Array | null,
  options: NullOptions,
  measure: (shuffled: Int32Array) => number,
): Band | null {
  return labels && (labelNulls(labels, options, (shuffled) => [measure(shuffled)])[0] ?? null);
}

function shuffledLabels(labels: Int32Array, seed: number, index: number): Int32Array {
  return take(labels, shuffledIndices(labels.length, seedOf(seed, index)));
}

/** Groups of the delete-a-group jackknife; null where there is no interval. */
export function groupsOf(n: number, interval: boolean): { groups: Uint8Array; groupCount: number } | null {
  if (!interval || n < LEAST_SAMPLES) return null;
  return { groups: jackknifeGroups(n), groupCount: Math.min(JACKKNIFE_GROUPS, n) };
}

export interface HalfWidths {
  readonly inputHalfWidthBits: number | null;
  readonly labelHalfWidthBits: number | null;
}

/** From the estimates without each group, if any, and the numbers of samples left. I(T; X) is taken less log2 N, which it grows with. */
export function halfWidthsOf(without: readonly (LayerInformation & { readonly left: number })[]): HalfWidths {
  if (without.length === 0) return { inputHalfWidthBits: null, labelHalfWidthBits: null };
  const excess = without.map(({ withInput, withLabel, left }) => [withInput - Math.log2(left), withLabel ?? 0]);
  const [inputHalfWidthBits, label] = jackknifeHalfWidths(excess);
  return { inputHalfWidthBits, labelHalfWidthBits: without[0].withLabel === null ? null : label };
}

/** By measuring anew without each group. */
export function halfWidths(n: number, interval: boolean, measure: (kept: Int32Array) => LayerInformation): HalfWidths {
  const jackknife = groupsOf(n, interval);
  const { groups, groupCount } = jackknife ?? { groups: new Uint8Array(0), groupCount: 0 };
  const without = repeat(groupCount, (group) => {
    const kept = Int32Array.from([...groups.keys()].filter((i) => groups[i] !== group));
    return { ...measure(kept), left: kept.length };
  });
  return halfWidthsOf(without);
}

export function take(values: Int32Array, order: Int32Array): Int32Array {
  return order.map((i) => values[i]);
}

export function repeat<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** Seeds of one request's permutations differ from those of another's. */
export function seedOf(seed: number, index: number): number {
  return (Math.imul(seed, 0x9e3779b1) + index + 1) >>> 0;
}
