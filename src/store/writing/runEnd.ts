/** The end record of a run: written by its recorder, or by the parent of a recorder that could not. */
import { promises as fs } from 'node:fs';
import { Failure } from '../../protocol/failure.js';
import { DurableFolder, diskFailure } from './durableFiles.js';
import { nodeFileSystem } from '../safety/fileSystem.js';
import { refusePlantedLink } from '../safety/plantedLinks.js';
import { END_FILE, OWNER_FILE, OwnerRecord, type EndRecord } from '../format/records.js';
import type { RunWriter } from '../format/runAccess.js';
import { KeyProblem, RunFiles } from '../safety/runPaths.js';
import { seal, unseal } from '../format/sealedRecord.js';

export type EndOutcome = Parameters<RunWriter['end']>[0];

/** Reasons are for people, and the record has a limit. */
const REASON_LENGTH = 4000;

export async function writeEnd(files: DurableFolder, outcome: EndOutcome): Promise<void> {
  const common = { record: 'end', version: 1, endedAt: new Date().toISOString() } as const;
  const record: EndRecord =
    outcome.state === 'finished'
      ? { ...common, state: 'finished', stopped: outcome.stopped }
      : { ...common, state: 'broken', reason: outcome.reason.slice(0, REASON_LENGTH) };
  await files.write(
    [{ key: END_FILE, kind: 'bytes', bytes: seal(record) }],
    `writing the end of the run in ${files.root}`,
  );
}

/**
 * Ends a run whose recorder is gone without having said how it ended. A run that has an end keeps it.
 * Throws a `not-found` Failure where no recorder has begun a run.
 */
export async function markEnded(folder: string, outcome: EndOutcome): Promise<void> {
  const doing = `ending the run in ${folder}`;
  const files = await runFiles(folder, doing);
  if (await holds(files, END_FILE)) return;
  const owner = await files.readAll(OWNER_FILE, 65536).catch(() => null);
  if (!owner || !isOwner(owner)) throw notARun(doing, folder);
  refusePlantedLink(folder, doing);
  await writeEnd(new DurableFolder(files.root, nodeFileSystem), outcome);
}

/** The files of a folder that a person named. Throws a `not-found` or `environment` Failure. */
export async function runFiles(folder: string, doing: string): Promise<RunFiles> {
  try {
    const root = await fs.realpath(folder);
    if (!(await fs.stat(root)).isDirectory()) throw notARun(doing, folder);
    return new RunFiles(root);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw notARun(doing, folder);
    throw diskFailure(error, doing);
  }
}

export function notARun(doing: string, folder: string): Failure {
  return new Failure({
    kind: 'not-found',
    doing,
    wrong: `${folder} contains no recorded run`,
    tryThis: 'Specify the folder of a run, such as .cnnslicer/runs/<time>-<name>.',
  });
}

export async function holds(files: RunFiles, key: string): Promise<boolean> {
  try {
    await files.length(key);
    return true;
  } catch (error) {
    if (error instanceof KeyProblem) return error.state !== 'missing';
    throw error;
  }
}

export function isOwner(bytes: Uint8Array): boolean {
  try {
    unseal(bytes, OwnerRecord);
    return true;
  } catch {
    return false;
  }
}
