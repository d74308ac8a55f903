/**
 * What one position of a layer's map sees of the input (Araujo, Norris and Sim 2019): along each axis
 * position i sees the pixels start + i·jump … start + i·jump + size − 1. Strides, padding, dilation, pools
 * and upsampling are followed; branches see their union. Where a layer mixes places it sees everything.
 */
import type { Layer } from '../../protocol/run.js';

export interface FieldAxis {
  readonly start: number;
  readonly jump: number;
  readonly size: number;
}

/** By axis of the map; null where any position may see the whole input. */
export type ReceptiveField = readonly FieldAxis[] | null;

/** Of every layer, in order. */
export function receptiveFields(layers: readonly Layer[]): ReceptiveField[] {
  const fields: ReceptiveField[] = [];
  for (const layer of layers) fields.push(fieldOf(layer, layers, fields));
  return fields;
}

/** The window of a position along one axis, widened to whole pixels: first pixel and length. */
export function windowOf({ start, jump, size }: FieldAxis, position: number): { from: number; length: number } {
  const from = Math.floor(start + position * jump + 1e-9);
  const last = Math.ceil(start + position * jump + size - 1 - 1e-9);
  return { from, length: last - from + 1 };
}

function fieldOf(layer: Layer, layers: readonly Layer[], fields: readonly ReceptiveField[]): ReceptiveField {
  if (layer.inputs.length === 0) return layer.mapShape.map(() => ({ start: 0, jump: 1, size: 1 }));
  if (layer.mapShape.length === 0) return null;
  const before = union(layer.inputs.map((index) => fields[index]));
  const from = layers[layer.inputs[0]];
  if (!before || before.length !== layer.mapShape.length) return null;
  return throughLayer(layer, from, before);
}

function throughLayer(layer: Layer, from: Layer, before: readonly FieldAxis[]): ReceptiveField {
  const each = (change: (axis: FieldAxis, i: number) => FieldAxis): FieldAxis[] => before.map(change);
  const { className, kind, mapShape } = layer;
  if (/^UpSampling/.test(className)) return each((axis, i) => upsampled(axis, mapShape[i] / from.mapShape[i]));
  if (/Transpose$/.test(className)) return each((axis, i) => transposed(axis, layer, i));
  if (/^ZeroPadding|^Cropping/.test(className)) {
    // The amounts are not recorded: what the shapes say when both sides are alike.
    return each((axis, i) => ({ ...axis, start: axis.start - axis.jump * ((mapShape[i] - from.mapShape[i]) / 2) }));
  }
  if (kind === 'conv' || kind === 'pool') return each((axis, i) => slid(axis, layer, from.mapShape[i], i));
  const keepsPlaces = mapShape.every((length, i) => length === from.mapShape[i]);
  const isLocal = ['normalization', 'activation', 'dropout', 'merge', 'dense'].includes(kind);
  return keepsPlaces && isLocal ? before : null;
}

function slid(axis: FieldAxis, layer: Layer, inputLength: number, i: number): FieldAxis {
  const stride = along(layer.config['strides'] ?? layer.config['poolSize'], i, 1);
  const kernel = along(layer.config['kernelSize'] ?? layer.config['poolSize'], i, 1);
  const reach = (kernel - 1) * along(layer.config['dilationRate'], i, 1) + 1;
  const before = padBefore(layer.config['padding'], inputLength, stride, reach);
  return {
    start: axis.start - before * axis.jump,
    jump: axis.jump * stride,
    size: axis.size + (reach - 1) * axis.jump,
  };
}

/** TensorFlow pads less in front than behind where the sum is odd. */
function padBefore(padding: unknown, length: number, stride: number, reach: number): number {
  if (padding === 'causal') return reach - 1;
  if (padding !== 'same') return 0;
  return Math.floor(Math.max(0, (Math.ceil(length / stride) - 1) * stride + reach - length) / 2);
}

function upsampled({ start, jump, size }: FieldAxis, factor: number): FieldAxis {
  const slack = (jump * (factor - 1)) / factor;
  return { start: start - slack, jump: jump / factor, size: size + slack };
}

/** Position o gathers inputs i with o = i·stride + tap − pad, tap in 0 … kernel − 1. */
function transposed({ start, jump, size }: FieldAxis, { config }: Layer, i: number): FieldAxis {
  const stride = along(config['strides'], i, 1);
  const kernel = along(config['kernelSize'], i, 1);
  const pad = config['padding'] === 'same' ? Math.floor(Math.max(0, kernel - stride) / 2) : 0;
  const reach = (jump * (kernel - 1)) / stride;
  return { start: start + (jump * pad) / stride - reach, jump: jump / stride, size: size + reach };
}

function along(value: unknown, axis: number, otherwise: number): number {
  const one: unknown = Array.isArray(value) ? value[axis] : value;
  return typeof one === 'number' ? one : otherwise;
}

/** Null where one is, or where branches step differently. */
function union(fields: readonly ReceptiveField[]): readonly FieldAxis[] | null {
  const [first, ...others] = fields;
  if (!first) return null;
  return others.reduce<readonly FieldAxis[] | null>((all, one) => {
    if (!all || !one || one.length !== all.length) return null;
    const joined = all.map((axis, i) => unionAxis(axis, one[i]));
    return joined.every((axis) => axis !== null) ? joined : null;
  }, first);
}

function unionAxis(a: FieldAxis, b: FieldAxis): FieldAxis | null {
  if (Math.abs(a.jump - b.jump) > 1e-9) return null;
  const start = Math.min(a.start, b.start);
  return { start, jump: a.jump, size: Math.max(a.start + a.size, b.start + b.size) - start };
}
