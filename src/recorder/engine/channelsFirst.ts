/** Channels-first images on a backend that knows channels-last alone: transposed on the way in and out. */
import type { Attributes, KernelCall, TensorInfo } from './engineTypes.js';
import { release, transpose } from './kernelCalls.js';

/**
 * Answers a channels-first call by `compute` on channels-last copies of the inputs named in `images`. An
 * image that comes back is turned to channels-first again; a filter has one order only.
 */
export function onChannelsLast(
  call: KernelCall,
  images: readonly string[],
  output: 'image' | 'filter',
  compute: (call: KernelCall) => TensorInfo,
): TensorInfo {
  const copies = images.map((name) => [name, transpose(call, call.inputs[name] as TensorInfo, [0, 2, 3, 1])] as const);
  const inputs = { ...call.inputs, ...Object.fromEntries(copies) };
  const result = compute({ ...call, inputs, attrs: channelsLastAttributes(call.attrs) });
  release(call.backend, ...copies.map(([, copy]) => copy));
  if (output === 'filter') return result;
  const image = transpose(call, result, [0, 3, 1, 2]);
  release(call.backend, result);
  return image;
}

function channelsLastAttributes(attrs: Attributes): Attributes {
  const reorder = <T>([b, c, y, x]: readonly T[]) => [b, y, x, c];
  const { inputShape, pad } = attrs as { inputShape?: number[]; pad: unknown };
  return {
    ...attrs,
    dataFormat: 'NHWC',
    pad: Array.isArray(pad) ? reorder(pad) : pad,
    ...(inputShape ? { inputShape: reorder(inputShape) } : {}),
  };
}
