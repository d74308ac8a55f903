/** Whether runs can be kept where they are to be kept. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../protocol/failure.js';

/** A recording that could not be kept is refused before hours of training, not after. */
export function checkWritable(folder: string): void {
  const probe = join(folder, `.writable-${process.pid}`);
  try {
    makeFolder(folder);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (cause) {
    throw new Failure(
      {
        kind: 'environment',
        doing: 'preparing the folder of runs',
        wrong: `${folder} cannot be written (${(cause as NodeJS.ErrnoException).code ?? String(cause)})`,
        tryThis: 'Make it writable, or record to another folder',
      },
      { cause },
    );
  }
}

/** One by one: Node's recursive mkdir never returns where the system denies that a folder could be (/proc). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}
