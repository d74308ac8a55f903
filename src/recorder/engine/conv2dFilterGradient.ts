/** The gradient of a 2-D convolution in its filter, which the WASM backend lacks. */
import type { KernelCall, TensorInfo } from './engineTypes.js';
import { release, runKernel } from './kernelRunner.js';

export function conv2dFilterGradient(call: KernelCall): TensorInfo {
  const { tf, backend, attrs } = call;
  const { x, dy } = call.inputs as { x: TensorInfo; dy: TensorInfo };
  const a = attrs as { strides: number | [number, number]; pad: never; filterShape: never; dimRoundingMode: never };
  const info = tf.backend_util.computeConv2DInfo(
    x.shape as never,
    a.filterShape,
    a.strides,
    1,
    a.pad,
    a.dimRoundingMode,
  );
  const { padInfo: p } = info;
  const xT = runKernel(call, 'Transpose', { x }, { perm: [3, 1, 2, 0] });
  const dyT = runKernel(call, 'Transpose', { x: dy }, { perm: [1, 2, 0, 3] });
  const out = runKernel(
    call,
    'Conv2D',
    { x: xT, filter: dyT },
    {
      strides: 1,
      dilations: [info.strideHeight, info.strideWidth],
      dataFormat: 'NHWC',
      pad: [
        [0, 0],
        [p.top, p.bottom],
        [p.left, p.right],
        [0, 0],
      ],
    },
  );
  const cut = runKernel(
    call,
    'Slice',
    { x: out },
    { begin: [0, 0, 0, 0], size: [info.inChannels, info.filterHeight, info.filterWidth, info.outChannels] },
  );
  const dW = runKernel(call, 'Transpose', { x: cut }, { perm: [1, 2, 0, 3] });
  release(backend, xT, dyT, out, cut);
  return dW;
}
