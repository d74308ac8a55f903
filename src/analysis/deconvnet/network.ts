/**
 * The deconvnet of one feature map, or of one unit of it, in input space (Zeiler and Fergus, Visualizing
 * and Understanding Convolutional Networks, 2014): the layer's other values are set to zero and what is
 * left goes back – unpooled by switches, rectified, filtered by the transposed filters – down every
 * branch that feeds the layer. Plain arithmetic over what a run records: nothing of it is executed.
 */
import { Failure } from '../../protocol/failure.js';
import type { RecordedModel } from '../../frameworks/operation.js';
import { operationOf } from '../../frameworks/operationOf.js';
import type { Layer } from '../../protocol/run.js';
import type { RecordedWeight } from '../../store/format/runAccess.js';
import { formatsOf } from './formats.js';
import type { LayerFacts } from './layerFacts.js';
import { stepOf } from './layerSteps.js';
import { channelsOf, sizeOf, spatialSizes, type DataFormat, type Field, type Step } from './step.js';

/** Which values of the channel's map go back: all, the largest one, or one place ([y, x]; [] of a unit). */
export type Unit = 'map' | 'strongest' | readonly number[];

export interface Network extends RecordedModel {
  readonly formats: readonly DataFormat[];
  /** The target and all that feeds it, in order; the model's inputs among them. */
  readonly needed: readonly number[];
  readonly target: number;
}

/** Throws a Failure for a network with a layer that nothing can be projected through, before anything is read. */
export function networkBelow({ framework, layers }: RecordedModel, target: number): Network {
  const needed = new Set([target]);
  for (let index = target; index >= 0; index--) {
    if (needed.has(index)) for (const input of layers[index].inputs) if (input < index) needed.add(input);
  }
  const network = {
    framework,
    layers,
    formats: formatsOf(layers),
    needed: [...needed].sort((a, b) => a - b),
    target,
  };
  checkSize(network);
  return network;
}

/** Values of one sample in all layers together, 512 MB: more is no layer of a picture's size. */
const MOST_VALUES = 2 ** 27;

function checkSize({ layers, needed }: Network): void {
  const values = needed.reduce((sum, index) => sum + sizeOf(layers[index].outputShape), 0);
  if (values <= MOST_VALUES) return;
  throw new Failure({
    kind: 'unsupported',
    doing: 'projecting a feature map to the input',
    wrong: `the layers up to ${layers[needed.at(-1) ?? 0].name} have ${values} values per sample; the limit is ${MOST_VALUES}`,
    tryThis: 'Choose an earlier layer.',
  });
}

/** Layers that have no layer before them: their values are the recorded ones. */
export function isSource(layer: Layer): boolean {
  return layer.inputs.length === 0;
}

export interface Forward {
  /** By layer, framework order; of the needed layers. */
  readonly values: ReadonlyMap<number, Float32Array>;
  readonly steps: ReadonlyMap<number, Step>;
}

export interface Source {
  /** Values of one sample of a layer without inputs, in the framework's order. */
  values(layer: Layer): Float32Array;
  weights(layer: Layer): readonly RecordedWeight[];
}

/** Runs one sample up to the target with recorded weights, and keeps the switches. */
export function runForward(network: Network, source: Source): Forward {
  const values = new Map<number, Float32Array>();
  const steps = new Map<number, Step>();
  for (const index of network.needed) {
    const layer = network.layers[index];
    if (isSource(layer)) {
      values.set(index, source.values(layer));
      continue;
    }
    const step = stepOf(factsOf(network, layer, source));
    steps.set(index, step);
    values.set(index, step.forward(layer.inputs.map((input) => values.get(input) ?? new Float32Array(0))));
  }
  return { values, steps };
}

function factsOf(network: Network, layer: Layer, source: Source): LayerFacts {
  const { layers, formats, target } = network;
  return {
    layer,
    operation: operationOf(network, layer),
    inputShapes: layer.inputs.map((input) => layers[input].outputShape),
    inputFormats: layer.inputs.map((input) => formats[input]),
    format: formats[layer.index],
    weights: source.weights(layer),
    isTarget: layer.index === target,
  };
}

export interface Projection {
  /** The unit that went back; null for the whole map. */
  readonly place: readonly number[] | null;
  /** Its activation; of a map the largest one. NaN where the map has no number. */
  readonly activation: number;
  /** The channel's map as it was computed, row-major over space. */
  readonly map: Float32Array;
  /** In the input layer's framework order. */
  readonly picture: Float32Array;
  /** What of the input the unit, or the map, can see. */
  readonly field: Field;
}

