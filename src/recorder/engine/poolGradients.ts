/**
 * The gradients of 2-D pooling. Upstream's MaxPoolGrad credits the very first value of the tensor where a
 * window's maximum is ≤ 0 (hidden by ReLU, plain with tanh). Upstream's AvgPoolGrad divides by the whole window also where part of
 * it is padding, though the forward pass averages over the part inside: that is no gradient of it.
 */
import { forEachTap, forEachWindow, poolingGeometry, type Geometry, type Span } from './convolutionGeometry.js';
import type { KernelCall, TensorInfo } from './engineTypes.js';
import { floats, zeros } from './kernelCalls.js';

/**
 * MaxPoolGrad: input (b, h, w, c), dy (b, y, x, c) → (b, h, w, c). Each window's dy goes to its largest
 * value; of equal ones to the first in row-major order, as on the CPU backend. NaN is never the largest.
 */
export function maxPoolGradient({ tf, backend, inputs, attrs }: KernelCall): TensorInfo {
  const { input, dy } = inputs as { input: TensorInfo; dy: TensorInfo };
  const g = poolingGeometry(tf, input.shape, attrs);
  const gradient = zeros(backend, input.shape);
  const [x, dx, dyValues] = [floats(backend, input), floats(backend, gradient), floats(backend, dy)];
  const argmax = new Int32Array(g.inChannels);
  forEachWindow(g, (outOffset, imageOffset, rows, columns) => {
    findArgmax(x, g, imageOffset, rows, columns, argmax);
    for (let channel = 0; channel < g.inChannels; channel++) {
      const at = argmax[channel] as number;
      if (at >= 0) dx[at] = (dx[at] as number) + (dyValues[outOffset + channel] as number);
    }
  });
  return gradient;
}

/** Fills `argmax` with the offset in `x` of each channel's largest value in one window, or −1. */
function findArgmax(
  x: Float32Array,
  g: Geometry,
  imageOffset: number,
  rows: Span,
  columns: Span,
  argmax: Int32Array,
): void {
  argmax.fill(-1);
  for (let r = rows.firstTap; r < rows.endTap; r++) {
    for (let c = columns.firstTap; c < columns.endTap; c++) {
      const offset = imageOffset + ((rows.origin + r) * g.inWidth + columns.origin + c) * g.inChannels;
      for (let channel = 0; channel < g.inChannels; channel++) {
        const best = argmax[channel] as number;
        const largest = best < 0 ? -Infinity : (x[best] as number);
        if ((x[offset + channel] as number) > largest) argmax[channel] = offset + channel;
      }
    }
  }
}

/** AvgPoolGrad: dy (b, y, x, c), shared evenly by the values of its window that lie inside the input. */
export function avgPoolGradient({ tf, backend, inputs, attrs }: KernelCall): TensorInfo {
  const { input, dy } = inputs as { input: TensorInfo; dy: TensorInfo };
  const g = poolingGeometry(tf, input.shape, attrs);
  const shares = windowShares(g);
  const gradient = zeros(backend, input.shape);
  const [dx, dyValues] = [floats(backend, gradient), floats(backend, dy)];
  forEachTap(g, (outOffset, inOffset) => {
    const share = shares[(outOffset / g.outChannels) % shares.length] as number;
    for (let channel = 0; channel < g.inChannels; channel++) {
      const at = inOffset + channel;
      dx[at] = (dx[at] as number) + (dyValues[outOffset + channel] as number) * share;
    }
  });
  return gradient;
}

/** For each window of one image, 1 / (number of its values inside the input). */
function windowShares(g: Geometry): Float64Array {
  const shares = new Float64Array(g.outHeight * g.outWidth);
  let window = 0;
  forEachWindow({ ...g, batchSize: 1 }, (_out, _image, rows, columns) => {
    shares[window++] = 1 / ((rows.endTap - rows.firstTap) * (columns.endTap - columns.firstTap));
  });
  return shares;
}
