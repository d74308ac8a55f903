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
  const reach = mapTriple((axis) => (kernel[axis] - 1) * dilation[axis] + 1);
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

export function triple(sizes: readonly number[]): Triple {
  const [z, y, x] = [1, 1, 1, ...sizes].slice(-3);
  return [z, y, x];
}

function mapTriple(value: (axis: 0 | 1 | 2) => number): Triple {
  return [value(0), value(1), value(2)];
}

/** Inputs that the outputs of a field see. */
export function fieldThrough(windows: Windows, field: Field): Field {
  const first = 3 - field.length;
  return field.map(([from, to], i) => {
    const axis = first + i;
    if (to <= from) return [0, 0];
    const [stride, before] = [windows.stride[axis], windows.before[axis]];
    const reach = (windows.kernel[axis] - 1) * windows.dilation[axis] + 1;
    return clipped(from * stride - before, (to - 1) * stride - before + reach, windows.input[axis]);
  });
}

/** The other way: outputs whose windows touch the inputs of a field. */
export function fieldAgainst(windows: Windows, field: Field): Field {
  const first = 3 - field.length;
  return field.map(([from, to], i) => {
    const axis = first + i;
    if (to <= from) return [0, 0];
    const [stride, before] = [windows.stride[axis], windows.before[axis]];
    const reach = (windows.kernel[axis] - 1) * windows.dilation[axis] + 1;
    const low = Math.ceil((from + before - reach + 1) / stride);
    return clipped(low, Math.floor((to - 1 + before) / stride) + 1, windows.output[axis]);
  });
}

function clipped(from: number, to: number, size: number): readonly [number, number] {
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
  for (let kz = 0; kz < kernel[0]; kz++) {
    const z = z0 + kz * dilation[0];
    if (z < 0 || z >= input[0]) continue;
    for (let ky = 0; ky < kernel[1]; ky++) {
      const y = y0 + ky * dilation[1];
      if (y < 0 || y >= input[1]) continue;
      for (let kx = 0; kx < kernel[2]; kx++) {
        const x = x0 + kx * dilation[2];
        if (x < 0 || x >= input[2]) continue;
        visit((z * input[1] + y) * input[2] + x, (kz * kernel[1] + ky) * kernel[2] + kx);
      }
    }
  }
}

export function placesOf(sizes: Triple): number {
  return sizes[0] * sizes[1] * sizes[2];
}
