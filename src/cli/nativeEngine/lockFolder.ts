/** Keeps two processes from building in one folder: a file that names the process which holds it. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { Failure } from '../../protocol/failure.js';

/** Resolves to what gives the lock back. Throws an `environment` Failure while another process is alive that holds it. */
export async function lockFolder(folder: string, doing: string): Promise<() => Promise<void>> {
  const path = `${folder}.lock`;
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      return () => rm(path, { force: true });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    }
    const holder = Number(await readFile(path, 'utf8').catch(() => ''));
    if (holder > 0 && isAlive(holder)) throw held(doing, holder);
    // Left by a process that is gone.
    await rm(path, { force: true });
  }
}

function held(doing: string, holder: number): Failure {
  return new Failure({
    kind: 'environment',
    doing,
    wrong: `process ${holder} is already doing this`,
    tryThis: 'Wait until it ends',
  });
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}
