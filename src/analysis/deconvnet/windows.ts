/** Windows that slide over maps: which inputs each output sees. TensorFlow's rules of padding. */
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
}

export type Padding = 'same' | 'valid';

export interface WindowOptions {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: Padding;
}

/** "same" gives ⌈input ÷ stride⌉ outputs and pads the odd value after the end. */
export function windowsOver(input: readonly number[], options: WindowOptions): Windows {
  const sizes = triple(input);
  const kernel = triple(options.kernel);
  const stride = triple(options.stride);
  const dilation = triple(options.dilation);
  const reach = mapTriple((axis) => reachOf({ kernel, dilation }, axis));
  const same = options.padding === 'same';
  const output = mapTriple((axis) =>
    same ? Math.ceil(sizes[axis] / stride[axis]) : Math.floor((sizes[axis] - reach[axis]) / stride[axis]) + 1,
  );
  const before = mapTriple((axis) => {
    const missing = (output[axis] - 1) * stride[axis] + reach[axis] - sizes[axis];
    return same ? Math.max(0, Math.floor(missing / 2)) : 0;
  });
  return { input: sizes, output, kernel, stride, dilation, before };
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
