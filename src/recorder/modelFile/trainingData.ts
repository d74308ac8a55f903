/** The samples that a model trains on and those that are held out, in its shape and scaled, as tensors or batches. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { elementCount, type DataArray, type DataSet, type Samples } from '../../data/dataSet.js';
import { fitSamples, targetRows } from '../../data/fitSamples.js';
import { Failure } from '../../protocol/failure.js';
import type { ModelTraining } from '../../protocol/recorderSettings.js';
import type { TensorFlowWithLayers } from '../hooks/layersApi.js';
import { seededRandom, shuffleInPlace } from '../model/seededRandom.js';
import { targetsFor, type OutputFacts } from './targetsFor.js';

/** Some samples of a split, by index. */
export interface Part {
  readonly samples: Samples;
  readonly targets: DataArray;
  readonly indices: readonly number[];
  readonly divisor: number;
}

export interface TrainingData {
  readonly training: Part;
  /** null when nothing is held out. */
  readonly validation: Part | null;
}

export interface ModelFacts {
  /** Without the batch axis. */
  readonly inputShape: readonly (number | null)[];
  readonly output: OutputFacts;
  readonly loss: string;
}

/** Throws a Failure when samples or labels do not fit the model. */
export function trainingData(
  set: DataSet,
  model: ModelFacts,
  settings: Pick<ModelTraining, 'validationShare' | 'divisor'>,
  seed: number,
): TrainingData {
  const training = partOf(set.training, model, settings.divisor);
  if (set.validation) return { training, validation: partOf(set.validation, model, settings.divisor) };
  const order = shuffleInPlace([...training.indices], seededRandom(seed));
  const heldOut = Math.floor(order.length * settings.validationShare);
  if (heldOut === 0) return { training, validation: null };
  return {
    training: { ...training, indices: order.slice(heldOut) },
    validation: { ...training, indices: order.slice(0, heldOut) },
  };
}

function partOf(given: Samples, model: ModelFacts, divisor: number | null): Part {
  const samples = fitSamples(given, model.inputShape);
  if (!given.targets) throw noTargets(samples, model.output);
  return {
    samples,
    targets: targetsFor(given.targets, model.output, model.loss),
    indices: Array.from({ length: samples.count }, (_, index) => index),
    divisor: divisor ?? (given.storage === 'bytes' ? 255 : 1),
  };
}

function noTargets(samples: Samples, output: OutputFacts): Failure {
  return new Failure({
    kind: 'bad-input',
    doing: 'looking for the labels of the data set',
    wrong: `no file contains labels for the ${samples.count} samples; the output shape of the model is (${output.shape.join(', ')})`,
    tryThis: 'Specify the label file with --labels.',
  });
}

/** Of the samples as float32. */
export function partBytes({ samples, indices }: Part): number {
  return 4 * elementCount(samples.shape) * indices.length;
}

const BLOCK = 1024;

/** (N, …shape) and (N, …): the whole part in memory. The caller owns the tensors. */
export async function partTensors(tf: TensorFlowWithLayers, part: Part): Promise<{ x: Tensor; y: Tensor }> {
  const size = elementCount(part.samples.shape);
  const values = new Float32Array(part.indices.length * size);
  for (let from = 0; from < part.indices.length; from += BLOCK) {
    values.set(await scaledRows(part, part.indices.slice(from, from + BLOCK)), from * size);
  }
  const targets = targetRows(part.targets, part.indices);
  return {
    x: tf.tensor(values, [part.indices.length, ...part.samples.shape], 'float32'),
    y: tf.tensor(targets.values, [...targets.shape], 'float32'),
  };
}

async function scaledRows({ samples, divisor }: Part, indices: readonly number[]): Promise<Float32Array<ArrayBuffer>> {
  const values = await samples.read(indices);
  if (divisor !== 1) for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / divisor;
  return values;
}

export interface Batches {
  readonly showsEachOnce: true;
  iterator(): Promise<{ next(): Promise<{ value: { xs: Tensor; ys: Tensor }; done: false }> }>;
}

/** Batches without end, each epoch in another order of the same seed: what fitDataset takes with batchesPerEpoch. */
export function partBatches(tf: TensorFlowWithLayers, part: Part, batchSize: number, seed: number): Batches {
  const random = seededRandom(seed);
  let order: number[] = [];
  const next = async () => {
    if (order.length === 0) order = shuffleInPlace([...part.indices], random);
    const rows = order.splice(0, batchSize);
    return { value: await batchOf(tf, part, rows), done: false } as const;
  };
  return { showsEachOnce: true, iterator: () => Promise.resolve({ next }) };
}

async function batchOf(
  tf: TensorFlowWithLayers,
  part: Part,
  rows: readonly number[],
): Promise<{ xs: Tensor; ys: Tensor }> {
  const values = await scaledRows(part, rows);
  const targets = targetRows(part.targets, rows);
  return {
    xs: tf.tensor(values, [rows.length, ...part.samples.shape], 'float32'),
    ys: tf.tensor(targets.values, [...targets.shape], 'float32'),
  };
}
