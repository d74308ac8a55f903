/** Samples that are the rows of an array in memory. */
import { badData } from './dataFailure.js';
import { elementCount, type DataArray, type Samples } from './dataSet.js';

/**
 * `file` and `labelsFile` are for messages. Throws a Failure when labels and samples do not number the same.
 */
export function arraySamples(
  array: DataArray,
  targets: DataArray | null,
  { file, labelsFile }: { readonly file: string; readonly labelsFile: string | null },
): Samples {
  const [count = 0, ...shape] = array.shape;
  if (array.shape.length === 0 || elementCount(array.shape) === 0) {
    throw badData(
      file,
      null,
      `its shape (${array.shape.join(', ')}) has no sample`,
      'The first axis must be the samples.',
    );
  }
  if (targets && targets.shape[0] !== count) {
    const wrong = `it has ${targets.shape[0] ?? 'no'} labels for the ${count} samples of ${file}`;
    throw badData(labelsFile ?? file, null, wrong, 'Specify the labels of these samples.');
  }
  const size = elementCount(shape);
  const { values } = array;
  return {
    count,
    shape,
    storage: values instanceof Uint8Array ? 'bytes' : 'floats',
    targets,
    read: (indices) => {
      const out = new Float32Array(indices.length * size);
      indices.forEach((index, place) => out.set(values.subarray(index * size, (index + 1) * size), place * size));
      return Promise.resolve(out);
    },
  };
}

/** Arrays with equal samples, one after the other: the files of a training set that comes in parts. */
export function joinArrays(parts: readonly DataArray[]): DataArray {
  const [first, ...others] = parts;
  if (!first) return { shape: [0], values: new Float32Array(0) };
  if (others.length === 0) return first;
  const length = parts.reduce((sum, part) => sum + part.values.length, 0);
  const values = parts.every((part) => part.values instanceof Uint8Array)
    ? new Uint8Array(length)
    : new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    at += part.values.length;
  }
  const count = parts.reduce((sum, part) => sum + (part.shape[0] ?? 0), 0);
  return { shape: [count, ...first.shape.slice(1)], values };
}
