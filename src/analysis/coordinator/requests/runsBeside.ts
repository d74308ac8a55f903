/** The runs that lie beside one: what it can be compared with. */
import { basename, dirname, join } from 'node:path';
import type { CompareCandidate } from '../../../protocol/compare.js';
import { Failure } from '../../../protocol/failure.js';
import { listRuns } from '../../../store/runs/listRuns.js';
import { openRun } from '../../../store/reading/openRun.js';

/** Runs of the folder that `folder` lies in; those that cannot be read are left out. */
export async function compareCandidates(folder: string): Promise<CompareCandidate[]> {
  const own = basename(folder);
  const runs = (await listRuns(dirname(folder))).filter(({ epochs }) => epochs.length > 0);
  const candidates: CompareCandidate[] = [];
  for (const { folder: path, name, createdAt, epochs } of runs) {
    const manifest = await openRun(path).then(
      (reader) => reader.manifest,
      () => null,
    );
    if (!manifest) continue;
    const id = basename(path);
    candidates.push({ id, name, createdAt, script: manifest.script.file, git: manifest.git, epochs, own: id === own });
  }
  const script = candidates.find((one) => one.own)?.script;
  return [...candidates.filter((one) => one.script === script), ...candidates.filter((one) => one.script !== script)];
}

/** The folder of a run beside this one by its id; nothing else on the disk can be named. */
export async function folderBeside(folder: string, { run }: { run: string }): Promise<string> {
  const found = (await listRuns(dirname(folder))).find((summary) => basename(summary.folder) === run);
  if (found) return join(dirname(folder), basename(found.folder));
  throw new Failure({
    kind: 'not-found',
    doing: 'opening the run to compare with',
    wrong: `there is no run named ${run}`,
    tryThis: 'Choose one of the listed runs, or copy the run into the same folder.',
  });
}
