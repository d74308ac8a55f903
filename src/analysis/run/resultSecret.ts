/**
 * The secret by which kept results are known to be this person's: drawn once on each machine, in a file that others
 * cannot read. A run that came from elsewhere can bring results, and none that are signed with it.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const LENGTH = 32;

/** The secret in `file`, made where there is none and `makes` is true; null where there is none that can be trusted. */
export function resultSecret(file: string, makes: boolean): Buffer | null {
  try {
    return readSecret(file) ?? (makes ? makeSecret(file) : null);
  } catch {
    return null;
  }
}

/** Null where it is not there; throws where others may have written or read it. */
function readSecret(file: string): Buffer | null {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (!stats) return null;
  const isPrivate = process.platform === 'win32' || ((stats.mode & 0o077) === 0 && stats.uid === process.getuid?.());
  if (!stats.isFile() || stats.size !== LENGTH || !isPrivate) throw new Error(`${file} is not a secret`);
  return readFileSync(file);
}

/** Whole under its name or not there; of several that begin at once, the first one's is everybody's. */
function makeSecret(file: string): Buffer | null {
  const drawn = `${file}.${randomBytes(6).toString('hex')}`;
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(drawn, randomBytes(LENGTH), { flag: 'wx', mode: 0o600 });
    linkSync(drawn, file);
  } catch (error) {
    // Where there are no hard links, the last one's is everybody's.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') renameSync(drawn, file);
  } finally {
    rmSync(drawn, { force: true });
  }
  return readSecret(file);
}
