/**
 * Which run a person means by RUN: a run folder's path, a run's id, its name (the newest of that
 * name), or `latest`.
 */
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Failure } from '../protocol/failure.js';
import type { RunSummary } from '../protocol/run.js';
import { listRuns } from '../store/runs/listRuns.js';

/** Where runs go and are looked for unless --out says otherwise. */
export function defaultRunsFolder(workingFolder: string): string {
  return join(workingFolder, '.cnnslicer', 'runs');
}

export async function findRunFolder(argument: string, runsFolder: string): Promise<string> {
  const asPath = resolve(argument);
  if (await exists(join(asPath, 'zarr.json'))) return asPath;
  const runs = await listRuns(runsFolder);
  const found =
    argument === 'latest'
      ? runs[0]
      : (runs.find((run) => run.id === argument) ?? runs.find((run) => run.name === argument));
  if (!found) throw unknownRun(argument, runsFolder, runs);
  return found.folder;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function unknownRun(argument: string, runsFolder: string, runs: readonly RunSummary[]): Failure {
  const names = runs.slice(0, 5).map((run) => run.id);
  return new Failure({
    kind: 'not-found',
    doing: `looking for the run ${argument}`,
    wrong:
      runs.length === 0
        ? `there are no runs in ${runsFolder}`
        : `it is neither a run folder nor among ${names.join(', ')}`,
    tryThis: runs.length === 0 ? 'Record one with: cnnslicer record SCRIPT.' : 'List all runs with: cnnslicer runs.',
  });
}
