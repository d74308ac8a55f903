/** Moves channels in front of space, as runs are stored, whatever the model's data format. */
import { type Kernels } from './kernels.js';

/** Both sides of a block fit into the second cache. */
const BLOCK_VALUES = 2 ** 16;

/**
 * (sample, y·x, channel) → (sample, channel, y·x). `target` may be the kernels' own memory or any
 * other; `length` is y·x.
 */
export function toChannelMajor(
  kernels: Kernels,
  source: Float32Array,
  shape: { readonly sampleCount: number; readonly length: number; readonly channelCount: number },
  target: Float32Array = new Float32Array(source.length),
): Float32Array {
  const { sampleCount, length, channelCount } = shape;
  const size = length * channelCount;
  const blockSamples = Math.max(1, Math.min(sampleCount, Math.floor(BLOCK_VALUES / Math.max(1, size))));
  const { memory } = kernels;
  return memory.scoped(() => {
    const [from, to] = [memory.allocate(4 * blockSamples * size), memory.allocate(4 * blockSamples * size)];
    for (let sample = 0; sample < sampleCount; sample += blockSamples) {
      const count = Math.min(blockSamples, sampleCount - sample);
      memory.float32(from, count * size).set(source.subarray(sample * size, (sample + count) * size));
      kernels.toChannelMajor(from, to, count, length, channelCount);
      target.set(memory.float32(to, count * size), sample * size);
    }
    return target;
  });
}
