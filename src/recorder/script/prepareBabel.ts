/**
 * Lets Node run JavaScript that is written for Babel through the workspace's own, as `@babel/node` does: with its
 * configuration, each file of the project as it is required.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { SourceMapPayload } from 'node:module';
import { basename, dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isInside } from '../../store/safety/isInside.js';
import { firstLine } from '../engine/firstLine.js';
import { commonJsError, packageType } from '../typescript/moduleFormat.js';
import { requireExtensions, resolved, type LoadingSupport } from './prepareTypeScript.js';

export interface ScriptSource {
  /** Absolute path. */
  readonly script: string;
  /** Resolves from the script's folder. */
  readonly require: NodeJS.Require;
  /** Absolute folder: a configuration above it is not looked for. */
  readonly workspace: string;
}

interface Compiled {
  readonly code: string;
  readonly map: SourceMapPayload | null;
}

/** Null for a file that the configuration leaves out. Throws where Babel cannot compile it. */
type Compile = (file: string) => Compiled | null;

interface Babel {
  transformSync(text: string, options: object): { code?: string | null; map?: object | null } | null;
}

/** As `@babel/register` has them. */
const ENDINGS = ['.js', '.jsx', '.es6', '.es'];

/**
 * Null where the script is not for Babel: Node runs it as it is, there is no configuration or no `@babel/core`, or
 * what comes out is still no CommonJS. Where Babel fails, `notice` is told why, and the script runs without it.
 */
export async function prepareBabel(
  source: ScriptSource,
  notice: (text: string) => void,
): Promise<LoadingSupport | null> {
  const { script, require } = source;
  if (!ENDINGS.includes(extname(script)) || packageType(dirname(script)) === 'module') return null;
  // A file that is not there is told of by who loads it.
  if (!existsSync(script) || commonJsError(readFileSync(script, 'utf8')) === null) return null;
  const folder = configuredFolder(source);
  const core = folder && resolved(require, '@babel/core');
  if (folder === null || core === null) return null;
  try {
    const compile = compiler(await loadBabel(core), folder);
    if (commonJsError(compile(script)?.code ?? 'import ""') !== null) return null;
    const maps = compileRequired(compile, folder);
    loadRegenerator(require);
    return { by: 'babel', asModule: false, ownMap: (file) => maps.get(file) ?? null };
  } catch (cause) {
    notice(`The workspace's Babel could not compile ${basename(script)}: ${firstLine(cause)}. It runs without Babel.`);
    return null;
  }
}

/** The nearest folder, from the script's up to the workspace, that has a configuration of Babel's. */
function configuredFolder({ script, workspace }: ScriptSource): string | null {
  for (let at = dirname(script); ; at = dirname(at)) {
    if (isConfigured(at)) return at;
    if (at === workspace || at === dirname(at) || !isInside(workspace, at)) return null;
  }
}

const CONFIGURATIONS = ['.babelrc', ...['babel.config', '.babelrc'].flatMap(namesOf)];

function namesOf(base: string): string[] {
  return ['.js', '.cjs', '.mjs', '.json', '.cts', '.ts'].map((ending) => base + ending);
}

function isConfigured(folder: string): boolean {
  if (CONFIGURATIONS.some((name) => existsSync(join(folder, name)))) return true;
  try {
    return 'babel' in (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object);
  } catch {
    return false;
  }
}

/** Babel 8 is an ES module, Babel 7 is not. */
async function loadBabel(core: string): Promise<Babel> {
  const loaded = (await import(pathToFileURL(core).href)) as Partial<Babel> & { readonly default?: Babel };
  return loaded.transformSync ? (loaded as Babel) : (loaded.default as Babel);
}

/** The caller's name is what presets go by when they make CommonJS of `import`. */
function compiler(babel: Babel, folder: string): Compile {
  const options = { cwd: folder, sourceMaps: true, ast: false, caller: { name: '@babel/register' } };
  return (file) => {
    const made = babel.transformSync(readFileSync(file, 'utf8'), { ...options, filename: file });
    return made && { code: made.code ?? '', map: (made.map ?? null) as SourceMapPayload | null };
  };
}

/** Returns the maps of what was compiled so far, by file. What Babel itself requires meanwhile is left alone. */
function compileRequired(compile: Compile, folder: string): ReadonlyMap<string, SourceMapPayload | null> {
  const maps = new Map<string, SourceMapPayload | null>();
  const extensions = requireExtensions();
  const plain = extensions['.js'];
  let compiling = false;
  const compiled = (file: string): Compiled | null => {
    if (compiling || !isInside(folder, file) || /[\\/]node_modules[\\/]/.test(file)) return null;
    try {
      compiling = true;
      return compile(file);
    } finally {
      compiling = false;
    }
  };
  for (const ending of ENDINGS) {
    const original = extensions[ending] ?? plain;
    extensions[ending] = (module, file) => {
      const made = packageType(dirname(file)) === 'module' ? null : compiled(file);
      if (!made) return original?.(module, file);
      maps.set(file, made.map);
      module._compile(made.code, file);
    };
  }
  return maps;
}

/** Releases of Babel before 7.18 leave generators to a global that `@babel/node` provides. */
function loadRegenerator(require: NodeJS.Require): void {
  const file = resolved(require, 'regenerator-runtime/runtime');
  if (file) require(file);
}
