/**
 * From a position in the code that ran to the position in the source that a person wrote, through whatever
 * source map there is: one that Node knows (tsx, ts-node), or a comment in the file on disk (tsc, bundlers).
 */
import { readFileSync, realpathSync } from 'node:fs';
import { findSourceMap, SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceSpan } from '../../protocol/run.js';
import type { RawPosition } from './callSites.js';

export interface SourcePositions {
  /** One-based; `file` is absolute. */
  original(position: RawPosition): RawPosition;
}

/** `ownMap`: the map of a file that a loader of TypeScript translated, or null when it moved nothing. */
export function sourcePositions(ownMap: (file: string) => SourceMapPayload | null): SourcePositions {
  const onDisk = new Map<string, SourceMap | null>();
  const mapOf = (file: string): SourceMap | null => {
    const known = knownToNode(file);
    if (known) return known;
    const cached = onDisk.get(file);
    if (cached !== undefined) return cached;
    const payload = attempt(() => ownMap(file)) ?? readMapOf(file);
    const map = payload ? new SourceMap(payload) : null;
    onDisk.set(file, map);
    return map;
  };
  return { original: (position) => throughMap(mapOf(position.file), position) };
}

/** A file that cannot be translated, as one of another language, has no map. */
function attempt<T>(find: () => T | null): T | null {
  try {
    return find();
  } catch {
    return null;
  }
}

function knownToNode(file: string): SourceMap | null {
  return attempt(() => findSourceMap(file) ?? null);
}

function throughMap(map: SourceMap | null, position: RawPosition): RawPosition {
  if (!map) return position;
  const entry = map.findEntry(position.line - 1, position.column - 1);
  if (!('originalSource' in entry) || typeof entry.originalSource !== 'string') return position;
  return {
    file: sourceFile(entry.originalSource, position.file),
    line: entry.originalLine + 1,
    column: entry.originalColumn + 1,
  };
}

/** Maps name their sources as URLs, absolute paths or paths relative to the compiled file. */
function sourceFile(source: string, compiled: string): string {
  if (source.startsWith('file:')) return fileURLToPath(source);
  return isAbsolute(source) ? source : resolve(dirname(compiled), source);
}

const MAP_COMMENT = /\/\/[#@] sourceMappingURL=(\S+)\s*$/;

function readMapOf(file: string): SourceMapPayload | null {
  try {
    const url = MAP_COMMENT.exec(readFileSync(file, 'utf8'))?.[1];
    if (!url) return null;
    const inline = /^data:application\/json[^,]*;base64,(.*)$/.exec(url)?.[1];
    const text =
      inline === undefined
        ? readFileSync(resolve(dirname(file), decodeURIComponent(url)), 'utf8')
        : Buffer.from(inline, 'base64').toString();
    // What is not a source map makes SourceMap throw, which ends in "no map".
    return JSON.parse(text) as SourceMapPayload;
  } catch {
    return null;
  }
}

/** Relative to the workspace with `/`, or absolute when outside it. */
export function toSpan(position: RawPosition, workspace: string): SourceSpan {
  return { file: workspacePath(position.file, workspace), line: position.line, column: position.column };
}

export function workspacePath(file: string, workspace: string): string {
  const inside = relative(real(workspace), real(file));
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return file;
  return inside.split(sep).join('/');
}

/** Node resolves symbolic links in the names of modules, so the workspace's must be resolved too. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