/** Back to layer 0. Call once for each `runForward`. */
export function projectBack(network: Network, { values, steps }: Forward, channel: number, unit: Unit): Projection {
  const { layers, target, formats, needed } = network;
  const output = values.get(target) ?? new Float32Array(0);
  const placeOf = placesIn(layers[target], formats[target], channel);
  const space = spatialSizes(layers[target].outputShape, formats[target]);
  const map = Float32Array.from({ length: sizeOf(space) }, (_, at) => output[placeOf(at)]);
  const chosen = chosenPlace(map, unit, space);
  const signal = new Float32Array(output.length);
  map.forEach((value, at) => {
    if ((chosen === null || at === chosen) && Number.isFinite(value)) signal[placeOf(at)] = value;
  });
  const signals = new Map([[target, signal]]);
  const fields = new Map([[target, fieldOf(space, chosen)]]);
  for (const index of [...needed].reverse()) passBack(layers[index], steps.get(index), signals, fields);
  const input = layers[0];
  return {
    place: chosen === null ? null : unravelled(chosen, space),
    activation: chosen === null ? map[strongest(map)] : map[chosen],
    map,
    picture: signals.get(0) ?? new Float32Array(sizeOf(input.outputShape)),
    field: fields.get(0) ?? spatialSizes(input.outputShape, formats[0]).map(() => [0, 0] as const),
  };
}

/** Adds a layer's signal and field to those of its inputs: several branches may end in one. */
function passBack(
  layer: Layer,
  step: Step | undefined,
  signals: Map<number, Float32Array>,
  fields: Map<number, Field>,
): void {
  const [signal, field] = [signals.get(layer.index), fields.get(layer.index)];
  if (!step || !signal || !field) return;
  const below = step.backward(signal);
  const seen = step.field(field);
  layer.inputs.forEach((input, i) => {
    const before = signals.get(input);
    signals.set(input, before ? before.map((value, at) => value + below[i][at]) : below[i]);
    fields.set(input, united(fields.get(input), seen[i]));
  });
  if (layer.index > 0) signals.delete(layer.index);
}

function united(a: Field | undefined, b: Field): Field {
  if (!a || a.some(([from, to]) => from === to)) return b;
  if (b.some(([from, to]) => from === to)) return a;
  return a.map(([from, to], axis) => [Math.min(from, b[axis][0]), Math.max(to, b[axis][1])]);
}

/** Where in a layer's values the places of one channel's map are. */
function placesIn({ outputShape }: Layer, format: DataFormat, channel: number): (at: number) => number {
  const channels = channelsOf(outputShape, format);
  const size = sizeOf(outputShape) / channels;
  return format === 'channelsFirst' && outputShape.length > 1
    ? (at) => channel * size + at
    : (at) => at * channels + channel;
}

function chosenPlace(map: Float32Array, unit: Unit, space: readonly number[]): number | null {
  if (unit === 'map') return null;
  if (unit === 'strongest') return strongest(map);
  const inside = unit.length === space.length && unit.every((at, axis) => at < space[axis]);
  if (inside) return unit.reduce((at, index, axis) => at * space[axis] + index, 0);
  throw new Failure({
    kind: 'bad-input',
    doing: 'choosing the unit to project',
    wrong: `${unit.join(',') || 'nothing'} is outside a map of ${space.join('×') || 'one unit'}`,
    tryThis:
      space.length > 0 ? `Give ${space.length} numbers below ${space.join(', ')}.` : 'Use the strongest activation.',
  });
}

/** The first of the largest numbers; 0 where there is none. */
function strongest(map: Float32Array): number {
  let best = 0;
  for (let at = 1; at < map.length; at++) if (map[at] > map[best] || Number.isNaN(map[best])) best = at;
  return best;
}

function fieldOf(space: readonly number[], chosen: number | null): Field {
  if (chosen === null) return space.map((size) => [0, size]);
  return unravelled(chosen, space).map((at) => [at, at + 1]);
}

function unravelled(at: number, space: readonly number[]): number[] {
  const place: number[] = [];
  let rest = at;
  for (let axis = space.length - 1; axis >= 0; axis--) {
    place.unshift(rest % space[axis]);
    rest = Math.floor(rest / space[axis]);
  }
  return place;
}
