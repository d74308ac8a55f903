/**
 * Maps of float64 for kernels that take float32: each value as the number of its bin. Binned again over
 * 0 … bins − 1 every value falls into the bin of its number, so that the entropies are those of the
 * unrounded values. NaN and ±Inf stay what they are.
 */
import { binOf } from './histogram.js';
import { channelRanges, type Maps } from './intraSampleEntropy.js';
import type { EntropyRange } from '../../protocol/run.js';

/** Bin numbers (sample, channel, mapLength) over each map's or each channel's own range. */
export function binCodes(all: Maps, bins: number, range: EntropyRange): Float32Array {
  const { maps, channelCount, mapLength } = all;
  const ranges = range === 'channel' ? channelRanges(all) : null;
  const codes = new Float32Array(all.sampleCount * channelCount * mapLength);
  for (let map = 0; map * mapLength < codes.length; map++) {
    const channel = map % channelCount;
    const [low, high] = ranges
      ? [ranges[2 * channel], ranges[2 * channel + 1]]
      : channelRanges({ ...all, maps: mapAt(maps, map, mapLength), sampleCount: 1, channelCount: 1 });
    for (let i = map * mapLength; i < (map + 1) * mapLength; i++) {
      codes[i] = Number.isFinite(maps[i]) ? binOf(maps[i], low, high, bins) : maps[i];
    }
  }
  return codes;
}

function mapAt(maps: ArrayLike<number>, map: number, mapLength: number): ArrayLike<number> {
  return Array.from({ length: mapLength }, (_, i) => maps[map * mapLength + i]);
}
