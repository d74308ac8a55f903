/** Windows that slide over maps: which inputs each output sees. */
import type { Padding, WindowOptions } from '../../frameworks/operation.js';
import type { Field } from './step.js';

/** Three spatial axes always, [z, y, x]; missing ones have size 1. */
export type Triple = readonly [number, number, number];

export interface Windows {
  readonly input: Triple;
  readonly output: Triple;
  readonly kernel: Triple;
  readonly stride: Triple;
  readonly dilation: Triple;
  /** Padding before the first value. */
  readonly before: Triple;
  /** Padding behind the last one, as far as it was asked for. */
  readonly after: Triple;
}

/** "same" gives ⌈input ÷ stride⌉ outputs and pads the odd value after the end. */
export function windowsOver(input: readonly number[], options: WindowOptions): Windows {
  const sizes = triple(input);
  const kernel = triple(options.kernel);
  const stride = triple(options.stride);
  const dilation = triple(options.dilation);
  const reach = mapTriple((axis) => reachOf({ kernel, dilation }, axis));
  if (options.padding === 'same') {
    const output = mapTriple((axis) => Math.ceil(sizes[axis] / stride[axis]));
    const missing = mapTriple((axis) => Math.max(0, (output[axis] - 1) * stride[axis] + reach[axis] - sizes[axis]));
    const before = mapTriple((axis) => Math.floor(missing[axis] / 2));
    const after = mapTriple((axis) => missing[axis] - before[axis]);
    return { input: sizes, output, kernel, stride, dilation, before, after };
  }
  const [before, after] = explicitPadding(options.padding);
  const output = mapTriple((axis) => {
    const steps = (sizes[axis] + before[axis] + after[axis] - reach[axis]) / stride[axis];
    if (options.ceil !== true) return Math.floor(steps) + 1;
    // A window that begins behind the map, in the padding after it, is left out.
    const count = Math.ceil(steps) + 1;
    return (count - 1) * stride[axis] >= sizes[axis] + before[axis] ? count - 1 : count;
  });
  return { input: sizes, output, kernel, stride, dilation, before, after };
}

function explicitPadding(padding: Exclude<Padding, 'same'>): readonly [before: Triple, after: Triple] {
  const amounts = (list: readonly number[]): Triple => {
    const [z, y, x] = [0, 0, 0, ...list].slice(-3);
    return [z, y, x];
  };
  return padding === 'valid'
    ? [
        [0, 0, 0],
        [0, 0, 0],
      ]
    : [amounts(padding.before), amounts(padding.after)];
}

function triple(sizes: readonly number[]): Triple {
  const [z, y, x] = [1, 1, 1, ...sizes].slice(-3);
  return [z, y, x];
}

function mapTriple(value: (axis: 0 | 1 | 2) => number): Triple {
  return [value(0), value(1), value(2)];
}

/** Inputs that the outputs of a field see. */
export function fieldThrough(windows: Windows, field: Field): Field {
  return fieldAlong(windows, field, windows.input, ({ stride, before, reach }, from, to) => [
    from * stride - before,
    (to - 1) * stride - before + reach,
  ]);
}

/** The other way: outputs whose windows touch the inputs of a field. */
export function fieldAgainst(windows: Windows, field: Field): Field {
  return fieldAlong(windows, field, windows.output, ({ stride, before, reach }, from, to) => [
    Math.ceil((from + before - reach + 1) / stride),
    Math.floor((to - 1 + before) / stride) + 1,
  ]);
}

interface WindowAxis {
  readonly stride: number;
  readonly before: number;
  /** From a window's first tap to behind its last. */
  readonly reach: number;
}

/** Each axis of a field by itself, cut to the sizes; of an empty one nothing. */
function fieldAlong(
  windows: Windows,
  field: Field,
  sizes: Triple,
  ends: (axis: WindowAxis, from: number, to: number) => readonly [number, number],
): Field {
  return field.map(([from, to], i) => {
    const axis = 3 - field.length + i;
    const [stride, before, reach] = [windows.stride[axis], windows.before[axis], reachOf(windows, axis)];
    return to <= from ? [0, 0] : clipped(ends({ stride, before, reach }, from, to), sizes[axis]);
  });
}

function reachOf({ kernel, dilation }: Pick<Windows, 'kernel' | 'dilation'>, axis: number): number {
  return (kernel[axis] - 1) * dilation[axis] + 1;
}

function clipped([from, to]: readonly [number, number], size: number): readonly [number, number] {
  const low = Math.min(size, Math.max(0, from));
  return [low, Math.max(low, Math.min(size, to))];
}

/**
 * Calls `visit` for every tap of one output that lies on the input: places count positions, not
 * values, in row-major order of [z, y, x].
 */
export function eachTap(windows: Windows, at: number, visit: (inputPlace: number, tap: number) => void): void {
  const { input, output, kernel, stride, dilation, before } = windows;
  const z0 = Math.floor(at / (output[1] * output[2])) * stride[0] - before[0];
  const y0 = (Math.floor(at / output[2]) % output[1]) * stride[1] - before[1];
  const x0 = (at % output[2]) * stride[2] - before[2];
  const [endZ, endY, endX] = [endTap(windows, 0, z0), endTap(windows, 1, y0), endTap(windows, 2, x0)];
  for (let kz = firstTap(windows, 0, z0); kz < endZ; kz++) {
    const z = z0 + kz * dilation[0];
    for (let ky = firstTap(windows, 1, y0); ky < endY; ky++) {
      const y = y0 + ky * dilation[1];
      for (let kx = firstTap(windows, 2, x0); kx < endX; kx++)
        visit((z * input[1] + y) * input[2] + x0 + kx * dilation[2], (kz * kernel[1] + ky) * kernel[2] + kx);
    }
  }
}

/** Taps of one output on the input and its padding; what a last window has beyond both does not count. */
export function paddedCount({ input, output, kernel, stride, before, after }: Windows, at: number): number {
  const places = [Math.floor(at / (output[1] * output[2])), Math.floor(at / output[2]) % output[1], at % output[2]];
  return places.reduce((count, place, axis) => {
    const start = place * stride[axis] - before[axis];
    return count * (Math.min(start + kernel[axis], input[axis] + after[axis]) - start);
  }, 1);
}

/** The first tap on the input of a window that begins at `start`, which may lie before it. */
function firstTap({ dilation }: Windows, axis: number, start: number): number {
  return start >= 0 ? 0 : Math.ceil(-start / dilation[axis]);
}

/** Behind the last tap on the input. */
function endTap({ input, kernel, dilation }: Windows, axis: number, start: number): number {
  return Math.min(kernel[axis], Math.ceil((input[axis] - start) / dilation[axis]));
}

export function placesOf(sizes: Triple): number {
  return sizes[0] * sizes[1] * sizes[2];
}
