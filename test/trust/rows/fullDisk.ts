/** Row 4: no space, no inodes, no descriptors: one message, nothing torn, and recording goes on when there is room. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../../../src/protocol/failure.js';
import { nodeFileSystem, type FileSystem } from '../../../src/store/safety/fileSystem.js';
import { recordEnduring } from '../../faults/enduringRecord.js';
import { soundAnswers, violationsLeft } from '../../faults/leftBehind.js';
import { EXTENDED_EPOCH } from '../../faults/smallRun.js';
import { bundleProgram } from '../../faults/writerProcess.js';
import { runBare, Workspace } from '../../recorder/support/workspace.js';
import { temporaryRuns } from '../../store/sampleRun.js';
import { mountMissing, tmpfs } from '../mounts.js';
import type { EnduringReport } from '../programs/enduringWriter.js';
import { follow, training, violationsAfter } from '../realRecording.js';
import { spread, type Effort, type Part, type TrustRow } from '../row.js';

const ROOMY = 'size=64m,nr_inodes=10000';
const PAGE_KIBIBYTES = 4;
/** The message at the first epoch that could not be written. */
const REFUSED = /is not recorded. Training continues/;

/** A run on a tmpfs that is made larger when it has refused something. */
async function onSmallDisk(
  options: string,
  sound: ReadonlyMap<string, string>,
  fileSystem: FileSystem = nodeFileSystem,
): Promise<{ wasRefused: boolean; violations: string[] }> {
  const disk = tmpfs(options);
  try {
    const runs = join(disk.folder, 'runs');
    const { folder, saved, failures } = await recordEnduring(runs, fileSystem, 'run', () => disk.remount(ROOMY));
    const isLast = failures.length === 1 && saved.length === EXTENDED_EPOCH + 1; // the end, or an extension
    const expected = EXTENDED_EPOCH + 1 - (failures.length > 0 && !isLast ? 1 : 0);
    const found = [
      ...(failures.length <= 1 ? [] : [`${failures.length} refusals, though there was room after the first`]),
      ...failures.filter((one) => !(one instanceof Failure && /ENOSPC/.test(one.wrong))).map(String),
      ...(folder === null || saved.length === expected ? [] : [`epochs ${saved.join()} were saved`]),
      ...(folder ? await violationsLeft(folder, saved, sound) : []),
    ];
    return { wasRefused: failures.length > 0, violations: found.map((one) => `${options}: ${one}`) };
  } finally {
    disk.remove();
  }
}

async function sweep(what: string, sizes: readonly string[], sound: ReadonlyMap<string, string>): Promise<Part> {
  const violations: string[] = [];
  let refused = 0;
  for (const options of sizes) {
    const outcome = await onSmallDisk(options, sound);
    violations.push(...outcome.violations);
    if (outcome.wasRefused) refused++;
  }
  return { what: `${what} (${refused} full)`, count: sizes.length, violations };
}

/** The writer as a process that may hold so many descriptors. */
async function fewDescriptors(count: number, sound: ReadonlyMap<string, string>): Promise<Part> {
  const what = 'descriptors exhausted';
  if (spawnSync('prlimit', ['--version']).error) return { what, skipped: 'there is no prlimit' };
  const runs = await temporaryRuns();
  mkdirSync(runs, { recursive: true });
  const entry = new URL('../programs/enduringWriter.ts', import.meta.url);
  const program = await bundleProgram(entry, join(dirname(runs), 'enduring.cjs'));
  const violations: string[] = [];
  let [refused, ran] = [0, 0];
  for (const limit of spread(count, 20).map((at) => at + 18)) {
    const args = [`--nofile=${limit}`, process.execPath, program, runs, `run-${limit}`];
    const { stdout, status } = spawnSync('prlimit', args, { encoding: 'utf8' });
    if (status !== 0 && stdout === '') continue; // too few for Node.js itself
    ran++;
    const { folder, saved, refusals } = JSON.parse(stdout) as EnduringReport;
    if (refusals.length > 0) refused++;
    const untyped = refusals.filter(({ isTyped }) => !isTyped).map(({ wrong }) => wrong);
    const left = folder ? await violationsLeft(folder, saved, sound) : [];
    violations.push(...[...untyped, ...left].map((one) => `${limit} descriptors: ${one}`));
  }
  if (ran === 0) violations.push('the writer never began');
  return { what: `${what} (${refused} refused)`, count: ran, violations };
}

