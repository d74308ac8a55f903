/**
 * From a position in the code that ran to the position in the source that a person wrote, through whatever
 * source map there is.
 */
import { readFileSync, realpathSync } from 'node:fs';
import type { SourceMap, SourceMapPayload } from 'node:module';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceSpan } from '../../protocol/run.js';
import { isInside } from '../../store/safety/isInside.js';
import { callerIn, type CallSite, type RawPosition, type UserFrame } from './callSites.js';
import { callAt, calledName } from './callText.js';
import type { CompiledCode } from './compiledCode.js';
import { findMap } from './sourceMaps.js';

export interface SourcePositions {
  /** One-based; `file` is absolute. Null where no line of a person's is known to be the call. */
  original(site: CallSite): RawPosition | null;
}

/** A file as it ran. */
interface Ran {
  readonly map: SourceMap | null;
  /** The text that ran, by lines, where it is not the file's own; else null. */
  readonly lines: readonly string[] | null;
}

/** `ownMap`: the map of a file that a loader of ours translated, or null when it moved nothing. */
export function sourcePositions(
  ownMap: (file: string) => SourceMapPayload | null,
  compiledCode: CompiledCode,
): SourcePositions {
  const ran = remembered((file): Ran => {
    const text = compiledCode.of(file);
    const compiled = text === null || text === textOf(file) ? null : text;
    return { map: findMap({ file, compiled }, ownMap), lines: compiled?.split('\n') ?? null };
  });
  const linesOf = remembered((file) => textOf(file)?.split('\n') ?? null);
  const written = (frame: UserFrame): Written[] => {
    const { map, lines } = ran(frame.file);
    const place = throughMap(map, frame);
    if (!place) return [];
    const source = map || lines ? linesOf(place.file) : null;
    // Sources that are not there cannot be looked into.
    if (!source) return [{ ...frame, place }];
    const name = lines && calledName(lines, frame);
    const found = callAt(source, place, name);
    // Without a map the place is one of the compiled text: it may hold where lines were kept.
    const call = map || (found && calledName(source, found) === name) ? found : null;
    // Classes that became functions construct their base in a helper, which has a place of somebody else's.
    return call === null && name === 'construct' ? [] : [{ ...frame, place: call }];
  };
  return { original: (site) => callerIn(site.flatMap(written))?.place ?? null };
}

interface Written extends UserFrame {
  /** In the source; null where what the map gives is no call there. */
  readonly place: RawPosition | null;
}

function remembered<T>(find: (file: string) => T): (file: string) => T {
  const known = new Map<string, T>();
  return (file) => {
    if (!known.has(file)) known.set(file, find(file));
    return known.get(file) as T;
  };
}

/** Without a byte order mark, as Node compiles it; null where it cannot be read. */
function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch {
    return null;
  }
}

/** Null for code that a compiler added: its helpers stand in no source. */
function throughMap(map: SourceMap | null, { file, line, column }: RawPosition): RawPosition | null {
  if (!map) return { file, line, column };
  const entry = map.findEntry(line - 1, column - 1);
  if (!('originalSource' in entry) || typeof entry.originalSource !== 'string') return null;
  // What the map says of a line above does not hold here.
  if (entry.generatedLine !== line - 1) return null;
  return {
    file: sourceFile(entry.originalSource, file),
    line: entry.originalLine + 1,
    column: entry.originalColumn + 1,
  };
}

/** Maps name their sources as URLs, absolute paths or paths relative to the compiled file. */
function sourceFile(source: string, compiled: string): string {
  if (source.startsWith('file:')) return fileURLToPath(source);
  return isAbsolute(source) ? source : resolve(dirname(compiled), source);
}

/** Relative to the workspace with `/`, or absolute when outside it. */
export function toSpan(position: RawPosition, workspace: string): SourceSpan {
  return { file: workspacePath(position.file, workspace), line: position.line, column: position.column };
}

export function workspacePath(file: string, workspace: string): string {
  const [folder, path] = [real(workspace), real(file)];
  return isInside(folder, path) ? relative(folder, path).split(sep).join('/') : file;
}

/** Node resolves symbolic links in the names of modules, so the workspace's must be resolved too. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
