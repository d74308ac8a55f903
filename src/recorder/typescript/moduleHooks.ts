/**
 * Hooks for `import`, run by Node in a thread of its own: names of packages that are found elsewhere, names of
 * files without their endings, and TypeScript files. Registered by the runner, which says what is needed.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire, type InitializeHook, type LoadHook, type LoadHookContext, type ResolveHook } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { RUNTIME_NAME, type Redirects } from '../packages/redirects.js';
import { homeFile, nameInHome } from '../packages/tensorFlowHome.js';
import { formatOf } from './moduleFormat.js';
import { aliasedPaths, javascriptFileAt, typescriptFileAt } from './pathAliases.js';
import type * as strip from './stripTypes.js';

export interface HookData {
  readonly redirects: Redirects;
  /** A file of the script's, for `require`. */
  readonly requireFrom: string;
  /** What the replaced packages export: Node cannot read it off a bundle. */
  readonly exportedNames: readonly string[];
  readonly typescript: boolean;
}

/** In a bundle of its own, since it brings a compiler. */
const compiler = (): typeof strip => createRequire(__filename)('./stripTypes.cjs') as typeof strip;

let data: HookData = {
  redirects: { runtime: '', always: [], missing: [], home: null },
  requireFrom: '',
  exportedNames: [],
  typescript: false,
};

export const initialize: InitializeHook<HookData> = (given) => {
  data = given;
};

export const resolve: ResolveHook = async (specifier, context, next) => {
  if (made.has(specifier)) return { url: specifier, format: 'module', shortCircuit: true };
  const { home } = data.redirects;
  const moved = home === null ? null : nameInHome(specifier, fileOf(context.parentURL), home);
  if (home !== null && moved !== null)
    return next(moved, { ...context, parentURL: pathToFileURL(homeFile(home)).href });
  if (specifier === RUNTIME_NAME) return next(pathToFileURL(data.redirects.runtime).href, context);
  const replaced = { url: '', format: 'module', shortCircuit: true } as const;
  if (data.redirects.always.includes(specifier)) return { ...replaced, url: withNames(specifier) };
  try {
    const found = await next(specifier, context);
    const names = importsOf.get(context.parentURL ?? '')?.get(specifier);
    if (names === undefined || !isCommonJs(found)) return found;
    return { ...replaced, url: withNamesOf(fileURLToPath(found.url), names) };
  } catch (cause) {
    if (data.redirects.missing.includes(specifier)) return { ...replaced, url: withNames(specifier) };
    const found = (data.typescript ? typescriptFile : javascriptFile)(specifier, context.parentURL);
    if (found === null) throw cause;
    return next(pathToFileURL(found).href, context);
  }
};

function fileOf(url: string | undefined): string | undefined {
  return url?.startsWith('file:') ? fileURLToPath(url) : undefined;
}

/** Of TypeScript files that were loaded as modules: the names that they import, by module. */
const importsOf = new Map<string, ReadonlyMap<string, readonly string[]>>();

function isCommonJs({ url, format }: { readonly url: string; readonly format?: string | null | undefined }): boolean {
  const file = fileOf(url);
  if (file === undefined || !/\.c?js$/.test(file) || format === 'module') return false;
  return format === 'commonjs' || file.endsWith('.cjs') || formatOf(file, readFileSync(file, 'utf8')) === 'commonjs';
}

/** A module that has these members of what `require` gives for a file, as it has where TypeScript is compiled to CommonJS. */
function withNamesOf(file: string, names: readonly string[]): string {
  const members = [...new Set(names)].filter((name) => name !== 'default');
  const code = [
    "import { createRequire as $createRequire } from 'node:module';",
    `const $whole = $createRequire(${JSON.stringify(file)})(${JSON.stringify(file)});`,
    'export default $whole;',
    ...members.map(
      (name, index) => `const $${index} = $whole[${JSON.stringify(name)}];\nexport { $${index} as ${name} };`,
    ),
  ];
  return makeModule(`members${pathToFileURL(file).pathname}?${members.join()}`, code.join('\n'));
}

/** Modules that are made here; their URLs show in stack traces and so are short. */
const MADE = 'cnnslicer:';
const made = new Map<string, string>();

function makeModule(name: string, code: string): string {
  const url = MADE + name;
  made.set(url, code);
  return url;
}

