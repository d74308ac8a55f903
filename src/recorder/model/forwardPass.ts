/**
 * One forward pass with every layer's output, that leaves no mark on the training: inside tf.tidy, in
 * inference mode, with the states of recurrent layers and every source of randomness put back.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { internals, isContainer, type AnyLayer, type Model, type TensorFlowWithLayers } from '../hooks/layersApi.js';
import { unobserved } from '../hooks/unobserved.js';
import { seededRandom } from './seededRandom.js';

/** One call of a layer outside any other layer, in the order of execution. */
export interface LayerCall {
  /** Place among the calls of this pass, from 0. */
  readonly call: number;
  readonly layer: AnyLayer;
  readonly inputs: readonly Tensor[];
  /** At least one; the first is what is recorded. */
  readonly outputs: readonly [Tensor, ...Tensor[]];
}

/** How a pass begins: as the script predicts, or on the very tensors that are given, whose ids are then seen. */
type Way = 'predict' | 'call';

/**
 * Runs the model on one batch and shows each layer's call as it happens; tensors may be read during `onCall`
 * only. Returns the values of the output at place `outputIndex`.
 */
export function forwardPass(
  tf: TensorFlowWithLayers,
  model: Model,
  inputs: () => Tensor[],
  onCall: (call: LayerCall) => void,
  outputIndex = 0,
  way: Way = 'predict',
): Float32Array {
  const run = (): Float32Array => {
    const output = way === 'call' ? model.call(inputs(), {}) : predict(model, inputs());
    return readFloats(Array.isArray(output) ? (output[outputIndex] as Tensor) : output);
  };
  return unobserved(() => withoutSideEffects(model, () => tidied(tf, () => withTap(tf, onCall, run))));
}

function predict(model: Model, batch: Tensor[]): Tensor | Tensor[] {
  return model.predict(batch.length === 1 ? (batch[0] as Tensor) : batch, { batchSize: batch[0]?.shape[0] ?? 1 });
}

/** A copy of the tensor's values; whole numbers and booleans as floats. */
export function readFloats(tensor: Tensor): Float32Array {
  const values = tensor.dataSync();
  return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
}

/**
 * What `run` returns, without the tensors that it made. tf.tidy itself looks for tensors in every number that it
 * returns, which takes seconds for a million and fails above 2²⁴.
 */
export function tidied(tf: TensorFlowWithLayers, run: () => Float32Array): Float32Array {
  let values: Float32Array = new Float32Array(0);
  tf.tidy(() => {
    values = run();
  });
  return values;
}

function withTap<T>(tf: TensorFlowWithLayers, onCall: (call: LayerCall) => void, run: () => T): T {
  const prototype = tf.layers.Layer.prototype;
  const original = Object.getOwnPropertyDescriptor(prototype, 'apply') as TypedPropertyDescriptor<AnyLayer['apply']>;
  const apply = original.value as AnyLayer['apply'];
  let depth = 0;
  let call = 0;
  Object.defineProperty(prototype, 'apply', {
    ...original,
    value(this: AnyLayer, ...args: Parameters<AnyLayer['apply']>) {
      // Models inside models are looked into; what a wrapper or recurrent layer calls is its own affair.
      if (isContainer(this)) return apply.apply(this, args);
      depth++;
      try {
        const result = apply.apply(this, args);
        const outputs = [result].flat() as [Tensor, ...Tensor[]];
        if (depth === 1) onCall({ call: call++, layer: this, inputs: [args[0]].flat() as Tensor[], outputs });
        return result;
      } finally {
        depth--;
      }
    },
  });
  try {
    return run();
  } finally {
    Object.defineProperty(prototype, 'apply', original);
  }
}

interface WithGenerator {
  randomGenerator?: { seed?: number };
}

function withoutSideEffects<T>(model: Model, run: () => T): T {
  const undo = [swapMathRandom(), ...leafLayers(model).flatMap((layer) => [keepStates(layer), keepSeed(layer)])];
  try {
    return run();
  } finally {
    for (const restore of undo) restore();
  }
}

function swapMathRandom(): () => void {
  const original = Object.getOwnPropertyDescriptor(Math, 'random') as PropertyDescriptor;
  const random = seededRandom(1);
  Object.defineProperty(Math, 'random', { ...original, value: () => random(2 ** 32) / 2 ** 32 });
  return () => Object.defineProperty(Math, 'random', original);
}

/** A stateful recurrent layer overwrites (and disposes) what it carries from batch to batch. */
function keepStates(layer: AnyLayer): () => void {
  const holder = internals(layer);
  const states = holder.states_;
  if (!holder.stateful || !Array.isArray(states)) return () => undefined;
  const copies = states.map((state) => state.clone());
  return () => {
    holder.states_?.forEach((state) => state.dispose());
    holder.states_ = copies;
  };
}

function keepSeed(layer: AnyLayer): () => void {
  const generator = (layer as WithGenerator).randomGenerator;
  const seed = generator?.seed;
  return () => {
    if (generator && seed !== undefined) generator.seed = seed;
  };
}

/** Every layer of the model, those of models inside it included. */
export function leafLayers(model: Model): AnyLayer[] {
  return model.layers.flatMap((layer) => (isContainer(layer) ? leafLayers(layer as unknown as Model) : [layer]));
}
