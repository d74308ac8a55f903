/** Row 3: writes, renames and syncs that fail or take a part: a typed failure, one epoch lost, nothing torn. */
import { mkdir, rm } from 'node:fs/promises';
import { Failure } from '../../../src/protocol/failure.js';
import type { FileSystem } from '../../../src/store/safety/fileSystem.js';
import { countedFileSystem, OPERATIONS, type Counts, type FaultPlan } from '../../faults/countedFileSystem.js';
import { recordEnduring } from '../../faults/enduringRecord.js';
import { soundAnswers, violationsLeft } from '../../faults/leftBehind.js';
import { temporaryRuns } from '../../store/sampleRun.js';
import { spread, type TrustRow } from '../row.js';
import { failingWriter } from '../realRecording.js';

interface Undisturbed {
  readonly runs: string;
  readonly sound: ReadonlyMap<string, string>;
  readonly counts: Counts;
}

async function undisturbed(): Promise<Undisturbed> {
  const runs = await temporaryRuns();
  await mkdir(runs, { recursive: true });
  const fileSystem = countedFileSystem(null);
  return { runs, sound: await soundAnswers(runs, fileSystem), counts: fileSystem.counts };
}

/** `wrap` may break what the writer is told of the fault. */
async function violationsOf(
  { runs, sound }: Undisturbed,
  plan: FaultPlan,
  wrap: (inner: FileSystem) => FileSystem = (inner) => inner,
): Promise<string[]> {
  const id = `${plan.operation}-${plan.at}-${plan.fault}`;
  const { folder, saved, failures } = await recordEnduring(runs, wrap(countedFileSystem(plan)), id);
  const expected = plan.fault === 'short' ? 0 : 1;
  const found = [
    ...(failures.length === expected ? [] : [`${failures.length} failures were told of`]),
    ...failures.filter((one) => !(one instanceof Failure && one.wrong.includes(plan.fault))).map(String),
    ...(folder ? await violationsLeft(folder, saved, sound) : []),
  ];
  if (folder) await rm(folder, { recursive: true, force: true });
  return found.map((one) => `${id}: ${one}`);
}

/** Broken on purpose: a sync that fails is tried again, and the second time the system calls it a success. */
function retriesSyncs(inner: FileSystem): FileSystem {
  const again = (sync: () => Promise<void>) => () => sync().catch(() => undefined);
  return {
    ...inner,
    syncFolder: (path) => again(() => inner.syncFolder(path))(),
    create: async (path) => {
      const file = await inner.create(path);
      return { ...file, sync: again(() => file.sync()) };
    },
  };
}

export const refusals: TrustRow = {
  number: 3,
  what: 'write, rename or fsync fails (EIO, ENOSPC), short writes',
  promise: 'a typed failure, training goes on, nothing torn under a final name',
  goal: 'all N',
  async *check(effort) {
    const sound = await undisturbed();
    for (const fault of ['EIO', 'ENOSPC', 'short'] as const) {
      const operations = fault === 'short' ? (['write'] as const) : OPERATIONS;
      const most = effort.count(12, Infinity);
      const plans = operations.flatMap((operation) =>
        spread(most, sound.counts[operation]).map((at) => ({ operation, at, fault })),
      );
      const violations: string[] = [];
      for (const plan of plans) violations.push(...(await violationsOf(sound, plan)));
      yield {
        what: `${fault === 'short' ? 'short write' : fault} at the Nth ${operations.join(', ')}`,
        count: plans.length,
        violations,
      };
    }
    const real: string[] = [];
    const places = effort.full ? spread(20, 400) : [300];
    for (const at of places) real.push(...(await failingWriter(at)));
    yield { what: 'EIO in recorded trainings', count: places.length, violations: real };
  },
  async control() {
    const sound = await undisturbed();
    const violations: string[] = [];
    for (const at of spread(4, sound.counts.fsync))
      violations.push(...(await violationsOf(sound, { operation: 'fsync', at, fault: 'EIO' }, retriesSyncs)));
    return { what: 'a writer that syncs again after a failed sync', violations };
  },
};
