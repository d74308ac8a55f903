/**
 * Finds out how a model computes by running it once: which layers, in which order, fed by which, with which
 * output shapes. Models inside models are flattened; a layer that is applied twice appears twice.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { internals, isContainer, type AnyLayer, type Model, type TensorFlowWithLayers } from '../hooks/layersApi.js';
import { forwardPass, type LayerCall } from './forwardPass.js';
import type { DataFormat } from './mapGeometry.js';

export interface TracedLayer {
  /** Unique in the model: "conv2d_1", "encoder/conv2d_1", "shared#2". */
  readonly name: string;
  readonly layer: AnyLayer;
  /** Place among the calls of a forward pass; null for the model's inputs. */
  readonly call: number | null;
  /** Indices of the traced layers that feed this one. */
  readonly inputs: readonly number[];
  /** Output of one sample, without the batch axis. */
  readonly outputShape: readonly number[];
  readonly format: DataFormat;
  /** False for the second and later calls of a layer, whose weights the first one lists. */
  readonly ownsWeights: boolean;
}

export interface TracedModel {
  /** The model's inputs first, then the calls in order of execution, which is topological. */
  readonly layers: readonly TracedLayer[];
  /** Layers without values that can be recorded (texts), in words. */
  readonly leftOut: readonly string[];
}

/** Where a tensor comes from: the traced layer, and which of its outputs it is. */
interface Producer {
  readonly index: number;
  readonly place: number;
}

/** `inputs` gives one small batch, made inside the pass. */
export function traceModel(tf: TensorFlowWithLayers, model: Model, inputs: () => Tensor[]): TracedModel {
  const names = namesByLayer(model);
  const inputLayers = (model as unknown as { inputLayers: AnyLayer[] }).inputLayers;
  const layers: TracedLayer[] = [];
  const leftOut: string[] = [];
  const producers = new Map<number, Producer>();
  const callsOf = new Map<AnyLayer, Map<string, number>>();
  const batch = (): Tensor[] => {
    const tensors = inputs();
    tensors.forEach((tensor, index) => {
      layers.push(inputLayer(inputLayers[index] as AnyLayer, tensor));
      producers.set(tensor.id, { index, place: 0 });
    });
    return tensors;
  };
  const trace = ({ call, layer, inputs: fed, outputs }: LayerCall): void => {
    const [output] = outputs;
    const from = fed.map((tensor, place) => producers.get(tensor.id) ?? modelInput(layer, place, inputLayers));
    const sources = unique(from.map(({ index }) => index));
    const produced = (index: number): void => outputs.forEach(({ id }, place) => producers.set(id, { index, place }));
    if (output.dtype === 'string' || output.dtype === 'complex64') {
      leftOut.push(`${layer.name}: its output is ${output.dtype}, not numbers`);
      return produced(sources[0] ?? 0);
    }
    const calls = callsOf.get(layer) ?? new Map<string, number>();
    callsOf.set(layer, calls);
    // TensorFlow.js runs a model inside a model once for each of its outputs: the same layer on the same values.
    const key = from.map(({ index, place }) => `${index}:${place}`).join();
    const before = calls.get(key);
    if (before !== undefined) return produced(before);
    calls.set(key, layers.length);
    const times = calls.size;
    produced(layers.length);
    const name = names.get(layer) ?? layer.name;
    layers.push({
      name: times === 1 ? name : `${name}#${times}`,
      layer,
      call,
      inputs: sources,
      outputShape: output.shape.slice(1),
      format: dataFormat(
        layer,
        sources.map((source) => layers[source] as TracedLayer),
        output.shape.length - 1,
      ),
      ownsWeights: times === 1,
    });
  };
  forwardPass(tf, model, batch, trace, 0, 'call');
  return { layers, leftOut };
}

function inputLayer(layer: AnyLayer, tensor: Tensor): TracedLayer {
  const outputShape = tensor.shape.slice(1);
  return {
    name: layer.name,
    layer,
    call: null,
    inputs: [],
    outputShape,
    format: inputFormat(layer, outputShape.length),
    ownsWeights: true,
  };
}

/** An input that is cast to the type that the model takes is another tensor: the symbolic graph says which it is. */
function modelInput(layer: AnyLayer, place: number, inputLayers: readonly AnyLayer[]): Producer {
  for (const node of internals(layer).inboundNodes) {
    const index = inputLayers.indexOf(node.inboundLayers[place] as AnyLayer);
    if (index >= 0) return { index, place: 0 };
  }
  return { index: 0, place: 0 };
}

/** What a layer says itself; else what its inputs have, as long as the output has as many axes. */
function dataFormat(layer: AnyLayer, inputs: readonly TracedLayer[], rank: number): DataFormat {
  const own = (layer as { dataFormat?: unknown }).dataFormat;
  if (own === 'channelsFirst' || own === 'channelsLast') return own;
  const before = inputs.find((input) => input.outputShape.length === rank);
  return before?.format ?? 'channelsLast';
}

/** An input is what the first layer that it feeds takes it for. */
function inputFormat(layer: AnyLayer, rank: number): DataFormat {
  const consumers = (layer as unknown as { outboundNodes: { outboundLayer: AnyLayer }[] }).outboundNodes;
  const formats = consumers.map(({ outboundLayer }) =>
    isContainer(outboundLayer) ? outboundLayer.layers : [outboundLayer],
  );
  const first = formats.flat().find((consumer) => 'dataFormat' in consumer);
  return first && rank > 1 ? dataFormat(first, [], rank) : 'channelsLast';
}

/** Layers of models inside the model carry the names of those models. */
function namesByLayer(model: Model): Map<AnyLayer, string> {
  const names = new Map<AnyLayer, string>();
  const taken = new Set<string>();
  const visit = (container: Model, prefix: string): void => {
    for (const layer of container.layers) {
      if (isContainer(layer)) visit(layer as unknown as Model, `${prefix}${layer.name}/`);
      else if (!names.has(layer)) {
        let name = `${prefix}${layer.name}`;
        while (taken.has(name)) name += "'";
        taken.add(name);
        names.set(layer, name);
      }
    }
  };
  visit(model, '');
  return names;
}

function unique(indices: readonly number[]): number[] {
  return [...new Set(indices)];
}
