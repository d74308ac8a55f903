/** Row 2: the power goes on a real ext4: what was said to be saved is there when the machine is on again. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createRun } from '../../../src/store/writing/createRun.js';
import { nodeFileSystem, type FileSystem } from '../../../src/store/safety/fileSystem.js';
import { openRun } from '../../../src/store/reading/openRun.js';
import { countedFileSystem } from '../../faults/countedFileSystem.js';
import { EXTENDED_EPOCH, LAST_EPOCH, smallManifest } from '../../faults/smallRun.js';
import { sampleEpoch, sampleProbes } from '../../store/sampleRun.js';
import { readEverything } from '../../store/readEverything.js';
import { powerCutMissing, PowerlessDisk } from '../mounts.js';
import { reason, upTo, type TrustRow } from '../row.js';

/** Calls `cut` before the `at`th operation, and goes on: what comes after fails by itself. */
function cutBefore(inner: FileSystem, at: number, cut: () => void): FileSystem {
  let count = 0;
  const step = <A extends unknown[], R>(act: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      if (++count === at) cut();
      return act(...args);
    };
  };
  return {
    makeFolder: step(inner.makeFolder),
    rename: step(inner.rename),
    syncFolder: step(inner.syncFolder),
    remove: inner.remove,
    create: step(async (path: string) => {
      const file = await inner.create(path);
      return {
        write: step((bytes: Uint8Array) => file.write(bytes)),
        sync: step(() => file.sync()),
        close: () => file.close(),
      };
    }),
  };
}

/** Broken on purpose: names are not made durable. */
const withoutFolderSync: FileSystem = { ...nodeFileSystem, syncFolder: async () => undefined };

/** Epochs that were said to be saved; null when not even the run was. Power goes after the last, if not before. */
async function recordUntilCut(runs: string, fileSystem: FileSystem, cut: () => void): Promise<number[] | null> {
  const manifest = smallManifest('run');
  let saved: number[] | null = null;
  try {
    const writer = await createRun(runs, manifest, sampleProbes(manifest), { fileSystem });
    saved = [];
    for (let epoch = 0; epoch <= EXTENDED_EPOCH; epoch++) {
      if (epoch > LAST_EPOCH) await writer.extend(epoch);
      await writer.writeEpoch(sampleEpoch(manifest, epoch));
      saved.push(epoch);
    }
  } catch {
    return saved; // the disk is gone
  }
  cut();
  return saved;
}

async function violationsOf(folder: string, saved: readonly number[] | null): Promise<string[]> {
  try {
    const { summary, epochStates } = await (await openRun(folder)).describe();
    const lost = (saved ?? []).filter((epoch) => !summary.epochs.includes(epoch));
    const torn = epochStates.filter(({ state }) => state === 'damaged');
    const answers = await readEverything(folder, EXTENDED_EPOCH);
    const unread = answers.filter(
      ({ question, failure }) => failure && summary.epochs.includes(Number(/ (\d+)$/.exec(question)?.[1] ?? -1)),
    );
    return [
      ...lost.map((epoch) => `epoch ${epoch} is lost`),
      ...torn.map(({ epoch }) => `epoch ${epoch} is torn`),
      ...unread.map(({ question }) => `${question} is not read`),
    ];
  } catch (error) {
    return saved === null ? [] : [`it does not open: ${reason(error)}`];
  }
}

/** A cut at each of `places`, which count operations of the writer from 1. */
async function cuts(places: readonly number[], inner: FileSystem): Promise<string[][]> {
  const disk = new PowerlessDisk();
  const found: string[][] = [];
  try {
    for (const at of places) {
      const runs = join(disk.folder, 'runs');
      let isOn = true;
      const cut = (): void => {
        if (isOn) disk.cut();
        isOn = false;
      };
      const saved = await recordUntilCut(runs, cutBefore(inner, at, cut), cut);
      disk.stop();
      disk.start();
      found.push((await violationsOf(join(runs, 'run'), saved)).map((one) => `cut at ${at}: ${one}`));
      await rm(runs, { recursive: true, force: true });
    }
  } finally {
    disk.remove();
  }
  return found;
}

/** Of a whole run on a disk that keeps its power. */
async function operationCount(): Promise<number> {
  const disk = new PowerlessDisk();
  let count = 0;
  const counted = countedFileSystem(null);
  const counting: FileSystem = {
    ...counted,
    makeFolder: (path) => (count++, counted.makeFolder(path)),
    create: (path) => (count++, counted.create(path)),
  };
  try {
    await recordUntilCut(join(disk.folder, 'runs'), counting, () => undefined);
  } finally {
    disk.remove();
  }
  return count + counted.counts.write + counted.counts.rename + counted.counts.fsync;
}

/** `count` places over all operations, again from the first where there are more; the last is after all of them. */
function places(count: number, operations: number): number[] {
  const step = Math.max(1, operations / count);
  return upTo(count).map((index) => 1 + (Math.floor(index * step) % (operations + 1)));
}

export const powerCuts: TrustRow = {
  number: 2,
  what: 'power cut: ext4 image, EXT4_IOC_SHUTDOWN, mounted again',
  promise: 'every epoch that was said to be saved is there',
  goal: '500 cuts',
  async *check(effort) {
    const skipped = powerCutMissing();
    const what = 'power cuts on ext4';
    if (skipped) return yield { what, skipped };
    const found = await cuts(places(effort.count(12, 500), await operationCount()), nodeFileSystem);
    yield { what, count: found.length, violations: found.flat() };
  },
  async control() {
    const what = 'a writer that never syncs folders';
    const skipped = powerCutMissing();
    if (skipped) return { what, skipped };
    // After the last epoch was said to be saved: beyond all operations.
    const found = await cuts([1e9, 1e9], withoutFolderSync);
    return { what, violations: found.flat() };
  },
};
