/**
 * Names that a tsconfig.json gives to files: `paths` and `baseUrl`. TypeScript's own loaders know them; where the
 * workspace has none of those, ours must.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';

interface Aliases {
  /** Absolute folder that the targets of `paths` are relative to. */
  readonly folder: string;
  readonly paths: Readonly<Record<string, readonly string[]>>;
  /** Absolute folder that any other name may be relative to; null without `baseUrl`. */
  readonly base: string | null;
}

const NONE: Aliases = { folder: '', paths: {}, base: null };

/** Absolute paths, without ending, that `specifier` may stand for in `file`; none for relative names. */
export function aliasedPaths(specifier: string, file: string): string[] {
  if (/^\.{0,2}\//.test(specifier) || /^\w+:/.test(specifier)) return [];
  const { folder, paths, base } = aliasesFor(dirname(file));
  const mapped = Object.entries(paths).flatMap(([pattern, targets]) => {
    const star = matched(pattern, specifier);
    return star === null
      ? []
      : targets.map((target) =>
          resolve(
            folder,
            target.replace('*', () => star),
          ),
        );
  });
  return base === null ? mapped : [...mapped, join(base, specifier)];
}

/** The file at a path without ending, or at one that TypeScript writes with the ending of what it compiles to. */
export function typescriptFileAt(path: string): string | null {
  const endings = ['', '.ts', '.js', '.json', '/index.ts', '/index.js'];
  const bases = [path, path.replace(/\.([cm]?)js$/, '.$1ts')];
  return bases.flatMap((base) => endings.map((ending) => base + ending)).find(isFile) ?? null;
}

/** What the `*` of the pattern stands for; '' for a pattern without one; null when it does not match. */
function matched(pattern: string, specifier: string): string | null {
  const [before = '', after] = pattern.split('*');
  if (after === undefined) return specifier === pattern ? '' : null;
  const isMatch = specifier.startsWith(before) && specifier.endsWith(after);
  return isMatch && specifier.length >= before.length + after.length
    ? specifier.slice(before.length, specifier.length - after.length)
    : null;
}

const known = new Map<string, Aliases>();

function aliasesFor(folder: string): Aliases {
  const found = known.get(folder) ?? findAliases(folder);
  known.set(folder, found);
  return found;
}

function findAliases(folder: string): Aliases {
  const file = join(folder, 'tsconfig.json');
  if (existsSync(file)) return readAliases(file, 0);
  return dirname(folder) === folder ? NONE : aliasesFor(dirname(folder));
}

interface Config {
  readonly extends?: string | readonly string[];
  readonly compilerOptions?: { readonly baseUrl?: string; readonly paths?: Aliases['paths'] };
}

const MOST_PARENTS = 10;

/** A configuration that cannot be read names nothing: what it should have named shows as not found. */
function readAliases(file: string, depth: number): Aliases {
  try {
    const { compilerOptions = {}, extends: parents = [] } = parseWithComments(readFileSync(file, 'utf8')) as Config;
    const { baseUrl, paths } = compilerOptions;
    const inherited = [parents].flat().reduce<Aliases>((_, parent) => readParent(parent, file, depth + 1), NONE);
    const base = baseUrl === undefined ? inherited.base : resolve(dirname(file), baseUrl);
    return paths ? { folder: base ?? dirname(file), paths, base } : { ...inherited, base };
  } catch {
    return NONE;
  }
}

function readParent(parent: string, file: string, depth: number): Aliases {
  if (depth > MOST_PARENTS) return NONE;
  if (!parent.startsWith('.') && !isAbsolute(parent)) return readAliases(createRequire(file).resolve(parent), depth);
  const path = resolve(dirname(file), parent);
  return readAliases(existsSync(path) ? path : `${path}.json`, depth);
}

/** tsconfig.json may have comments and trailing commas; strings are left alone. */
function parseWithComments(text: string): unknown {
  const withoutComments = text.replace(
    /("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[^]*?\*\//g,
    (_, string?: string) => string ?? '',
  );
  const withoutCommas = withoutComments.replace(
    /("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g,
    (_, string?: string) => string ?? '',
  );
  return JSON.parse(withoutCommas);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
