/**
 * How the maps of one layer and epoch are cut into inner chunks of (samples × channels × whole maps).
 * The two questions that are asked of a recording pull apart: one channel over all samples wants thin
 * chunks in the channels, one sample over all channels thin ones in the samples. With N samples, C
 * channels and chunks of s × c the first reads N·c maps and the second C·s, so at a given size both
 * read least when s/c = N/C.
 */

/** Big enough that a read costs more than its call, small enough that little is read in vain. */
export const INNER_CHUNK_BYTES = 64 * 1024;

export interface InnerChunk {
  readonly chunkSamples: number;
  readonly chunkChannels: number;
}

/**
 * At least one whole map; evenly filled, so that the last chunks are not mostly padding. `valueBytes` is 4 for
 * float32, 2 for float16.
 */
export function innerChunk(
  sampleCount: number,
  channelCount: number,
  mapShape: readonly number[],
  valueBytes: number,
): InnerChunk {
  const mapBytes = mapShape.reduce((product, length) => product * length, valueBytes);
  const maps = Math.max(1, INNER_CHUNK_BYTES / Math.max(1, mapBytes));
  const balanced = Math.round(Math.sqrt((maps * channelCount) / Math.max(1, sampleCount)));
  const channels = clamp(balanced, Math.min(channelCount, Math.floor(maps)));
  const samples = clamp(Math.floor(maps / channels), sampleCount);
  return { chunkSamples: evenPart(sampleCount, samples), chunkChannels: evenPart(channelCount, channels) };
}

function clamp(value: number, upTo: number): number {
  return Math.max(1, Math.min(value, upTo));
}

/** The smallest part of which no more are needed than of `part`. */
function evenPart(total: number, part: number): number {
  return Math.max(1, Math.ceil(total / Math.ceil(total / part)));
}
