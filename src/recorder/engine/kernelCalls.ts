/**
 * Calls kernels of the WASM backend on plain tensor infos, outside TensorFlow.js' book-keeping: what such a
 * call returns is nobody's until it is released or handed back as a kernel's own output.
 */
import type { KernelFunc } from '@tensorflow/tfjs-core';
import type { Attributes, BackendWasm, KernelCall, TensorFlow, TensorInfo } from './engineTypes.js';

/** Puts `compute` in the place of the WASM kernel `kernelName`, or where none was. */
export function replaceKernel(tf: TensorFlow, kernelName: string, compute: KernelFunc): void {
  const upstream = tf.getKernel(kernelName, 'wasm');
  // Registering over an existing kernel prints a warning.
  if (upstream) tf.unregisterKernel(kernelName, 'wasm');
  // Upstream's set-up stays: it runs again when a script removes the backend and starts it anew.
  tf.registerKernel({ ...upstream, kernelName, backendName: 'wasm', kernelFunc: compute });
}

type Runner = Pick<KernelCall, 'tf' | 'backend'>;

/** Runs the WASM kernel `kernelName`; its one output belongs to the caller. */
export function runKernel(
  { tf, backend }: Runner,
  kernelName: string,
  inputs: Readonly<Record<string, TensorInfo>>,
  attrs: Attributes,
): TensorInfo {
  const kernel = tf.getKernel(kernelName, 'wasm');
  if (!kernel) throw new Error(`the WASM backend has no kernel ${kernelName}`);
  // Kernel functions declare the attributes of all kernels as one closed type.
  return kernel.kernelFunc({ inputs: { ...inputs }, backend, attrs: attrs as never }) as TensorInfo;
}

/** Runs what the WASM backend itself has under the called kernel's name. */
export function runUpstream({ upstream, inputs, backend, attrs }: KernelCall): TensorInfo {
  if (!upstream) throw new Error('the WASM backend has no such kernel');
  return upstream({ inputs, backend, attrs: attrs as never }) as TensorInfo;
}

/** Frees what `runKernel` returned. */
export function release(backend: BackendWasm, ...tensors: readonly TensorInfo[]): void {
  for (const { dataId } of tensors) backend.disposeData(dataId);
}

/** A new tensor as `perm` orders the axes of `x`. */
export function transpose(runner: Runner, x: TensorInfo, perm: number[]): TensorInfo {
  return runKernel(runner, 'Transpose', { x }, { perm });
}

/**
 * The float32 values of `tensor` where they lie in WASM memory. Memory may move when anything is allocated:
 * make every output first, take views afterwards.
 */
export function floats(backend: BackendWasm, tensor: TensorInfo): Float32Array {
  if (tensor.dtype !== 'float32') throw new Error(`gradients are of float32, this is ${tensor.dtype}`);
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}

/** A new float32 tensor of zeros: WASM memory is handed out as it was left. */
export function zeros(backend: BackendWasm, shape: number[]): TensorInfo {
  const tensor = backend.makeOutput(shape, 'float32');
  floats(backend, tensor).fill(0);
  return tensor;
}
