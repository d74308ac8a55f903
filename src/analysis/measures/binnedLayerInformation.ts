/**
 * I(T; X) and I(T; Y) of a layer’s joint states, with Miller–Madow, the nulls of permuted units and of permuted
 * labels, and the jackknife. The estimator is that of layerMutualInformation.ts.
 */
import { halfWidths, labelNull, repeat, seedOf, take } from './informationStatistics.js';
import type { InformationOptions } from './layerInformation.js';
import { binnedInformation, jointStates, type LayerInformation } from './layerMutualInformation.js';
import { bandOf, LEAST_TWO_SIDED } from './matrixStatistics.js';
import { shuffledIndices } from './standardNormal.js';

/** Permutations of every unit by itself cost as much as the layer: this many at most. */
const MOST_INPUT_PERMUTATIONS = LEAST_TWO_SIDED;

/** Values (n, d), all finite; labels (n) or null. Plug-in and Miller–Madow; the unit permutations are so many at most. */
export function binnedLayerInformation(
  values: Float32Array,
  n: number,
  d: number,
  labels: Int32Array | null,
  options: InformationOptions,
) {
  const states = jointStates(values, n, d, options.range, options.bins);
  const { withInput, withLabel } = binnedInformation(states, labels);
  const { permutations, seed } = options;
  // One unit permuted by itself keeps its entropy: it has no joint states to lose, and so no null.
  const ofUnits = repeat(d > 1 ? Math.min(permutations, MOST_INPUT_PERMUTATIONS) : 0, (index) =>
    entropyOfShuffledUnits(values, n, d, options, seedOf(seed, index)),
  );
  const intervals = halfWidths(n, options.interval, (kept) =>
    binnedInformation(take(states, kept), labels && take(labels, kept)),
  );
  const corrected = millerMadow(states, labels);
  return {
    ...intervals,
    inputBits: withInput,
    labelBits: withLabel,
    inputMillerMadowBits: corrected.withInput,
    labelMillerMadowBits: corrected.withLabel,
    inputNull: bandOf(ofUnits, seed),
    labelNull: labelNull(labels, options, (shuffled) => binnedInformation(states, shuffled).withLabel!),
  };
}

/** Miller–Madow: (states seen − 1) ÷ (2 n ln 2) more for every entropy. */
function millerMadow(states: Int32Array, labels: Int32Array | null): LayerInformation {
  const plugIn = binnedInformation(states, labels);
  const bias = (some: Int32Array): number => (new Set(some).size - 1) / (2 * some.length * Math.LN2);
  const withInput = plugIn.withInput + bias(states);
  if (!labels || plugIn.withLabel === null) return { withInput, withLabel: null };
  let conditional = 0;
  for (const label of new Set(labels)) {
    const members = states.filter((_, i) => labels[i] === label);
    conditional += (members.length / states.length) * bias(members);
  }
  return { withInput, withLabel: plugIn.withLabel + bias(states) - conditional };
}

/**
 * H of the joint states after every unit was permuted by itself. States are told apart by two 32-bit
 * hashes: two of a million states fall together with a chance below 1e-7.
 */
function entropyOfShuffledUnits(
  values: Float32Array,
  n: number,
  d: number,
  { range: { minimum, maximum }, bins }: InformationOptions,
  seed: number,
): number {
  const first = new Int32Array(n).fill(1);
  const second = new Int32Array(n).fill(2);
  const width = maximum - minimum;
  for (let unit = 0; unit < d; unit++) {
    const order = shuffledIndices(n, seedOf(seed, unit));
    for (let i = 0; i < n; i++) {
      const place = width > 0 ? Math.floor(((values[order[i] * d + unit] - minimum) / width) * bins) : 0;
      const code = Math.max(0, Math.min(bins - 1, place));
      first[i] = Math.imul(first[i] ^ (code + 1), 0x9e3779b1) ^ (first[i] >>> 15);
      second[i] = Math.imul(second[i] + code + 1, 0x85ebca6b) ^ (second[i] >>> 13);
    }
  }
  const numbers = new Map<string, number>();
  const states = first.map((hash, i) => {
    const key = `${hash} ${second[i]}`;
    if (!numbers.has(key)) numbers.set(key, numbers.size);
    return numbers.get(key)!;
  });
  return binnedInformation(states, null).withInput;
}