/** A recorded training whose disk is full until after the first message: epochs and whole fits begin meanwhile. */
async function fullWhileTraining(kibibytes: number): Promise<string[]> {
  const workspace = new Workspace();
  const disk = tmpfs(`size=${kibibytes}k`);
  try {
    const script = workspace.write('train.js', training(30, 60, 6));
    const bare = await runBare(script);
    const followed = await follow(workspace, script, {
      runsFolder: join(disk.folder, 'runs'),
      onEvent: (event) => {
        if (event.type === 'notice' && REFUSED.test(event.text)) setTimeout(() => disk.remount(ROOMY), 600);
      },
    });
    const messages = followed.notices.filter((text) => REFUSED.test(text));
    const resumed = followed.notices.filter((text) => /resumed with epoch/.test(text));
    const found = [
      ...(messages.length === 1
        ? []
        : [`${messages.length} messages: ${followed.failure?.wrong ?? messages.join(' ')}`]),
      ...(resumed.length === 1 && followed.saved.includes(30) ? [] : [`it did not go on: ${followed.saved.join()}`]),
      ...(await violationsAfter(followed, bare)),
    ];
    return found.map((one) => `${kibibytes} KiB: ${one}`);
  } finally {
    disk.remove();
    workspace.remove();
  }
}

async function* onMounts(effort: Effort, sound: ReadonlyMap<string, string>): AsyncGenerator<Part, void, void> {
  const sizes = spread(effort.count(12, 112), 112).map((pages) => `size=${pages * PAGE_KIBIBYTES}k`);
  yield sweep('sizes of a tmpfs', sizes, sound);
  const inodes = spread(effort.count(4, 20), 80).map((count) => `size=8m,nr_inodes=${count + 2}`);
  yield sweep('numbers of inodes', inodes, sound);
  const trainings = effort.full ? [1100, 1300, 1500, 1700, 1900] : [1500];
  const violations: string[] = [];
  for (const kibibytes of trainings) violations.push(...(await fullWhileTraining(kibibytes)));
  yield { what: 'recorded trainings', count: trainings.length, violations };
}

/** Broken on purpose: a full disk is taken for one that took everything. */
const believesInSpace: FileSystem = {
  ...nodeFileSystem,
  create: async (path) => {
    const file = await nodeFileSystem.create(path);
    return { ...file, write: (bytes) => file.write(bytes).catch(() => bytes.length) };
  },
};

export const fullDisk: TrustRow = {
  number: 4,
  what: 'disk full, inodes or descriptors exhausted',
  promise: 'one message, the training unchanged, recording goes on when there is room',
  goal: '112 sizes, 20 values',
  async *check(effort) {
    const sound = await soundAnswers(await temporaryRuns(), nodeFileSystem);
    const skipped = mountMissing();
    if (skipped) yield { what: 'small disks', skipped };
    else yield* onMounts(effort, sound);
    yield await fewDescriptors(effort.count(3, 20), sound);
  },
  async control() {
    const what = 'a writer that ignores a full disk';
    const skipped = mountMissing();
    if (skipped) return { what, skipped };
    const sound = await soundAnswers(await temporaryRuns(), nodeFileSystem);
    const found: string[] = [];
    for (const pages of [40, 44, 48, 52])
      found.push(...(await onSmallDisk(`size=${pages * 4}k`, sound, believesInSpace).catch(broke)).violations);
    return { what, violations: found };
  },
};

const broke = (error: unknown): { violations: string[] } => ({ violations: [String(error)] });
