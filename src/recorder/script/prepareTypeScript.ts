/**
 * Lets Node run TypeScript as the person would run it: through the workspace's tsx or ts-node, else Node's own
 * type stripping, else ours.
 */
import { readFileSync } from 'node:fs';
import Module, { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { SourceMapPayload } from 'node:module';

export interface StripModule {
  stripTypes(text: string, file: string): { readonly code: string };
  mapOfStripped(file: string): SourceMapPayload | null;
  isModule(file: string): boolean;
}

export interface TypeScriptSupport {
  readonly by: 'tsx' | 'ts-node' | 'node' | 'cnnslicer' | 'nothing';
  /** The script must be started with `import`, which Node would not do by itself. */
  readonly asModule: boolean;
  /** Map of a file that we translated ourselves. */
  ownMap(file: string): SourceMapPayload | null;
}

const NOT_OURS = { asModule: false, ownMap: (): null => null };

/** `require` resolves from the script's folder; `distFolder` holds stripTypes.cjs. */
export async function prepareTypeScript(
  script: string,
  require: NodeJS.Require,
  distFolder: string,
): Promise<TypeScriptSupport> {
  if (!/\.([cm]?ts|tsx)$/.test(script)) return { by: 'nothing', ...NOT_OURS };
  if (await useTsx(require)) return { by: 'tsx', ...NOT_OURS };
  if (useTsNode(script, require)) return { by: 'ts-node', ...NOT_OURS };
  if ((process.features as { typescript?: unknown }).typescript) return { by: 'node', ...NOT_OURS };
  const strip = require(join(distFolder, 'stripTypes.cjs')) as StripModule;
  stripRequired(strip);
  return { by: 'cnnslicer', asModule: strip.isModule(script), ownMap: (file) => strip.mapOfStripped(file) };
}

interface Registering {
  register(): unknown;
}

async function useTsx(require: NodeJS.Require): Promise<boolean> {
  const commonJs = resolved(require, 'tsx/cjs/api');
  const modules = resolved(require, 'tsx/esm/api');
  if (!commonJs || !modules) return false;
  (require(commonJs) as Registering).register();
  // The CommonJS edition of this one looks for its hooks in the wrong folder (tsx 4.23).
  const edition = modules.replace(/\.cjs$/, '.mjs');
  const { register: registerTsx } = (await import(pathToFileURL(edition).href)) as Registering;
  registerTsx();
  return true;
}

function useTsNode(script: string, require: NodeJS.Require): boolean {
  const file = resolved(require, 'ts-node');
  if (!file) return false;
  (require(file) as Registering).register();
  const hooks = resolved(require, 'ts-node/esm');
  if (hooks) register(pathToFileURL(hooks).href, pathToFileURL(script).href);
  return true;
}

function resolved(require: NodeJS.Require, name: string): string | null {
  try {
    return require.resolve(name);
  } catch {
    return null;
  }
}

type CompilingModule = NodeJS.Module & { _compile(code: string, file: string): void };

/** `require` of TypeScript, and scripts that are CommonJS. */
function stripRequired(strip: StripModule): void {
  const extensions = (
    Module as unknown as { _extensions: Record<string, (module: CompilingModule, file: string) => void> }
  )._extensions;
  const compile = (module: CompilingModule, file: string): void => {
    module._compile(strip.stripTypes(readFileSync(file, 'utf8'), file).code, file);
  };
  extensions['.ts'] = compile;
  extensions['.cts'] = compile;
}
