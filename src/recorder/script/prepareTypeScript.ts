/**
 * Lets Node run TypeScript as the person would run it: through the workspace's tsx or ts-node, else Node's own
 * type stripping, else ours.
 */
import { existsSync, readFileSync } from 'node:fs';
import Module, { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { dirname, join } from 'node:path';
import { commonJsError, packageType } from '../typescript/moduleFormat.js';
import { aliasedPaths, typescriptFileAt } from '../typescript/pathAliases.js';
import type { SourceMapPayload } from 'node:module';

export interface StripModule {
  stripTypes(text: string, file: string): { readonly code: string };
  mapOfStripped(file: string): SourceMapPayload | null;
  isModule(file: string): boolean;
}

export interface LoadingSupport {
  readonly by: 'babel' | 'tsx' | 'ts-node' | 'node' | 'cnnslicer' | 'nothing';
  /** The script must be started with `import`, which Node would not do by itself. */
  readonly asModule: boolean;
  /** Map of a file that was translated, where Node does not know it. */
  ownMap(file: string): SourceMapPayload | null;
}

const NOT_OURS = { asModule: false, ownMap: (): null => null };

/** `require` resolves from the script's folder; `distFolder` holds stripTypes.cjs. */
export async function prepareTypeScript(
  script: string,
  require: NodeJS.Require,
  distFolder: string,
): Promise<LoadingSupport> {
  if (!/\.([cm]?ts|tsx)$/.test(script)) return tsNodeForJavaScript(script, require) ?? { by: 'nothing', ...NOT_OURS };
  if (await useTsx(require)) return { by: 'tsx', ...NOT_OURS };
  const tsNode = useTsNode(script, require);
  if (tsNode) return tsNode;
  if ((process.features as { typescript?: unknown }).typescript) return { by: 'node', ...NOT_OURS };
  const strip = require(join(distFolder, 'stripTypes.cjs')) as StripModule;
  stripRequired(strip);
  return { by: 'cnnslicer', asModule: strip.isModule(script), ownMap: (file) => strip.mapOfStripped(file) };
}

interface Registering {
  register(): unknown;
}

interface TsNodeService {
  compile(text: string, file: string): string;
  readonly config?: { readonly options: { readonly allowJs?: boolean } };
}

interface TsNode {
  register(options: { readonly projectSearchDir: string }): TsNodeService;
  /** Compiles without hooking `require`; ts-node 8 and later. */
  create?(options: { readonly projectSearchDir: string; readonly transpileOnly: boolean }): TsNodeService;
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

/** Null where there is none, or it leaves `import` in what `require` would run. */
function useTsNode(script: string, require: NodeJS.Require): LoadingSupport | null {
  const tsNode = tsNodeFor(script, require);
  if (!tsNode || (!isModule(script) && !makesCommonJs(tsNode, script))) return null;
  const hooks = resolved(require, 'ts-node/esm');
  const support = registerTsNode(tsNode, script);
  if (hooks) register(pathToFileURL(hooks).href, pathToFileURL(script).href);
  return support;
}

/**
 * Null where the script is not for ts-node: Node runs it as it is, `allowJs` is not set, or what comes out is still no
 * CommonJS. Such scripts mix `import` with `require`, which Node refuses.
 */
function tsNodeForJavaScript(script: string, require: NodeJS.Require): LoadingSupport | null {
  // A file that is not there is told of by who loads it.
  if (!/\.jsx?$/.test(script) || isModule(script) || !existsSync(script)) return null;
  if (commonJsError(readFileSync(script, 'utf8')) === null) return null;
  const tsNode = tsNodeFor(script, require);
  if (!tsNode?.trial?.config?.options.allowJs || !makesCommonJs(tsNode, script)) return null;
  return registerTsNode(tsNode, script);
}

interface FoundTsNode {
  readonly register: TsNode['register'];
  /** Compiles without hooking `require` or checking types; null for old ones. */
  readonly trial: TsNodeService | null;
}

/** The workspace's ts-node; null where there is none. */
function tsNodeFor(script: string, require: NodeJS.Require): FoundTsNode | null {
  const file = resolved(require, 'ts-node');
  if (!file) return null;
  const tsNode = require(file) as TsNode;
  const trial = tsNode.create?.({ projectSearchDir: dirname(script), transpileOnly: true });
  return { register: (options) => tsNode.register(options), trial: trial ?? null };
}

function makesCommonJs({ trial }: FoundTsNode, script: string): boolean {
  if (!trial || !existsSync(script)) return true;
  try {
    return commonJsError(trial.compile(readFileSync(script, 'utf8'), script)) === null;
  } catch {
    // Told of when the script is run.
    return true;
  }
}

function isModule(script: string): boolean {
  return script.endsWith('.mts') || (!script.endsWith('.cts') && packageType(dirname(script)) === 'module');
}

/** It keeps its source maps to itself. */
function registerTsNode(tsNode: FoundTsNode, script: string): LoadingSupport {
  // As ts-node itself does: the configuration is the one beside the script, wherever it is started.
  const service = tsNode.register({ projectSearchDir: dirname(script) });
  resolveAliases();
  const compiled = (file: string): string => service.compile(readFileSync(file, 'utf8'), file);
  return { by: 'ts-node', asModule: false, ownMap: (file) => mapIn(compiled(file)) };
}

/** The map that a compiler has written behind its code; null where it has not, or there is no such file. */
function mapIn(compiled: string): SourceMapPayload | null {
  const data = /\/\/# sourceMappingURL=data:application\/json[^,]*;base64,(\S+)\s*$/.exec(compiled)?.[1];
  return data === undefined ? null : (JSON.parse(Buffer.from(data, 'base64').toString()) as SourceMapPayload);
}

/** Absolute path of what `require(name)` loads; null where it is not there. */
export function resolved(require: NodeJS.Require, name: string): string | null {
  try {
    return require.resolve(name);
  } catch {
    return null;
  }
}

export type CompilingModule = NodeJS.Module & { _compile(code: string, file: string): void };

/** What `require` does with a file of each ending. */
export function requireExtensions(): Record<string, (module: CompilingModule, file: string) => void> {
  return (Module as unknown as { _extensions: ReturnType<typeof requireExtensions> })._extensions;
}

/** `require` of TypeScript, and scripts that are CommonJS. */
function stripRequired(strip: StripModule): void {
  const extensions = requireExtensions();
  const compile = (module: CompilingModule, file: string): void => {
    module._compile(strip.stripTypes(readFileSync(file, 'utf8'), file).code, file);
  };
  extensions['.ts'] = compile;
  extensions['.cts'] = compile;
  resolveAliases();
}

interface ResolvingModule {
  _resolveFilename(request: string, parent?: { readonly filename?: string | null }, ...rest: unknown[]): string;
}

/** `require` of names that the workspace's tsconfig.json gives to files. */
function resolveAliases(): void {
  const module = Module as unknown as ResolvingModule;
  const original = module._resolveFilename;
  module._resolveFilename = function (request, parent, ...rest) {
    try {
      return original.call(this, request, parent, ...rest);
    } catch (cause) {
      const from = parent?.filename ?? null;
      const named = from === null ? [] : aliasedPaths(request, from);
      const file = named.map(typescriptFileAt).find((path) => path !== null);
      if (file) return file;
      throw cause;
    }
  };
}
