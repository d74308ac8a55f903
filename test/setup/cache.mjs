// The folder outside the project where large tools for the tests live, each made once: a folder is
// ready when its marker holds the recipe it was made by; a lock keeps two runs from making it together.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cnnslicer');

/**
 * Resolves to `folder` once it is made. `make` runs only when the marker is missing or tells of
 * another recipe; `adopt` may say that a folder without a marker is good as it is.
 */
export async function makeOnce({ folder, recipe, make, adopt = async () => false, log = console.error }) {
  const marker = `${folder}.done`;
  if ((await textOf(marker)) === recipe) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const unlock = await lock(`${folder}.lock`, log);
  try {
    if ((await textOf(marker)) === recipe) return folder;
    if (!(await adopt(folder))) {
      await rm(marker, { force: true });
      await make(folder);
    }
    await writeFile(marker, recipe);
    return folder;
  } finally {
    await unlock();
  }
}

async function textOf(path) {
  return readFile(path, 'utf8').catch(() => undefined);
}

/** A file that names the process which holds it; one left by a process that is gone is taken over. */
async function lock(path, log) {
  let told = false;
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      return () => rm(path, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = Number(await textOf(path));
    if (holder && !isAlive(holder)) await rm(path, { force: true });
    else if (!told) log(`waiting for process ${holder}, which is making ${path.replace(/\.lock$/, '')}`);
    told = true;
    await sleep(500);
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
