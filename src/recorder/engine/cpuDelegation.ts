/**
 * Runs a kernel that the WASM backend lacks on the CPU backend: its inputs are copied there, its outputs
 * back. Slow, but every layer trains. Complex numbers live on WASM as interleaved pairs of float32.
 */
import type { KernelBackend, NamedTensorInfoMap } from '@tensorflow/tfjs-core';
import type { BackendWasm, KernelCall, Notice, TensorFlow, TensorInfo } from './engineTypes.js';
import { replaceKernel } from './kernelCalls.js';

/** What of the CPU backend is used: it is not part of the types that tfjs-core declares. */
interface BackendCpu extends KernelBackend {
  /** While true, the next write prints a hint to install tfjs-node. */
  firstUse: boolean;
  makeTensorInfo(shape: number[], dtype: TensorInfo['dtype'], values?: unknown): TensorInfo;
}

/**
 * Registers the detour for `kernelName`; `notice` is told why ("has no WebAssembly version") when it is first
 * taken.
 */
export function delegateToCpu(tf: TensorFlow, kernelName: string, why: string, notice: Notice): void {
  let told = false;
  replaceKernel(tf, kernelName, ({ inputs, attrs, backend }) => {
    if (!told) notice(`${kernelName} ${why}: it runs in plain JavaScript, which is slower.`);
    told = true;
    return runOnCpu({ tf, kernelName, inputs, attrs: attrs ?? {}, backend: backend as BackendWasm });
  });
}

/** Sends `kernelName` to the CPU backend when an input is complex: upstream's kernels refuse those. */
export function delegateComplexToCpu(tf: TensorFlow, kernelName: string): void {
  const upstream = tf.getKernel(kernelName, 'wasm');
  if (!upstream) return;
  replaceKernel(tf, kernelName, (call) => {
    const { inputs, attrs, backend } = call;
    const complex = Object.values(inputs).some((tensor) => tensor?.dtype === 'complex64');
    if (!complex) return upstream.kernelFunc(call);
    return runOnCpu({ tf, kernelName, inputs, attrs: attrs ?? {}, backend: backend as BackendWasm });
  });
}

/** Runs the called kernel on the CPU backend; the result belongs to the WASM backend. */
export function runOnCpu(call: Omit<KernelCall, 'upstream'>): TensorInfo {
  const { tf, kernelName, inputs, attrs, backend: wasm } = call;
  const cpu = cpuBackend(tf);
  // Some kernels ask their inputs for the rank, which tensors have and infos have not.
  const copies = mapInputs(inputs, (tensor) => ({ ...copyToCpu(tf, tensor, wasm, cpu), rank: tensor.shape.length }));
  // Kernel functions declare the attributes of all kernels as one closed type.
  const results = tf.getKernel(kernelName, 'cpu').kernelFunc({ inputs: copies, attrs: attrs as never, backend: cpu });
  const outputs = Array.isArray(results) ? results : [results];
  const copied = outputs.map((output) => copyToWasm(output, wasm, cpu));
  for (const { dataId } of [...(Object.values(copies) as TensorInfo[]), ...outputs]) cpu.disposeData(dataId);
  // TensorFlow.js takes one output or many, as it took them from the CPU backend.
  return (Array.isArray(results) ? copied : copied[0]) as TensorInfo;
}

/** Kernels of many inputs (Einsum) get an array and ask for its length. */
function mapInputs(inputs: NamedTensorInfoMap, copy: (tensor: TensorInfo) => TensorInfo): NamedTensorInfoMap {
  const present = Object.entries(inputs).filter(([, tensor]) => tensor != null);
  const copies = present.map(([name, tensor]) => [name, copy(tensor as TensorInfo)] as const);
  return Array.isArray(inputs) ? Object.assign([], Object.fromEntries(copies)) : Object.fromEntries(copies);
}

function copyToCpu(tf: TensorFlow, tensor: TensorInfo, wasm: BackendWasm, cpu: BackendCpu): TensorInfo {
  const { dataId, shape, dtype } = tensor;
  if (dtype !== 'complex64') return cpu.makeTensorInfo(shape, dtype, wasm.readSync(dataId));
  const pairs = readComplex(tensor, wasm);
  const real = cpu.makeTensorInfo(
    shape,
    'float32',
    pairs.filter((_, index) => index % 2 === 0),
  );
  const imag = cpu.makeTensorInfo(
    shape,
    'float32',
    pairs.filter((_, index) => index % 2 === 1),
  );
  const whole = tf.getKernel('Complex', 'cpu').kernelFunc({ inputs: { real, imag }, backend: cpu, attrs: {} });
  for (const part of [real, imag]) cpu.disposeData(part.dataId);
  return whole as TensorInfo;
}

/** The backend's own readSync refuses complex numbers. */
function readComplex({ dataId, shape }: TensorInfo, wasm: BackendWasm): Float32Array {
  return wasm.typedArrayFromHeap({ dataId, shape: [2, ...shape], dtype: 'float32' }).slice() as Float32Array;
}

function copyToWasm({ dataId, shape, dtype }: TensorInfo, wasm: BackendWasm, cpu: BackendCpu): TensorInfo {
  const values = cpu.readSync(dataId);
  return { dataId: wasm.write(values as never, shape, dtype) as TensorInfo['dataId'], shape, dtype };
}

function cpuBackend(tf: TensorFlow): BackendCpu {
  const cpu = tf.findBackend('cpu') as BackendCpu;
  cpu.firstUse = false;
  return cpu;
}
