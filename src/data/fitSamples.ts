/** Brings samples into the shape that a model takes, where that changes no value. */
import { Failure } from '../protocol/failure.js';
import { elementCount, type DataArray, type Samples } from './dataSet.js';

/**
 * `taken`: the model's input shape without the batch axis; null stands for any length. Axes of length 1 come
 * and go, (y, x, channel) becomes one row and back, and channels move to where the model has them. Throws a
 * Failure that names both shapes.
 */
export function fitSamples(samples: Samples, taken: readonly (number | null)[]): Samples {
  const given = samples.shape;
  const shape = taken.length === given.length ? taken.map((length, axis) => length ?? (given[axis] as number)) : taken;
  if (shape.some((length) => length === null)) throw misfit(given, taken);
  const target = shape as readonly number[];
  if (elementCount(target) !== elementCount(given)) throw misfit(given, taken);
  const movesChannels = channelMove(given, target);
  if (movesChannels)
    return { ...samples, shape: target, read: async (indices) => movesChannels(await samples.read(indices)) };
  if (isReshape(given, target)) return { ...samples, shape: target };
  throw misfit(given, taken);
}

type Move = (values: Float32Array<ArrayBuffer>) => Float32Array<ArrayBuffer>;

/** (c, y, x) ↔ (y, x, c); null when the shapes are no such pair. */
function channelMove(given: readonly number[], target: readonly number[]): Move | null {
  if (given.length !== 3 || target.length !== 3 || same(given, target)) return null;
  const [first, second, third] = given as [number, number, number];
  if (same(target, [second, third, first])) return (values) => transposed(values, first, second * third);
  if (same(target, [third, first, second])) return (values) => transposed(values, first * second, third);
  return null;
}

/** (sample, rows, columns) → (sample, columns, rows) */
function transposed(values: Float32Array<ArrayBuffer>, rows: number, columns: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(values.length);
  const size = rows * columns;
  for (let from = 0; from < values.length; from += size) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        out[from + column * rows + row] = values[from + row * columns + column] as number;
      }
    }
  }
  return out;
}

/** The same lengths but for ones, or one of the two is flat. */
function isReshape(given: readonly number[], target: readonly number[]): boolean {
  const solid = (shape: readonly number[]): number[] => shape.filter((length) => length !== 1);
  return same(solid(given), solid(target)) || given.length <= 1 || target.length <= 1;
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

function misfit(given: readonly number[], taken: readonly (number | null)[]): Failure {
  const words = (shape: readonly (number | null)[]): string => `(${shape.map((length) => length ?? 'any').join(', ')})`;
  return new Failure({
    kind: 'bad-input',
    doing: 'passing the samples to the model',
    wrong: `the model takes ${words(taken)}, but the samples are ${words(given)}`,
    tryThis: 'Change the inputShape of the first layer, or use another data set.',
  });
}

/** Rows of an array of targets: (index, …). */
export function targetRows({ shape, values }: DataArray, indices: readonly number[]): DataArray {
  const size = elementCount(shape.slice(1));
  const out = new Float32Array(indices.length * size);
  indices.forEach((index, place) => out.set(values.subarray(index * size, (index + 1) * size), place * size));
  return { shape: [indices.length, ...shape.slice(1)], values: out };
}
