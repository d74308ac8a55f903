/** The runs in a folder, newest first. No map is read, and a run that cannot be read hides no other. */
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../protocol/failure.js';
import type { RunStatus, RunSummary } from '../../protocol/run.js';
import { statusWithoutEnd } from '../reading/describeRun.js';
import { diskFailure } from '../writing/durableFiles.js';
import { errorCode } from '../safety/fileSystem.js';
import { forEachLimited } from '../../system/forEachLimited.js';
import { NotSetUp } from '../reading/openManifest.js';
import { openReader } from '../reading/openRun.js';
import { COMMITS_FOLDER, END_FILE, OWNER_FILE } from '../format/records.js';
import { runFiles } from '../writing/runEnd.js';
import { ROOT_KEY } from '../format/zarrMetadata.js';

/** One after the other: reading a manifest is the processor's work, and who lists runs has other things to answer. */
const RUNS_AT_ONCE = 1;

/** Summaries of runs that have ended, by folder, and by what their folders looked like then. */
export type KnownRuns = Map<string, { readonly state: string; readonly summary: RunSummary }>;

/**
 * Summaries of all folders in `runsFolder`; what is no run, or cannot be read, is `broken` with the
 * reason, and what a living recorder sets up is `recording` without an epoch. Empty where the folder is
 * not there. Epochs are those with a commit record. Throws an `environment` Failure when the folder itself
 * cannot be read. With `known`, runs that have ended are read again only when something in their folders
 * has changed.
 */
export async function listRuns(runsFolder: string, known: KnownRuns = new Map()): Promise<RunSummary[]> {
  const summaries: RunSummary[] = [];
  await forEachLimited(await folderNames(runsFolder), RUNS_AT_ONCE, async (name) => {
    summaries.push(await knownOrRead(join(runsFolder, name), name, known));
  });
  return summaries.sort((a, b) => compareText(b.createdAt, a.createdAt) || compareText(b.id, a.id));
}

async function folderNames(runsFolder: string): Promise<string[]> {
  try {
    const entries = await fs.readdir(runsFolder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map((entry) => entry.name);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw diskFailure(error, `listing the runs in ${runsFolder}`);
  }
}

async function knownOrRead(folder: string, name: string, known: KnownRuns): Promise<RunSummary> {
  const state = await folderState(folder);
  const before = known.get(folder);
  if (before?.state === state) return before.summary;
  const summary = await summarise(folder, name);
  if (summary.status.state === 'finished') known.set(folder, { state, summary });
  else known.delete(folder);
  return summary;
}

/** When the files that a summary is read from were written; other for any that is added, replaced or removed. */
async function folderState(folder: string): Promise<string> {
  const names = ['', ROOT_KEY, END_FILE, OWNER_FILE, COMMITS_FOLDER];
  const states = names.map(async (name) => {
    const stat = await fs.lstat(join(folder, name)).catch(() => null);
    return stat ? `${stat.ino} ${stat.mtimeMs} ${stat.size}` : '';
  });
  return (await Promise.all(states)).join();
}

async function summarise(folder: string, name: string): Promise<RunSummary> {
  try {
    const run = await openReader(folder, true);
    return (await run.describe()).summary;
  } catch (error) {
    return unreadable(folder, name, await statusUnread(folder, error));
  }
}

/** Recording while a living recorder sets the run up; else broken, with the reason that it cannot be read. */
async function statusUnread(folder: string, error: unknown): Promise<RunStatus> {
  const reason = error instanceof Failure ? error.wrong : `it cannot be read: ${String(error)}`;
  const broken: RunStatus = { state: 'broken', reason };
  if (!(error instanceof NotSetUp)) return broken;
  const status = await runFiles(folder, `listing the run in ${folder}`)
    .then((files) => statusWithoutEnd(files, undefined))
    .catch(() => broken);
  return status.state === 'recording' ? status : broken;
}

function unreadable(folder: string, name: string, status: RunStatus): RunSummary {
  return {
    id: name,
    folder,
    name,
    createdAt: timeInName(name),
    status,
    epochs: [],
    lastEpoch: null,
    accuracy: null,
    byteCount: 0,
  };
}

/** The time that a run folder's name begins with, as ISO 8601; the start of 1970 where there is none. */
function timeInName(name: string): string {
  const match = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)/.exec(name);
  const [year, month, day, hour, minute, second] = (match ?? []).slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return (match ? new Date(year, month - 1, day, hour, minute, second) : new Date(0)).toISOString();
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
