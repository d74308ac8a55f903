/** The runs in a folder, newest first. No map is read, and a run that cannot be read hides no other. */
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../protocol/failure.js';
import type { RunSummary } from '../protocol/run.js';
import { diskFailure } from './durableFiles.js';
import { errorCode } from './fileSystem.js';
import { forEachLimited } from './forEachLimited.js';
import { openReader } from './openRun.js';

const RUNS_AT_ONCE = 8;

/**
 * Summaries of all folders in `runsFolder`; what is no run, or cannot be read, is `broken` with the
 * reason. Empty where the folder is not there. Epochs are those with a commit record. Throws an
 * `environment` Failure when the folder itself cannot be read.
 */
export async function listRuns(runsFolder: string): Promise<RunSummary[]> {
  const summaries: RunSummary[] = [];
  await forEachLimited(await folderNames(runsFolder), RUNS_AT_ONCE, async (name) => {
    summaries.push(await summarise(runsFolder, name));
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

async function summarise(runsFolder: string, name: string): Promise<RunSummary> {
  const folder = join(runsFolder, name);
  try {
    const run = await openReader(folder, true);
    return (await run.describe()).summary;
  } catch (error) {
    return unreadable(folder, name, error instanceof Failure ? error.wrong : `it cannot be read: ${String(error)}`);
  }
}

function unreadable(folder: string, name: string, reason: string): RunSummary {
  return {
    id: name,
    folder,
    name,
    createdAt: timeInName(name),
    status: { state: 'broken', reason },
    epochs: [],
    lastEpoch: 0,
    probeAccuracy: null,
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
