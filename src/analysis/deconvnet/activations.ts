/**
 * Activation functions on the way forward, and what a deconvnet does with them on the way back: the
 * signal passes through the same function. That has a meaning where f(a·x) = a·f(x) for a ≥ 0 – the
 * rectifiers – because a signal has no scale of its own; other functions cannot be passed.
 */
import type { Activation } from '../../frameworks/operation.js';
import { sizeOf, type Step } from './step.js';

type Elementwise = (value: number) => number;

const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

const rectify: Elementwise = (x) => Math.max(0, x);

/** Rectifiers, by the names of `Activation`. */
const RECTIFIERS: Readonly<Record<string, { readonly forward: Elementwise; readonly backward: Elementwise }>> = {
  linear: { forward: (x) => x, backward: (x) => x },
  relu: { forward: rectify, backward: rectify },
  // The bound says nothing of a signal's scale: it is rectified only.
  relu6: { forward: (x) => Math.min(6, rectify(x)), backward: rectify },
};

const sigmoid: Elementwise = (x) => 1 / (1 + Math.exp(-x));
const softplus: Elementwise = (x) => rectify(x) + Math.log1p(Math.exp(-Math.abs(x)));
const bounded: Elementwise = (x) => Math.min(6, Math.max(0, x + 3)) / 6;

const OTHERS: Readonly<Record<string, (amount: number) => Elementwise>> = {
  sigmoid: () => sigmoid,
  logSigmoid: () => (x) => -softplus(-x),
  hardSigmoid: () => (x) => Math.min(1, Math.max(0, 0.2 * x + 0.5)),
  hardSigmoid6: () => bounded,
  hardSwish: () => (x) => x * bounded(x),
  tanh: () => Math.tanh,
  clipped: (most) => (x) => Math.min(most, Math.max(-most, x)),
  elu: (alpha) => (x) => (x >= 0 ? x : alpha * Math.expm1(x)),
  celu: (alpha) => (x) => (x >= 0 ? x : alpha * Math.expm1(x / alpha)),
  selu: () => (x) => SELU_SCALE * (x >= 0 ? x : SELU_ALPHA * Math.expm1(x)),
  softplus: () => softplus,
  softsign: () => (x) => x / (1 + Math.abs(x)),
  swish: () => (x) => x * sigmoid(x),
  mish: () => (x) => x * Math.tanh(softplus(x)),
  gelu: () => (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
  geluTanh: () => (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
};

/** Within 1.5e-7 (Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26). */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const polynomial = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return Math.sign(x) * (1 - polynomial * Math.exp(-x * x));
}

/** Passed on the way back without being asked for: what comes after is not of this layer. */
export type Way = 'through' | 'from';

/**
 * An activation over values of one shape; null for a function that this does not know, or – `through` it – cannot
 * pass. The layer that a signal starts from (`from`) may have any: the signal is its output.
 */
export function activationStep({ name, amount, axis }: Activation, way: Way, shape: readonly number[]): Step | null {
  if (Object.hasOwn(RECTIFIERS, name)) return elementwise(RECTIFIERS[name].forward, RECTIFIERS[name].backward);
  if (name === 'boundedRelu') return boundedRectifier(amount ?? null);
  if (name === 'leakyRelu') return leakyStep(amount ?? 0);
  if (way === 'through') return null;
  if (name === 'softmax' || name === 'logSoftmax')
    return softmax(shape, axis ?? shape.length - 1, name === 'logSoftmax');
  return Object.hasOwn(OTHERS, name) ? elementwise(OTHERS[name](amount ?? 1), (x) => x) : null;
}

function leakyStep(alpha: number): Step {
  const leak: Elementwise = (x) => (x >= 0 ? x : alpha * x);
  return elementwise(leak, leak);
}

/** A bound above, where there is one, says nothing of a signal's scale. */
function boundedRectifier(most: number | null): Step {
  return elementwise((x) => Math.min(most ?? Infinity, rectify(x)), rectify);
}

/** `slopeAt` by place of the value. */
export function parametricStep(slopeAt: (at: number) => number): Step {
  const leak = (x: number, at: number): number => (x >= 0 ? x : slopeAt(at) * x);
  return {
    forward: ([values]) => values.map(leak),
    backward: (signal) => [signal.map(leak)],
    field: (field) => [field],
  };
}

/** scale · x + offset by place of the value; the offset adds nothing on the way back. */
export function affineStep(scaleAt: (at: number) => number, offsetAt: (at: number) => number): Step {
  return {
    forward: ([values]) => values.map((value, at) => value * scaleAt(at) + offsetAt(at)),
    backward: (signal) => [signal.map((value, at) => (value === 0 ? 0 : value * scaleAt(at)))],
    field: (field) => [field],
  };
}

function elementwise(forward: Elementwise, backward: Elementwise): Step {
  return {
    forward: ([values]) => values.map((value) => forward(value)),
    backward: (signal) => [signal.map((value) => backward(value))],
    field: (field) => [field],
  };
}

function softmax(shape: readonly number[], axis: number, logarithm: boolean): Step {
  const units = shape[axis] ?? 1;
  const inner = sizeOf(shape.slice(axis + 1));
  return {
    forward: ([values]) => {
      const result = new Float32Array(values.length);
      for (let row = 0; row * units < values.length; row++) {
        const from = Math.floor(row / inner) * units * inner + (row % inner);
        let [most, total] = [-Infinity, 0];
        for (let i = 0; i < units; i++) most = Math.max(most, values[from + i * inner]);
        for (let i = 0; i < units; i++) total += Math.exp(values[from + i * inner] - most);
        for (let i = 0; i < units; i++) {
          const shifted = values[from + i * inner] - most;
          result[from + i * inner] = logarithm ? shifted - Math.log(total) : Math.exp(shifted) / total;
        }
      }
      return result;
    },
    backward: (signal) => [signal],
    field: (field) => [field],
  };
}
