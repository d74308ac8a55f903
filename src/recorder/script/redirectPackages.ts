/**
 * Lets names of packages stand for a file elsewhere: TensorFlow.js where the workspace has none, tfjs-node
 * where its native library is missing, and all of TensorFlow.js where a native engine of ours is used.
 */
import Module, { createRequire } from 'node:module';
import type { StartedEngine } from '../engine/startEngine.js';
import { homeFile, nameInHome } from './tensorFlowHome.js';
import { tfjsNodeStandIn } from './tfjsNode.js';

const BUNDLED = ['@tensorflow/tfjs', '@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'];
const NATIVE = ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'];

export interface Redirects {
  /** Packages that are replaced even where they are found: they cannot be loaded. */
  readonly always: readonly string[];
  /** Packages that are replaced where they are not found. */
  readonly missing: readonly string[];
  /** Folder from which every name of TensorFlow.js is resolved, wherever it is asked for; null: from where it is. */
  readonly home: string | null;
}

/** What has to be replaced for an engine; nothing when the workspace's own packages do. */
export function redirectsFor(engine: StartedEngine): Redirects {
  return {
    always: engine.name === 'tensorflow' ? [] : NATIVE,
    missing: engine.bundled ? BUNDLED : [],
    home: engine.home,
  };
}

/** A file name that no file has; the cache of modules knows it. */
const STAND_IN = 'cnnslicer:tfjs-node';

interface ModuleInternals {
  _resolveFilename(request: string, ...rest: unknown[]): string;
  _cache: Record<string, { id: string; filename: string; loaded: boolean; exports: unknown } | undefined>;
}

/** For `require`; `import` comes here too, by way of moduleHooks. */
export function redirectRequire(
  { always, missing, home }: Redirects,
  engine: StartedEngine,
  notice: (text: string) => void,
): void {
  const module = Module as unknown as ModuleInternals;
  const original = module._resolveFilename;
  const fromHome = home === null ? null : createRequire(homeFile(home));
  module._resolveFilename = function (request, ...rest) {
    const [parent] = rest as [{ filename?: string } | undefined];
    const moved = home === null ? null : nameInHome(request, parent?.filename, home);
    if (fromHome && moved !== null) return fromHome.resolve(moved);
    if (always.includes(request)) return standIn(module, request, engine, notice);
    try {
      return original.call(this, request, ...rest);
    } catch (cause) {
      if (missing.includes(request)) return engine.entry;
      throw cause;
    }
  };
}

function standIn(
  module: ModuleInternals,
  request: string,
  engine: StartedEngine,
  notice: (text: string) => void,
): string {
  if (!module._cache[STAND_IN]) {
    module._cache[STAND_IN] = { id: STAND_IN, filename: STAND_IN, loaded: true, exports: tfjsNodeStandIn(engine.tf) };
    notice(
      `The script asks for ${request}, whose native library is not installed: it runs on TensorFlow.js with the engine "${engine.name}".`,
    );
  }
  return STAND_IN;
}

/** Folder of a TensorFlow.js that the script loaded and that is not the engine's; null when there is none. */
export function otherTensorFlow(engine: StartedEngine): string | null {
  const folders = Object.keys(createRequire(engine.entry).cache).flatMap(
    (file) => /^(.*[\\/]@tensorflow)[\\/]tfjs-core[\\/]/.exec(file)?.[1] ?? [],
  );
  return folders.find((folder) => !engine.entry.startsWith(folder)) ?? null;
}
