/**
 * Whether a script asks for tfjs-node, found out before it runs: the engine must be up by then. Read as text,
 * with the files that it names by relative paths; a name that is put together at run time is not seen, and
 * is then answered by the engine that was chosen without it.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const SPECIFIERS = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*(['"`])([^'"`\n]+)\1/g;
const NATIVE = /^@tensorflow\/tfjs-node(-gpu)?(\/|$)/;
const ENDINGS = ['', '.js', '.cjs', '.mjs', '.ts', '.cts', '.mts', '/index.js', '/index.ts'];
const MAX_FILES = 500;
const MAX_BYTES = 2 ** 20;

/** `script` is an absolute path. Files that cannot be read name nothing. */
export function asksForNative(script: string): boolean {
  const found = new Set([script]);
  for (const file of found) {
    const specifiers = specifiersOf(file);
    if (specifiers.some((name) => NATIVE.test(name))) return true;
    for (const name of specifiers) {
      const next = name.startsWith('.') ? fileAt(resolve(dirname(file), name)) : null;
      if (next !== null && found.size < MAX_FILES) found.add(next);
    }
  }
  return false;
}

function specifiersOf(file: string): string[] {
  if (!isReadableText(file)) return [];
  return [...readFileSync(file, 'utf8').matchAll(SPECIFIERS)].map(([, , name]) => name as string);
}

/** TypeScript writes './model.js' for model.ts. */
function fileAt(path: string): string | null {
  const bases = [path, path.replace(/\.([cm]?)js$/, '.$1ts')];
  const candidates = bases.flatMap((base) => ENDINGS.map((ending) => base + ending));
  return candidates.find(isReadableText) ?? null;
}

function isReadableText(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && found.size <= MAX_BYTES;
}
