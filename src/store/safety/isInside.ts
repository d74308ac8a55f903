/** Which paths lie in a folder. */
import { isAbsolute, relative, sep } from 'node:path';

/** Whether a path lies below a folder; the folder itself does not. Symbolic links are not resolved. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
