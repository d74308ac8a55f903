/**
 * Notices layers of a TensorFlow.js that a bundler has put into the script: it has classes of its own, which no
 * hook reaches, and so its training cannot be recorded, but it can be said why.
 */
import { callerIn, userCallSite } from './callSites.js';
import { LAST_FIELD } from './watchLayerConstruction.js';

/** Returns a function that names the file of the first such layer; null when there was none. */
export function watchBundledLayers(isOurs: (file: string) => boolean): () => string | null {
  let file: string | null = null;
  // Every class has this prototype; the layers of the TensorFlow.js that was found meet their own accessor first.
  Object.defineProperty(Object.prototype, LAST_FIELD, {
    configurable: true,
    get: () => undefined,
    set(this: object, value: unknown) {
      Object.defineProperty(this, LAST_FIELD, { value, writable: true, enumerable: true, configurable: true });
      file ??= callerIn(userCallSite(isOurs, []))?.file ?? null;
    },
  });
  return () => file;
}
