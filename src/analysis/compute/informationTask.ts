/** Layer and unit information of maps in shared memory: what a compute thread does for `layer-mi`. */
import type { Kernels } from '../kernelHost/kernels.js';
import { pairKernelsInMemory } from '../kernelHost/pairKernels.js';
import { layerInformation } from '../measures/layerInformation.js';
import { pairInformation } from '../measures/unitInformation.js';
import type { InformationFound, InformationTask, UnitPair } from './taskInputs.js';

export function informationTask(kernels: Kernels, task: InformationTask): InformationFound {
  const { target, address, sampleCount: n, channelCount, mapLength, labels, squares, options } = task;
  const d = channelCount * mapLength;
  const values = new Float32Array(target.memory.buffer, address, n * d);
  if (!task.units) {
    const ofPairs = squares === 0 ? null : pairKernelsInMemory(kernels, squares, n, options.noiseShare);
    return { values: [layerInformation(values, n, d, labels, ofPairs, options)], pairs: [] };
  }
  const units = Array.from({ length: channelCount }, (_, channel) => spatialMeans(values, n, channel, task));
  return {
    values: units.map((unit) => layerInformation(Float32Array.from(unit), n, 1, labels, null, options)),
    pairs: task.pairs ? pairsOf(units, task) : [],
  };
}

function spatialMeans(
  values: Float32Array,
  n: number,
  channel: number,
  { channelCount, mapLength }: InformationTask,
): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => {
    const from = (i * channelCount + channel) * mapLength;
    let sum = 0;
    for (let p = from; p < from + mapLength; p++) sum += values[p];
    return sum / mapLength;
  });
}

function pairsOf(units: readonly Float64Array[], { options }: InformationTask): UnitPair[] {
  return units.flatMap((unit, a) =>
    units.slice(a + 1).map((other, i) => ({ a, b: a + 1 + i, ...pairInformation(unit, other, options) })),
  );
}
