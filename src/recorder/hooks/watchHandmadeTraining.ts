/** Notices training without `fit`, to be able to say why nothing was recorded. */
import type { TensorFlowWithLayers } from './layersApi.js';

/** Returns a function that says whether an optimizer has made a step. */
export function watchHandmadeTraining(tf: TensorFlowWithLayers): () => boolean {
  const prototype = tf.Optimizer.prototype;
  const original = prototype.minimize;
  let stepped = false;
  prototype.minimize = function (this: typeof prototype, ...args: Parameters<typeof original>) {
    stepped = true;
    return original.apply(this, args);
  } as typeof original;
  return () => stepped;
}
