/**
 * Makes JavaScript of TypeScript where the workspace has nothing that does. Types become blanks, so that every
 * line and column stays where it was; only syntax that has to be translated (enums, parameter properties,
 * namespaces) moves code, and then there is a source map. The compiler is swc, compiled to WebAssembly.
 */
import { transformSync } from 'amaro';
import { readFileSync } from 'node:fs';
import type { SourceMapPayload } from 'node:module';
import { elideImports } from './elideImports.js';
import { formatOf } from './moduleFormat.js';

export { namedImports } from './namedImports.js';

export interface Stripped {
  readonly code: string;
  /** null: nothing has moved. */
  readonly map: SourceMapPayload | null;
}

/** Throws a SyntaxError that names file and line when the text is no TypeScript. */
export function stripTypes(text: string, file: string): Stripped {
  try {
    return { code: elideImports(transformSync(text, { mode: 'strip-only', filename: file }).code), map: null };
  } catch {
    return translate(text, file);
  }
}

function translate(text: string, file: string): Stripped {
  try {
    const { code, map } = transformSync(text, { mode: 'transform', sourceMap: true, filename: file });
    return { code: elideImports(code), map: map === undefined ? null : (JSON.parse(map) as SourceMapPayload) };
  } catch (cause) {
    throw syntaxError(String(cause), file);
  }
}

/** swc draws the place over several lines; Node's own form starts with "file:line". */
function syntaxError(drawn: string, file: string): SyntaxError {
  const message = (drawn.split('\n')[0] ?? '').replace(/^\s*x\s*/, '').trim();
  const line = /\[(\d+):\d+\]/.exec(drawn)?.[1] ?? '1';
  const error = new SyntaxError(message);
  error.stack = `${file}:${line}\n${drawn}\nSyntaxError: ${message}\n    at ${file}:${line}`;
  return error;
}

/** The map of a file that stripTypes had to translate; null when nothing moved, or it is no TypeScript file. */
export function mapOfStripped(file: string): SourceMapPayload | null {
  if (!isTypeScript(file)) return null;
  try {
    return stripTypes(readFileSync(file, 'utf8'), file).map;
  } catch {
    return null;
  }
}

export function isTypeScript(file: string): boolean {
  return /\.[cm]?ts$/.test(file);
}

/** Whether the script must be started with `import`. */
export function isModule(file: string): boolean {
  try {
    return formatOf(file, stripTypes(readFileSync(file, 'utf8'), file).code) === 'module';
  } catch {
    // A syntax error shows when the file is run.
    return false;
  }
}
