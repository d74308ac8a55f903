/**
 * What a recorded layer computes, in words that are the same for all frameworks. Axes are those of one sample, without the batch; spatial
 * lists are in the order of the map's axes.
 */
import type { Layer, RunManifest, WeightArray } from '../protocol/run.js';

/** What an operation is read from; without a framework it is TensorFlow.js. */
export interface RecordedModel {
  readonly framework?: RunManifest['framework'];
  readonly layers: readonly Layer[];
}

/** "same" as TensorFlow pads: ⌈size ÷ stride⌉ outputs, the odd value after the end. */
export type Padding = 'same' | 'valid' | { readonly before: readonly number[]; readonly after: readonly number[] };

export interface WindowOptions {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: Padding;
  /** A last window may reach beyond the padding, as `ceil_mode` of PyTorch has it. False when absent. */
  readonly ceil?: boolean;
}

/**
 * Where a layer's weights lead from channels to channels. As arrays they are (…window, in ÷ groups, out), of a transposed convolution
 * (…window, out ÷ groups, in), of a depthwise one (…window, in, multiplier), of units (in, out).
 */
export interface Kernel {
  readonly form: 'convolution' | 'transposed' | 'depthwise' | 'separable' | 'dense' | 'recurrent';
  readonly name: string;
  /** The second kernel of a separable convolution. */
  readonly pointwise?: string;
  readonly bias: string;
  /** Axis of the stored array by axis of the one above; null: they are the same. */
  readonly axes: readonly number[] | null;
  readonly groups: number;
}

/** `amount`: slope, α, β or the most of a bounded rectifier. */
export interface Activation {
  readonly name: string;
  readonly amount?: number;
  /** Of a softmax: along which axis. */
  readonly axis?: number;
}

export type Operation =
  | {
      readonly op: 'kernel';
      readonly kernel: Kernel;
      readonly windows: WindowOptions | null;
      readonly activation: Activation;
    }
  | {
      readonly op: 'pool';
      readonly of: 'maximum' | 'mean';
      readonly windows: WindowOptions;
      /** What a mean is divided by: values on the map, those and the padding, or a number. */
      readonly divisor: 'values' | 'window' | number;
    }
  /** Whole maps to one value; the spatial axes stay, with size 1, or go. */
  | { readonly op: 'globalPool'; readonly of: 'maximum' | 'mean'; readonly keepsAxes: boolean }
  /** With the statistics of training: a scale and an offset a channel. */
  | {
      readonly op: 'normalize';
      readonly axis: number;
      readonly epsilon: number;
      readonly mean: string;
      readonly variance: string;
      readonly scale: string;
      readonly offset: string;
    }
  | { readonly op: 'activation'; readonly activation: Activation }
  /** Slopes by place; axes that share theirs have size 1. */
  | { readonly op: 'slopes'; readonly weight: string; readonly shape: readonly number[] }
  | { readonly op: 'identity' }
  /** The values stay where they are, in another shape. */
  | { readonly op: 'reshape' }
  /** Axis i of the output is `axes[i]` of the input; then, perhaps, another shape. */
  | { readonly op: 'permute'; readonly axes: readonly number[] }
  | { readonly op: 'repeat' }
  /** Zeros before and after each spatial axis; cropping is padding by less than nothing. */
  | { readonly op: 'pad'; readonly before: readonly number[]; readonly after: readonly number[] }
  /** Each value again and again along the spatial axes. */
  | { readonly op: 'upsample'; readonly factors: readonly number[] }
  /** Σ factor · input. */
  | { readonly op: 'add'; readonly factors: readonly number[] }
  | { readonly op: 'maximum' }
  | { readonly op: 'concatenate'; readonly axis: number }
  | { readonly op: 'affine'; readonly factor: number; readonly offset: number }
  /** `reason` why it is not known what is computed; `isDamaged`: the recording contradicts itself. */
  | { readonly op: 'unknown'; readonly reason: string; readonly isDamaged: boolean };

/** Why an operation is unknown: thrown while it is read, never beyond `operationOf`. */
export class UnknownOperation extends Error {
  constructor(
    readonly reason: string,
    readonly isDamaged = false,
  ) {
    super(reason);
  }
}

export interface LayerInputs {
  readonly layer: Layer;
  readonly inputShapes: readonly (readonly number[])[];
  readonly inputFormats: readonly Layer['format'][];
  /** Its own, or those of the layer whose second call it is. */
  readonly weights: readonly WeightArray[];
}

export const LINEAR: Activation = { name: 'linear' };

/** Values of a layer's configuration, each checked when it is read. */
export class Config {
  constructor(readonly values: Layer['config']) {}

  has(key: string): boolean {
    return this.values[key] != null;
  }

  /** Whole numbers of at least `least`: as many as `count`; one stands for all, none for `otherwise`. */
  counts(key: string, count: number, otherwise: number | readonly number[], least = 1): readonly number[] {
    const value = this.values[key] ?? otherwise;
    const list = (Array.isArray(value) ? value : [value]).map(Number);
    const full = list.length === 1 ? Array.from({ length: count }, () => list[0] ?? NaN) : list;
    if (full.length === count && full.every((one) => Number.isSafeInteger(one) && one >= least)) return full;
    throw this.#wrong(key);
  }

  list(key: string): readonly number[] | null {
    const value = this.values[key];
    if (value == null) return null;
    const list = [value].flat().map(Number);
    if (list.every(Number.isSafeInteger)) return list;
    throw this.#wrong(key);
  }

  number(key: string, otherwise: number): number {
    const value = this.values[key] ?? otherwise;
    if (typeof value === 'number') return value;
    throw this.#wrong(key);
  }

  text(key: string, otherwise: string): string {
    const value = this.values[key] ?? otherwise;
    if (typeof value === 'string') return value;
    throw this.#wrong(key);
  }

  flag(key: string, otherwise: boolean): boolean {
    return Boolean(this.values[key] ?? otherwise);
  }

  #wrong(key: string): UnknownOperation {
    return new UnknownOperation(`its ${key} is ${JSON.stringify(this.values[key])}`, true);
  }
}

/** Axes of a configuration count the batch as 0; negative ones count from the end. */
export function axisWithoutBatch(axis: number, rank: number): number {
  return axis < 0 ? rank + axis : axis - 1;
}

/** From the letters of a stored kernel ("OIHW") to (…window, in, out), or (…window, out, in); null: it is that already. */
export function kernelAxes(layout: string, isTransposed: boolean): readonly number[] | null {
  const letters = [...layout];
  const [input, output] = [letters.indexOf('I'), letters.indexOf('O')];
  const axes = [
    ...[...letters.keys()].filter((axis) => axis !== input && axis !== output),
    ...(isTransposed ? [output, input] : [input, output]),
  ];
  return axes.every((axis, i) => axis === i) ? null : axes;
}
