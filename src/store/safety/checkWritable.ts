/** Whether runs can be kept where they are to be kept. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../../protocol/failure.js';
import { refusePlantedLink } from './plantedLinks.js';

const DOING = 'preparing the folder of runs';

/** A recording that could not be kept is refused before hours of training, not after. */
export function checkWritable(folder: string): void {
  refusePlantedLink(folder, DOING);
  const probe = join(folder, `.writable-${randomBytes(6).toString('hex')}`);
  try {
    makeFolder(folder);
    writeFileSync(probe, '', { flag: 'wx' });
    rmSync(probe);
  } catch (cause) {
    throw new Failure(
      {
        kind: 'environment',
        doing: DOING,
        wrong: `${folder} is not writable (${(cause as NodeJS.ErrnoException).code ?? String(cause)})`,
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
