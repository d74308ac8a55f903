/**
 * One TensorFlow.js with both backends up: ours on WASM and, as the oracle, its own CPU backend. Values are
 * drawn between −1 and 1, as tanh gives them, so that maxima below zero occur.
 */
import type * as tfjs from '@tensorflow/tfjs';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { loadBoundTo } from '../../src/recorder/engine/boundModule.js';
import type { BackendWasm } from '../../src/recorder/engine/engineTypes.js';
import { startEngine } from '../../src/recorder/engine/startEngine.js';
import { bundledFolder, root } from './bundles.js';

export type Tf = typeof tfjs;
export type BackendName = 'wasm' | 'cpu';
export type Values = Float32Array | Int32Array | Uint8Array;

const require = createRequire(import.meta.url);

/** Sentences that the engine had for the person, in order. */
export const notices: string[] = [];

let started: Promise<Tf> | undefined;

export function tensorflow(): Promise<Tf> {
  return (started ??= start());
}

async function start(): Promise<Tf> {
  const notice = (text: string) => notices.push(text);
  const folder = await bundledFolder();
  const { tf, name } = await startEngine({
    resolveFrom: root,
    require,
    preferred: 'wasm',
    bundledFolder: folder,
    notice,
  });
  assert.equal(name, 'wasm');
  // The oracle's hint to install tfjs-node is of no use in a test's output.
  (tf.findBackend('cpu') as unknown as { firstUse: boolean }).firstUse = false;
  return tf as Tf;
}

/** Runs `compute` with `backend` current; returns the values of its tensors and frees all. */
export async function on(backend: BackendName, compute: (tf: Tf) => tfjs.Tensor[]): Promise<Values[]> {
  const tf = await tensorflow();
  await tf.setBackend(backend);
  const results = tf.tidy(() => compute(tf).map((tensor) => tensor.dataSync() as Values));
  await tf.setBackend('wasm');
  return results;
}

/** `count` values between −1 and 1, the same for the same `seed` (mulberry32). */
export function uniform(count: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
  });
}

export function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** A tensor of `uniform` values on the current backend. */
export function random<R extends tfjs.Rank>(tf: Tf, shape: number[], seed: number): tfjs.Tensor<R> {
  return tf.tensor(uniform(size(shape), seed), shape as tfjs.ShapeMap[R]) as tfjs.Tensor<R>;
}

/**
 * What float32 may cost in a sum of `terms` products of numbers within ±1, against a sum in float64: each
 * addition rounds by 2⁻²⁴ of the partial sum, which is at most `terms`, and for random signs hardly above
 * 64 in sums of a few thousand. A wrong gradient is off by tenths.
 */
export function rounding(terms: number): number {
  return (terms + 1) * Math.min(terms, 64) * 2 ** -24;
}

export function assertClose(actual: Values, expected: Values, tolerance: number, what: string): void {
  assert.equal(actual.length, expected.length, `${what}: length`);
  const worst = largestDifference(actual, expected);
  assert.ok(worst <= tolerance, `${what}: differs by ${worst}, allowed ${tolerance}`);
}

/** NaN where only one of the two is NaN. */
export function largestDifference(a: Values, b: Values): number {
  let worst = 0;
  a.forEach((value, index) => {
    worst = Math.max(worst, Object.is(value, b[index]) ? 0 : Math.abs(value - (b[index] as number)));
  });
  return worst;
}

export function dot(a: Values, b: Values): number {
  let sum = 0;
  a.forEach((value, index) => {
    sum += value * (b[index] as number);
  });
  return sum;
}

/** Runs a kernel by name on the current backend: gradients of gradients and dilations have no public function. */
export function kernel(
  tf: Tf,
  name: string,
  inputs: Record<string, tfjs.Tensor>,
  attrs: Record<string, unknown>,
): tfjs.Tensor {
  return tf.engine().runKernel(name, inputs, attrs as tfjs.NamedAttrMap);
}

/** What the WASM backend itself, as published, answers for a kernel that we replace. */
export async function upstream(
  name: string,
  inputs: Record<string, tfjs.Tensor>,
  attrs: Record<string, unknown>,
): Promise<Values> {
  const tf = await tensorflow();
  const backend = tf.backend() as BackendWasm;
  const config = (await upstreamKernels()).get(name);
  assert.ok(config, `upstream has ${name}`);
  config.setupFunc?.(backend);
  const result = config.kernelFunc({ inputs, backend, attrs: attrs as never }) as tfjs.TensorInfo;
  const values = backend.readSync(result.dataId) as Values;
  backend.disposeData(result.dataId);
  return values;
}

/** The published backend's kernels, collected instead of registered. */
async function upstreamKernels(): Promise<Map<string, tfjs.KernelConfig>> {
  const kernels = new Map<string, tfjs.KernelConfig>();
  const collector = {
    ...(await tensorflow()),
    getKernel: () => undefined,
    registerKernel: (config: tfjs.KernelConfig) => kernels.set(config.kernelName, config),
    registerBackend: () => true,
  };
  loadBoundTo(collector as unknown as Tf, join(await bundledFolder(), 'wasmBackend.cjs'));
  return kernels;
}
