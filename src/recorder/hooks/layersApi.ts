/**
 * The parts of tfjs-layers that the recorder looks at, some of them not in its typings. Everything here is
 * read; what is replaced for a moment is put back by the one who replaced it.
 */
import type * as core from '@tensorflow/tfjs-core';
import type * as layersModule from '@tensorflow/tfjs-layers';

/** TensorFlow.js with its layers: `@tensorflow/tfjs`, `tfjs-node`, or core and layers joined. */
export type TensorFlowWithLayers = typeof core & typeof layersModule;

export type Model = layersModule.LayersModel;
export type AnyLayer = InstanceType<typeof layersModule.layers.Layer>;

/** A node of the symbolic graph, as far as the recorder follows it. */
export interface InboundNode {
  readonly inboundLayers: readonly AnyLayer[];
}

export interface LayerInternals {
  readonly inboundNodes: readonly InboundNode[];
  /** Recurrent layers only: what they carry from batch to batch. */
  states_?: core.Tensor[] | null;
  readonly stateful?: boolean;
}

export interface ContainerInternals {
  readonly layers: readonly AnyLayer[];
  readonly inputLayers: readonly AnyLayer[];
}

/** Sequential keeps the model that really trains inside. */
export interface SequentialInternals {
  readonly model?: Model;
}

export function internals(layer: AnyLayer): LayerInternals {
  // The fields exist on every layer of tfjs 4; they are private in the typings.
  return layer as unknown as LayerInternals;
}

/** Models used as layers: what is inside them is recorded, not they. */
export function isContainer(layer: object): layer is AnyLayer & ContainerInternals {
  return 'inputLayers' in layer && 'layers' in layer && Array.isArray(layer.layers);
}
