/** What a layer of a recorded model computes, by the framework of the run. */
import type { Layer } from '../protocol/run.js';
import { UnknownOperation, type Kernel, type LayerInputs, type Operation, type RecordedModel } from './operation.js';
import { kerasKernel, kerasOperation } from './python/kerasOperations.js';
import { torchKernel, torchOperation } from './python/torchOperations.js';
import { tfjsKernel, tfjsOperation } from './tfjs/operations.js';

export function operationOf(model: RecordedModel, layer: Layer): Operation {
  const { framework, layers } = model;
  const inputs: LayerInputs = {
    layer,
    inputShapes: layer.inputs.map((input) => layers[input]?.outputShape ?? []),
    inputFormats: layer.inputs.map((input) => layers[input]?.format),
    weights: ownerOf(layers, layer).weights,
  };
  try {
    if (framework?.name === 'pytorch') return torchOperation(inputs);
    if (framework?.name === 'keras') return kerasOperation(inputs, framework.version);
    return tfjsOperation(inputs);
  } catch (error) {
    if (!(error instanceof UnknownOperation)) throw error;
    return { op: 'unknown', reason: error.reason, isDamaged: error.isDamaged };
  }
}

/** Null for a layer without weights between channels. */
export function kernelOf(
  framework: RecordedModel['framework'],
  layer: Layer,
  weights: LayerInputs['weights'],
): Kernel | null {
  if (framework?.name === 'pytorch') return torchKernel(layer, weights);
  if (framework?.name === 'keras') return kerasKernel(layer, weights);
  return tfjsKernel(layer, weights);
}

/** A layer that is called again has no weights of its own: "shared#2" takes those of "shared". */
export function ownerOf(layers: readonly Layer[], layer: Layer): Layer {
  if (layer.weights.length > 0 || !/#\d+$/.test(layer.name)) return layer;
  const name = layer.name.replace(/#\d+$/, '');
  return layers.find((one) => one.name === name && one.className === layer.className) ?? layer;
}
