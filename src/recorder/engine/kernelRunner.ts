/**
 * Calls kernels of the WASM backend on plain tensor infos, outside the engine's book-keeping: what such a
 * call returns is nobody's until it is disposed of or handed back to TensorFlow.js.
 */
import type { Attributes, BackendWasm, KernelCall, TensorInfo } from './engineTypes.js';

/** Runs the WASM kernel `kernelName`; its one output belongs to the caller. */
export function runKernel(
  { tf, backend }: Pick<KernelCall, 'tf' | 'backend'>,
  kernelName: string,
  inputs: Readonly<Record<string, TensorInfo>>,
  attrs: Attributes,
): TensorInfo {
  const kernel = tf.getKernel(kernelName, 'wasm');
  if (!kernel) throw new Error(`the WASM backend has no kernel ${kernelName}`);
  // Kernel functions declare the attributes of all kernels as one closed type.
  const call = { inputs: { ...inputs }, backend, attrs: attrs as never };
  return kernel.kernelFunc(call) as TensorInfo;
}

/** The same data under another shape of equal size; shares the owner, so it is never disposed of itself. */
export function viewAs(tensor: TensorInfo, shape: number[]): TensorInfo {
  return { dataId: tensor.dataId, dtype: tensor.dtype, shape };
}

/** Frees what `runKernel` returned. */
export function release(backend: BackendWasm, ...tensors: readonly TensorInfo[]): void {
  for (const { dataId } of tensors) backend.disposeData(dataId);
}
