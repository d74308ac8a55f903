/** Intra-sample entropy of every map through the kernels; the twin is measures/intraSampleEntropy.ts. */
import { DEFAULT_BINS } from '../measures/intraSampleEntropy.js';
import { type Kernels } from './kernels.js';
import { forEachBlock } from './mapBlocks.js';

/** c log2 c is looked up below this count, and computed from it on. */
const LONGEST_TABLE = 2 ** 14;

export interface Float32Maps {
  /** (sample, channel, mapLength); read in place when it lies in the kernels' memory. */
  readonly maps: Float32Array;
  readonly sampleCount: number;
  readonly channelCount: number;
  readonly mapLength: number;
}

/**
 * Entropy of every map, (sample, channel), in bits; NaN marks a map with a value that is not finite.
 * `ranges` (channel, 2) fixes each channel's range; without it each map has its own.
 */
export function mapEntropies(
  kernels: Kernels,
  all: Float32Maps,
  bins: number = DEFAULT_BINS,
  ranges?: Float32Array,
): Float64Array {
  const both = entropiesOverRanges(kernels, all, { bins, own: ranges === undefined, ranges, histogram: false });
  return ranges === undefined ? both.own : both.ranged;
}

interface Wanted {
  readonly bins: number;
  /** Over each map's own range. */
  readonly own: boolean;
  /** (channel, 2) */
  readonly ranges?: Float32Array | undefined;
  /** Of all finite values of each channel over `ranges`. */
  readonly histogram: boolean;
}

/** One reading of the maps for all that is wanted; what is not is empty. */
export function entropiesOverRanges(
  kernels: Kernels,
  { maps, sampleCount, channelCount, mapLength }: Float32Maps,
  { bins, own, ranges, histogram }: Wanted,
): { own: Float64Array; ranged: Float64Array; histogram: Uint32Array } {
  const mapCount = sampleCount * channelCount;
  const result = {
    own: new Float64Array(own ? mapCount : 0),
    ranged: new Float64Array(ranges ? mapCount : 0),
    histogram: new Uint32Array(histogram ? channelCount * bins : 0),
  };
  const { memory } = kernels;
  memory.scoped(() => {
    const table = entropyTable(kernels, mapLength);
    const counts = memory.allocate(32 * bins + 4096);
    const histograms = histogram ? memory.allocate(4 * result.histogram.length) : 0;
    if (histogram) memory.uint32(histograms, result.histogram.length).fill(0);
    const fixed = memory.allocate(8 * channelCount);
    if (ranges) memory.float32(fixed, 2 * channelCount).set(ranges);
    forEachBlock(kernels, maps, mapCount, mapLength, ({ address, first, count }) => {
      memory.scoped(() => {
        const ownRanges = memory.allocate(8 * count);
        const bits = memory.allocate(8 * count);
        kernels.mapRanges(address, count, mapLength, ownRanges);
        const measure = (over: number, rangeCount: number, from: number, sums: number, out: Float64Array) => {
          kernels.mapEntropies(
            ...([address, count, mapLength, bins, over, rangeCount, from, ownRanges] as const),
            ...([table.address, table.length, counts, sums, bits] as const),
          );
          out.set(memory.float64(bits, count), first);
        };
        if (own) measure(ownRanges, count, 0, 0, result.own);
        if (ranges) measure(fixed, channelCount, first % channelCount, histograms, result.ranged);
      });
    });
    if (histogram) result.histogram.set(memory.uint32(histograms, result.histogram.length));
  });
  return result;
}

function entropyTable(kernels: Kernels, mapLength: number): { address: number; length: number } {
  const length = Math.min(mapLength + 1, LONGEST_TABLE);
  const address = kernels.memory.allocate(8 * length);
  kernels.fillEntropyTable(address, length);
  return { address, length };
}
