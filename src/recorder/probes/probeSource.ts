/**
 * Where probes come from: tensors given to `fit` as a whole, or batches of a data set kept as they passed
 * (passingSamples.ts). Both give the targets first, then the inputs of chosen rows.
 */
import type { DataType, Tensor } from '@tensorflow/tfjs-core';
import type { Fit, TensorArgument } from '../hooks/watchFit.js';
import type { Model, TensorFlowWithLayers } from '../hooks/layersApi.js';
import { readFloats, tidied } from '../model/forwardPass.js';
import { labelledOutput } from '../model/labelledOutput.js';
import type { Targets } from './interpretLabels.js';

/** Values of some samples for one of the model's inputs. */
export interface InputRows {
  /** (sample, …shape), row-major. */
  readonly values: Float32Array;
  /** Of one sample. */
  readonly shape: readonly number[];
  readonly dtype: DataType;
}

/** The samples of one split. */
export interface SplitData {
  readonly count: number;
  /** Nothing says what the outputs should be. */
  readonly isUnlabelled?: boolean;
  /** Of the output that has the classes. */
  targets(): Targets;
  /** One entry for each input of the model. */
  inputRows(rows: readonly number[]): InputRows[];
}

export interface ProbeSource {
  readonly training: SplitData;
  readonly validation: SplitData;
  /** How many samples the script trains and validates on; null where it cannot be known. */
  readonly trainCount: number | null;
  readonly validationCount: number | null;
  /** The order is the script's own: it stays where all samples are taken. */
  readonly isOrdered?: boolean;
}

export const NOTHING: SplitData = { count: 0, targets: () => ({ values: [], shape: [0] }), inputRows: () => [] };

/** The samples of a fit, or null when they show only while it trains. */
export function wholeSource(tf: TensorFlowWithLayers, fit: Fit): ProbeSource | null {
  return fit.data.kind === 'probes' ? givenSource(tf, fit.data) : tensorSource(tf, fit);
}

/** Probes of the script's own choice: copied, since the script may dispose of its tensors. */
function givenSource(
  tf: TensorFlowWithLayers,
  { inputs, targets }: Extract<Fit['data'], { kind: 'probes' }>,
): ProbeSource {
  const count = inputs[0]?.shape[0] ?? 0;
  const read = (): Targets => {
    if (targets === null) return { values: [], shape: [0] };
    if ('classes' in targets) return { values: targets.classes, shape: [targets.classes.length] };
    return { values: readFloats(targets.tensor), shape: targets.tensor.shape };
  };
  const validation = { count, isUnlabelled: targets === null, targets: read, inputRows: inputRowsOf(tf, inputs, 0) };
  return { training: NOTHING, validation, trainCount: null, validationCount: count, isOrdered: true };
}

function tensorSource(tf: TensorFlowWithLayers, fit: Fit): ProbeSource | null {
  if (fit.data.kind !== 'tensors') return null;
  const { x, y, validation, validationSplit } = fit.data;
  const xs = tensorsOf(x, fit.model.inputNames);
  const target = labelledTarget(fit.model, y);
  const total = xs[0]?.shape[0] ?? 0;
  // tfjs cuts the validation part off the end (fitTensors).
  const heldOut = validation === null && validationSplit > 0 ? total - Math.floor(total * (1 - validationSplit)) : 0;
  const training = splitOfTensors(tf, xs, target, 0, total - heldOut);
  const validationPart =
    heldOut > 0 ? splitOfTensors(tf, xs, target, total - heldOut, heldOut) : splitOfValidation(tf, fit);
  return { training, validation: validationPart, trainCount: training.count, validationCount: validationPart.count };
}

/** Validation data given as tensors; nothing when there are none. */
export function splitOfValidation(tf: TensorFlowWithLayers, fit: Fit): SplitData {
  if (fit.data.kind === 'probes') return NOTHING;
  const { validation } = fit.data;
  if (validation === null || validation === 'observed') return NOTHING;
  const xs = tensorsOf(validation.x, fit.model.inputNames);
  return splitOfTensors(tf, xs, labelledTarget(fit.model, validation.y), 0, xs[0]?.shape[0] ?? 0);
}

/** What is given for the output that has the classes. */
export function labelledTarget(model: Model, ys: TensorArgument): Tensor | undefined {
  return tensorsOf(ys, model.outputNames)[labelledOutput(model).index];
}

export function tensorsOf(given: TensorArgument, names: readonly string[]): Tensor[] {
  if (Array.isArray(given)) return [...(given as readonly Tensor[])];
  if ('dataSync' in given) return [given as Tensor];
  return names.flatMap((name) => (given as Readonly<Record<string, Tensor>>)[name] ?? []);
}

function splitOfTensors(
  tf: TensorFlowWithLayers,
  xs: readonly Tensor[],
  target: Tensor | undefined,
  from: number,
  count: number,
): SplitData {
  if (!target || count <= 0) return NOTHING;
  return {
    count,
    targets: () => ({ values: readRange(tf, target, from, count), shape: [count, ...target.shape.slice(1)] }),
    inputRows: inputRowsOf(tf, xs, from),
  };
}

function inputRowsOf(tf: TensorFlowWithLayers, xs: readonly Tensor[], from: number): SplitData['inputRows'] {
  return (rows) => {
    const places = rows.map((row) => from + row);
    return xs.map((tensor) => gatherRows(tf, tensor, places));
  };
}

function readRange(tf: TensorFlowWithLayers, tensor: Tensor, from: number, count: number): Float32Array {
  const begin = tensor.shape.map((_, axis) => (axis === 0 ? from : 0));
  const size = tensor.shape.map((length, axis) => (axis === 0 ? count : length));
  return tidied(tf, () => readFloats(tf.slice(tensor, begin, size)));
}

function gatherRows(tf: TensorFlowWithLayers, tensor: Tensor, rows: readonly number[]): InputRows {
  const values = tidied(tf, () => readFloats(tf.gather(tensor, tf.tensor1d(Int32Array.from(rows), 'int32'))));
  return { values, shape: tensor.shape.slice(1), dtype: tensor.dtype };
}

/** The halves of a batch as a data set yields it: { xs, ys } or [xs, ys]. */
export function partsOf(batch: unknown): { xs: TensorArgument; ys: TensorArgument | null } {
  if (Array.isArray(batch)) return { xs: batch[0] as TensorArgument, ys: batch[1] as TensorArgument };
  return batch as { xs: TensorArgument; ys: TensorArgument | null };
}
