/** The gradient of a 2-D convolution in its input; upstream has it, but slowly at stride 1. */
import type { KernelCall, TensorInfo } from './engineTypes.js';
import { release, runKernel } from './kernelRunner.js';

export function conv2dInputGradient(call: KernelCall): TensorInfo {
  const { tf, backend, attrs } = call;
  const { dy, filter } = call.inputs as { dy: TensorInfo; filter: TensorInfo };
  const a = attrs as { strides: number | [number, number]; pad: never; inputShape: never; dimRoundingMode: never };
  const info = tf.backend_util.computeConv2DInfo(
    a.inputShape,
    filter.shape as never,
    a.strides,
    1,
    a.pad,
    a.dimRoundingMode,
  );
  const { padInfo: p, filterHeight: kh, filterWidth: kw } = info;
  if (info.strideHeight !== 1 || info.strideWidth !== 1)
    return call.upstream!({ inputs: { dy, filter }, backend, attrs: attrs as never }) as TensorInfo;
  const fR = runKernel(call, 'Reverse', { x: filter }, { dims: [0, 1] });
  const fT = runKernel(call, 'Transpose', { x: fR }, { perm: [0, 1, 3, 2] });
  const dx = runKernel(
    call,
    'Conv2D',
    { x: dy, filter: fT },
    {
      strides: 1,
      dilations: 1,
      dataFormat: 'NHWC',
      pad: [
        [0, 0],
        [kh - 1 - p.top, kh - 1 - p.bottom],
        [kw - 1 - p.left, kw - 1 - p.right],
        [0, 0],
      ],
    },
  );
  release(backend, fR, fT);
  return dx;
}
