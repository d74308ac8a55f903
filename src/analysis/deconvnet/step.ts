/**
 * One layer of a network as a deconvnet takes it (Zeiler and Fergus 2014, §2.1): forward for its
 * switches, backward for the signal. A signal is never rectified here except where the layer rectifies.
 */

/**
 * The part of a layer's maps that a unit can see: [from, to) along each spatial axis. Layers of units
 * have none, and see everything below them.
 */
export type Field = readonly (readonly [from: number, to: number])[];

/** Values are those of one sample, row-major in the framework's own order of axes. */
export interface Step {
  /** Keeps what the way back needs (switches): a step is used for one sample. */
  forward(inputs: readonly Float32Array[]): Float32Array;
  /** From the signal at the output to the signal at each input. After `forward`. */
  backward(signal: Float32Array): readonly Float32Array[];
  /** What of each input a unit of that part of the output can see. */
  field(field: Field): readonly Field[];
}

/** Steps with one input each, one after the other. */
export function chain(steps: readonly Step[]): Step {
  return {
    forward: (inputs) => steps.reduce((values, step) => [step.forward(values)], inputs)[0],
    backward: (signal) => steps.reduceRight<readonly Float32Array[]>(([one], step) => step.backward(one), [signal]),
    field: (field) => steps.reduceRight<readonly Field[]>(([one], step) => step.field(one), [field]),
  };
}

/** Leaves values as they are in inference: dropout, noise, flattening of channels-last maps. */
export const IDENTITY: Step = {
  forward: ([values]) => values,
  backward: (signal) => [signal],
  field: (field) => [field],
};

/** The whole of maps with this shape (framework order, one axis of channels). */
export function wholeField(shape: readonly number[], format: DataFormat): Field {
  return spatialSizes(shape, format).map((size) => [0, size]);
}

export type DataFormat = 'channelsLast' | 'channelsFirst';

/** Sizes of the spatial axes; none for layers of units. */
export function spatialSizes(shape: readonly number[], format: DataFormat): readonly number[] {
  if (shape.length <= 1) return [];
  return format === 'channelsFirst' ? shape.slice(1) : shape.slice(0, -1);
}

export function channelsOf(shape: readonly number[], format: DataFormat): number {
  return (format === 'channelsFirst' ? shape[0] : shape.at(-1)) ?? 1;
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
