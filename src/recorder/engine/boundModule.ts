/**
 * Loads our bundles of TensorFlow.js backends onto the user's instance: their code asks for
 * `@tensorflow/tfjs-core` and is answered with the module that the script itself resolves.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { compileFunction } from 'node:vm';
import type { TensorFlow } from './engineTypes.js';

const CORE = '@tensorflow/tfjs-core';
const WRAPPER = ['exports', 'require', 'module', '__filename', '__dirname'];

type CommonJsBody = (exports: unknown, require: unknown, module: unknown, file: string, folder: string) => void;

/** Runs the CommonJS bundle `file` (absolute path) with `tf` as its tfjs-core; returns its exports. */
export function loadBoundTo(tf: TensorFlow, file: string): unknown {
  const nodeRequire = createRequire(file);
  const core = coreFor(tf);
  const require = (name: string): unknown => (name === CORE ? core : nodeRequire(name));
  const module = { exports: {} as unknown };
  const body = compileFunction(readFileSync(file, 'utf8'), WRAPPER, { filename: file }) as CommonJsBody;
  body(module.exports, require, module, file, dirname(file));
  return module.exports;
}

/**
 * `tf` with a `registerKernel` that leaves out what is there already, and kernels that an older core has no
 * name for. Descriptors are copied because the names of `tf` are getters that cannot be redefined.
 */
function coreFor(tf: TensorFlow): object {
  const registerKernel: TensorFlow['registerKernel'] = (config) => {
    if (config.kernelName && !tf.getKernel(config.kernelName, config.backendName)) tf.registerKernel(config);
  };
  const names = Object.getOwnPropertyDescriptors(tf);
  return Object.defineProperties({}, { ...names, registerKernel: { value: registerKernel, enumerable: true } });
}
