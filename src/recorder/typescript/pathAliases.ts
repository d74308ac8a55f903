/**
 * Names that a tsconfig.json gives to files: `paths` and `baseUrl`. TypeScript's own loaders know them; where the
 * workspace has none of those, ours must.
 */
import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createPathsMatcher, getTsconfig } from 'get-tsconfig';

type PathsOf = (specifier: string) => string[];

/** Absolute paths, without ending, that `specifier` may stand for in `file`; none for relative names. */
export function aliasedPaths(specifier: string, file: string): string[] {
  if (/^\.{0,2}\//.test(specifier) || /^\w+:/.test(specifier)) return [];
  return pathsIn(dirname(file))(specifier);
}

/** The file at a path without ending, or at one that TypeScript writes with the ending of what it compiles to. */
export function typescriptFileAt(path: string): string | null {
  const endings = ['', '.ts', '.js', '.json', '/index.ts', '/index.js'];
  const bases = [path, path.replace(/\.([cm]?)js$/, '.$1ts')];
  return bases.flatMap((base) => endings.map((ending) => base + ending)).find(isFile) ?? null;
}

/** The file at a path without ending, as `require` finds it and compilers and bundlers let `import` find it. */
export function javascriptFileAt(path: string): string | null {
  return ['.js', '.mjs', '.cjs', '/index.js', '/index.mjs'].map((ending) => path + ending).find(isFile) ?? null;
}

/** By folder; and what the reader has looked up and parsed, since most folders share one configuration. */
const known = new Map<string, PathsOf>();
const parsed = new Map<string, unknown>();

function pathsIn(folder: string): PathsOf {
  const pathsOf = known.get(folder) ?? readPaths(folder);
  known.set(folder, pathsOf);
  return pathsOf;
}

/** A configuration that cannot be read names nothing: what it should have named shows as not found. */
function readPaths(folder: string): PathsOf {
  try {
    const found = getTsconfig(folder, 'tsconfig.json', parsed);
    const baseUrl = found?.config.compilerOptions?.baseUrl;
    const base = found && baseUrl !== undefined ? resolve(dirname(found.path), baseUrl) : null;
    const matcher = found && createPathsMatcher(found);
    return (specifier) => [
      ...new Set([...(matcher?.(specifier) ?? []), ...(base === null ? [] : [join(base, specifier)])]),
    ];
  } catch {
    return () => [];
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
