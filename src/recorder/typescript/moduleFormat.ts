/** Decides whether a file is an ES module or CommonJS. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { compileFunction } from 'node:vm';

/** By extension, then by the nearest package.json, then by the syntax, as Node decides for JavaScript. */
export function formatOf(file: string, code: string): 'module' | 'commonjs' {
  if (extname(file) === '.mts') return 'module';
  if (extname(file) === '.cts') return 'commonjs';
  return packageType(dirname(file)) === 'module' || hasModuleSyntax(code) ? 'module' : 'commonjs';
}

/** What the nearest package.json says; null where it, or all of them, say nothing. */
export function packageType(folder: string): string | null {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    const manifest = join(at, 'package.json');
    if (!existsSync(manifest)) continue;
    try {
      return (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: string }).type ?? null;
    } catch {
      return null;
    }
  }
  return null;
}

const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];

/** True where the code compiles as no CommonJS module for want of `import`, `export` or top-level `await`. */
function hasModuleSyntax(code: string): boolean {
  return /Cannot use import statement|Unexpected token 'export'|Cannot use 'import\.meta'|await is only valid/.test(
    commonJsError(code) ?? '',
  );
}

/** Why the code compiles as no CommonJS module; null where it does. */
export function commonJsError(code: string): string | null {
  try {
    compileFunction(code.replace(/^#!.*/, ''), PARAMETERS);
    return null;
  } catch (cause) {
    return cause instanceof Error ? cause.message : '';
  }
}
