/**
 * Lets a script train on a part of its training data: `fit` and `fitDataset` are given chosen samples in the
 * place of all, everything else as the script gave it. Validation data stay whole.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Model, TensorFlowWithLayers } from '../hooks/layersApi.js';
import type { DatasetLike } from '../hooks/observeDataset.js';
import type { TensorArgument } from '../hooks/watchFit.js';
import { wrapMethod } from '../hooks/wrapMethod.js';
import { readFloats } from '../model/forwardPass.js';
import { labelledTarget } from '../probes/probeSource.js';
import { chooseTraining } from './chooseTraining.js';
import { limitedDataset } from './limitedDataset.js';
import { mapTensors } from './mapTensors.js';
import { labelsOf } from './targetLabels.js';

export interface TrainLimit {
  readonly size: number;
  readonly seed: number;
}

export interface LimitedTraining {
  /** Whether any fit has been given its part. */
  readonly applied: boolean;
}

/** From now on, for the life of the process. To be called after watchFit, so that what is watched is the part. */
export function limitTraining(tf: TensorFlowWithLayers, limit: TrainLimit): LimitedTraining {
  const state = { applied: false };
  wrapMethod(tf.LayersModel.prototype, 'fit', (original) => {
    return async function (...args) {
      state.applied = true;
      const part = partOfTensors(tf, this as Model, args as FitArguments, limit);
      try {
        return await original.apply(this, part.args);
      } finally {
        for (const tensor of part.made) tensor.dispose();
      }
    };
  });
  wrapMethod(tf.LayersModel.prototype, 'fitDataset', (original) => {
    return async function (...args) {
      state.applied = true;
      return original.apply(this, await partOfDataset(tf, this as Model, args as DatasetArguments, limit));
    };
  });
  return state;
}

interface FitOptions {
  readonly validationSplit?: number;
  readonly validationData?: unknown;
}
type FitArguments = [x: TensorArgument, y: TensorArgument, options?: FitOptions, ...rest: unknown[]];

function partOfTensors(
  tf: TensorFlowWithLayers,
  model: Model,
  args: FitArguments,
  { size, seed }: TrainLimit,
): { args: unknown[]; made: Tensor[] } {
  const [x, y, options = {}, ...rest] = args;
  const target = labelledTarget(model, y);
  const total = target?.shape[0] ?? 0;
  const { validationSplit = 0, validationData } = options;
  // tfjs cuts the validation part off the end (fitTensors).
  const isSplit = validationData === undefined && validationSplit > 0;
  const trainCount = isSplit ? Math.floor(total * (1 - validationSplit)) : total;
  if (!target || size >= trainCount) return { args, made: [] };
  const made: Tensor[] = [];
  const part = (given: TensorArgument, make: (tensor: Tensor) => Tensor): TensorArgument =>
    mapTensors(given, (tensor) => {
      const one = make(tensor);
      made.push(one);
      return one;
    });
  const rows = Int32Array.from(chooseTraining(trainingLabels(model, target, trainCount), size, seed));
  const chosen = (tensor: Tensor): Tensor => tf.tidy(() => tf.gather(tensor, tf.tensor1d(rows, 'int32')));
  const heldOut = (tensor: Tensor): Tensor => rowsFrom(tf, tensor, trainCount);
  const seen = isSplit
    ? { ...options, validationSplit: 0, validationData: [part(x, heldOut), part(y, heldOut)] }
    : options;
  return { args: [part(x, chosen), part(y, chosen), seen, ...rest], made };
}

function trainingLabels(model: Model, target: Tensor, count: number): { count: number; labels: Int32Array | null } {
  const values = readFloats(target);
  const shape = [count, ...target.shape.slice(1)];
  const labels = labelsOf(model, {
    values: values.subarray(0, (values.length / (target.shape[0] ?? 1)) * count),
    shape,
  });
  return { count, labels: labels.task === 'classification' ? labels.labels : null };
}

function rowsFrom(tf: TensorFlowWithLayers, tensor: Tensor, from: number): Tensor {
  const begin = tensor.shape.map((_, axis) => (axis === 0 ? from : 0));
  const size = tensor.shape.map((length, axis) => (axis === 0 ? length - from : length));
  return tf.slice(tensor, begin, size);
}

interface DatasetOptions {
  readonly batchesPerEpoch?: number;
}
type DatasetArguments = [dataset: DatasetLike, options: DatasetOptions, ...rest: unknown[]];

async function partOfDataset(
  tf: TensorFlowWithLayers,
  model: Model,
  [dataset, options, ...rest]: DatasetArguments,
  limit: TrainLimit,
): Promise<unknown[]> {
  const part = await limitedDataset(tf, model, dataset, { ...limit, batches: options.batchesPerEpoch ?? Infinity });
  return [part.dataset, { ...options, batchesPerEpoch: part.batchesPerEpoch }, ...rest];
}
