/** Where a person's own files of CNNSlicer lie, outside every workspace. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** `cnnslicer` in the person's cache folder, there or not. */
export function userFolder(environment: NodeJS.ProcessEnv): string {
  const cache = environment['XDG_CACHE_HOME'] || join(environment['HOME'] || homedir(), '.cache');
  return join(cache, 'cnnslicer');
}
