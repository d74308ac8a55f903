/**
 * Notes where each layer is constructed. The base class's constructor ends by setting
 * `fastWeightInitDuringBuild`, whoever called it and however: a setter on the prototype sees every layer.
 */
import { INPUT_CLASS } from '../../frameworks/tfjs/layerKinds.js';
import type { AnyLayer, TensorFlowWithLayers } from './layersApi.js';
import { callerIn, userCallSite, type CallSite } from './callSites.js';

/** What the constructor of every layer sets last. */
export const LAST_FIELD = 'fastWeightInitDuringBuild';

export interface LayerConstructions {
  /** Where the layer was constructed; null when no code of the user's did. */
  siteOf(layer: AnyLayer): CallSite | null;
  /** Layers made so far; models are layers too and are not counted. */
  readonly count: number;
}

/**
 * Watches from now on, for the life of the process. About 40 µs a layer. `loading`: the line that is loading a
 * saved model, which stands for a layer that no line of the user's constructs.
 */
export function watchLayerConstruction(
  tf: TensorFlowWithLayers,
  isOurs: (file: string) => boolean,
  loading: () => CallSite | null,
): LayerConstructions {
  const prototype = tf.layers.Layer.prototype as object;
  const sites = new WeakMap<object, CallSite>();
  const isAdding = watchAdd(tf);
  let count = 0;
  Object.defineProperty(prototype, LAST_FIELD, {
    configurable: true,
    get: () => undefined,
    set(this: object, value: unknown) {
      Object.defineProperty(this, LAST_FIELD, { value, writable: true, enumerable: true, configurable: true });
      if (isAdding() && (this as AnyLayer).getClassName() === INPUT_CLASS) return;
      if (!(this instanceof tf.LayersModel)) count++;
      const here = userCallSite(isOurs, classNames(this, prototype));
      const site = callerIn(here) ? here : loading();
      if (site) sites.set(this, site);
    },
  });
  return {
    siteOf: (layer) => sites.get(layer) ?? null,
    get count() {
      return count;
    },
  };
}

/** A Sequential makes its input layer itself, while its first layer is added: no line of the user's does. */
function watchAdd(tf: TensorFlowWithLayers): () => boolean {
  const prototype = tf.Sequential.prototype;
  const add = prototype.add;
  let depth = 0;
  prototype.add = function (this: typeof prototype, layer) {
    depth++;
    try {
      add.call(this, layer);
    } finally {
      depth--;
    }
  };
  return () => depth > 0;
}

/** Names of the layer's classes up to, and without, the base class. */
function classNames(layer: object, base: object): string[] {
  const names: string[] = [];
  for (let prototype = Object.getPrototypeOf(layer) as object | null; prototype && prototype !== base;) {
    names.push(prototype.constructor.name);
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return names;
}
