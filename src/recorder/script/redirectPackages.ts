/**
 * Lets names of packages stand for a file elsewhere: TensorFlow.js where the workspace has none, tfjs-node
 * where it does not load, and all of TensorFlow.js where a native engine of ours is used.
 */
import Module, { createRequire } from 'node:module';
import type { StartedEngine } from '../engine/startEngine.js';
import { homeFile, nameInHome } from '../packages/tensorFlowHome.js';
import { RUNTIME_NAME, type Redirects } from '../packages/redirects.js';
import { tfjsNodeStandIn } from './tfjsNode.js';

/** A file name that no file has; the cache of modules knows it. */
const STAND_IN = 'cnnslicer:tfjs-node';

interface ModuleInternals {
  _resolveFilename(request: string, ...rest: unknown[]): string;
  _cache: Record<string, { id: string; filename: string; loaded: boolean; exports: unknown } | undefined>;
}

/** For `require`; `import` comes here too, by way of moduleHooks. */
export function redirectRequire(
  { runtime, always, missing, home }: Redirects,
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
    if (request === RUNTIME_NAME) return runtime;
    if (always.includes(request))
      return engine.name === 'tensorflow' ? engine.entry : standIn(module, request, engine, notice);
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
    const instead = `it runs on TensorFlow.js with the engine "${engine.name}"`;
    notice(
      engine.chosen
        ? `The script asks for ${request}: ${instead}, as requested.`
        : `The script asks for ${request}, which does not load here: ${instead}.`,
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
