/**
 * Distance mutual information, the paper's channel capacity H(A) − H(A|B) (§5.3.1, eq. 3): all pairs
 * i < j of samples, the Euclidean distance of their maps in A and in B, each over its own range into
 * equal bins, and the mutual information of the two bin numbers. Plain TypeScript: the oracle of the
 * kernel, and fast enough for small N. Bits everywhere.
 *
 * Pairs are not independent: N samples are N units, not N(N−1)/2. Significance is by permuting
 * samples (`permutedBins`), never by counting pairs.
 */

import { squaredDistance } from './nearestNeighbours.js';
import { seededWords } from './standardNormal.js';

/** Each pair's distance as the number of its bin, in the order (0,1), (0,2) … (N−2,N−1). */
export interface DistanceBins {
  readonly n: number;
  readonly bins: number;
  readonly codes: Uint8Array;
  /** Range of the distances; equal ends put all pairs into bin 0. */
  readonly minimum: number;
  readonly maximum: number;
}

export interface MutualInformation {
  readonly bits: number;
  /** bits less its first-order bias under independence (Miller–Madow on H(A), H(B) and H(A,B)). */
  readonly millerMadowBits: number;
  readonly entropyA: number;
  readonly entropyB: number;
  /** H(A|B) */
  readonly conditionalA: number;
  /** H(B|A) */
  readonly conditionalB: number;
  /** MI ÷ min(H(A), H(B)); null when either is 0. */
  readonly shareOfSmaller: number | null;
  readonly pairCount: number;
}

/**
 * Distances of n samples (rows of `values`, n × d) in `bins` ≤ 256 equal bins over their own range,
 * the last one closed. The caller leaves out samples that hold NaN or ±Inf. Memory: n(n−1)/2 bytes
 * and as many float64 distances.
 */
export function binDistances(values: Float32Array, n: number, d: number, bins = 32): DistanceBins {
  const distances = new Float64Array((n * (n - 1)) / 2);
  let at = 0;
  for (let i = 0; i < n; i++) {
    // By the difference, in float64: a product would cancel for near duplicates.
    for (let j = i + 1; j < n; j++) distances[at++] = Math.sqrt(squaredDistance(values, d, i, j));
  }
  return quantise(distances, n, bins);
}

function quantise(distances: Float64Array, n: number, bins: number): DistanceBins {
  let minimum = Infinity;
  let maximum = -Infinity;
  for (const distance of distances) {
    if (distance < minimum) minimum = distance;
    if (distance > maximum) maximum = distance;
  }
  const codes = new Uint8Array(distances.length);
  const width = maximum - minimum;
  if (width > 0) {
    for (let p = 0; p < codes.length; p++) {
      codes[p] = Math.min(bins - 1, Math.floor(((distances[p] - minimum) / width) * bins));
    }
  }
  return { n, bins, codes, minimum, maximum };
}

/** Mutual information of two quantised sets of distances between the same samples. */
export function distanceMutualInformation(a: DistanceBins, b: DistanceBins): MutualInformation {
  const joint = new Uint32Array(a.bins * b.bins);
  for (let p = 0; p < a.codes.length; p++) joint[a.codes[p] * b.bins + b.codes[p]] += 1;
  return mutualInformationOfCounts(joint, a.bins, b.bins);
}

/** What entropies of A, B and (A,B) say; `occupied` are their numbers of occupied bins. */
export function mutualInformationOf(
  [entropyA, entropyB, entropyJoint]: readonly [number, number, number],
  [occupiedA, occupiedB, occupiedJoint]: readonly [number, number, number],
  pairCount: number,
): MutualInformation {
  const bits = Math.max(0, entropyA + entropyB - entropyJoint);
  const smaller = Math.min(entropyA, entropyB);
  const correction = pairCount === 0 ? 0 : (occupiedA + occupiedB - occupiedJoint - 1) / (2 * pairCount * Math.LN2);
  return {
    bits,
    millerMadowBits: entropyA + entropyB - entropyJoint + correction,
    entropyA,
    entropyB,
    conditionalA: entropyA - bits,
    conditionalB: entropyB - bits,
    shareOfSmaller: smaller > 0 ? bits / smaller : null,
    pairCount,
  };
}

/** From a joint histogram (rows of A's bins × columns of B's), plug-in. Empty counts give zeros. */
export function mutualInformationOfCounts(joint: Uint32Array, rows: number, columns: number): MutualInformation {
  const countA = new Float64Array(rows);
  const countB = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      countA[row] += joint[row * columns + column];
      countB[column] += joint[row * columns + column];
    }
  }
  const [entropyA, occupiedA] = entropyOfCounts(countA);
  const [entropyB, occupiedB] = entropyOfCounts(countB);
  const [entropyJoint, occupiedJoint] = entropyOfCounts(joint);
  const pairCount = countA.reduce((sum, count) => sum + count, 0);
  return mutualInformationOf([entropyA, entropyB, entropyJoint], [occupiedA, occupiedB, occupiedJoint], pairCount);
}

/** Plug-in entropy in bits, and the number of occupied bins. */
function entropyOfCounts(counts: Float64Array | Uint32Array): [bits: number, occupied: number] {
  let total = 0;
  for (const count of counts) total += count;
  let bits = 0;
  let occupied = 0;
  for (const count of counts) {
    if (count === 0) continue;
    occupied += 1;
    bits -= (count / total) * Math.log2(count / total);
  }
  return [Math.max(0, bits), occupied];
}

/**
 * The same distances after the samples were put into the order `permutation` (Mantel 1967): breaks
 * the pairing between A and B and keeps each one's own structure.
 */
export function permutedBins(distances: DistanceBins, permutation: Int32Array): DistanceBins {
  const { n, codes } = distances;
  const permuted = new Uint8Array(codes.length);
  let at = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) permuted[at++] = codes[pairIndex(permutation[i], permutation[j], n)];
  }
  return { ...distances, codes: permuted };
}

/**
 * `count` pairs i < j of n samples, (count, 2): one at random from each of as many equal parts of the
 * order (0,1), (0,2) …, so that no pair comes twice and every sample about as often. count ≤ n(n−1)/2.
 */
export function choosePairs(n: number, count: number, seed: number): Int32Array {
  const all = (n * (n - 1)) / 2;
  const words = seededWords(seed);
  const pairs = new Int32Array(2 * count);
  let row = 0;
  let rowEnd = n - 1; // first pair that is not of this row
  for (let part = 0; part < count; part++) {
    const from = Math.floor((part * all) / count);
    const to = Math.floor(((part + 1) * all) / count);
    const pair = from + (words() % (to - from));
    while (pair >= rowEnd) rowEnd += n - 1 - ++row;
    pairs[2 * part] = row;
    pairs[2 * part + 1] = n - (rowEnd - pair);
  }
  return pairs;
}

/** Place of the pair {i, j} in the order (0,1), (0,2) … */
export function pairIndex(i: number, j: number, n: number): number {
  const low = Math.min(i, j);
  const high = Math.max(i, j);
  return low * n - (low * (low + 1)) / 2 + (high - low - 1);
}
