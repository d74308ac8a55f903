/** Pooling over channels-last maps, and its way back: by switches for maxima, in equal shares for means. */
import type { Field, Step } from './step.js';
import { eachTap, fieldThrough, paddedCount, placesOf, type Windows } from './windows.js';

/**
 * Remembers where each maximum was ("switches"), and puts the signal back there. Of equal maxima the
 * first in row-major order has it; a window without a number has no switch.
 */
export function maxPoolStep(windows: Windows, channels: number): Step {
  const switches = new Int32Array(placesOf(windows.output) * channels).fill(-1);
  return {
    forward: ([values]) => {
      const result = new Float32Array(switches.length).fill(NaN);
      for (let at = 0; at * channels < result.length; at++) {
        eachTap(windows, at, (place) => {
          for (let channel = 0; channel < channels; channel++) {
            const to = at * channels + channel;
            const value = values[place * channels + channel];
            // Not `<=`: a NaN in the result gives way to any number.
            if (Number.isNaN(value) || value <= result[to]) continue;
            result[to] = value;
            switches[to] = place * channels + channel;
          }
        });
      }
      return result;
    },
    backward: (signal) => {
      const result = new Float32Array(placesOf(windows.input) * channels);
      signal.forEach((value, at) => {
        if (value !== 0 && switches[at] >= 0) result[switches[at]] += value;
      });
      return [result];
    },
    field: (field) => [fieldThrough(windows, field)],
  };
}

/** What a mean is divided by: the values on the map (TensorFlow), those and the padding (PyTorch), or a number. */
export type Divisor = 'values' | 'window' | number;

export function averagePoolStep(windows: Windows, channels: number, divisor: Divisor = 'values'): Step {
  const countAt = (at: number): number => {
    if (typeof divisor === 'number') return divisor;
    if (divisor === 'window') return paddedCount(windows, at);
    let count = 0;
    eachTap(windows, at, () => count++);
    return count;
  };
  return {
    forward: ([values]) => {
      const sums = new Float64Array(placesOf(windows.output) * channels);
      for (let at = 0; at * channels < sums.length; at++) {
        const count = countAt(at);
        eachTap(windows, at, (place) => {
          for (let channel = 0; channel < channels; channel++)
            sums[at * channels + channel] += values[place * channels + channel] / count;
        });
      }
      return Float32Array.from(sums);
    },
    backward: (signal) => {
      const sums = new Float64Array(placesOf(windows.input) * channels);
      for (let at = 0; at * channels < signal.length; at++) {
        const count = countAt(at);
        eachTap(windows, at, (place) => {
          for (let channel = 0; channel < channels; channel++)
            sums[place * channels + channel] += signal[at * channels + channel] / count;
        });
      }
      return [Float32Array.from(sums)];
    },
    field: (field) => [fieldThrough(windows, field)],
  };
}

/** A pooling of whole maps to units: its units see the whole map. */
export function global(pooling: Step, whole: Field): Step {
  return { ...pooling, field: () => [whole] };
}
