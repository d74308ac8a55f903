/**
 * Stands for `@tensorflow/tfjs-node` where its native library is missing: the TensorFlow.js that the recorder
 * has started, with the `file://` addresses, the pictures and the callbacks that tfjs-node adds.
 */
import type { TensorFlow } from '../engine/engineTypes.js';
import { wrapMethod } from '../hooks/wrapMethod.js';
import { lacking, pictureFunctions } from '../tfjsNode/pictures.js';
import { summaryFunctions } from '../tfjsNode/summaries.js';
import { fileHandler } from './modelFiles.js';

/** The release whose names are here. */
const VERSION = '4.22.0';

export function tfjsNodeStandIn(tf: TensorFlow): object {
  tf.io.registerLoadRouter((url) => fileHandler(tf, url));
  tf.io.registerSaveRouter((url) => fileHandler(tf, url));
  answerToItsName(tf);
  const fileSystem = (path: string | string[]) =>
    fileHandler(tf, `file://${typeof path === 'string' ? path : path[0]}`);
  const { version } = tf as { version?: object };
  const added = {
    node: nodeNamespace(tf),
    io: { ...tf.io, fileSystem },
    version: { ...version, 'tfjs-node': VERSION },
  };
  const descriptors = Object.entries(added).map(([name, value]) => [name, { value, enumerable: true }]);
  return Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(tf), ...Object.fromEntries(descriptors) });
}

/** A script that has loaded tfjs-node may choose the backend "tensorflow": that is the engine that stands for it. */
function answerToItsName(tf: TensorFlow): void {
  wrapMethod(Object.getPrototypeOf(tf.engine()) as object, 'setBackend', (original) => {
    return function (...args) {
      const [name] = args;
      return original.call(this, name === 'tensorflow' ? tf.getBackend() : name);
    };
  });
}

/** What tfjs-node has on libtensorflow alone (saved models of Python) says so when it is used. */
function nodeNamespace(tf: TensorFlow): object {
  const here: Readonly<Record<string | symbol, unknown>> = { ...pictureFunctions(tf), ...summaryFunctions(tf) };
  return new Proxy(here, {
    get: (_, name) => {
      if (typeof name === 'symbol' || Object.hasOwn(here, name)) return here[name];
      throw lacking(name);
    },
  });
}
