/** Row 11: read-only mounts, folders that are removed, other devices: what can be seen is seen, recording refuses. */
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../../src/protocol/failure.js';
import { createRun } from '../../../src/store/writing/createRun.js';
import { deleteRun } from '../../../src/store/runs/deleteRun.js';
import { nodeFileSystem, type FileSystem } from '../../../src/store/safety/fileSystem.js';
import { listRuns } from '../../../src/store/runs/listRuns.js';
import { countedFileSystem } from '../../faults/countedFileSystem.js';
import { recordEnduring } from '../../faults/enduringRecord.js';
import { EXTENDED_EPOCH, smallManifest } from '../../faults/smallRun.js';
import { Workspace } from '../../recorder/support/workspace.js';
import { readEverything } from '../../store/readEverything.js';
import { sampleEpoch, sampleProbes, temporaryRuns } from '../../store/sampleRun.js';
import { mountMissing, readOnlyBind, type Mounted } from '../mounts.js';
import { reason, type Part, type TrustRow } from '../row.js';

type Case = readonly [what: string, run: () => Promise<string[]>];

/** Nothing where the work is refused as the environment's failure, in words that match. */
async function refused(work: () => Promise<unknown>, words: RegExp): Promise<string[]> {
  try {
    await work();
    return ['it was not refused'];
  } catch (error) {
    const isRight = error instanceof Failure && error.kind === 'environment' && words.test(error.message);
    return isRight ? [] : [`refused as ${reason(error)}`];
  }
}

const create = (runs: string, fileSystem: FileSystem = nodeFileSystem): Promise<unknown> => {
  const manifest = smallManifest('new');
  return createRun(runs, manifest, sampleProbes(manifest), { fileSystem });
};

async function withMount(work: (mount: Mounted, original: string) => Promise<string[]>): Promise<string[]> {
  const runs = await temporaryRuns();
  await mkdir(runs, { recursive: true });
  await recordEnduring(runs, nodeFileSystem);
  const mount = readOnlyBind(runs);
  try {
    return await work(mount, runs);
  } finally {
    mount.remove();
  }
}

const viewed = (): Promise<string[]> =>
  withMount(async ({ folder }, original) => {
    const [seen, sound] = await Promise.all(
      [folder, original].map((one) => readEverything(join(one, 'run'), EXTENDED_EPOCH)),
    );
    return JSON.stringify(seen) === JSON.stringify(sound) ? [] : ['other values are read'];
  });

const listed = (): Promise<string[]> =>
  withMount(async ({ folder }) => {
    const [run] = await listRuns(folder);
    return run?.status.state === 'finished' ? [] : [`it is listed as ${run?.status.state}`];
  });

/** A script is not even begun where nothing can be recorded. */
const refusedUpFront = (): Promise<string[]> =>
  withMount(async ({ folder }) => {
    const workspace = new Workspace();
    const script = workspace.write('train.js', `require('fs').writeFileSync('ran', '')`);
    const { failure } = await workspace.record(script, { runsFolder: folder });
    const hasRun = existsSync(join(workspace.folder, 'ran'));
    workspace.remove();
    return failure?.kind === 'environment' && !hasRun
      ? []
      : [`${failure?.wrong}; the script ${hasRun ? 'ran' : 'did not run'}`];
  });

const MOUNTED: readonly Case[] = [
  ['a run is read on a read-only mount', viewed],
  ['runs are listed on a read-only mount', listed],
  [
    'a run is not begun on a read-only mount',
    () => withMount(({ folder }) => refused(() => create(folder), /EROFS|read-only/)),
  ],
  [
    'a run is not deleted on a read-only mount',
    () => withMount(({ folder }) => refused(() => deleteRun(join(folder, 'run')), /EROFS/)),
  ],
  [
    'no folder of runs is made on a read-only mount',
    () => withMount(({ folder }) => refused(() => create(join(folder, 'deep', 'runs')), /EROFS/)),
  ],
  ['a recording refuses before the script begins', refusedUpFront],
];

/** The folder of the run is moved away before an epoch: told of, and nothing is thrown that is no Failure. */
async function removedBefore(epoch: number): Promise<string[]> {
  const runs = await temporaryRuns();
  const manifest = smallManifest('run');
  const writer = await createRun(runs, manifest, sampleProbes(manifest));
  for (let before = 0; before < epoch; before++) await writer.writeEpoch(sampleEpoch(manifest, before));
  await rename(writer.folder, join(runs, 'elsewhere'));
  return [
    ...(epoch > 1 ? [] : await refused(() => writer.writeEpoch(sampleEpoch(manifest, epoch)), /ENOENT/)),
    ...(await refused(() => writer.end({ state: 'finished', stopped: false }), /ENOENT/)),
  ];
}

async function otherDevice(at: number): Promise<string[]> {
  const fileSystem = countedFileSystem({ operation: 'rename', at, fault: 'EXDEV' });
  const { failures } = await recordEnduring(await temporaryRuns(), fileSystem);
  const isTold = failures.length === 1 && failures[0] instanceof Failure && /EXDEV/.test(failures[0].wrong);
  return isTold ? [] : [`told of ${failures.map(reason).join()}`];
}

const EVERYWHERE: readonly Case[] = [
  ...[0, 1, 2].map((epoch): Case => [`the folder is moved before epoch ${epoch}`, () => removedBefore(epoch)]),
  ...[1, 30, 60].map((at): Case => [`rename ${at} is to another device`, () => otherDevice(at)]),
];

async function tried(what: string, cases: readonly Case[]): Promise<Part> {
  const violations: string[] = [];
  for (const [name, run] of cases)
    violations.push(...(await run().catch((error: unknown) => [reason(error)])).map((one) => `${name}: ${one}`));
  return { what, count: cases.length, violations };
}

/** Broken on purpose: what the system refuses is taken for done. */
const deaf: FileSystem = {
  makeFolder: (path) => nodeFileSystem.makeFolder(path).catch(() => undefined),
  remove: (path) => nodeFileSystem.remove(path).catch(() => undefined),
  rename: (from, to) => nodeFileSystem.rename(from, to).catch(() => undefined),
  syncFolder: async () => undefined,
  create: async () => ({
    write: async (bytes) => bytes.length,
    sync: async () => undefined,
    close: async () => undefined,
  }),
};

export const readOnly: TrustRow = {
  number: 11,
  what: 'read-only mount, folder removed during a recording, EXDEV',
  promise: 'viewing works, recording refuses up front',
  goal: '12 cases',
  async *check() {
    const skipped = mountMissing();
    if (skipped) yield { what: 'read-only mounts', skipped };
    else yield tried('read-only mounts', MOUNTED);
    yield tried('folders moved, other devices', EVERYWHERE);
  },
  async control() {
    const what = 'a writer that ignores errors';
    const skipped = mountMissing();
    if (skipped) return { what, skipped };
    return { what, violations: await withMount(({ folder }) => refused(() => create(folder, deaf), /EROFS/)) };
  },
};
