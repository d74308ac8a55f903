/**
 * Chooses and starts the engine that a recorded script trains on: the workspace's own libtensorflow, else
 * its TensorFlow.js on our WASM backend, else plain JavaScript. Runs before the script; what the script
 * requires afterwards is the same instance, already on the chosen backend.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../protocol/failure.js';
import { loadBoundTo } from './boundModule.js';
import type { EngineName, Notice, TensorFlow } from './engineTypes.js';
import { firstLine } from './firstLine.js';
import { startWasmBackend } from './wasmBackend.js';
import { startNativeEngine, type NativeRequest } from './nativeEngine.js';
import { loadFirst } from './workspaceModules.js';

const PLAIN = ['@tensorflow/tfjs', '@tensorflow/tfjs-core'] as const;

export interface EngineRequest extends NativeRequest {
  /** Settles the choice; an engine that was asked for and cannot start is a `Failure`. */
  readonly preferred?: EngineName | undefined;
  /** Folder of tfjs.cjs, wasmBackend.cjs, cpuBackend.cjs and their `.wasm` files: dist/tfjs. */
  readonly bundledFolder: string;
  readonly notice: Notice;
}

export interface StartedEngine {
  /** The module that the script resolves; tfjs-core where the workspace has no whole `@tensorflow/tfjs`. */
  readonly tf: TensorFlow;
  readonly name: EngineName;
  /** Of tfjs-node on libtensorflow, of tfjs-core elsewhere. */
  readonly version: string;
  readonly threads: number;
  /** Why this engine and not a faster one; null when nothing faster was to be had. */
  readonly notice: string | null;
  /** Absolute path of the file that `tf` was loaded from. */
  readonly entry: string;
  /** True when the workspace has no TensorFlow.js: then `entry` is what its names must resolve to. */
  readonly bundled: boolean;
  /**
   * Absolute folder whose node_modules every name of TensorFlow.js must resolve in, so that there is one
   * instance of it: that of the built native engine. null where the workspace's own packages are used.
   */
  readonly home: string | null;
  /** Names of the workspace's tfjs-node packages that `tf` stands for, since they do not load. */
  readonly unloadable: readonly string[];
  /** Whether `preferred` settled the choice: then what was not chosen was not tried. */
  readonly chosen: boolean;
}

/**
 * Starts the fastest engine that the workspace allows. Sentences for the person go to `notice`, also later
 * when a kernel turns out to be missing. Throws `Failure` when `preferred` cannot start.
 */
export async function startEngine(request: EngineRequest): Promise<StartedEngine> {
  const reasons: string[] = [];
  const native =
    request.preferred === undefined || request.preferred === 'tensorflow' ? startNativeEngine(request, reasons) : null;
  if (native?.notice) request.notice(native.notice);
  if (native) return native;
  if (request.preferred === 'tensorflow') throw nativeMissing(reasons);
  const started = await startPlain(request, reasons);
  if (started.notice) request.notice(started.notice);
  return started;
}

async function startPlain(request: EngineRequest, reasons: string[]): Promise<StartedEngine> {
  const { tf, entry, bundled } = loadPlain(request);
  ensureCpuKernels(tf, request.bundledFolder);
  const plain = {
    tf,
    entry,
    bundled,
    version: tf.version_core,
    home: null,
    unloadable: [],
    chosen: request.preferred !== undefined,
  };
  if (request.preferred === 'cpu') {
    await tf.setBackend('cpu');
    return { ...plain, name: 'cpu', threads: 1, notice: null };
  }
  try {
    const { threads } = await startWasmBackend(tf, request, request.bundledFolder, request.notice);
    const notice = reasons.length > 0 ? onWebAssembly(reasons, request.nativeFolder) : null;
    return { ...plain, name: 'wasm', threads, notice };
  } catch (cause) {
    if (request.preferred === 'wasm') throw cause;
    await tf.setBackend('cpu');
    return { ...plain, name: 'cpu', threads: 1, notice: slow([...reasons, `${firstLine(cause)}.`]) };
  }
}

function onWebAssembly(reasons: readonly string[], nativeFolder: string | null | undefined): string {
  const remedy = nativeFolder ? '' : ' "cnnslicer doctor --install-native" builds the native engine.';
  return `${reasons.join(' ')} Training runs on WebAssembly.${remedy}`;
}

function loadPlain(request: EngineRequest): { tf: TensorFlow; entry: string; bundled: boolean } {
  const own = loadFirst(request, PLAIN);
  if (own) return { ...own, bundled: false };
  const entry = join(request.bundledFolder, 'tfjs.cjs');
  if (existsSync(entry)) return { tf: request.require(entry) as TensorFlow, entry, bundled: true };
  throw new Failure({
    kind: 'environment',
    doing: `looking for TensorFlow.js from ${request.resolveFrom}`,
    wrong: `the workspace has none, and ${entry} does not exist`,
    tryThis: 'Run npm install @tensorflow/tfjs in the workspace',
  });
}

/** A workspace of tfjs-core and tfjs-layers alone has no CPU kernels; the last resort and delegation need them. */
function ensureCpuKernels(tf: TensorFlow, bundledFolder: string): void {
  if (tf.getKernelsForBackend('cpu').length === 0) loadBoundTo(tf, join(bundledFolder, 'cpuBackend.cjs'));
}

/** Measured: a LeNet that takes 1 s an epoch on WASM takes more than 3 minutes there. */
function slow(reasons: readonly string[]): string {
  return `${reasons.join(' ')} Training runs in plain JavaScript. Convolutional networks are about 200 times slower than on WebAssembly.`;
}

function nativeMissing(reasons: readonly string[]): Failure {
  return new Failure({
    kind: 'environment',
    doing: 'starting TensorFlow.js on libtensorflow',
    wrong: reasons.join(' ') || 'the workspace has neither @tensorflow/tfjs-node nor @tensorflow/tfjs-node-gpu',
    tryThis: 'Install the native engine with "cnnslicer doctor --install-native", or record on WebAssembly',
  });
}
