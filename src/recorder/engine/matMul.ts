/**
 * Matrix products with a transposed factor, as the gradients of dense layers are: upstream hands only
 * untransposed matrices to XNNPACK and multiplies the others in a plain loop, some ten times slower. It refuses any
 * but float32.
 */
import { runOnCpu } from './cpuDelegation.js';
import type { KernelCall, TensorInfo } from './engineTypes.js';
import { release, runUpstream, transpose } from './kernelCalls.js';

/** BatchMatMul: a (…, m, k) and b (…, k, n), each with its last two axes swapped if so said → (…, m, n). */
export function batchMatMul(call: KernelCall): TensorInfo {
  const { a, b } = call.inputs as { a: TensorInfo; b: TensorInfo };
  // As of a confusion matrix, which counts in int32.
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return runOnCpu(call);
  const { transposeA, transposeB } = call.attrs as { transposeA?: boolean; transposeB?: boolean };
  // Batches go through the plain loop anyway.
  if (
    !(transposeA || transposeB) ||
    a.shape
      .slice(0, -2)
      .concat(b.shape.slice(0, -2))
      .some((n) => n !== 1)
  ) {
    return runUpstream(call);
  }
  const left = transposeA ? swapLast(call, a) : a;
  const right = transposeB ? swapLast(call, b) : b;
  const attrs = { ...call.attrs, transposeA: false, transposeB: false };
  const product = runUpstream({ ...call, inputs: { a: left, b: right }, attrs });
  if (left !== a) release(call.backend, left);
  if (right !== b) release(call.backend, right);
  return product;
}

function swapLast(call: KernelCall, matrix: TensorInfo): TensorInfo {
  const axes = matrix.shape.map((_, axis) => axis);
  return transpose(call, matrix, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
}
