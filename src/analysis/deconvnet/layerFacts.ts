/** A recorded layer as its step is built from: shapes, configuration and weights, each held against the others. */
import { Failure } from '../../protocol/failure.js';
import type { Layer } from '../../protocol/run.js';
import type { RecordedWeight } from '../../store/format/runAccess.js';
import { channelsOf, sizeOf, spatialSizes, type DataFormat } from './step.js';
import type { Padding, WindowOptions } from './windows.js';

export interface LayerFacts {
  readonly layer: Layer;
  /** Shapes of what feeds it, in order, without the batch. */
  readonly inputShapes: readonly (readonly number[])[];
  readonly inputFormats: readonly DataFormat[];
  readonly format: DataFormat;
  /** Its own, or those of the layer that it shares. */
  readonly weights: readonly RecordedWeight[];
  /** Whether the signal starts at this layer's output. */
  readonly isTarget: boolean;
}

/** Nothing can be projected through this layer; `wrong` says why. */
export function refused(layer: Layer, wrong: string): Failure {
  return new Failure({
    kind: 'unsupported',
    doing: `projecting through ${layer.name} (${layer.className})`,
    wrong,
    tryThis: 'Choose an earlier layer: a projection passes only through the layers before it.',
  });
}

/** What the recording says of the layer contradicts itself. */
export function contradiction(layer: Layer, wrong: string): Failure {
  return new Failure({
    kind: 'damaged',
    doing: `reading the configuration of ${layer.name} (${layer.className})`,
    wrong,
    tryThis: 'Record the run again.',
  });
}

/** One input, or a contradiction. */
export function onlyInput({ layer, inputShapes, inputFormats }: LayerFacts): {
  readonly shape: readonly number[];
  readonly format: DataFormat;
  readonly space: readonly number[];
  readonly channels: number;
} {
  if (inputShapes.length !== 1) throw contradiction(layer, `it has ${inputShapes.length} inputs, but takes 1`);
  const [shape, format] = [inputShapes[0], inputFormats[0]];
  return { shape, format, space: spatialSizes(shape, format), channels: channelsOf(shape, format) };
}

/** The weight of that name and shape. */
export function weight({ layer, weights }: LayerFacts, name: string, shape: readonly number[]): Float32Array {
  const found = weights.find((one) => one.name === name);
  if (!found) throw contradiction(layer, `it has no weight "${name}"`);
  if (found.values.length !== sizeOf(shape) || !sameShape(found.shape, shape)) {
    throw contradiction(layer, `its weight "${name}" is ${found.shape.join('×')}, but should be ${shape.join('×')}`);
  }
  return found.values;
}

export function optionalWeight(facts: LayerFacts, name: string, shape: readonly number[]): Float32Array | null {
  return facts.weights.some((one) => one.name === name) ? weight(facts, name, shape) : null;
}

/** Whole numbers of a configuration: as many as `count`; one stands for all, none for `otherwise`. */
export function counts({ layer }: LayerFacts, key: string, count: number, otherwise: number): readonly number[] {
  const value = layer.config[key] ?? otherwise;
  const list = (Array.isArray(value) ? value : [value]).map(Number);
  const full = list.length === 1 ? Array.from({ length: count }, () => list[0]) : list;
  if (full.length !== count || !full.every((one) => Number.isSafeInteger(one) && one >= 1)) {
    throw contradiction(layer, `its ${key} is ${JSON.stringify(value)}`);
  }
  return full;
}

export function numberOf({ layer }: LayerFacts, key: string, otherwise: number): number {
  const value = layer.config[key] ?? otherwise;
  if (typeof value !== 'number') throw contradiction(layer, `its ${key} is ${JSON.stringify(value)}`);
  return value;
}

/** Kernel, strides, dilation and padding; `kernelKey` is "kernelSize" or "poolSize". */
export function windowOptions(facts: LayerFacts, kernelKey: 'kernelSize' | 'poolSize', axes: number): WindowOptions {
  const padding = facts.layer.config['padding'] ?? 'valid';
  if (padding !== 'same' && padding !== 'valid')
    throw refused(facts.layer, `its padding is ${JSON.stringify(padding)}`);
  const kernel = counts(facts, kernelKey, axes, 2);
  return {
    kernel,
    // Pools step by their own size unless they say otherwise.
    stride:
      facts.layer.config['strides'] == null && kernelKey === 'poolSize' ? kernel : counts(facts, 'strides', axes, 1),
    dilation: counts(facts, 'dilationRate', axes, 1),
    padding: padding satisfies Padding,
  };
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
