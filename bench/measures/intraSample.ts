/** Time of the intra-sample entropy of all maps, which lie in the kernels' memory as a run's reader puts them. */
import { mapEntropies } from '../../src/analysis/kernelHost/intraSampleEntropy.js';
import { leastTimes, type Times } from '../times.js';
import { builtKernels } from './kernels.js';

/** Least of five runs over `maps` (map, length). */
export async function intraSampleTime(maps: Float32Array, length: number): Promise<Times> {
  const kernels = await builtKernels();
  const address = kernels.memory.allocate(maps.byteLength);
  const place = kernels.memory.float32(address, maps.length);
  place.set(maps);
  const all = { maps: place, sampleCount: maps.length / length, channelCount: 1, mapLength: length };
  return leastTimes(5, () => void mapEntropies(kernels, all));
}
