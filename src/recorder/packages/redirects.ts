/** Which names of packages stand for a file elsewhere, decided once for `require` and `import`. */
import type { StartedEngine } from '../engine/startEngine.js';

const BUNDLED = ['@tensorflow/tfjs', '@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'];
const NATIVE = ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'];

/** What scripts import `record` from. */
export const RUNTIME_NAME = 'cnnslicer';

export interface Redirects {
  /** The file that `cnnslicer` stands for: dist/api.cjs. */
  readonly runtime: string;
  /** Packages that are replaced even where they are found: they cannot be loaded. */
  readonly always: readonly string[];
  /** Packages that are replaced where they are not found. */
  readonly missing: readonly string[];
  /** Folder from which every name of TensorFlow.js is resolved, wherever it is asked for; null: from where it is. */
  readonly home: string | null;
}

/** What has to be replaced for an engine. */
export function redirectsFor(engine: StartedEngine, runtime: string): Redirects {
  const isNative = engine.name === 'tensorflow';
  return {
    runtime,
    always: isNative ? engine.unloadable : NATIVE,
    missing: isNative ? NATIVE : engine.bundled ? BUNDLED : [],
    home: engine.home,
  };
}
