/**
 * The kernels that training needs and the WASM backend of TensorFlow.js lacks, computes slowly, or computes
 * wrongly, registered on the user's instance after the backend has started.
 */
import { conv2dFilterGradient, conv2dForward, conv2dInputGradient } from './conv2dGradients.js';
import { delegateToCpu } from './cpuDelegation.js';
import { depthwiseFilterGradient, depthwiseInputGradient } from './depthwiseGradients.js';
import type { BackendWasm, KernelCall, Notice, TensorFlow, TensorInfo } from './engineTypes.js';
import { avgPoolGradient, maxPoolGradient } from './poolGradients.js';
import { unsortedSegmentSum } from './segmentSum.js';

/** Kernel name (as TensorFlow.js spells it) → our implementation for backend 'wasm'. */
const OUR_KERNELS: Readonly<Record<string, (call: KernelCall) => TensorInfo>> = {
  Conv2DBackpropFilter: conv2dFilterGradient,
  Conv2DBackpropInput: conv2dInputGradient,
  Conv2D: conv2dForward,
  DepthwiseConv2dNativeBackpropFilter: depthwiseFilterGradient,
  DepthwiseConv2dNativeBackpropInput: depthwiseInputGradient,
  MaxPoolGrad: maxPoolGradient,
  AvgPoolGrad: avgPoolGradient,
  UnsortedSegmentSum: unsortedSegmentSum,
};

/**
 * Registers our gradients, then for every kernel that the CPU backend has and WASM still lacks a detour
 * through the CPU backend; `notice` is told once for each detour that is really taken.
 */
export function registerWasmKernels(tf: TensorFlow, notice: Notice): void {
  for (const [kernelName, compute] of Object.entries(OUR_KERNELS)) {
    const upstream = tf.getKernel(kernelName, 'wasm');
    // Registering over an existing kernel prints a warning.
    if (upstream) tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({
      // Keeps upstream's set-up, which runs again when a script removes the backend and starts it anew.
      ...upstream,
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs, backend }) =>
        compute({ tf, inputs, attrs: attrs ?? {}, backend: backend as BackendWasm, upstream: upstream?.kernelFunc }),
    });
  }
  for (const { kernelName } of kernelsMissingInWasm(tf)) delegateToCpu(tf, kernelName, notice);
}

/** The kernels of the CPU backend that the WASM backend does not have. */
export function kernelsMissingInWasm(tf: TensorFlow) {
  const present = new Set(tf.getKernelsForBackend('wasm').map(({ kernelName }) => kernelName));
  return tf.getKernelsForBackend('cpu').filter(({ kernelName }) => !present.has(kernelName));
}
