/**
 * I(T; X) and I(T; Y) of one layer or unit with what stands beside them: the permutation nulls and the
 * jackknife. The estimators are those of layerMutualInformation.ts and
 * nearestNeighbourMutualInformation.ts; the bounds by kernel density are rewritten here over the squared
 * distances of pairs i < j, which the kernels compute.
 */
import { jackknifeGroups, JACKKNIFE_GROUPS } from './interSampleEntropy.js';
import { binnedInformation, jointStates, type LayerInformation } from './layerMutualInformation.js';
import { bandOf, jackknifeHalfWidths, type Band } from './matrixStatistics.js';
import { ksg, ross } from './nearestNeighbourMutualInformation.js';
import { shuffledIndices } from './standardNormal.js';

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

/** Permutations of every unit by itself cost as much as the layer: this many at most. */
const MOST_INPUT_PERMUTATIONS = 20;
const NEIGHBOURS = 3;

/** Values (n, d), all finite; labels (n) or null; `squares` of all pairs where the estimator is kde. */
export function layerInformation(
  values: Float32Array,
  n: number,
  d: number,
  labels: Int32Array | null,
  squares: Float64Array | null,
  options: InformationOptions,
): InformationNumbers {
  switch (options.estimator) {
    case 'binned':
      return binned(values, n, d, labels, options);
    case 'kde':
      return byKernelDensity(squares ?? squaresOf(values, n, d), n, labels, options);
    case 'ksg':
      return byNeighbours(values, n, labels, options);
  }
}

