/**
 * From nearest neighbours to the joint probabilities of pairs and their entropy (paper
 * eqs. 4–7). Plain twin of kernels/neighbourGraph.ts.
 */
import { type NeighbourLists } from './nearestNeighbours.js';

export interface GraphOptions {
  /** Neighbours of a sample that have a probability. */
  readonly k: number;
  /** Σ_j P(j|i): log2 k by definition, log2(k + 1) for umap-learn's graph. */
  readonly target: number;
  /** UMAP's local connectivity: distances count from the nearest neighbour that is not at 0. */
  readonly rho: boolean;
  /** P(j|i) + P(i|j), halved; or, as UMAP does, their probabilistic sum a + b − ab. */
  readonly symmetrise: 'mean' | 'union';
}

export interface NeighbourGraph {
  readonly bits: number;
  /** Samples whose k-th neighbour is as near as one that was left out. */
  readonly tieCount: number;
  /** Samples without σ: so many neighbours at distance 0 that they alone reach the target. */
  readonly zeroScaleCount: number;
}

/**
 * Entropy in bits of the symmetrised, normalised graph. With `without`, the samples that it names are
 * left out, and each other sample's neighbours are the first k of its list that remain.
 */
export function neighbourGraph(
  lists: NeighbourLists,
  options: GraphOptions,
  without?: (i: number) => boolean,
): NeighbourGraph {
  const { k } = options;
  const indices = new Int32Array(lists.sampleCount * k).fill(-1);
  const probabilities = new Float64Array(lists.sampleCount * k);
  const counts = { tieCount: 0, zeroScaleCount: 0 };
  for (let i = 0; i < lists.sampleCount; i++) {
    if (without?.(i)) continue;
    const places = remainingPlaces(lists, i, without);
    const distances = places.slice(0, k).map((place) => lists.distances[place]);
    const { values, zeroScale } = conditionalProbabilities(distances, options);
    values.forEach((p, slot) => {
      indices[i * k + slot] = lists.indices[places[slot]];
      probabilities[i * k + slot] = p;
    });
    if (zeroScale) counts.zeroScaleCount++;
    if (places.length > k && lists.distances[places[k]] === distances[k - 1]) counts.tieCount++;
  }
  return { bits: graphEntropy(indices, probabilities, k, options.symmetrise), ...counts };
}

function remainingPlaces(lists: NeighbourLists, i: number, without?: (i: number) => boolean): number[] {
  const places = Array.from({ length: lists.length }, (_, slot) => i * lists.length + slot);
  return without ? places.filter((place) => !without(lists.indices[place])) : places;
}

/**
 * P(j|i) = exp(−d_ij/σ_i) for ascending distances, with σ_i by bisection such that they sum to
 * `target`. Where the neighbours at distance 0 reach the target alone there is no such σ (the sum only
 * falls to their number): they have probability 1 and the others 0.
 */
function conditionalProbabilities(
  distances: readonly number[],
  { target, rho }: Pick<GraphOptions, 'target' | 'rho'>,
): { values: number[]; zeroScale: boolean } {
  const offset = rho ? (distances.find((distance) => distance > 0) ?? 0) : 0;
  const beyond = distances.map((distance) => Math.max(0, distance - offset));
  const sumAt = (sigma: number) => beyond.reduce((sum, distance) => sum + Math.exp(-distance / sigma), 0);
  if (beyond.filter((distance) => distance === 0).length >= target) {
    return { values: beyond.map((distance) => (distance === 0 ? 1 : 0)), zeroScale: true };
  }
  if (beyond.length <= target) return { values: beyond.map(() => 1), zeroScale: false };
  let low = 0;
  let high = beyond[beyond.length - 1];
  while (sumAt(high) < target) high *= 2;
  for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (sumAt(middle) < target) low = middle;
    else high = middle;
  }
  return { values: beyond.map((distance) => Math.exp(-distance / high)), zeroScale: false };
}

/**
 * H = −Σ P_ij log2 P_ij over ordered pairs, P_ij ∝ the symmetrised weight: log2 S − Σ w log2 w / S with
 * S = Σ w. `indices` (sample, k) holds −1 where there is no neighbour.
 */
function graphEntropy(
  indices: Int32Array,
  probabilities: Float64Array,
  k: number,
  symmetrise: 'mean' | 'union',
): number {
  let total = 0;
  let weighted = 0;
  for (let place = 0; place < indices.length; place++) {
    const j = indices[place];
    if (j < 0) continue;
    const i = Math.floor(place / k);
    const back = indices.subarray(j * k, (j + 1) * k).indexOf(i);
    const there = probabilities[place];
    const andBack = back < 0 ? 0 : probabilities[j * k + back];
    const weight = there + andBack - (symmetrise === 'union' ? there * andBack : 0);
    // A pair listed on one side only stands for both of its orders.
    const orders = back < 0 ? 2 : 1;
    total += orders * weight;
    if (weight > 0) weighted += orders * weight * Math.log2(weight);
  }
  return Math.max(0, Math.log2(total) - weighted / total);
}
