/**
 * Which channels of a layer repeat each other, and how many would do. A redundant pair is one whose
 * maps correlate (|r| ≥ 0.95 over all probes, each channel's values centred); the recommended count is
 * the smallest number of principal directions that hold 99 % of the variance of the channels' spatial
 * means, as DNIKit's principal filter analysis counts. Both thresholds are parameters.
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

export interface RedundantPair {
  readonly a: number;
  readonly b: number;
  /** Pearson's r of the two channels' values over all samples and places. */
  readonly r: number;
}

/** Pearson correlations of channels, (channel, channel); NaN rows for constant channels become 0. */
export function channelCorrelations(
  maps: Float32Array,
  sampleCount: number,
  channelCount: number,
  mapLength: number,
): Float64Array {
  const centred = centredChannels(maps, sampleCount, channelCount, mapLength);
  const length = sampleCount * mapLength;
  const norms = Float64Array.from({ length: channelCount }, (_, c) => Math.sqrt(dot(centred, c, c, length)));
  const out = new Float64Array(channelCount * channelCount);
  for (let a = 0; a < channelCount; a++) {
    for (let b = a; b < channelCount; b++) {
      const scale = norms[a] * norms[b];
      const r = scale > 0 ? dot(centred, a, b, length) / scale : 0;
      out[a * channelCount + b] = out[b * channelCount + a] = Math.max(-1, Math.min(1, r));
    }
  }
  return out;
}

/** What redundancy needs of a layer's maps, read once and sample by sample. */
export interface ChannelMoments {
  /** As `channelCorrelations`, (channel, channel). */
  readonly correlations: Float64Array;
  /** Spatial means (sample, channel). */
  readonly means: Float64Array;
}

/** Of maps (sample, channel, place) that are all finite. Memory beside the result: one sample's maps. */
export function channelMoments(
  maps: Float32Array,
  sampleCount: number,
  channelCount: number,
  mapLength: number,
): ChannelMoments {
  const means = new Float64Array(sampleCount * channelCount);
  // From the channel's first value, so that a channel that is constant varies by 0 and not by what rounds.
  const origins = Float64Array.from({ length: channelCount }, (_, c) => maps[c * mapLength]);
  const overall = new Float64Array(channelCount);
  for (let i = 0; i < means.length; i++) {
    const origin = origins[i % channelCount];
    for (let p = 0; p < mapLength; p++) means[i] += maps[i * mapLength + p] - origin;
    means[i] /= mapLength;
    overall[i % channelCount] += means[i] / sampleCount;
    means[i] += origin;
  }
  const products = new Float64Array(channelCount * channelCount);
  const centred = new Float64Array(channelCount * mapLength);
  for (let i = 0; i < sampleCount; i++) {
    const from = i * centred.length;
    for (let c = 0; c < channelCount; c++) {
      for (let p = c * mapLength; p < (c + 1) * mapLength; p++) centred[p] = maps[from + p] - origins[c] - overall[c];
    }
    addDots(products, centred, channelCount, mapLength);
  }
  return { correlations: normalised(products, channelCount), means };
}

function addDots(products: Float64Array, centred: Float64Array, channelCount: number, mapLength: number): void {
  for (let a = 0; a < channelCount; a++) {
    for (let b = a; b < channelCount; b++) {
      let sum = 0;
      for (let p = 0; p < mapLength; p++) sum += centred[a * mapLength + p] * centred[b * mapLength + p];
      products[a * channelCount + b] += sum;
    }
  }
}

/** Products of channels, of which the upper half is given, as correlations. */
export function normalised(products: Float64Array, channelCount: number): Float64Array {
  const out = new Float64Array(products.length);
  const norm = (c: number): number => Math.sqrt(products[c * channelCount + c]);
  for (let a = 0; a < channelCount; a++) {
    for (let b = a; b < channelCount; b++) {
      const scale = norm(a) * norm(b);
      const r = scale > 0 ? products[a * channelCount + b] / scale : 0;
      out[a * channelCount + b] = out[b * channelCount + a] = Math.max(-1, Math.min(1, r));
    }
  }
  return out;
}

/** Pairs a < b with |r| at or above the threshold, strongest first. */
export function redundantPairs(correlations: Float64Array, channelCount: number, threshold = 0.95): RedundantPair[] {
  const pairs: RedundantPair[] = [];
  for (let a = 0; a < channelCount; a++) {
    for (let b = a + 1; b < channelCount; b++) {
      const r = correlations[a * channelCount + b];
      if (Math.abs(r) >= threshold) pairs.push({ a, b, r });
    }
  }
  return pairs.sort((one, other) => Math.abs(other.r) - Math.abs(one.r));
}

/**
 * The recommended channel count from the channels' spatial means (sample, channel). At least 1, unless
 * nothing varies: then 0.
 */
export function recommendedCount(means: Float64Array, sampleCount: number, channelCount: number, share = 0.99): number {
  const covariance = covarianceOf(means, sampleCount, channelCount);
  const { realEigenvalues } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  const sorted = realEigenvalues.map((value) => Math.max(0, value)).sort((a, b) => b - a);
  const total = sorted.reduce((sum, value) => sum + value, 0);
  if (!(total > 0)) return 0;
  let held = 0;
  return 1 + sorted.findIndex((value) => (held += value) >= share * total * (1 - 1e-12));
}

/** Stable when it moved by at most 1 over the last three epochs. */
export function isStable(counts: readonly number[]): boolean {
  const last = counts.slice(-3);
  return last.length === 3 && Math.max(...last) - Math.min(...last) <= 1;
}

function covarianceOf(means: Float64Array, sampleCount: number, channelCount: number): Matrix {
  const moved = means.map((mean, at) => mean - means[at % channelCount]);
  const average = new Float64Array(channelCount);
  for (let i = 0; i < sampleCount; i++) {
    for (let c = 0; c < channelCount; c++) average[c] += moved[i * channelCount + c] / sampleCount;
  }
  const matrix = Matrix.zeros(channelCount, channelCount);
  for (let a = 0; a < channelCount; a++) {
    for (let b = a; b < channelCount; b++) {
      let sum = 0;
      for (let i = 0; i < sampleCount; i++) {
        sum += (moved[i * channelCount + a] - average[a]) * (moved[i * channelCount + b] - average[b]);
      }
      matrix.set(a, b, sum / sampleCount);
      matrix.set(b, a, sum / sampleCount);
    }
  }
  return matrix;
}

/** (channel, sample × place), each channel less its mean. */
function centredChannels(
  maps: Float32Array,
  sampleCount: number,
  channelCount: number,
  mapLength: number,
): Float64Array {
  const length = sampleCount * mapLength;
  const out = new Float64Array(channelCount * length);
  for (let c = 0; c < channelCount; c++) {
    const origin = maps[c * mapLength];
    let mean = 0;
    for (let i = 0; i < sampleCount; i++) {
      const from = (i * channelCount + c) * mapLength;
      for (let p = 0; p < mapLength; p++) {
        out[c * length + i * mapLength + p] = maps[from + p] - origin;
        mean += (maps[from + p] - origin) / length;
      }
    }
    for (let p = 0; p < length; p++) out[c * length + p] -= mean;
  }
  return out;
}

function dot(channels: Float64Array, a: number, b: number, length: number): number {
  let sum = 0;
  for (let p = 0; p < length; p++) sum += channels[a * length + p] * channels[b * length + p];
  return sum;
}
