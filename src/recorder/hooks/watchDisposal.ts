/** Sees a model that is about to be disposed of, while it can still be run. */
import type { Model, TensorFlowWithLayers } from './layersApi.js';
import { wrapMethod } from './wrapMethod.js';

/** Watches from now on. `disposing` is not told of `tf.disposeVariables`, nor of a model that others still use. */
export function watchDisposal(tf: TensorFlowWithLayers, disposing: (outer: Model) => void): void {
  wrapMethod(tf.LayersModel.prototype, 'dispose', (original) => {
    return function (...args) {
      // Protected in the typings: how many models, itself one of them, the weights are kept for.
      if ((this as { readonly _refCount?: number })._refCount === 1) disposing(this as Model);
      return original.apply(this, args);
    };
  });
}
