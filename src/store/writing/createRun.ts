/**
 * Begins a run: makes its folder and writes everything but the epochs, which the returned writer takes
 * (runWriter.ts). Until the first base record is durable the folder is no run that opens.
 */
import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../protocol/failure.js';
import type { RunManifest } from '../../protocol/run.js';
import { DurableFolder, diskFailure } from './durableFiles.js';
import { RunArrays } from './epochFiles.js';
import { errorCode, nodeFileSystem, type FileSystem } from '../safety/fileSystem.js';
import { checkedManifest } from '../format/manifestChecks.js';
import { refusePlantedLink } from '../safety/plantedLinks.js';
import { COMMITS_FOLDER, OWNER_FILE } from '../format/records.js';
import type { ProbeRecord, RunWriter } from '../format/runAccess.js';
import { isRunId } from './runId.js';
import { thisOwner } from './runOwner.js';
import { metadataFiles, DiskRunWriter } from './runWriter.js';
import { seal } from '../format/sealedRecord.js';

export interface CreateOptions {
  readonly fileSystem?: FileSystem;
}

/**
 * Makes the folder `manifest.id` (beginRun chooses one) in `runsFolder`. The folder must be new: one run,
 * one writer. Throws an `environment` Failure when it cannot be written; a RangeError or
 * ManifestProblem, which are bugs of the caller, when manifest and probes do not agree.
 */
export async function createRun(
  runsFolder: string,
  manifest: RunManifest,
  probes: ProbeRecord,
  { fileSystem = nodeFileSystem }: CreateOptions = {},
): Promise<RunWriter> {
  const arrays = new RunArrays(checkedManifest(manifest));
  const probeFiles = arrays.probeFiles(probes);
  if (!isRunId(manifest.id)) throw new RangeError(`"${manifest.id}" is not a valid name for a run folder`);

  const folder = join(runsFolder, manifest.id);
  const doing = `creating the run folder ${folder}`;
  const files = new DurableFolder(folder, fileSystem);
  const metadata = metadataFiles(arrays.manifest);
  try {
    refusePlantedLink(runsFolder, doing);
    await makeRunsFolder(runsFolder);
    await fileSystem.makeFolder(folder);
    await files.write([{ key: OWNER_FILE, kind: 'bytes', bytes: seal(await thisOwner()) }], doing);
    const folders = await makeFolders(files, [COMMITS_FOLDER, ...metadata.map(({ key }) => dirname(key))]);
    const keys = await files.write([...metadata, ...probeFiles], doing);
    await files.syncFolders([...folders, folder, runsFolder]);
    return await DiskRunWriter.begin(files, arrays, randomBytes(16).toString('hex'), keys);
  } catch (error) {
    throw errorCode(error) === 'EEXIST' ? folderTaken(folder, error) : diskFailure(error, doing);
  }
}

/** `.cnnslicer/runs` under a workspace, kept out of its version control; or any folder a person chose. */
export async function makeRunsFolder(runsFolder: string): Promise<void> {
  await makeFolderAndParents(runsFolder);
  const parent = dirname(runsFolder);
  if (basename(parent) !== '.cnnslicer') return;
  await fs.writeFile(join(parent, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
}

/** One by one: Node's recursive mkdir never returns where the system denies that a folder could be (/proc). */
async function makeFolderAndParents(folder: string): Promise<void> {
  try {
    await makeFolderOnce(folder);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
    await makeFolderAndParents(dirname(folder));
    await makeFolderOnce(folder);
  }
}

/** A folder that is there already, perhaps made by another recorder just now, is as good. */
async function makeFolderOnce(folder: string): Promise<void> {
  await fs.mkdir(folder).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
}

/** Makes folders inside the run, parents first; returns those that hold folders. */
async function makeFolders(files: DurableFolder, paths: readonly string[]): Promise<string[]> {
  const parents = new Set<string>();
  for (const path of [...new Set(paths)].sort()) {
    if (path === '.') continue;
    await files.fileSystem.makeFolder(files.path(path));
    parents.add(files.path(dirname(path)));
  }
  return [...parents];
}

function folderTaken(folder: string, cause: unknown): Failure {
  return new Failure(
    {
      kind: 'environment',
      doing: `creating the run folder ${folder}`,
      wrong: 'it already exists; another recording may have started in the same second',
      tryThis: 'Start the recording again.',
    },
    { cause },
  );
}
