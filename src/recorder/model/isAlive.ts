/** Whether a model can still be run: scripts dispose of models that they have trained. */
import type { Model } from '../hooks/layersApi.js';
import { readFloats } from './forwardPass.js';

/** Its weights are read to know it: `model.dispose()` marks what it has freed, `tf.disposeVariables()` does not. */
export function isAlive(model: Model): boolean {
  try {
    model.weights.forEach((weight) => readFloats(weight.read()));
    return true;
  } catch {
    return false;
  }
}
