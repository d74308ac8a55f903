/** A recorded layer as its step is built from: shapes, configuration and weights, each held against the others. */
import { Failure } from '../../protocol/failure.js';
import type { Layer } from '../../protocol/run.js';
import type { RecordedWeight } from '../../store/format/runAccess.js';
import { permuted } from './gather.js';
import { channelsOf, sizeOf, spatialSizes, type DataFormat } from './step.js';
import type { Operation } from '../../frameworks/operation.js';

export interface LayerFacts {
  readonly layer: Layer;
  readonly operation: Operation;
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

/**
 * The weight of that name, in that shape; `axes` says which axis of the stored array is which. Where a layer has others in
 * its place, such as those of a weight normalization, nothing can be computed.
 */
export function weight(
  { layer, weights }: LayerFacts,
  name: string,
  shape: readonly number[],
  axes: readonly number[] | null = null,
): Float32Array {
  const found = weights.find((one) => one.name === name);
  if (!found) {
    if (weights.length === 0) throw contradiction(layer, `it has no weight "${name}"`);
    throw refused(layer, `it has no weight "${name}", but ${weights.map((one) => `"${one.name}"`).join(', ')}`);
  }
  const stored = axes ? inverse(axes).map((axis) => shape[axis]) : shape;
  if (found.values.length !== sizeOf(shape) || !sameShape(found.shape, stored)) {
    throw contradiction(layer, `its weight "${name}" is ${found.shape.join('×')}, but should be ${stored.join('×')}`);
  }
  return axes ? permuted(found.values, found.shape, axes) : found.values;
}

function inverse(axes: readonly number[]): number[] {
  return axes.map((_, axis) => axes.indexOf(axis));
}

export function optionalWeight(facts: LayerFacts, name: string, shape: readonly number[]): Float32Array | null {
  return facts.weights.some((one) => one.name === name) ? weight(facts, name, shape) : null;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
