/** Moves channels in front of space, as runs are stored, whatever the model's data format. */
import { type Kernels } from './kernels.js';

/** Both sides of a block fit into the second cache. */
const BLOCK_VALUES = 2 ** 16;

export interface MapsShape {
  readonly sampleCount: number;
  /** y·x */
  readonly length: number;
  readonly channelCount: number;
}

/**
 * (sample, y·x, channel) → (sample, channel, y·x). `target` may be the kernels' own memory or any
 * other; `length` is y·x.
 */
export function toChannelMajor(
  kernels: Kernels,
  source: Float32Array,
  shape: MapsShape,
  target: Float32Array = new Float32Array(source.length),
): Float32Array {
  const size = shape.length * shape.channelCount;
  forEachChannelMajor(kernels, source, shape, (maps, firstSample) => target.set(maps, firstSample * size));
  return target;
}

/**
 * Shows the maps, channels in front, in blocks of whole samples that lie in the kernels' memory while
 * `visit` runs. `isInFront`: they already are, and are only copied there.
 */
export function forEachChannelMajor(
  kernels: Kernels,
  source: Float32Array,
  { sampleCount, length, channelCount }: MapsShape,
  visit: (maps: Float32Array, firstSample: number) => void,
  { isInFront = false, blockValues = BLOCK_VALUES } = {},
): void {
  const size = length * channelCount;
  const blockSamples = Math.max(1, Math.min(sampleCount, Math.floor(blockValues / Math.max(1, size))));
  const { memory } = kernels;
  memory.scoped(() => {
    const from = memory.allocate(4 * blockSamples * size);
    const to = isInFront ? from : memory.allocate(4 * blockSamples * size);
    for (let sample = 0; sample < sampleCount; sample += blockSamples) {
      const count = Math.min(blockSamples, sampleCount - sample);
      memory.float32(from, count * size).set(source.subarray(sample * size, (sample + count) * size));
      if (!isInFront) kernels.toChannelMajor(from, to, count, length, channelCount);
      visit(memory.float32(to, count * size), sample);
    }
  });
}
