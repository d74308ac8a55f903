/**
 * Layers that only move values – permuting, padding, cropping, repeating, joining – as one index table:
 * output i is input from[i], and 0 where from[i] is −1. The way back adds what had been repeated.
 */
import { sizeOf, type Field, type Step } from './step.js';

export function gatherStep(from: Int32Array, inputSize: number, field: (field: Field) => Field): Step {
  return {
    forward: ([values]) => Float32Array.from(from, (at) => (at < 0 ? 0 : values[at])),
    backward: (signal) => {
      const result = new Float32Array(inputSize);
      from.forEach((at, i) => {
        if (at >= 0) result[at] += signal[i];
      });
      return [result];
    },
    field: (one) => [field(one)],
  };
}

/** The table of an output shape, from the input place of each output place (null: padding). */
export function gatherTable(
  outputShape: readonly number[],
  inputShape: readonly number[],
  inputPlace: (outputPlace: readonly number[]) => readonly number[] | null,
): Int32Array {
  const table = new Int32Array(sizeOf(outputShape));
  const place = outputShape.map(() => 0);
  for (let i = 0; i < table.length; i++) {
    const from = inputPlace(place);
    table[i] = from === null ? -1 : from.reduce((at, index, axis) => at * inputShape[axis] + index, 0);
    for (let axis = place.length - 1; axis >= 0 && ++place[axis] === outputShape[axis]; axis--) place[axis] = 0;
  }
  return table;
}

/** `axes[i]` is the input's axis that becomes axis i of the output. */
export function permuteStep(
  inputShape: readonly number[],
  axes: readonly number[],
  field: (field: Field) => Field,
): Step {
  const outputShape = axes.map((axis) => inputShape[axis]);
  const table = gatherTable(outputShape, inputShape, (place) => {
    const from = inputShape.map(() => 0);
    axes.forEach((axis, i) => (from[axis] = place[i]));
    return from;
  });
  return gatherStep(table, sizeOf(inputShape), field);
}

/** Values with axis `axes[i]` as axis i. */
export function permuted(values: Float32Array, shape: readonly number[], axes: readonly number[]): Float32Array {
  return permuteStep(shape, axes, (field) => field).forward([values]);
}

/** (channel, …space) ↔ (…space, channel); fields are of space alone and stay. */
export function toChannelsLast(shape: readonly number[]): Step {
  const axes = [...shape.keys()];
  return permuteStep(shape, [...axes.slice(1), 0], (field) => field);
}

export function toChannelsFirst(shape: readonly number[]): Step {
  const axes = [...shape.keys()];
  return permuteStep(shape, [axes.length - 1, ...axes.slice(0, -1)], (field) => field);
}
