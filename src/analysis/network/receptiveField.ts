/**
 * What one position of a layer's map sees of the input (Araujo, Norris and Sim 2019): along each axis
 * position i sees the pixels start + i·jump … start + i·jump + size − 1. Strides, padding, dilation, pools
 * and upsampling are followed; branches see their union. Where a layer mixes places it sees everything.
 */
import type { Operation, RecordedModel } from '../../frameworks/operation.js';
import { operationOf } from '../../frameworks/operationOf.js';
import type { Layer } from '../../protocol/run.js';
import { windowsOver, type Windows } from '../deconvnet/windows.js';

export interface FieldAxis {
  readonly start: number;
  readonly jump: number;
  readonly size: number;
}

/** By axis of the map; null where any position may see the whole input. */
export type ReceptiveField = readonly FieldAxis[] | null;

/** Of every layer, in order. */
export function receptiveFields(model: RecordedModel): ReceptiveField[] {
  const fields: ReceptiveField[] = [];
  for (const layer of model.layers) fields.push(fieldOf(layer, model, fields));
  return fields;
}

/** The window of a position along one axis, widened to whole pixels: first pixel and length. */
export function windowOf({ start, jump, size }: FieldAxis, position: number): { from: number; length: number } {
  const from = Math.floor(start + position * jump + 1e-9);
  const last = Math.ceil(start + position * jump + size - 1 - 1e-9);
  return { from, length: last - from + 1 };
}

function fieldOf(layer: Layer, model: RecordedModel, fields: readonly ReceptiveField[]): ReceptiveField {
  if (layer.inputs.length === 0) return layer.mapShape.map(() => ({ start: 0, jump: 1, size: 1 }));
  if (layer.mapShape.length === 0) return null;
  const before = union(layer.inputs.map((index) => fields[index]));
  const from = model.layers[layer.inputs[0]];
  if (!before || before.length !== layer.mapShape.length) return null;
  return throughLayer(layer, operationOf(model, layer), from, before);
}

function throughLayer(layer: Layer, operation: Operation, from: Layer, before: readonly FieldAxis[]): ReceptiveField {
  const each = (change: (axis: FieldAxis, i: number) => FieldAxis): FieldAxis[] => before.map(change);
  const { mapShape } = layer;
  const first = 3 - mapShape.length;
  switch (operation.op) {
    case 'upsample':
      return each((axis, i) => upsampled(axis, mapShape[i] / from.mapShape[i]));
    case 'pad':
      return each((axis, i) => ({ ...axis, start: axis.start - axis.jump * operation.before[i] }));
    case 'pool': {
      const windows = windowsOver(from.mapShape, operation.windows);
      return each((axis, i) => slid(axis, windows, first + i));
    }
    case 'kernel': {
      if (!operation.windows) return local(layer, operation, from, before);
      if (operation.kernel.form === 'transposed') {
        const windows = windowsOver(mapShape, operation.windows);
        return each((axis, i) => transposed(axis, windows, first + i));
      }
      const windows = windowsOver(from.mapShape, operation.windows);
      return each((axis, i) => slid(axis, windows, first + i));
    }
    default:
      return local(layer, operation, from, before);
  }
}

/** Layers that leave every value where it is. */
function local(
  { kind, mapShape }: Layer,
  operation: Operation,
  from: Layer,
  before: readonly FieldAxis[],
): ReceptiveField {
  const keepsPlaces = mapShape.every((length, i) => length === from.mapShape[i]);
  const isLocal =
    operation.op === 'identity' || ['normalization', 'activation', 'dropout', 'merge', 'dense'].includes(kind);
  return keepsPlaces && isLocal ? before : null;
}

function slid(axis: FieldAxis, { stride, before, kernel, dilation }: Windows, at: number): FieldAxis {
  return {
    start: axis.start - before[at] * axis.jump,
    jump: axis.jump * stride[at],
    size: axis.size + (kernel[at] - 1) * dilation[at] * axis.jump,
  };
}

function upsampled({ start, jump, size }: FieldAxis, factor: number): FieldAxis {
  const slack = (jump * (factor - 1)) / factor;
  return { start: start - slack, jump: jump / factor, size: size + slack };
}

/** Position o gathers inputs i with o = i·stride + tap·dilation − padding, tap in 0 … kernel − 1. */
function transposed({ start, jump, size }: FieldAxis, windows: Windows, at: number): FieldAxis {
  const stride = windows.stride[at];
  const reach = (jump * (windows.kernel[at] - 1) * windows.dilation[at]) / stride;
  return { start: start + (jump * windows.before[at]) / stride - reach, jump: jump / stride, size: size + reach };
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
