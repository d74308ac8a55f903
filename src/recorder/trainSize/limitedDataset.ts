/**
 * A part of a data set, chosen in one pass over it and kept in memory: what a data set yields may differ from
 * pass to pass, and no later pass would find the same samples.
 */
import type { DataType, Tensor } from '@tensorflow/tfjs-core';
import { Failure } from '../../protocol/failure.js';
import type { Model, TensorFlowWithLayers } from '../hooks/layersApi.js';
import type { DatasetLike } from '../hooks/observeDataset.js';
import type { TensorArgument } from '../hooks/watchFit.js';
import { readFloats } from '../model/forwardPass.js';
import { labelledTarget, partsOf } from '../probes/probeSource.js';
import { PassingClasses } from './passingClasses.js';
import type { TrainLimit } from './limitTraining.js';
import { listTensors, mapTensors } from './mapTensors.js';
import { labelsOf } from './targetLabels.js';

/** A sample that may be chosen. */
interface Passed {
  readonly label: number;
  /** Of each tensor of xs, then of ys. */
  readonly values: readonly Float32Array[];
}

interface Form {
  readonly xs: TensorArgument;
  readonly ys: TensorArgument;
  readonly shapes: readonly (readonly number[])[];
  readonly types: readonly DataType[];
  readonly batchSize: number;
}

export interface LimitedDataset {
  readonly dataset: DatasetLike;
  readonly batchesPerEpoch: number;
}

/** Reads at most `batches` batches. Each class keeps at most `size` samples while they pass. */
export async function limitedDataset(
  tf: TensorFlowWithLayers,
  model: Model,
  dataset: DatasetLike,
  { size, seed, batches }: TrainLimit & { readonly batches: number },
): Promise<LimitedDataset> {
  const passing = new PassingClasses<Passed>(size, seed);
  let form: Form | null = null;
  const iterator = await dataset.iterator();
  for (let batch = 0; batch < batches; batch++) {
    const { value, done } = await iterator.next();
    if (done) break;
    const { xs, ys } = partsOf(value);
    if (!ys) break;
    form ??= formOf(xs, ys);
    for (const sample of samplesOf(model, xs, ys)) passing.add(sample.label, sample);
    for (const tensor of [...listTensors(xs), ...listTensors(ys)]) tensor.dispose();
  }
  const chosen = passing.chosen();
  if (!form || chosen.length === 0) throw noSamples();
  return { dataset: endless(tf, form, chosen), batchesPerEpoch: Math.ceil(chosen.length / form.batchSize) };
}

function noSamples(): Failure {
  return new Failure({
    kind: 'bad-input',
    doing: 'choosing training samples from a data set',
    wrong: 'it has no batch of inputs and targets',
    tryThis: 'Train without --train-sizes, or pass fitDataset a data set of { xs, ys }.',
  });
}

function formOf(xs: TensorArgument, ys: TensorArgument): Form {
  const tensors = [...listTensors(xs), ...listTensors(ys)];
  return {
    ...{ xs, ys, shapes: tensors.map(({ shape }) => shape.slice(1)), types: tensors.map(({ dtype }) => dtype) },
    batchSize: Math.max(1, tensors[0]?.shape[0] ?? 1),
  };
}

function samplesOf(model: Model, xs: TensorArgument, ys: TensorArgument): Passed[] {
  const target = labelledTarget(model, ys);
  const count = target?.shape[0] ?? 0;
  if (!target) return [];
  const labels = labelsOf(model, { values: readFloats(target), shape: target.shape });
  const values = [...listTensors(xs), ...listTensors(ys)].map(readFloats);
  return Array.from({ length: count }, (_, row) => ({
    label: labels.task === 'classification' ? (labels.labels[row] ?? -1) : -1,
    values: values.map((all) => all.slice((row * all.length) / count, ((row + 1) * all.length) / count)),
  }));
}

/** Batches of the chosen samples in turn, epoch after epoch; each tensor is its taker's to dispose of. */
function endless(tf: TensorFlowWithLayers, form: Form, chosen: readonly Passed[]): DatasetLike {
  const batch = (from: number): unknown => {
    const rows = chosen.slice(from, from + form.batchSize);
    const tensor = (index: number): Tensor => batchTensor(tf, form, rows, index);
    const inputCount = listTensors(form.xs).length;
    return {
      xs: mapTensors(form.xs, (_, index) => tensor(index)),
      ys: mapTensors(form.ys, (_, index) => tensor(inputCount + index)),
    };
  };
  return {
    showsEachOnce: true,
    iterator: () => {
      let from = 0;
      const next = (): Promise<{ value: unknown; done: false }> => {
        const value = batch(from);
        from = from + form.batchSize < chosen.length ? from + form.batchSize : 0;
        return Promise.resolve({ value, done: false });
      };
      return Promise.resolve({ next });
    },
  };
}

function batchTensor(
  tf: TensorFlowWithLayers,
  { shapes, types }: Form,
  rows: readonly Passed[],
  index: number,
): Tensor {
  const parts = rows.map(({ values }) => values[index] ?? new Float32Array(0));
  const size = parts[0]?.length ?? 0;
  const joined = new Float32Array(size * rows.length);
  parts.forEach((part, row) => joined.set(part, row * size));
  const type = types[index] ?? 'float32';
  const values = type === 'int32' ? Int32Array.from(joined) : type === 'bool' ? Uint8Array.from(joined) : joined;
  return tf.tensor(values, [rows.length, ...(shapes[index] ?? [])], type);
}
