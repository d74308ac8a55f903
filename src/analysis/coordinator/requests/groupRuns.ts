/** The runs of a group, which differ in how much they were trained on, from the folder that they lie in. */
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../../protocol/failure.js';
import type { RunSummary } from '../../../protocol/run.js';
import type { GroupRun } from '../../../protocol/trainingRuns.js';
import { listRuns } from '../../../store/runs/listRuns.js';
import { openRun } from '../../../store/reading/openRun.js';

/** One run a size, the newest where a size was trained twice, but always the one that is shown. */
export async function groupRuns(folder: string): Promise<GroupRun[]> {
  const members = await membersOf(folder);
  const own = basename(folder);
  const bySize = new Map<number, RunSummary>();
  for (const summary of members) {
    const size = summary.group?.size ?? 0;
    if (!bySize.has(size) || basename(summary.folder) === own) bySize.set(size, summary);
  }
  return [...bySize]
    .sort(([a], [b]) => a - b)
    .map(([size, summary]) => ({
      ...{ id: basename(summary.folder), name: summary.name, size },
      ...{ own: basename(summary.folder) === own, epochs: summary.epochs },
    }));
}

/** Readable runs of the folder's group, newest first. */
async function membersOf(folder: string): Promise<RunSummary[]> {
  const { group } = (await openRun(folder)).manifest;
  if (!group) return [];
  const all = await listRuns(dirname(folder));
  return all.filter((summary) => summary.group?.id === group.id && summary.epochs.length > 0);
}

/** The folder of a run of the same group by its id; nothing else on the disk can be named. */
export async function groupFolder(folder: string, { run }: { run: string }): Promise<string> {
  const member = (await membersOf(folder)).find((summary) => basename(summary.folder) === run);
  if (member) return join(dirname(folder), basename(member.folder));
  throw new Failure({
    kind: 'not-found',
    doing: 'opening another run of the group',
    wrong: `this group has no run named ${run}`,
    tryThis: 'Choose one of the sizes shown.',
  });
}
