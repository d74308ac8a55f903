/**
 * Brings the WASM backend up on the TensorFlow.js instance of the user's script: loads its code bound to
 * that instance, starts it, and adds the gradients that upstream lacks. The start leaves no trace in the
 * process: no output, no listeners.
 */
import { dirname, join } from 'node:path';
import type * as wasmBackend from '@tensorflow/tfjs-backend-wasm';
import { Failure } from '../../protocol/failure.js';
import { MEMORY_ADDRESSES, needAddresses, THREAD_ADDRESSES } from '../../system/addressSpace.js';
import { loadBoundTo } from './boundModule.js';
import type { Notice, TensorFlow } from './engineTypes.js';
import { withoutNewListeners } from './processListeners.js';
import { quietly } from './quietly.js';
import { registerWasmKernels } from './wasmKernels.js';
import { packageVersion, resolvePackage, type Workspace } from './workspaceModules.js';

const WASM = '@tensorflow/tfjs-backend-wasm';
/** The oldest tfjs-core whose kernels and registry the backend's code fits. */
const OLDEST_MAJOR = 4;

type WasmModule = typeof wasmBackend;

/**
 * Starts WASM as the current backend of `tf`. `bundledFolder` holds wasmBackend.cjs and the
 * `.wasm` files. Throws a `Failure` (environment, unsupported) when it cannot; `tf` then has its old backend.
 */
export async function startWasmBackend(
  tf: TensorFlow,
  workspace: Workspace,
  bundledFolder: string,
  notice: Notice,
): Promise<{ threads: number }> {
  refuseOldCore(tf);
  // What its memory takes is not there for the threads of the recorder's hooks and its writer.
  needAddresses(MEMORY_ADDRESSES + 2 * THREAD_ADDRESSES, 'starting TensorFlow.js on WebAssembly');
  const module = await quietly(() => withoutNewListeners(() => loadAndStart(tf, workspace, bundledFolder)));
  registerWasmKernels(tf, notice);
  return { threads: module.getThreadsCount() };
}

async function loadAndStart(tf: TensorFlow, workspace: Workspace, bundledFolder: string): Promise<WasmModule> {
  const before = tf.engine().backendName;
  try {
    const { module, binaries } = loadBackend(tf, workspace, bundledFolder);
    module.setWasmPaths(join(binaries, '/'));
    if (await tf.setBackend('wasm')) return module;
    throw new Error('its start failed');
  } catch (cause) {
    if (before) await tf.setBackend(before);
    throw notStarted(cause);
  }
}

/**
 * The workspace's own backend where it fits the core exactly, else the bundled one. A script that imports
 * the package itself must meet the instance that runs: a second one prints 200 warnings and puts its faulty
 * kernels back.
 */
function loadBackend(
  tf: TensorFlow,
  workspace: Workspace,
  bundledFolder: string,
): { module: WasmModule; binaries: string } {
  const own = resolvePackage(workspace, WASM);
  if (own && packageVersion(own) === tf.version_core) {
    return { module: workspace.require(own) as WasmModule, binaries: dirname(own) };
  }
  const bundle = join(bundledFolder, 'wasmBackend.cjs');
  return { module: loadBoundTo(tf, bundle) as WasmModule, binaries: bundledFolder };
}

function refuseOldCore(tf: TensorFlow): void {
  const major = Number.parseInt(tf.version_core ?? '', 10);
  if (major === OLDEST_MAJOR) return;
  throw new Failure({
    kind: 'unsupported',
    doing: 'starting TensorFlow.js on WebAssembly',
    wrong: `the workspace has tfjs-core ${tf.version_core ?? 'of unknown version'}, but the WASM backend of CNNSlicer needs 4.x`,
    tryThis: 'Run npm install @tensorflow/tfjs@4',
  });
}

function notStarted(cause: unknown): Failure {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Failure(
    {
      kind: 'environment',
      doing: 'starting TensorFlow.js on WebAssembly',
      wrong: `the WASM backend did not start (${reason})`,
      tryThis: 'Check that the installation is complete and that Node.js is 20.19 or newer',
    },
    { cause },
  );
}
