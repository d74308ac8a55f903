/**
 * Activation functions on the way forward, and what a deconvnet does with them on the way back: the
 * signal passes through the same function. That has a meaning where f(a·x) = a·f(x) for a ≥ 0 – the
 * rectifiers – because a signal has no scale of its own; other functions cannot be passed.
 */
import type { Step } from './step.js';

type Elementwise = (value: number) => number;

const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

const rectify: Elementwise = (x) => Math.max(0, x);

/** Rectifiers, by TensorFlow.js name. */
const RECTIFIERS: Readonly<Record<string, { readonly forward: Elementwise; readonly backward: Elementwise }>> = {
  linear: { forward: (x) => x, backward: (x) => x },
  relu: { forward: rectify, backward: rectify },
  // The bound says nothing of a signal's scale: it is rectified only.
  relu6: { forward: (x) => Math.min(6, rectify(x)), backward: rectify },
};

const OTHERS: Readonly<Record<string, Elementwise>> = {
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  hardSigmoid: (x) => Math.min(1, Math.max(0, 0.2 * x + 0.5)),
  tanh: Math.tanh,
  elu: (x) => (x >= 0 ? x : Math.expm1(x)),
  selu: (x) => SELU_SCALE * (x >= 0 ? x : SELU_ALPHA * Math.expm1(x)),
  softplus: (x) => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x))),
  softsign: (x) => x / (1 + Math.abs(x)),
  swish: (x) => x / (1 + Math.exp(-x)),
};

/** Passed on the way back without being asked for: what comes after is not of this layer. */
export type Way = 'through' | 'from';

/**
 * An activation over channels-last values with `units` along the last axis; null for a function that
 * this does not know, or – `through` it – cannot pass. The layer that a signal starts from (`from`)
 * may have any: the signal is its output.
 */
export function activationStep(name: string, way: Way, units: number): Step | null {
  const rectifier = RECTIFIERS[name];
  if (rectifier) return elementwise(rectifier.forward, rectifier.backward);
  if (way === 'through') return null;
  if (name === 'softmax' || name === 'logSoftmax') return softmax(units, name === 'logSoftmax');
  const other = OTHERS[name];
  return other ? elementwise(other, (x) => x) : null;
}

export function leakyStep(alpha: number): Step {
  const leak: Elementwise = (x) => (x >= 0 ? x : alpha * x);
  return elementwise(leak, leak);
}

/** A bound above, where there is one, says nothing of a signal's scale. */
export function boundedRectifier(most: number | null): Step {
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

function softmax(units: number, logarithm: boolean): Step {
  return {
    forward: ([values]) => {
      const result = new Float32Array(values.length);
      for (let from = 0; from < values.length; from += units) {
        const row = values.subarray(from, from + units);
        const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
        const total = row.reduce((sum, value) => sum + Math.exp(value - most), 0);
        row.forEach((value, i) => {
          const shifted = value - most;
          result[from + i] = logarithm ? shifted - Math.log(total) : Math.exp(shifted) / total;
        });
      }
      return result;
    },
    backward: (signal) => [signal],
    field: (field) => [field],
  };
}
