/** The Python that has the peers: CNNSLICER_PYTHON, or the environment in the user's cache folder. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export function pythonFile(): string {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return process.env['CNNSLICER_PYTHON'] ?? join(cache, 'cnnslicer', 'python', 'bin', 'python');
}
