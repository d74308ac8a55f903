/**
 * Sees `trainOnBatch`, and `evaluate` of models that are trained so. Neither knows of epochs: what becomes of
 * the batches is for the listener. A Sequential passes both on to the model that it keeps inside.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Model, SequentialInternals, TensorFlowWithLayers } from './layersApi.js';
import { observedDataset, type DatasetLike } from './observeDataset.js';
import type { TensorArgument } from './watchFit.js';
import { wrapMethod } from './wrapMethod.js';

/** One step of a training: the model that computes, the one that the script made, and what it was given. */
export interface Batch {
  readonly model: Model;
  readonly outer: Model;
  readonly xs: TensorArgument;
  /** null where nothing says what the outputs should be. */
  readonly ys: TensorArgument | null;
}

export interface BatchListener {
  /** Before the weights change. */
  beforeBatch(batch: Batch): void;
  /** `values` by the names of the model's metrics: "loss", "acc" … */
  afterBatch(batch: Batch, values: ReadonlyMap<string, number>): Promise<void>;
  /** Whether what this model is evaluated on is of interest. */
  trains(model: Model): boolean;
  /** Samples that the script evaluates the model on. */
  evaluatedOn(batch: Batch): void;
  afterEvaluation(model: Model, values: ReadonlyMap<string, number>): void;
}

/** Watches from now on, for the life of the process. */
export function watchBatches(tf: TensorFlowWithLayers, listener: BatchListener): void {
  const outerOf = new WeakMap<Model, Model>();
  for (const name of ['trainOnBatch', 'evaluate', 'evaluateDataset']) rememberOuter(tf, name, outerOf);
  const batchOf = (model: Model, xs: unknown, ys: unknown): Batch => ({
    model,
    outer: outerOf.get(model) ?? model,
    xs: xs as TensorArgument,
    ys: ys as TensorArgument,
  });
  wrapMethod(tf.LayersModel.prototype, 'trainOnBatch', (original) => {
    return async function (...args) {
      const batch = batchOf(this as Model, args[0], args[1]);
      listener.beforeBatch(batch);
      const result = await original.apply(this, args);
      await listener.afterBatch(batch, named(batch.model, [result].flat() as number[]));
      return result;
    };
  });
  wrapMethod(tf.LayersModel.prototype, 'evaluate', (original) => {
    return function (...args) {
      const result = original.apply(this, args);
      if (listener.trains(this as Model)) {
        listener.evaluatedOn(batchOf(this as Model, args[0], args[1]));
        listener.afterEvaluation(this as Model, named(this as Model, valuesOf(result)));
      }
      return result;
    };
  });
  wrapMethod(tf.LayersModel.prototype, 'evaluateDataset', (original) => {
    return async function (...args) {
      if (!listener.trains(this as Model)) return original.apply(this, args);
      const [dataset, ...rest] = args as [DatasetLike];
      const observed = observedDataset(dataset, (value) => {
        const { xs, ys } = value as { xs: unknown; ys: unknown };
        listener.evaluatedOn(batchOf(this as Model, xs, ys));
      });
      const result = await original.apply(this, [observed, ...rest]);
      listener.afterEvaluation(this as Model, named(this as Model, valuesOf(result)));
      return result;
    };
  });
}

function rememberOuter(tf: TensorFlowWithLayers, name: string, outerOf: WeakMap<Model, Model>): void {
  wrapMethod(tf.Sequential.prototype, name, (original) => {
    return function (...args) {
      const inner = (this as SequentialInternals).model;
      if (inner) outerOf.set(inner, this as Model);
      return original.apply(this, args);
    };
  });
}

/** The scalars belong to the script, which may dispose of them at once. */
function valuesOf(result: unknown): number[] {
  return ([result].flat() as Tensor[]).map((scalar) => (scalar.dataSync() as Float32Array)[0] ?? NaN);
}

function named(model: Model, values: readonly number[]): Map<string, number> {
  return new Map(values.map((value, index) => [model.metricsNames[index] ?? `metric_${index}`, value]));
}
