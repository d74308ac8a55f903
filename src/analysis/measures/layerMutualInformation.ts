/**
 * I(T; X) and I(T; Y) of a layer's activations T with the input X and the label Y (Shwartz-Ziv and
 * Tishby 2017; Fang, Wang and Yamaguchi). Two estimators of two different things:
 *
 * - *binned*: each unit's values over the layer's range into equal bins, the layer's joint state as
 *   one symbol. A deterministic network then has I(T; X) = H(T), which measures clustering of the
 *   binned states and not information lost (Goldfeld et al. 2019; Saxe et al. 2018).
 * - *KDE* (Kolchinsky and Tracey 2017): T is the activation plus Gaussian noise of a stated variance;
 *   pairwise distances bound its entropy from below (Bhattacharyya) and above (Kullback–Leibler).
 *
 * Samples are taken as N distinct inputs, so neither exceeds log2 N for X. Bits everywhere.
 */

/** Joint states of n samples × d units, as small integers from 0 in order of first appearance. */
export function jointStates(
  values: Float32Array,
  n: number,
  d: number,
  range: { readonly minimum: number; readonly maximum: number },
  bins = 30,
): Int32Array {
  const width = range.maximum - range.minimum;
  const numbers = new Map<string, number>();
  const states = new Int32Array(n);
  const code = new Uint16Array(d);
  for (let i = 0; i < n; i++) {
    for (let u = 0; u < d; u++) {
      const place = width > 0 ? Math.floor(((values[i * d + u] - range.minimum) / width) * bins) : 0;
      code[u] = Math.max(0, Math.min(bins - 1, place));
    }
    const key = String.fromCharCode(...code.subarray(0, Math.min(d, 4096))) + longTail(code);
    const known = numbers.get(key);
    states[i] = known ?? numbers.size;
    if (known === undefined) numbers.set(key, states[i]);
  }
  return states;
}

/** Argument lists are limited, so long codes are spelled in pieces. */
function longTail(code: Uint16Array): string {
  let text = '';
  for (let from = 4096; from < code.length; from += 4096) {
    text += String.fromCharCode(...code.subarray(from, from + 4096));
  }
  return text;
}

export interface LayerInformation {
  /** I(T; X) */
  readonly withInput: number;
  /** I(T; Y); null without labels. */
  readonly withLabel: number | null;
}

/** Plug-in from joint states: I(T; X) = H(T) since T is a function of X; I(T; Y) = H(T) − H(T|Y). */
export function binnedInformation(states: Int32Array, labels: Int32Array | null): LayerInformation {
  const withInput = entropyOfStates(states);
  if (!labels) return { withInput, withLabel: null };
  let conditional = 0;
  for (const members of byLabel(labels).values()) {
    const share = members.length / states.length;
    conditional += share * entropyOfStates(Int32Array.from(members, (i) => states[i]));
  }
  return { withInput, withLabel: Math.max(0, withInput - conditional) };
}

function entropyOfStates(states: Int32Array): number {
  const counts = new Map<number, number>();
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / states.length) * Math.log2(count / states.length);
  return Math.max(0, bits);
}

export interface InformationBounds {
  readonly lower: LayerInformation;
  readonly upper: LayerInformation;
  /** The variance that was added to every unit, in the units' own squared units. */
  readonly noiseVariance: number;
}

/**
 * KDE bounds for n samples × d units with isotropic Gaussian noise (Kolchinsky and Tracey 2017,
 * eqs. 10–12; −(1/N) Σ_i log (1/N) Σ_j exp(−‖t_i − t_j‖² / (c σ²)) with c = 8 below, c = 2 above).
 */
export function kernelDensityBounds(
  values: Float32Array,
  n: number,
  d: number,
  labels: Int32Array | null,
  noiseVariance: number,
): InformationBounds {
  const squared = squaredDistances(values, n, d);
  const all = Array.from({ length: n }, (_, i) => i);
  const groups = labels ? [...byLabel(labels).values()] : null;
  const bound = (scale: number): LayerInformation => {
    const withInput = pairwiseEntropy(squared, n, all, scale);
    if (!groups) return { withInput, withLabel: null };
    let conditional = 0;
    for (const members of groups) conditional += (members.length / n) * pairwiseEntropy(squared, n, members, scale);
    return { withInput, withLabel: withInput - conditional };
  };
  return { lower: bound(8 * noiseVariance), upper: bound(2 * noiseVariance), noiseVariance };
}

/** Sum of the units' variances: "the layer's total variance", of which the noise is a stated share. */
export function totalVariance(values: Float32Array, n: number, d: number): number {
  let total = 0;
  for (let u = 0; u < d; u++) {
    let mean = 0;
    for (let i = 0; i < n; i++) mean += values[i * d + u] / n;
    for (let i = 0; i < n; i++) total += (values[i * d + u] - mean) ** 2 / n;
  }
  return total;
}

function squaredDistances(values: Float32Array, n: number, d: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      let sum = 0;
      for (let u = 0; u < d; u++) sum += (values[i * d + u] - values[j * d + u]) ** 2;
      out[i * n + j] = out[j * n + i] = sum;
    }
  }
  return out;
}

function pairwiseEntropy(squared: Float64Array, n: number, members: readonly number[], scale: number): number {
  let bits = 0;
  for (const i of members) {
    let sum = 0;
    for (const j of members) sum += Math.exp(-squared[i * n + j] / scale);
    bits -= Math.log2(sum / members.length) / members.length;
  }
  return bits;
}

function byLabel(labels: Int32Array): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  labels.forEach((label, i) => {
    const members = groups.get(label);
    if (members) members.push(i);
    else groups.set(label, [i]);
  });
  return groups;
}
