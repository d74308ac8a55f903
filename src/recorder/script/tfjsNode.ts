/**
 * Stands for `@tensorflow/tfjs-node` where its native library is missing: the TensorFlow.js that the recorder
 * has started, with the `file://` addresses, the pictures and the callbacks that tfjs-node adds.
 */
import type { TensorFlow } from '../engine/engineTypes.js';
import { lacking, pictureFunctions } from '../tfjsNode/pictures.js';
import { summaryFunctions } from '../tfjsNode/summaries.js';
import { fileHandler } from './modelFiles.js';

/** The release whose names are here. */
const VERSION = '4.22.0';

export function tfjsNodeStandIn(tf: TensorFlow): object {
  tf.io.registerLoadRouter((url) => fileHandler(tf, url));
  tf.io.registerSaveRouter((url) => fileHandler(tf, url));
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