/** I of two single units by KSG, and its null with the second one permuted. */
export function pairInformation(
  a: Float64Array,
  b: Float64Array,
  { permutations, seed }: Pick<InformationOptions, 'permutations' | 'seed'>,
): { readonly bits: number; readonly null: Band | null } {
  const permuted = repeat(permutations, (index) => {
    const order = shuffledIndices(a.length, seedOf(seed, index));
    return ksg(a, b.map((_, i) => b[order[i]]), NEIGHBOURS); // prettier-ignore
  });
  return { bits: ksg(a, b, NEIGHBOURS), null: bandOf(permuted, seed) };
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

function binned(
  values: Float32Array,
  n: number,
  d: number,
  labels: Int32Array | null,
  options: InformationOptions,
): InformationNumbers {
  const states = jointStates(values, n, d, options.range, options.bins);
  const { withInput, withLabel } = binnedInformation(states, labels);
  const { permutations, seed } = options;
  const ofUnits = repeat(Math.min(permutations, MOST_INPUT_PERMUTATIONS), (index) =>
    entropyOfShuffledUnits(values, n, d, options, seedOf(seed, index)),
  );
  const halfWidths = intervals(n, labels, options, (kept) =>
    binnedInformation(take(states, kept), labels && take(labels, kept)),
  );
  const corrected = millerMadow(states, labels);
  return {
    ...NO_NUMBERS,
    ...halfWidths,
    inputBits: withInput,
    labelBits: withLabel,
    inputMillerMadowBits: corrected.withInput,
    labelMillerMadowBits: corrected.withLabel,
    inputNull: bandOf(ofUnits, seed),
    labelNull: labelNull(n, labels, options, (shuffled) => binnedInformation(states, shuffled).withLabel!),
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

function byKernelDensity(
  squares: Float64Array,
  n: number,
  labels: Int32Array | null,
  options: InformationOptions,
): InformationNumbers {
  // Σ of the units' variances is Σ over pairs of ‖t_i − t_j‖² ÷ n².
  const noiseVariance = options.noiseShare * (squares.reduce((sum, square) => sum + square, 0) / (n * n));
  const kernelOf = (scale: number): Float64Array =>
    squares.map((square) => (noiseVariance > 0 ? Math.exp(-square / scale) : 1));
  const [lower, upper] = [kernelOf(8 * noiseVariance), kernelOf(2 * noiseVariance)];
  const all = Int32Array.from({ length: n }, (_, i) => i);
  const low = boundOfKernel(lower, n, all, labels);
  const high = boundOfKernel(upper, n, all, labels);
  const upperInterval = intervals(n, labels, options, (kept) => boundOfKernel(upper, n, kept, labels));
  // The labels change nothing of the entropy of all samples: only what is left given the labels is summed again.
  const nullOf = (kernel: Float64Array, { withInput }: LayerInformation): Band | null =>
    labelNull(n, labels, options, (shuffled) => withInput - entropyGivenLabels(kernel, n, all, shuffled));
  return {
    ...NO_NUMBERS,
    ...intervals(n, labels, options, (kept) => boundOfKernel(lower, n, kept, labels)),
    inputBits: low.withInput,
    labelBits: low.withLabel,
    inputUpperBits: high.withInput,
    labelUpperBits: high.withLabel,
    labelNull: nullOf(lower, low),
    labelUpperNull: nullOf(upper, high),
    inputUpperHalfWidthBits: upperInterval.inputHalfWidthBits,
    labelUpperHalfWidthBits: upperInterval.labelHalfWidthBits,
    noiseVariance,
  };
}

/** −(1/N) Σ_i log2 (1/N) Σ_j k_ij, over all and within labels, of the samples `kept`. */
function boundOfKernel(kernel: Float64Array, n: number, kept: Int32Array, labels: Int32Array | null): LayerInformation {
  const withInput = entropyWithin(kernel, n, kept, [[...kept.keys()]]);
  return { withInput, withLabel: labels && withInput - entropyGivenLabels(kernel, n, kept, labels) };
}

function entropyGivenLabels(kernel: Float64Array, n: number, kept: Int32Array, labels: Int32Array): number {
  const groups = new Map<number, number[]>();
  kept.forEach((i, place) => {
    const members = groups.get(labels[i]);
    if (members) members.push(place);
    else groups.set(labels[i], [place]);
  });
  return entropyWithin(kernel, n, kept, [...groups.values()]);
}

/** Each sample against those of its group alone; groups hold places in `kept`, ascending. */
function entropyWithin(
  kernel: Float64Array,
  n: number,
  kept: Int32Array,
  groups: readonly (readonly number[])[],
): number {
  const shares = new Float64Array(kept.length);
  for (const members of groups) {
    for (const place of members) shares[place] = 1;
    members.forEach((a, position) => {
      const i = kept[a];
      const row = i * n - (i * (i + 1)) / 2 - i - 1;
      for (let at = position + 1; at < members.length; at++) {
        const value = kernel[row + kept[members[at]]];
        shares[a] += value;
        shares[members[at]] += value;
      }
    });
    for (const place of members) shares[place] /= members.length;
  }
  return shares.reduce((bits, share) => bits - Math.log2(share) / kept.length, 0);
}

function byNeighbours(
  values: Float32Array,
  n: number,
  labels: Int32Array | null,
  options: InformationOptions,
): InformationNumbers {
  if (!labels) return NO_NUMBERS;
  const unit = Float64Array.from(values);
  const { labelHalfWidthBits } = intervals(n, labels, options, (kept) => ({
    withInput: 0,
    withLabel: ross(
      Float64Array.from(kept, (i) => unit[i]),
      take(labels, kept),
      NEIGHBOURS,
    ),
  }));
  return {
    ...NO_NUMBERS,
    labelHalfWidthBits,
    labelBits: ross(unit, labels, NEIGHBOURS),
    labelNull: labelNull(n, labels, options, (shuffled) => ross(unit, shuffled, NEIGHBOURS)),
  };
}

function labelNull(
  n: number,
  labels: Int32Array | null,
  { permutations, seed }: InformationOptions,
  measure: (shuffled: Int32Array) => number,
): Band | null {
  if (!labels) return null;
  const shuffled = (index: number): Int32Array => take(labels, shuffledIndices(n, seedOf(seed, index)));
  return bandOf(repeat(permutations, (index) => measure(shuffled(index))), seed); // prettier-ignore
}

/** I(T; X) is taken less log2 N, which it grows with. */
function intervals(
  n: number,
  labels: Int32Array | null,
  { interval }: InformationOptions,
  measure: (kept: Int32Array) => LayerInformation,
): Pick<InformationNumbers, 'inputHalfWidthBits' | 'labelHalfWidthBits'> {
  if (!interval || n < 8) return { inputHalfWidthBits: null, labelHalfWidthBits: null };
  const groups = jackknifeGroups(n);
  const without = repeat(Math.min(JACKKNIFE_GROUPS, n), (group) => {
    const kept = Int32Array.from([...groups.keys()].filter((i) => groups[i] !== group));
    const { withInput, withLabel } = measure(kept);
    return [withInput - Math.log2(kept.length), withLabel ?? 0];
  });
  const [input, label] = jackknifeHalfWidths(without);
  return { inputHalfWidthBits: input, labelHalfWidthBits: labels ? label : null };
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

function squaresOf(values: Float32Array, n: number, d: number): Float64Array {
  const out = new Float64Array((n * (n - 1)) / 2);
  let at = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++, at++) {
      for (let u = 0; u < d; u++) out[at] += (values[i * d + u] - values[j * d + u]) ** 2;
    }
  }
  return out;
}

function take(values: Int32Array, order: Int32Array): Int32Array {
  return order.map((i) => values[i]);
}

function repeat<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function seedOf(seed: number, index: number): number {
  return (Math.imul(seed, 0x9e3779b1) + index + 1) >>> 0;
}
