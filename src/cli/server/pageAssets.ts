/**
 * The files of a page as the server gives them out: exactly those of the build, read once at the start. A build that
 * replaces them meanwhile does not mix with what a page has already read.
 */
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Failure } from '../../protocol/failure.js';
import { PAGE_FILES, readPageFiles } from '../../protocol/pageFiles.js';

export interface PageAsset {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface PageAssets {
  /** Names of the scripts that the first picture waits for, the entry before all others. */
  readonly first: readonly string[];
  /** By name. */
  readonly files: ReadonlyMap<string, PageAsset>;
}

const MEDIA_TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** Throws an `environment` Failure where a file of the build is missing. */
export async function readPageAssets(folder: string): Promise<PageAssets> {
  try {
    const { first, later } = readPageFiles(await readFile(join(folder, PAGE_FILES), 'utf8'));
    const names = ['begin.js', 'viewer.css', ...first, ...later];
    const files = await Promise.all(names.map(async (name) => [name, await readAsset(folder, name)] as const));
    return { first, files: new Map(files) };
  } catch (cause) {
    const wrong = cause instanceof Error ? cause.message : String(cause);
    const tryThis = 'Install CNNSlicer again; in its own repository, run npm run build.';
    throw new Failure({ kind: 'environment', doing: `reading the views in ${folder}`, wrong, tryThis }, { cause });
  }
}

async function readAsset(folder: string, name: string): Promise<PageAsset> {
  const mediaType = MEDIA_TYPES[extname(name)] ?? 'application/octet-stream';
  return { mediaType, bytes: await readFile(join(folder, name)) };
}
