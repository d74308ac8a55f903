/** Layer and unit information of maps in shared memory: what a hand does for `layer-mi`. */
import { pairCountOf } from '../kernelHost/distancePairs.js';
import { layerInformation, pairInformation } from '../measures/layerInformation.js';
import type { HandContract, InformationTask, UnitPair } from './handContract.js';

export function informationInMemory(task: InformationTask): HandContract['layerInformation']['output'] {
  const { target, address, sampleCount: n, channelCount, mapLength, labels, squares, options } = task;
  const d = channelCount * mapLength;
  const values = new Float32Array(target.memory.buffer, address, n * d);
  if (!task.units) {
    const distances = squares === 0 ? null : new Float64Array(target.memory.buffer, squares, pairCountOf(n));
    return { values: [layerInformation(values, n, d, labels, distances, options)], pairs: [] };
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
