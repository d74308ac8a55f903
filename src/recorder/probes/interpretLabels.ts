/**
 * What the targets of a training mean: classes (one-hot, sparse or binary), or numbers to be regressed.
 * Decided by the values and the loss together, since tensors do not say it.
 */

export interface Targets {
  /** (sample, …shape), row-major. */
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
}

export interface TargetFacts {
  /** Name of the loss that belongs to the first output: "categoricalCrossentropy"; '' when it is a function. */
  readonly loss: string;
  /** Shape of the model's first output without the batch axis. */
  readonly outputShape: readonly number[];
}

export type Labels =
  | {
      readonly task: 'classification';
      readonly form: 'one-hot' | 'sparse' | 'binary';
      readonly classCount: number;
      readonly labels: Int32Array;
    }
  | { readonly task: 'regression' }
  /** `reason`: why there is neither, in words. */
  | { readonly task: 'none'; readonly reason: string };

/** What the targets are; `classCount` is the number of the model's outputs (2 for one sigmoid). */
export function interpretLabels(targets: Targets, { loss, outputShape }: TargetFacts): Labels {
  if (outputShape.length !== 1) return { task: 'regression' };
  const outputs = outputShape[0] ?? 0;
  const name = loss.toLowerCase();
  if (name.startsWith('sparsecategorical') && outputs > 1) return sparse(targets, outputs);
  const width = targets.shape.slice(1).reduce((product, size) => product * size, 1);
  if (outputs === 1 && width === 1) return binary(targets, name);
  if (width !== outputs) return { task: 'regression' };
  return oneHot(targets, outputs, name);
}

function sparse({ values, shape }: Targets, classCount: number): Labels {
  const count = shape[0] ?? 0;
  const labels = Int32Array.from({ length: count }, (_, row) => values[row] ?? -1);
  const wrong = labels.findIndex((label, row) => label !== values[row] || label < 0 || label >= classCount);
  if (wrong < 0) return { task: 'classification', form: 'sparse', classCount, labels };
  return { task: 'none', reason: `target ${wrong} is ${values[wrong]}, which is not one of the ${classCount} classes` };
}

function binary({ values, shape }: Targets, loss: string): Labels {
  const count = shape[0] ?? 0;
  const all = Array.from({ length: count }, (_, row) => values[row] ?? NaN);
  const zeroOrOne = all.every((value) => value === 0 || value === 1);
  if (zeroOrOne && (loss.includes('crossentropy') || loss.includes('hinge') || loss === '')) {
    return { task: 'classification', form: 'binary', classCount: 2, labels: Int32Array.from(all) };
  }
  return { task: 'regression' };
}

/** Rows that sum to 1 with nothing below 0 are classes (smoothed ones too); their label is the greatest. */
function oneHot({ values, shape }: Targets, classCount: number, loss: string): Labels {
  const count = shape[0] ?? 0;
  const labels = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const greatest = distributionPeak(values, row * classCount, classCount);
    if (greatest < 0) {
      if (loss.includes('crossentropy'))
        return { task: 'none', reason: `target ${row} is not one class: its values do not sum to 1` };
      return { task: 'regression' };
    }
    labels[row] = greatest;
  }
  return { task: 'classification', form: 'one-hot', classCount, labels };
}

/** Index of the greatest of `length` values, or −1 when they are no distribution (sum 1 within 1e-3). */
function distributionPeak(values: ArrayLike<number>, from: number, length: number): number {
  let sum = 0;
  let peak = 0;
  for (let i = 0; i < length; i++) {
    const value = values[from + i] ?? NaN;
    if (!(value >= 0)) return -1;
    sum += value;
    if (value > (values[from + peak] ?? NaN)) peak = i;
  }
  return Math.abs(sum - 1) <= 1e-3 ? peak : -1;
}

/** Predicted class by sample from the first output's values (sample, output). Ties go to the lowest class. */
export function predictedClasses(
  output: Float32Array,
  sampleCount: number,
  form: 'one-hot' | 'sparse' | 'binary',
): Int32Array {
  const width = sampleCount === 0 ? 0 : output.length / sampleCount;
  if (form === 'binary')
    return Int32Array.from({ length: sampleCount }, (_, row) => ((output[row] ?? 0) >= 0.5 ? 1 : 0));
  return Int32Array.from({ length: sampleCount }, (_, row) => peak(output, row * width, width));
}

function peak(values: Float32Array, from: number, length: number): number {
  let best = 0;
  for (let i = 1; i < length; i++) if ((values[from + i] ?? NaN) > (values[from + best] ?? NaN)) best = i;
  return best;
}

/** 0 for none. */
export function shareEqual(predictions: Int32Array, labels: Int32Array): number {
  const right = predictions.reduce((sum, prediction, index) => sum + (prediction === labels[index] ? 1 : 0), 0);
  return predictions.length === 0 ? 0 : right / predictions.length;
}
