/**
 * Convolutions and poolings as upstream computes them, kept away from where it goes wrong. With padding
 * 'same' its own reckoning underflows where a stride is longer than the window and reads outside the image.
 * Where TensorFlow.js counts fewer windows than there are (numeric padding with unequal strides or sides)
 * it writes past the output and corrupts memory.
 */
import type { backend_util } from '@tensorflow/tfjs-core';
import { onChannelsLast } from './channelsFirst.js';
import { convolutionGeometry, fillsOutput, poolingGeometry, type Geometry } from './convolutionGeometry.js';
import { runOnCpu } from './cpuDelegation.js';
import type { KernelCall, TensorInfo } from './engineTypes.js';
import { runUpstream } from './kernelCalls.js';

/** Conv2D and FusedConv2D: x (b, h, w, i), filter (r, s, i, o), … → (b, y, x, o). */
export function conv2dForward(call: KernelCall): TensorInfo {
  if (call.attrs['dataFormat'] === 'NCHW') return onChannelsLast(call, ['x'], 'image', conv2dForward);
  return convolveSafely(call, false);
}

/** DepthwiseConv2dNative and FusedDepthwiseConv2D: filter (r, s, i, m) → (b, y, x, i · m). */
export function depthwiseForward(call: KernelCall): TensorInfo {
  return convolveSafely(call, true);
}

/** MaxPool and AvgPool: x (b, h, w, c) → (b, y, x, c). XNNPACK pools float32 alone. */
export function poolForward(call: KernelCall): TensorInfo {
  const { x } = call.inputs as { x: TensorInfo };
  const safe = x.dtype === 'float32' && fillsOutput(poolingGeometry(call.tf, x.shape, call.attrs));
  return safe ? runUpstream(call) : runOnCpu(call);
}

function convolveSafely(call: KernelCall, depthwise: boolean): TensorInfo {
  const { x, filter } = call.inputs as { x: TensorInfo; filter: TensorInfo };
  const g = convolutionGeometry(call.tf, x.shape, filter.shape, call.attrs, depthwise);
  if (!fillsOutput(g)) return runOnCpu(call);
  if (call.attrs['pad'] !== 'same') return runUpstream(call);
  return runUpstream({ ...call, attrs: { ...call.attrs, pad: explicitPadding(g) } });
}

function explicitPadding({ padInfo: { top, bottom, left, right } }: Geometry): backend_util.ExplicitPadding {
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}
