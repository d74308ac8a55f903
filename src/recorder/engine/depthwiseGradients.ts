/**
 * The gradients of a depthwise 2-D convolution, both missing upstream. A tap touches each channel once, so
 * plain loops over WASM memory are enough. Filters are (r, s, channel, multiplier); output channel
 * channel · multiplier + m, so a filter's tap and the output's channels run through memory alike.
 */
import { convolutionGeometry, forEachTap } from './convolutionGeometry.js';
import type { KernelCall, TensorInfo } from './engineTypes.js';
import { floats, zeros } from './kernelCalls.js';

/** DepthwiseConv2dNativeBackpropInput: dy (b, y, x, o), filter (r, s, i, m) → (b, h, w, i). */
export function depthwiseInputGradient({ tf, backend, inputs, attrs }: KernelCall): TensorInfo {
  const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
  const inputShape = attrs['inputShape'] as number[];
  const g = convolutionGeometry(tf, inputShape, filter.shape, attrs, true);
  const gradient = zeros(backend, inputShape);
  const [dx, dyValues, weights] = [floats(backend, gradient), floats(backend, dy), floats(backend, filter)];
  const multiplier = g.outChannels / g.inChannels;
  forEachTap(g, (outOffset, inOffset, tap) => {
    let out = outOffset;
    let weight = tap * g.outChannels;
    for (let channel = inOffset; channel < inOffset + g.inChannels; channel++) {
      let sum = dx[channel] as number;
      for (let m = 0; m < multiplier; m++) sum += (dyValues[out++] as number) * (weights[weight++] as number);
      dx[channel] = sum;
    }
  });
  return gradient;
}

/** DepthwiseConv2dNativeBackpropFilter: x (b, h, w, i), dy (b, y, x, o) → (r, s, i, m). */
export function depthwiseFilterGradient({ tf, backend, inputs, attrs }: KernelCall): TensorInfo {
  const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
  const filterShape = attrs['filterShape'] as number[];
  const g = convolutionGeometry(tf, x.shape, filterShape, attrs, true);
  const gradient = backend.makeOutput(filterShape, 'float32');
  const [xValues, dyValues] = [floats(backend, x), floats(backend, dy)];
  // A weight's gradient sums over the whole batch: in float32 that would cost three digits.
  const sums = new Float64Array(g.filterHeight * g.filterWidth * g.outChannels);
  const multiplier = g.outChannels / g.inChannels;
  forEachTap(g, (outOffset, inOffset, tap) => {
    let out = outOffset;
    let weight = tap * g.outChannels;
    for (let channel = inOffset; channel < inOffset + g.inChannels; channel++) {
      const value = xValues[channel] as number;
      for (let m = 0; m < multiplier; m++) {
        sums[weight] = (sums[weight] as number) + value * (dyValues[out++] as number);
        weight++;
      }
    }
  });
  floats(backend, gradient).set(sums);
  return gradient;
}
