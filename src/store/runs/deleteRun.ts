/** Deletes a run folder, and nothing that is not one. */
import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../../protocol/failure.js';
import { statusWithoutEnd } from '../reading/describeRun.js';
import { diskFailure } from '../writing/durableFiles.js';
import { refusePlantedLink } from '../safety/plantedLinks.js';
import { END_FILE, OWNER_FILE } from '../format/records.js';
import { holds, isOwner, notARun, runFiles } from '../writing/runEnd.js';

/** What an owner's record may be long. */
const OWNER_LIMIT = 65536;

/**
 * Throws a `not-found` Failure for anything but a run's own folder (a link to one too), `bad-input`
 * while it is recorded, `environment` when the system refuses. Links inside are removed, not followed.
 */
export async function deleteRun(folder: string): Promise<void> {
  const doing = `deleting the run in ${folder}`;
  const files = await runFiles(folder, doing);
  const owner = await files.readAll(OWNER_FILE, OWNER_LIMIT).catch(() => null);
  const isLink = (await fs.lstat(folder)).isSymbolicLink();
  if (isLink || !owner || !isOwner(owner)) throw notARun(doing, folder);
  refusePlantedLink(folder, doing);
  if (!(await holds(files, END_FILE)) && (await statusWithoutEnd(files, undefined)).state === 'recording')
    throw stillRecording(doing);
  try {
    // Out of the list at once, so that a deletion that is cut off leaves no half run in it.
    const doomed = join(dirname(files.root), `.deleted-${randomBytes(6).toString('hex')}`);
    await fs.rename(files.root, doomed);
    await fs.rm(doomed, { recursive: true, force: true });
  } catch (error) {
    throw diskFailure(error, doing);
  }
}

function stillRecording(doing: string): Failure {
  return new Failure({ kind: 'bad-input', doing, wrong: 'it is being recorded', tryThis: 'Stop the recording first.' });
}
