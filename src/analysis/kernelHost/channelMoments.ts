/** Correlations of channels and their spatial means through the kernels; the twin is measures/redundancy.ts. */
import { normalised, type ChannelMoments } from '../measures/redundancy.js';
import { SUMMARY, SUMMARY_LENGTH } from '../measures/valueSummary.js';
import { pairCountOf } from './distancePairs.js';
import type { Float32Maps } from './intraSampleEntropy.js';
import type { Kernels } from './kernels.js';

/** Values of a row that float32 sums, so that many samples of short maps are one row; a long map is a row by itself. */
const PIECE_VALUES = 256;

/** Bytes that `channelMoments` allocates. */
export function channelMomentsBytes(channelCount: number, mapLength: number): number {
  const { stride, rows } = layoutOf(channelCount, mapLength);
  return rows * stride + 8 * (pairCountOf(channelCount) + (2 + SUMMARY_LENGTH) * channelCount) + 5 * 64;
}

/** Of maps (sample, channel, mapLength) at an address, all finite: r to within 10⁻⁶, since a row is summed in float32. */
export function channelMoments(
  kernels: Kernels,
  address: number,
  { sampleCount, channelCount, mapLength }: Omit<Float32Maps, 'maps'>,
): ChannelMoments {
  const { memory } = kernels;
  return memory.scoped(() => {
    const means = meansOf(kernels, address, sampleCount, channelCount, mapLength);
    const { stride, rows, samplesAtOnce } = layoutOf(channelCount, mapLength);
    const packed = memory.allocate(rows * stride);
    const overall = memory.allocate(8 * channelCount);
    const squares = memory.allocate(8 * channelCount);
    const pairs = memory.allocate(8 * pairCountOf(channelCount));
    memory.float64(overall, channelCount).set(averages(means, channelCount));
    memory.float64(squares, channelCount).fill(0);
    memory.float64(pairs, pairCountOf(channelCount)).fill(0);
    for (let first = 0; first < sampleCount; first += samplesAtOnce) {
      kernels.addChannelProducts(
        ...([address + 4 * first * channelCount * mapLength, Math.min(samplesAtOnce, sampleCount - first)] as const),
        ...([channelCount, mapLength, overall, packed, stride, pairs, squares] as const),
      );
    }
    const products = new Float64Array(channelCount * channelCount);
    const [found, own] = [memory.float64(pairs, pairCountOf(channelCount)), memory.float64(squares, channelCount)];
    for (let a = 0, pair = 0; a < channelCount; a++) {
      products[a * channelCount + a] = own[a];
      for (let b = a + 1; b < channelCount; b++) products[a * channelCount + b] = found[pair++];
    }
    return { correlations: normalised(products, channelCount), means };
  });
}

function layoutOf(channelCount: number, mapLength: number) {
  const samplesAtOnce = Math.max(1, Math.floor(PIECE_VALUES / Math.max(1, mapLength)));
  const stride = 16 * Math.ceil((samplesAtOnce * mapLength) / 4);
  return { samplesAtOnce, stride, rows: 4 * Math.ceil(channelCount / 4) };
}

/** (sample, channel) */
function meansOf(
  kernels: Kernels,
  address: number,
  sampleCount: number,
  channelCount: number,
  mapLength: number,
): Float64Array {
  const means = new Float64Array(sampleCount * channelCount);
  const { memory } = kernels;
  memory.scoped(() => {
    const out = memory.allocate(8 * SUMMARY_LENGTH * channelCount);
    for (let sample = 0; sample < sampleCount; sample++) {
      const maps = address + 4 * sample * channelCount * mapLength;
      kernels.summariseMaps(maps, channelCount, mapLength, NaN, NaN, out);
      const found = memory.float64(out, SUMMARY_LENGTH * channelCount);
      for (let c = 0; c < channelCount; c++)
        means[sample * channelCount + c] = found[c * SUMMARY_LENGTH + SUMMARY.mean];
    }
  });
  return means;
}

/** Of each channel over all samples. */
function averages(means: Float64Array, channelCount: number): Float64Array {
  const sums = new Float64Array(channelCount);
  means.forEach((mean, at) => (sums[at % channelCount] += mean));
  return sums.map((sum) => (sum * channelCount) / means.length);
}
