/**
 * The gradients of a 2-D convolution, made of convolutions: XNNPACK's are many times faster than loops.
 * Transposed, separable and 1-D convolutions train through these too.
 */
import { onChannelsLast } from './channelsFirst.js';
import { convolutionGeometry, fillsOutput, type Geometry } from './convolutionGeometry.js';
import { runOnCpu } from './cpuDelegation.js';
import type { KernelCall, TensorInfo } from './engineTypes.js';
import { floats, release, runKernel, runUpstream, transpose, zeros } from './kernelCalls.js';

/** Padding before and after, along one axis. */
type Padding = readonly [number, number];

/**
 * Conv2DBackpropFilter: dW[r, s, i, o] = Σ_{b,y,x} X[b, y·stride + r − pad, x·stride + s − pad, i] · dY[b, y, x, o],
 * which is X (its channels as the batch) convolved with dY (its batch as the channels), dilated by the stride.
 * Inputs x (b, h, w, i) and dy (b, y, x, o); output (r, s, i, o).
 */
export function conv2dFilterGradient(call: KernelCall): TensorInfo {
  if (call.attrs['dataFormat'] === 'NCHW') return onChannelsLast(call, ['x', 'dy'], 'filter', conv2dFilterGradient);
  const { x, dy } = call.inputs as { x: TensorInfo; dy: TensorInfo };
  const g = convolutionGeometry(call.tf, x.shape, call.attrs['filterShape'] as number[], call.attrs);
  if (!fillsOutput(g)) return runOnCpu(call);
  const images = transpose(call, x, [3, 1, 2, 0]);
  const filter = transpose(call, dy, [1, 2, 0, 3]);
  const { top, bottom, left, right } = g.padInfo;
  const dilations: [number, number] = [g.strideHeight, g.strideWidth];
  const product = convolve(call, images, filter, [top, bottom], [left, right], dilations);
  const whole = cropTaps(call, product, g);
  const gradient = transpose(call, whole, [1, 2, 0, 3]);
  release(call.backend, images, filter, whole);
  return gradient;
}

/** Rows and columns that no stride reaches make the product larger than the filter: they are cut off. */
function cropTaps(call: KernelCall, product: TensorInfo, g: Geometry): TensorInfo {
  const size = [g.inChannels, g.filterHeight, g.filterWidth, g.outChannels];
  if (size.every((length, axis) => length === product.shape[axis])) return product;
  const cropped = runKernel(call, 'Slice', { x: product }, { begin: [0, 0, 0, 0], size });
  release(call.backend, product);
  return cropped;
}

/**
 * Conv2DBackpropInput: dX = dY, spread by the stride, convolved with the filter turned by 180° and with its
 * channels swapped. Inputs dy (b, y, x, o) and filter (r, s, i, o); output (b, h, w, i).
 */
export function conv2dInputGradient(call: KernelCall): TensorInfo {
  if (call.attrs['dataFormat'] === 'NCHW') return onChannelsLast(call, ['dy'], 'image', conv2dInputGradient);
  const { dy, filter } = call.inputs as { dy: TensorInfo; filter: TensorInfo };
  const g = convolutionGeometry(call.tf, call.attrs['inputShape'] as number[], filter.shape, call.attrs);
  if (!fillsOutput(g)) return runOnCpu(call);
  const rows = fullPadding(g.filterHeight, g.padInfo.top, g.inHeight, g.outHeight, g.strideHeight);
  const columns = fullPadding(g.filterWidth, g.padInfo.left, g.inWidth, g.outWidth, g.strideWidth);
  // Padding wider than the filter would have to be cut off instead of added.
  if ([...rows, ...columns].some((length) => length < 0)) return runUpstream(call);
  const turned = runKernel(call, 'Reverse', { x: filter }, { dims: [0, 1] });
  const swapped = transpose(call, turned, [0, 1, 3, 2]);
  const spread = spreadByStride(call, dy, g);
  const gradient = convolve(call, spread, swapped, rows, columns, [1, 1]);
  release(call.backend, turned, swapped);
  if (spread !== dy) release(call.backend, spread);
  return gradient;
}

/** The padding with which the spread dY, convolved with `taps` taps, is as long as the input was. */
function fullPadding(taps: number, padBefore: number, inLength: number, outLength: number, stride: number): Padding {
  const before = taps - 1 - padBefore;
  const spread = (outLength - 1) * stride + 1;
  return [before, inLength + taps - 1 - spread - before];
}

/** dY with stride − 1 zeros between its rows and columns. */
function spreadByStride({ backend }: KernelCall, dy: TensorInfo, g: Geometry): TensorInfo {
  if (g.strideHeight === 1 && g.strideWidth === 1) return dy;
  const [height, width] = [(g.outHeight - 1) * g.strideHeight + 1, (g.outWidth - 1) * g.strideWidth + 1];
  const spread = zeros(backend, [g.batchSize, height, width, g.outChannels]);
  const [from, to] = [floats(backend, dy), floats(backend, spread)];
  let offset = 0;
  for (let image = 0; image < g.batchSize; image++) {
    for (let y = 0; y < g.outHeight; y++) {
      for (let x = 0; x < g.outWidth; x++, offset += g.outChannels) {
        const position = (image * height + y * g.strideHeight) * width + x * g.strideWidth;
        to.set(from.subarray(offset, offset + g.outChannels), position * g.outChannels);
      }
    }
  }
  return spread;
}

function convolve(
  call: KernelCall,
  x: TensorInfo,
  filter: TensorInfo,
  rows: Padding,
  columns: Padding,
  dilations: [number, number],
): TensorInfo {
  const pad = [[0, 0], [...rows], [...columns], [0, 0]];
  return runKernel(call, 'Conv2D', { x, filter }, { strides: 1, dilations, pad, dataFormat: 'NHWC' });
}