/** A module that has the exports of what `require` gives for a package, under their names. */
function withNames(specifier: string): string {
  const names = data.exportedNames.filter((name) => /^[\w$]+$/.test(name) && name !== 'default');
  const code = [
    "import { createRequire as $createRequire } from 'node:module';",
    `const $whole = $createRequire(${JSON.stringify(data.requireFrom)})(${JSON.stringify(specifier)});`,
    'export default $whole;',
    `export const { ${names.join(', ')} } = $whole;`,
  ];
  return makeModule(specifier, code.join('\n'));
}

/** TypeScript writes './model' or './model.js' for model.ts, or a name of its configuration's. */
function typescriptFile(specifier: string, parentUrl: string | undefined): string | null {
  const parent = fileOf(parentUrl);
  if (parent === undefined) return null;
  const paths = isRelative(specifier) ? [join(dirname(parent), specifier)] : aliasedPaths(specifier, parent);
  return paths.map(typescriptFileAt).find((file) => file !== null) ?? null;
}

/** What is written for a compiler or a bundler says './data' for data.js, and a folder for its index.js. */
function javascriptFile(specifier: string, parentUrl: string | undefined): string | null {
  const parent = fileOf(parentUrl);
  if (parent === undefined || !isRelative(specifier) || /[\\/]node_modules[\\/]/.test(parent)) return null;
  return javascriptFileAt(join(dirname(parent), specifier));
}

function isRelative(specifier: string): boolean {
  return /^\.{1,2}(\/|$)/.test(specifier);
}

export const load: LoadHook = async (url, context, next) => {
  const own = made.get(url);
  if (own !== undefined) return { format: 'module', source: own, shortCircuit: true };
  if (data.typescript && isPlainJson(url, context)) return { ...(await jsonModule(url)), shortCircuit: true };
  if (!data.typescript || !url.startsWith('file:') || !/\.[cm]?ts$/.test(fileURLToPath(url))) return next(url, context);
  const file = fileURLToPath(url);
  const { code } = compiler().stripTypes(await readFile(file, 'utf8'), file);
  if (formatOf(file, code) === 'commonjs') return { format: 'commonjs', source: null, shortCircuit: true } as never;
  importsOf.set(url, compiler().namedImports(code));
  return { format: 'module', source: withCommonJsNames(code, file), shortCircuit: true };
};

/** TypeScript imports JSON as it is; Node wants an attribute at the import. */
function isPlainJson(url: string, { importAttributes }: Pick<LoadHookContext, 'importAttributes'>): boolean {
  return url.startsWith('file:') && /\.json$/.test(url) && importAttributes['type'] === undefined;
}

/** With its members as names, too: `import { epochs } from './settings.json'`. */
async function jsonModule(url: string): Promise<{ format: 'module'; source: string }> {
  const text = await readFile(fileURLToPath(url), 'utf8');
  const members = Object.keys((JSON.parse(text) ?? {}) as object).filter((name) => name !== 'default');
  const exported = members.map((name, index) => {
    const quoted = JSON.stringify(name);
    return `const $${index} = $whole[${quoted}];\nexport { $${index} as ${quoted} };`;
  });
  const lines = [`const $whole = JSON.parse(${JSON.stringify(text)});`, 'export default $whole;', ...exported];
  return { format: 'module', source: lines.join('\n') };
}

/**
 * TypeScript written with `import` is often compiled to CommonJS, where __dirname, __filename, require and
 * module exist, and `require.main === module` says which file was started. They are imported at the end of the
 * file: imports are bound first, and no position moves.
 */
function withCommonJsNames(code: string, file: string): string {
  const names = ['__dirname', '__filename', 'require', 'module'].filter((name) => isFree(name, code));
  if (names.length === 0) return code;
  const provider = [
    "import { createRequire } from 'node:module';",
    `export const __filename = ${JSON.stringify(file)};`,
    `export const __dirname = ${JSON.stringify(dirname(file))};`,
    'export const require = createRequire(__filename);',
    'export const module = { exports: {}, filename: __filename, id: __filename, require };',
    file === data.requireFrom ? 'require.main = module;' : '',
  ].join('\n');
  const url = makeModule(`names${pathToFileURL(file).pathname}`, provider);
  return `${code}\nimport { ${names.join(', ')} } from ${JSON.stringify(url)};`;
}

function isFree(name: string, code: string): boolean {
  const declared = [`\\b(const|let|var|function)\\s+${name}\\b`, `\\bimport\\b[^;'"]*\\b${name}\\b[^;'"]*\\bfrom\\b`];
  return new RegExp(`(?<![.\\w$])${name}\\b`).test(code) && !declared.some((text) => new RegExp(text).test(code));
}
