/** Row 9: several writers of one run at once, and owners that are gone: one wins, the others are told, nobody waits. */
import { spawnSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../../src/protocol/failure.js';
import { createRun } from '../../../src/store/writing/createRun.js';
import { nodeFileSystem, type FileSystem } from '../../../src/store/safety/fileSystem.js';
import { listRuns } from '../../../src/store/runs/listRuns.js';
import { openRun } from '../../../src/store/reading/openRun.js';
import type { OwnerRecord } from '../../../src/store/format/records.js';
import { thisOwner } from '../../../src/store/writing/runOwner.js';
import { seal } from '../../../src/store/format/sealedRecord.js';
import { smallManifest } from '../../faults/smallRun.js';
import { startWriter } from '../../faults/writerProcess.js';
import { sampleProbes, temporaryRuns } from '../../store/sampleRun.js';
import { upTo, type Tried, type TrustRow } from '../row.js';

/** Who is first is no question of what is durable: without syncs a round takes a tenth of the time. */
const unsynced: FileSystem = {
  ...nodeFileSystem,
  syncFolder: async () => undefined,
  create: async (path) => ({ ...(await nodeFileSystem.create(path)), sync: async () => undefined }),
};

/** Broken on purpose: a folder that is there is as good as one that was made. */
const sharesFolders: FileSystem = {
  ...unsynced,
  makeFolder: async (path) => void (await mkdir(path, { recursive: true })),
};

async function round(runs: string, writers: number, fileSystem: FileSystem): Promise<string[]> {
  const manifest = smallManifest('contested');
  const begun = await Promise.allSettled(
    upTo(writers).map(() => createRun(runs, manifest, sampleProbes(manifest), { fileSystem })),
  );
  const winners = begun.filter(({ status }) => status === 'fulfilled').length;
  const untold = begun.filter(
    (one) =>
      one.status === 'rejected' && !(one.reason instanceof Failure && /it already exists/.test(one.reason.wrong)),
  );
  const listed = (await listRuns(runs)).length;
  await rm(join(runs, manifest.id), { recursive: true, force: true });
  return [
    ...(winners === 1 ? [] : [`${winners} of ${writers} writers won`]),
    ...(untold.length === 0 ? [] : [`${untold.length} were not told in plain words`]),
    ...(listed === 1 ? [] : [`${listed} runs are listed`]),
  ];
}

async function inOneProcess(rounds: number, fileSystem: FileSystem): Promise<Tried> {
  const runs = await temporaryRuns();
  const violations: string[] = [];
  for (let i = 0; i < rounds; i++) violations.push(...(await round(runs, 2 + (i % 7), fileSystem)));
  return { what: 'rounds of 2 to 8 writers', count: rounds, violations };
}

/** Processes that begin the same run: whole is what the winner wrote, and nothing of the others. */
async function inProcesses(rounds: number): Promise<Tried> {
  const writer = await startWriter();
  const violations: string[] = [];
  for (let i = 0; i < rounds; i++) {
    const order = { id: `round-${i}`, fault: null };
    const ended = await Promise.all(upTo(2 + (i % 3)).map(() => writer.write(order)));
    const winners = ended.filter(({ events }) => events.some((event) => 'counts' in event)).length;
    const { summary } = await (await openRun(ended[0]!.folder)).describe();
    if (winners !== 1 || summary.epochs.length !== 3) violations.push(`round ${i}: ${winners} winners`);
  }
  return { what: 'rounds of processes', count: rounds, violations };
}

/** Owners that ended, ids that another process has now: broken at once, whoever has the id. */
async function staleOwners(rounds: number): Promise<Tried> {
  const runs = await temporaryRuns();
  const manifest = smallManifest('stale');
  const { folder } = await createRun(runs, manifest, sampleProbes(manifest), { fileSystem: unsynced });
  const own = await thisOwner();
  const violations: string[] = [];
  for (let i = 0; i < rounds; i++) {
    const stale: Partial<OwnerRecord> =
      i % 2 === 0
        ? { processId: spawnSync('true').pid }
        : { processStart: `${i}@another-boot`, processId: 1 + (i % 3) };
    await writeFile(join(folder, 'owner.json'), seal({ ...own, ...stale }));
    const { state } = (await (await openRun(folder)).describe()).summary.status;
    if (state !== 'broken') violations.push(`round ${i}: ${state}`);
  }
  return { what: 'stale owners, reused ids', count: rounds, violations };
}

export const writers: TrustRow = {
  number: 9,
  what: '2–8 writers at once; stale owner, reused process id',
  promise: 'one winner, the others are told',
  goal: '1,000 rounds',
  async *check(effort) {
    yield inOneProcess(effort.count(14, 800), unsynced);
    yield inProcesses(effort.count(1, 50));
    yield staleOwners(effort.count(8, 200));
  },
  async control() {
    const { violations } = await inOneProcess(3, sharesFolders);
    return { what: 'a writer that uses an existing folder', violations };
  },
};
