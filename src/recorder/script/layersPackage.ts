/** Where the layers are of the TensorFlow.js that a script will find. */
import { createRequire } from 'node:module';
import type { StartedEngine } from '../engine/startEngine.js';
import type { TensorFlowWithLayers } from '../hooks/layersApi.js';

/** TensorFlow.js with layers: one module, or core and layers of a workspace that has them apart; null without layers. */
export function withLayers({ tf }: StartedEngine, fromScript: NodeJS.Require): TensorFlowWithLayers | null {
  if ('layers' in tf) return tf as TensorFlowWithLayers;
  try {
    return { ...tf, ...(fromScript('@tensorflow/tfjs-layers') as object) } as TensorFlowWithLayers;
  } catch {
    return null;
  }
}

/** The module through which `tf.loadLayersModel` is found; a bundle has it inside, whatever is installed around it. */
export function layersPackageOf({ entry, bundled }: StartedEngine, tf: object): object {
  if (bundled) return tf;
  try {
    return createRequire(entry)('@tensorflow/tfjs-layers') as object;
  } catch {
    return tf;
  }
}
