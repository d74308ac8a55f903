/**
 * The words that the engine's files share. TensorFlow.js appears as types only: at run time the one
 * instance that the user's script resolves is passed in, never imported.
 */
import type * as core from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** The part of TensorFlow.js that is the same in `tfjs`, `tfjs-core` and `tfjs-node`. */
export type TensorFlow = typeof core;

/** As run.json names them: libtensorflow, WebAssembly, plain JavaScript. */
export type EngineName = 'tensorflow' | 'wasm' | 'cpu';

/** Called with a sentence for the person who records; more than once, each time with another text. */
export type Notice = (text: string) => void;

/** Attributes of a kernel call; which ones there are is fixed by the kernel's name. */
export type Attributes = Readonly<Record<string, unknown>>;

/** What a kernel of the WASM backend is called with. */
export interface KernelCall {
  /** As TensorFlow.js spells it. */
  readonly kernelName: string;
  readonly tf: TensorFlow;
  readonly backend: BackendWasm;
  readonly inputs: core.NamedTensorInfoMap;
  readonly attrs: Attributes;
  /** What the WASM backend itself has under this name. */
  readonly upstream: core.KernelFunc | undefined;
}

export type { BackendWasm };
export type { TensorInfo } from '@tensorflow/tfjs-core';
