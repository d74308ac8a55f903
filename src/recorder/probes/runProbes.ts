/** Runs the network on the probes, a batch at a time, and gathers the outputs of all layers. */
import type { DataType, Tensor } from '@tensorflow/tfjs-core';
import type { Model, TensorFlowWithLayers } from '../hooks/layersApi.js';
import type { ProbeSet } from './probeSet.js';
import type { InputRows } from './probeSource.js';
import { forwardPass, readFloats } from '../model/forwardPass.js';
import { product } from '../model/mapGeometry.js';
import type { TracedLayer } from '../model/traceModel.js';

/** Some of the probes, one after another. */
export interface ProbeRows {
  readonly firstSample: number;
  readonly sampleCount: number;
}

export interface ProbeOutputs {
  /** Layer after layer: (sample, …outputShape), as TensorFlow.js lays it out. */
  readonly activations: Float32Array<ArrayBuffer>;
  /** Of the output that has the classes: (sample, …). */
  readonly output: Float32Array;
}

/** Throws when the model no longer computes as it was traced. */
export function runProbes(
  tf: TensorFlowWithLayers,
  model: Model,
  traced: readonly TracedLayer[],
  probes: ProbeSet,
  rows: ProbeRows,
  outputIndex = 0,
): ProbeOutputs {
  const { sampleCount } = rows;
  const places = layerPlaces(traced, sampleCount);
  const byCall = new Map(traced.map((layer, index) => [layer.call, { layer, place: places[index] ?? 0 }]));
  const activations = new Float32Array(places.at(-1) ?? 0);
  const inputs = inputRows(probes, rows);
  traced.forEach(({ call }, index) => {
    if (call === null) activations.set(inputs[index]?.values ?? [], places[index]);
  });
  const output = forwardPass(
    tf,
    model,
    () => inputs.map(({ values, shape, dtype }) => inputTensor(tf, values, [sampleCount, ...shape], dtype)),
    ({ call, layer, outputs: [tensor] }) => {
      const known = byCall.get(call);
      if (!known) return;
      if (known.layer.layer !== layer) throw new Error(`layer ${layer.name} runs where ${known.layer.name} ran before`);
      if (tensor.size > sampleCount * product(known.layer.outputShape))
        throw new Error(`layer ${layer.name} puts out more values than it did before`);
      activations.set(readFloats(tensor), known.place);
    },
    outputIndex,
  );
  return { activations, output };
}

/** Where each layer's values begin, and where the last one's end. */
function layerPlaces(traced: readonly TracedLayer[], sampleCount: number): number[] {
  const places = [0];
  for (const { outputShape } of traced) places.push((places.at(-1) ?? 0) + sampleCount * product(outputShape));
  return places;
}

function inputRows({ inputs }: ProbeSet, { firstSample, sampleCount }: ProbeRows): InputRows[] {
  return inputs.map((input) => {
    const size = product(input.shape);
    return { ...input, values: input.values.subarray(firstSample * size, (firstSample + sampleCount) * size) };
  });
}

function inputTensor(tf: TensorFlowWithLayers, values: Float32Array, shape: number[], dtype: DataType): Tensor {
  return tf.tensor(dtype === 'int32' ? Int32Array.from(values) : values, shape, dtype);
}

/** All probes in order, `batchSize` at a time. */
export function probeBatches(probeCount: number, batchSize: number): ProbeRows[] {
  return Array.from({ length: Math.ceil(probeCount / batchSize) }, (_, batch) => {
    const firstSample = batch * batchSize;
    return { firstSample, sampleCount: Math.min(batchSize, probeCount - firstSample) };
  });
}

/** As many samples at once as keep the network's own intermediate tensors small; 1…256. */
export function probeBatchSize(layers: readonly Pick<TracedLayer, 'outputShape'>[], fixedBatch: number | null): number {
  if (fixedBatch !== null) return fixedBatch;
  const bytesPerSample = 4 * layers.reduce((sum, { outputShape }) => sum + product(outputShape), 0);
  return Math.max(1, Math.min(256, Math.floor((64 * 2 ** 20) / bytesPerSample)));
}
