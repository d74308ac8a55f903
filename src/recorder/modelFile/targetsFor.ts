/** What a model is to answer for each sample, in the form that its outputs and its loss take. */
import { elementCount, type DataArray } from '../../data/dataSet.js';
import { Failure } from '../../protocol/failure.js';
import { CLASS_LIMIT } from '../../store/format/manifestChecks.js';

export interface OutputFacts {
  /** Of one sample. */
  readonly shape: readonly number[];
  /** The activation of the last layer: "softmax"; '' when it has none. */
  readonly activation: string;
}

/** How many classes the targets speak of; null when they are no classes. */
function classCountOf({ shape, values }: DataArray): number | null {
  const width = elementCount(shape.slice(1));
  if (width > 1) return shape.length === 2 ? width : null;
  let most = -1;
  for (const value of values) {
    if (!Number.isInteger(value) || value < 0) return null;
    most = Math.max(most, value);
  }
  return most + 1;
}

/** Above this, half of the classes must have samples: no data set has so many that it leaves out. */
const SPARSE_CLASSES = 1000;

/**
 * As `classCountOf`, which is what a model is made for. Throws a Failure where a label is so large that most classes
 * would be nobody's: what is kept of each class takes room.
 */
export function plausibleClassCount(targets: DataArray): number | null {
  const count = classCountOf(targets);
  const isOneHot = elementCount(targets.shape.slice(1)) > 1;
  if (count === null || count <= SPARSE_CLASSES || isOneHot) return count;
  const seen = new Set(targets.values).size;
  if (count <= Math.min(CLASS_LIMIT, 2 * seen)) return count;
  throw new Failure({
    kind: 'bad-input',
    doing: 'counting the classes of the data',
    wrong: `the largest label is ${count - 1}, which means ${count} classes, but only ${seen} of them have samples`,
    tryThis: 'Number the classes from 0 without gaps, or use names, in a CSV file or as folder names.',
  });
}

/** A loss that suits outputs and targets, for a model that comes without. `logits`: softmax is part of the loss. */
export function usualLoss(
  output: OutputFacts,
  targets: DataArray | null,
): 'categoricalCrossentropy' | 'logits' | 'binaryCrossentropy' | 'meanSquaredError' {
  const units = output.shape.length === 1 ? (output.shape[0] as number) : 0;
  const classes = targets && classCountOf(targets);
  if (units > 1 && classes !== null) return output.activation === 'softmax' ? 'categoricalCrossentropy' : 'logits';
  return units === 1 && output.activation === 'sigmoid' ? 'binaryCrossentropy' : 'meanSquaredError';
}

/**
 * Turns targets (N) or (N, …) into what an output of `output.shape` is compared with: one-hot rows, or the
 * classes themselves when the loss is sparse. Throws a Failure that names the first that does not fit.
 */
export function targetsFor(targets: DataArray, output: OutputFacts, loss: string): DataArray {
  const count = targets.shape[0] ?? 0;
  const width = elementCount(targets.shape.slice(1));
  const units = elementCount(output.shape);
  if (width === 1 && /sparse/i.test(loss)) {
    checkClasses(targets, output.shape[output.shape.length - 1] ?? 0);
    return { shape: [count, 1], values: targets.values };
  }
  if (width === units) return { shape: [count, ...output.shape], values: targets.values };
  if (width === 1 && output.shape.length === 1) {
    checkClasses(targets, units);
    return { shape: [count, units], values: oneHot(targets, units) };
  }
  throw misfit(
    `the targets are (${targets.shape.slice(1).join(', ') || '1'}) for each sample, but the output of the model is (${output.shape.join(', ')})`,
  );
}

function checkClasses({ values }: DataArray, classCount: number): void {
  const wrong = values.findIndex((value: number) => !Number.isInteger(value) || value < 0 || value >= classCount);
  if (wrong >= 0)
    throw misfit(
      `label ${values[wrong]} of sample ${wrong} is not one of the ${classCount} classes of the model’s output`,
    );
}

function oneHot({ values }: DataArray, classCount: number): Float32Array<ArrayBuffer> {
  const rows = new Float32Array(values.length * classCount);
  values.forEach((label, row) => (rows[row * classCount + label] = 1));
  return rows;
}

function misfit(wrong: string): Failure {
  return new Failure({
    kind: 'bad-input',
    doing: 'passing the labels to the model',
    wrong,
    tryThis: 'Change the units of the last layer, or use another data set.',
  });
}
