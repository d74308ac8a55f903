/** Layers with several inputs: sums and means share the signal, joined channels part it, maxima switch it. */
import { sizeOf, type Field, type Step } from './step.js';

/** Σ factor · input, of inputs of equal shape: every branch of a residual connection gets the signal as it is. */
export function addStep(factors: readonly number[]): Step {
  return {
    forward: (inputs) => inputs[0].map((_, at) => inputs.reduce((sum, values, i) => sum + factors[i] * values[at], 0)),
    backward: (signal) => factors.map((factor) => (factor === 1 ? signal : signal.map((value) => value * factor))),
    field: (field) => factors.map(() => field),
  };
}

/** The larger value's branch gets the signal; of equal ones the first. */
export function maximumStep(inputCount: number): Step {
  let switches = new Uint8Array(0);
  return {
    forward: (inputs) => {
      switches = new Uint8Array(inputs[0].length);
      return inputs[0].map((first, at) => {
        let best = first;
        for (let i = 1; i < inputs.length; i++) {
          if (inputs[i][at] <= best) continue;
          best = inputs[i][at];
          switches[at] = i;
        }
        return best;
      });
    },
    backward: (signal) =>
      Array.from({ length: inputCount }, (_, i) => signal.map((value, at) => (switches[at] === i ? value : 0))),
    field: (field) => Array.from({ length: inputCount }, () => field),
  };
}

/** Joined along `axis` (of the shapes without a batch); each branch gets its own part of the signal back. */
export function concatenateStep(
  shapes: readonly (readonly number[])[],
  axis: number,
  field: (field: Field, input: number) => Field,
): Step {
  const inner = sizeOf(shapes[0].slice(axis + 1));
  const outer = sizeOf(shapes[0].slice(0, axis));
  const widths = shapes.map((shape) => shape[axis] * inner);
  const starts = widths.map((_, i) => widths.slice(0, i).reduce((sum, width) => sum + width, 0));
  const total = widths.reduce((sum, width) => sum + width, 0);
  return {
    forward: (inputs) => {
      const result = new Float32Array(outer * total);
      for (let row = 0; row < outer; row++) {
        inputs.forEach((values, i) => {
          result.set(values.subarray(row * widths[i], (row + 1) * widths[i]), row * total + starts[i]);
        });
      }
      return result;
    },
    backward: (signal) =>
      widths.map((width, i) => {
        const result = new Float32Array(outer * width);
        for (let row = 0; row < outer; row++) {
          const from = row * total + starts[i];
          result.set(signal.subarray(from, from + width), row * width);
        }
        return result;
      }),
    field: (one) => shapes.map((_, i) => field(one, i)),
  };
}
