/**
 * Layers of a saved model are constructed when its files have come, with no line of the user's on the stack: the
 * line that asked for the model stands for them.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { userCallSite, type CallSite } from './callSites.js';
import { wrapMethod } from './wrapMethod.js';

/**
 * `layersPackage`: the exports of tfjs-layers, through which every other package finds `loadLayersModel`. Returns
 * a function that says which line is loading a model, null when none is.
 */
export function watchModelLoading(layersPackage: object, isOurs: (file: string) => boolean): () => CallSite | null {
  const loading = new AsyncLocalStorage<CallSite | null>();
  if (Object.getOwnPropertyDescriptor(layersPackage, 'loadLayersModel')?.writable) {
    wrapMethod(layersPackage, 'loadLayersModel', (original) => {
      return function (...args) {
        return loading.run(userCallSite(isOurs, []), () => original.apply(this, args));
      };
    });
  }
  return () => loading.getStore() ?? null;
}
