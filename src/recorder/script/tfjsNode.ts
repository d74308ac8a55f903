/**
 * Stands for `@tensorflow/tfjs-node` where its native library is missing: the TensorFlow.js that the recorder
 * has started, with the `file://` addresses that tfjs-node adds.
 */
import type { TensorFlow } from '../engine/engineTypes.js';
import { fileHandler } from './modelFiles.js';

/** What tfjs-node has on libtensorflow alone says so when it is used. */
const NATIVE_PARTS = new Proxy(
  {},
  {
    get: (_, name) => {
      if (typeof name === 'symbol') return undefined;
      throw new Error(`tf.node.${name} needs the native library of @tensorflow/tfjs-node, which is not installed`);
    },
  },
);

export function tfjsNodeStandIn(tf: TensorFlow): object {
  tf.io.registerLoadRouter((url) => fileHandler(tf, url));
  tf.io.registerSaveRouter((url) => fileHandler(tf, url));
  const names = Object.getOwnPropertyDescriptors(tf);
  return Object.defineProperties({}, { ...names, node: { value: NATIVE_PARTS, enumerable: true } });
}
