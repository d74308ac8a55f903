/**
 * Convolutions over channels-last maps and their transposes, the filters of a deconvnet. A kernel is
 * (…window, in, out); sums are float64, so that results do not hang on the order of an engine.
 */
import type { Step } from './step.js';
import { eachTap, fieldAgainst, fieldThrough, placesOf, type Windows } from './windows.js';

export interface Filters {
  readonly windows: Windows;
  readonly inputChannels: number;
  readonly outputChannels: number;
  /** (…window, in, out) */
  readonly kernel: Float32Array;
}

/** (…input, in) → (…output, out) */
function convolve(filters: Filters, values: Float32Array, bias: Float32Array | null): Float32Array {
  const { windows, inputChannels, outputChannels, kernel } = filters;
  const result = new Float32Array(placesOf(windows.output) * outputChannels);
  const sums = new Float64Array(outputChannels);
  for (let at = 0; at * outputChannels < result.length; at++) {
    if (bias) sums.set(bias);
    else sums.fill(0);
    eachTap(windows, at, (place, tap) => {
      for (let channel = 0; channel < inputChannels; channel++) {
        const value = values[place * inputChannels + channel];
        if (value === 0) continue;
        const from = (tap * inputChannels + channel) * outputChannels;
        for (let out = 0; out < outputChannels; out++) sums[out] += value * kernel[from + out];
      }
    });
    result.set(sums, at * outputChannels);
  }
  return result;
}

/** The transpose of `convolve`: (…output, out) → (…input, in). Writes nothing where no signal reaches. */
function convolveTransposed(filters: Filters, signal: Float32Array): Float32Array {
  const { windows, inputChannels, outputChannels, kernel } = filters;
  const sums = new Float64Array(placesOf(windows.input) * inputChannels);
  const active: number[] = [];
  for (let at = 0; at * outputChannels < signal.length; at++) {
    active.length = 0;
    for (let out = 0; out < outputChannels; out++) if (signal[at * outputChannels + out] !== 0) active.push(out);
    if (active.length === 0) continue;
    eachTap(windows, at, (place, tap) => {
      for (let channel = 0; channel < inputChannels; channel++) {
        const from = (tap * inputChannels + channel) * outputChannels;
        let sum = 0;
        for (const out of active) sum += signal[at * outputChannels + out] * kernel[from + out];
        sums[place * inputChannels + channel] += sum;
      }
    });
  }
  return Float32Array.from(sums);
}

/** Convolution and bias; the bias adds nothing on the way back. */
export function convolutionStep(filters: Filters, bias: Float32Array | null): Step {
  return {
    forward: ([values]) => convolve(filters, values, bias),
    backward: (signal) => [convolveTransposed(filters, signal)],
    field: (field) => [fieldThrough(filters.windows, field)],
  };
}

/**
 * A transposed convolution as a layer: `filters` are those of the convolution that it transposes, so
 * their kernel is (…window, out of the layer, in of the layer).
 */
export function transposedConvolutionStep(filters: Filters, bias: Float32Array | null): Step {
  return {
    forward: ([values]) => {
      const result = convolveTransposed(filters, values);
      return bias ? result.map((value, i) => value + bias[i % bias.length]) : result;
    },
    backward: (signal) => [convolve(filters, signal, null)],
    field: (field) => [fieldAgainst(filters.windows, field)],
  };
}

export interface DepthwiseFilters {
  readonly windows: Windows;
  readonly channels: number;
  /** Outputs for each input channel; output channel = channel · multiplier + number. */
  readonly multiplier: number;
  /** (…window, channel, number) */
  readonly kernel: Float32Array;
}

/** Each channel with filters of its own. */
export function depthwiseStep(filters: DepthwiseFilters, bias: Float32Array | null): Step {
  const { windows, channels, multiplier, kernel } = filters;
  const outputs = channels * multiplier;
  return {
    forward: ([values]) => {
      const sums = new Float64Array(placesOf(windows.output) * outputs);
      for (let at = 0; at * outputs < sums.length; at++) {
        if (bias) sums.set(bias, at * outputs);
        eachTap(windows, at, (place, tap) => {
          for (let out = 0; out < outputs; out++) {
            const value = values[place * channels + Math.floor(out / multiplier)];
            if (value !== 0) sums[at * outputs + out] += value * kernel[tap * outputs + out];
          }
        });
      }
      return Float32Array.from(sums);
    },
    backward: (signal) => {
      const sums = new Float64Array(placesOf(windows.input) * channels);
      for (let at = 0; at * outputs < signal.length; at++) {
        eachTap(windows, at, (place, tap) => {
          for (let out = 0; out < outputs; out++) {
            const value = signal[at * outputs + out];
            if (value !== 0)
              sums[place * channels + Math.floor(out / multiplier)] += value * kernel[tap * outputs + out];
          }
        });
      }
      return [Float32Array.from(sums)];
    },
    field: (field) => [fieldThrough(windows, field)],
  };
}
