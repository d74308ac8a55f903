/**
 * The kernels that training needs and the WASM backend of TensorFlow.js lacks, computes slowly, or computes
 * wrongly, registered on the user's instance after the backend has started.
 */
import { conv2dFilterGradient, conv2dInputGradient } from './conv2dGradients.js';
import { delegateComplexToCpu, delegateToCpu } from './cpuDelegation.js';
import { depthwiseFilterGradient, depthwiseInputGradient } from './depthwiseGradients.js';
import type { BackendWasm, KernelCall, Notice, TensorFlow, TensorInfo } from './engineTypes.js';
import { replaceKernel } from './kernelCalls.js';
import { batchMatMul } from './matMul.js';
import { avgPoolGradient, maxPoolGradient } from './poolGradients.js';
import { unsortedSegmentSum } from './segmentSum.js';
import { tile } from './tile.js';
import { conv2dForward, depthwiseForward, poolForward } from './windowForward.js';

/** Kernel name (as TensorFlow.js spells it) → our implementation for backend 'wasm'. */
const OUR_KERNELS: Readonly<Record<string, (call: KernelCall) => TensorInfo>> = {
  Conv2DBackpropFilter: conv2dFilterGradient,
  Conv2DBackpropInput: conv2dInputGradient,
  Conv2D: conv2dForward,
  FusedConv2D: conv2dForward,
  DepthwiseConv2dNative: depthwiseForward,
  FusedDepthwiseConv2D: depthwiseForward,
  MaxPool: poolForward,
  AvgPool: poolForward,
  DepthwiseConv2dNativeBackpropFilter: depthwiseFilterGradient,
  DepthwiseConv2dNativeBackpropInput: depthwiseInputGradient,
  MaxPoolGrad: maxPoolGradient,
  AvgPoolGrad: avgPoolGradient,
  BatchMatMul: batchMatMul,
  Tile: tile,
  UnsortedSegmentSum: unsortedSegmentSum,
};

/** Checked against definitions: upstream's results are wrong, the CPU backend's are right. */
const WRONG_UPSTREAM = [
  'Conv3DBackpropFilterV2',
  'Conv3DBackpropInputV2',
  // Starts from the smallest positive number instead of from −∞.
  'MaxPool3D',
  'MaxPool3DGrad',
  'Dilation2D',
  'Dilation2DBackpropFilter',
  'Dilation2DBackpropInput',
];

/** The kernels that the CPU backend has for complex numbers and that WASM has for real ones only. */
const COMPLEX_ON_CPU = ['Add', 'Cast', 'Concat', 'Identity', 'Multiply', 'OnesLike', 'Sub', 'ZerosLike'];

/**
 * Registers our gradients, then for every kernel that WASM still lacks, or has wrong, a detour through the
 * CPU backend; `notice` is told once for each detour that is really taken.
 */
export function registerWasmKernels(tf: TensorFlow, notice: Notice): void {
  for (const [kernelName, compute] of Object.entries(OUR_KERNELS)) {
    const upstream = tf.getKernel(kernelName, 'wasm')?.kernelFunc;
    replaceKernel(tf, kernelName, ({ inputs, attrs, backend }) =>
      compute({ tf, kernelName, inputs, attrs: attrs ?? {}, backend: backend as BackendWasm, upstream }),
    );
  }
  for (const name of kernelsMissingInWasm(tf)) delegateToCpu(tf, name, 'has no WebAssembly version', notice);
  for (const name of WRONG_UPSTREAM) delegateToCpu(tf, name, 'has no correct WebAssembly version', notice);
  for (const name of COMPLEX_ON_CPU) delegateComplexToCpu(tf, name);
}

/** Names of the kernels that the CPU backend has and the WASM backend does not. */
export function kernelsMissingInWasm(tf: TensorFlow): string[] {
  return tf
    .getKernelsForBackend('cpu')
    .map(({ kernelName }) => kernelName)
    .filter((kernelName) => !tf.getKernel(kernelName, 'wasm'));
}
