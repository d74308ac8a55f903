/**
 * Intra-sample entropy (paper §4.4.2): how spread the values of one map or image are over
 * B equal bins. The plain twin of kernels/intraSample.ts, and the moments over the maps of a class.
 */
import { entropyOfCounts } from './entropy.js';
import { countInto } from './histogram.js';

export const DEFAULT_BINS = 32;

/** Maps as they are recorded: (sample, channel, mapLength), any arithmetic type. */
export interface Maps {
  readonly maps: ArrayLike<number>;
  readonly sampleCount: number;
  readonly channelCount: number;
  /** Values of one map: the product of its mapShape. */
  readonly mapLength: number;
}

/**
 * Plug-in entropy in bits of the `length` values from `start` on over [low, high] (without a range:
 * their own minimum and maximum), 0 ≤ H ≤ log2 bins. A constant or empty map has 0; a map that holds
 * NaN or ±Inf has no entropy and gives NaN.
 */
export function mapEntropy(
  values: ArrayLike<number>,
  place: { readonly start: number; readonly length: number },
  bins: number,
  range?: readonly [low: number, high: number],
): number {
  let own: [number, number] = [Infinity, -Infinity];
  for (let i = place.start; i < place.start + place.length; i++) {
    if (!Number.isFinite(values[i])) return NaN;
    own = [Math.min(own[0], values[i]), Math.max(own[1], values[i])];
  }
  const [low, high] = range ?? own;
  const counts = new Float64Array(bins);
  countInto(counts, values, place, low, high);
  return entropyOfCounts(counts) ?? 0;
}

/** Minimum and maximum of each channel's finite values over all samples: (channel, 2). */
export function channelRanges({ maps, sampleCount, channelCount, mapLength }: Maps): Float64Array {
  const ranges = Float64Array.from({ length: 2 * channelCount }, (_, i) => (i % 2 === 0 ? Infinity : -Infinity));
  for (let map = 0; map < sampleCount * channelCount; map++) {
    const at = 2 * (map % channelCount);
    for (let i = map * mapLength; i < (map + 1) * mapLength; i++) {
      if (!Number.isFinite(maps[i])) continue;
      ranges[at] = Math.min(ranges[at], maps[i]);
      ranges[at + 1] = Math.max(ranges[at + 1], maps[i]);
    }
  }
  return ranges;
}

/**
 * Entropy of every map, (sample, channel), in bits; NaN marks a map with a value that is not finite.
 * `ranges` (channel, 2) fixes each channel's range: that of one epoch for `channel`, of all kept
 * epochs for `recording`. Without it each map has its own.
 */
export function mapEntropies(all: Maps, bins: number = DEFAULT_BINS, ranges?: ArrayLike<number>): Float64Array {
  const entropies = new Float64Array(all.sampleCount * all.channelCount);
  for (let map = 0; map < entropies.length; map++) {
    const at = 2 * (map % all.channelCount);
    const place = { start: map * all.mapLength, length: all.mapLength };
    entropies[map] = mapEntropy(all.maps, place, bins, ranges && [ranges[at], ranges[at + 1]]);
  }
  return entropies;
}

/**
 * Mean, population variance and N of the entropies over the samples of each class and over all:
 * (moment, class + 1, channel), as ENTROPY_MOMENTS orders them. Mean and variance of no map are NaN.
 * `labels` holds −1 where a class is unknown: such samples count among all only.
 */
export function entropyMoments(
  entropies: Float64Array,
  channelCount: number,
  labels: ArrayLike<number>,
  classCount: number,
): Float64Array {
  const rows = classCount + 1;
  const moments = new Float64Array(3 * rows * channelCount);
  const [variance, n] = [rows * channelCount, 2 * rows * channelCount];
  const add = (row: number, channel: number, bits: number) => {
    const at = row * channelCount + channel;
    const difference = bits - moments[at];
    moments[at] += difference / ++moments[n + at];
    moments[variance + at] += difference * (bits - moments[at]); // Welford 1962
  };
  for (let map = 0; map < entropies.length; map++) {
    if (Number.isNaN(entropies[map])) continue;
    const label = labels[Math.floor(map / channelCount)];
    if (label >= 0 && label < classCount) add(label, map % channelCount, entropies[map]);
    add(classCount, map % channelCount, entropies[map]);
  }
  for (let at = 0; at < rows * channelCount; at++) {
    moments[variance + at] /= moments[n + at]; // 0/0: NaN
    if (moments[n + at] === 0) moments[at] = NaN;
  }
  return moments;
}
