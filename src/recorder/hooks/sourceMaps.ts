/** The source map of a file that ran, wherever its compiler has left it. */
import { readFileSync } from 'node:fs';
import { createRequire, findSourceMap, SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, resolve } from 'node:path';

export interface RanFile {
  readonly file: string;
  /** The text that ran, where it is not what is on disk; else null. */
  readonly compiled: string | null;
}

/**
 * One that Node knows (tsx), one that a loader of ours or ts-node's has (`ownMap`), one that ends the compiled text
 * (`@babel/register`), one that a compiler gave to source-map-support, or one beside the file (tsc, bundlers).
 * Null where there is none.
 */
export function findMap(
  { file, compiled }: RanFile,
  ownMap: (file: string) => SourceMapPayload | null,
): SourceMap | null {
  const known = attempt(() => findSourceMap(file) ?? null);
  if (known) return known;
  const payload = attempt(() => ownMap(file)) ?? mapOfText(compiled, file) ?? supportedMap(file);
  // What is not a source map makes SourceMap throw.
  return payload && attempt(() => new SourceMap(underRoot(payload)));
}

/** Node leaves `sourceRoot` out of the names of sources. */
function underRoot(payload: SourceMapPayload): SourceMapPayload {
  const root = (payload.sourceRoot ?? '').replace(/([^/])$/, '$1/');
  return { ...payload, sourceRoot: '', sources: payload.sources.map((source) => rooted(root, source)) };
}

function rooted(root: string, source: string): string {
  return /^(\/|[A-Za-z]:|\w+:)/.test(source) ? source : root + source;
}

const MAP_COMMENT = /\/\/[#@] sourceMappingURL=(\S+)\s*$/;

function mapOfText(compiled: string | null, file: string): SourceMapPayload | null {
  return attempt(() => {
    const url = MAP_COMMENT.exec(compiled ?? readFileSync(file, 'utf8'))?.[1];
    if (url === undefined) return null;
    const inline = /^data:application\/json[^,]*;base64,(.*)$/.exec(url)?.[1];
    const text =
      inline === undefined
        ? readFileSync(resolve(dirname(file), decodeURIComponent(url)), 'utf8')
        : Buffer.from(inline, 'base64').toString();
    return JSON.parse(text) as SourceMapPayload;
  });
}

/** Compilers that keep their maps to themselves tell this package, for the stacks of errors. */
function supportedMap(file: string): SourceMapPayload | null {
  const cache = createRequire(file).cache;
  const name = Object.keys(cache).find((path) => /[\\/]source-map-support[\\/]source-map-support\.js$/.test(path));
  return attempt(() => {
    const support = cache[name ?? '']?.exports as { retrieveSourceMap(file: string): { map: unknown } | null };
    const { map } = support.retrieveSourceMap(file) ?? { map: null };
    return (typeof map === 'string' ? JSON.parse(map) : map) as SourceMapPayload | null;
  });
}

function attempt<T>(find: () => T | null): T | null {
  try {
    return find();
  } catch {
    return null;
  }
}
