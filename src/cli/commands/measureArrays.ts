/** What the measures on arrays have in common: reading labels, and saying that a shape is wrong. */
import { readNpy, type NpyArray } from '../../data/npy.js';
import { Failure } from '../../protocol/failure.js';

export async function readLabels(file: string, sampleCount: number): Promise<Int32Array> {
  const { shape, values } = await readNpy(file);
  if (shape.length !== 1) throw wrongShape(file, { shape, values }, `(${sampleCount})`, LABELS_OF_SCORES);
  if (shape[0] !== sampleCount) throw otherSamples(file, shape[0], sampleCount);
  const wrong = values.find((value) => !Number.isInteger(value) || value < 0 || value >= 2 ** 20);
  if (wrong !== undefined) {
    throw new Failure({
      kind: 'bad-input',
      doing: `reading the labels of ${file}`,
      wrong: `${wrong} is not a class: classes are whole numbers from 0`,
      tryThis: 'Save them with array.astype("int32").',
    });
  }
  return Int32Array.from(values);
}

export function otherSamples(file: string, found: number, wanted: number): Failure {
  return new Failure({
    kind: 'bad-input',
    doing: `reading ${file}`,
    wrong: `it has ${found} samples, but the first array has ${wanted}`,
    tryThis: 'Use arrays of the same samples in the same order.',
  });
}

const LABELS_OF_SCORES = 'Specify one class per sample; for one-hot rows or scores, array.argmax(axis=1).';
const RESHAPED = 'Reshape it before saving: numpy.save(file, array.reshape(…)).';

export function wrongShape(file: string, array: NpyArray, wanted: string, tryThis = RESHAPED): Failure {
  return new Failure({
    kind: 'bad-input',
    doing: `reading ${file}`,
    wrong: `its shape is (${array.shape.join(', ')}), not ${wanted}`,
    tryThis,
  });
}
