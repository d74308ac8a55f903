/** Runs the network on all probes, batch after batch, and gathers the outputs of chosen layers. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Model, TensorFlowWithLayers } from '../hooks/layersApi.js';
import type { ProbeSet } from '../probes/probeSet.js';
import { forwardPass, readFloats } from './forwardPass.js';
import { product } from './mapGeometry.js';
import type { TracedLayer } from './traceModel.js';

export interface ProbeOutputs {
  /** By layer index: (sample, …outputShape), as TensorFlow.js lays it out. */
  readonly activations: ReadonlyMap<number, Float32Array>;
  /** Of the model's first output: (sample, …). */
  readonly output: Float32Array;
}

/** Throws when the model no longer computes as it was traced. */
export function runProbes(
  tf: TensorFlowWithLayers,
  model: Model,
  traced: readonly TracedLayer[],
  probes: ProbeSet,
  chosen: readonly number[],
  batchSize: number,
): ProbeOutputs {
  const byCall = new Map(traced.map((layer, index) => [layer.call, { layer, index, wanted: chosen.includes(index) }]));
  const activations = new Map(
    chosen.map((index) => [index, new Float32Array(probes.count * product(traced[index]?.outputShape ?? []))]),
  );
  const inputCount = traced.filter((layer) => layer.call === null).length;
  for (const index of chosen) if (index < inputCount) activations.get(index)?.set(probes.inputs[index]?.values ?? []);
  const outputs: Float32Array[] = [];
  for (let start = 0; start < probes.count; start += batchSize) {
    const rows = Math.min(batchSize, probes.count - start);
    const output = forwardPass(
      tf,
      model,
      () => batchTensors(tf, probes, start, rows),
      ({ call, layer, outputs: [tensor] }) => {
        const known = byCall.get(call);
        if (known && known.layer.layer !== layer)
          throw new Error(`layer ${layer.name} runs where ${known.layer.name} ran before`);
        if (known?.wanted)
          activations.get(known.index)?.set(readFloats(tensor), start * product(known.layer.outputShape));
      },
    );
    outputs.push(output);
  }
  return { activations, output: concatenated(outputs) };
}

function batchTensors(tf: TensorFlowWithLayers, probes: ProbeSet, start: number, rows: number): Tensor[] {
  return probes.inputs.map(({ values, shape, dtype }) => {
    const size = product(shape);
    const part = values.subarray(start * size, (start + rows) * size);
    return tf.tensor(dtype === 'int32' ? Int32Array.from(part) : part, [rows, ...shape], dtype);
  });
}

function concatenated(parts: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}

/** As many samples at once as keep the network's own intermediate tensors small; 1…256. */
export function probeBatchSize(traced: readonly TracedLayer[], fixedBatch: number | null): number {
  if (fixedBatch !== null) return fixedBatch;
  const bytesPerSample = 4 * traced.reduce((sum, { outputShape }) => sum + product(outputShape), 0);
  return Math.max(1, Math.min(256, Math.floor((64 * 2 ** 20) / bytesPerSample)));
}
