/** Row 10: clocks that jump, and file times that lie: order comes from counters, durations from a clock that only runs. */
import { readdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '../../../src/recorder/model/seededRandom.js';
import { createRun } from '../../../src/store/writing/createRun.js';
import { nodeFileSystem } from '../../../src/store/safety/fileSystem.js';
import { listRuns } from '../../../src/store/runs/listRuns.js';
import { openRun } from '../../../src/store/reading/openRun.js';
import { isRunId, newRunId } from '../../../src/store/writing/runId.js';
import { EXTENDED_EPOCH, LAST_EPOCH, smallManifest } from '../../faults/smallRun.js';
import { soundAnswers, violationsLeft } from '../../faults/leftBehind.js';
import { sampleEpoch, sampleProbes, temporaryRuns } from '../../store/sampleRun.js';
import { Workspace } from '../../recorder/support/workspace.js';
import { follow, training } from '../realRecording.js';
import { type Tried, type TrustRow } from '../row.js';

const RealDate = Date;
const MOMENTS = [0, 1e12, Date.UTC(2100, 0, 1), Date.UTC(1999, 11, 31), Date.UTC(2038, 0, 19, 3, 14, 8)];

/** The clock stands at `moment` for everyone in this process until `restore`. */
function setClock(moment: number): void {
  globalThis.Date = class extends RealDate {
    constructor(...given: [] | [number | string]) {
      super(...((given.length === 0 ? [moment] : given) as [number]));
    }
    static override now = (): number => moment;
  } as DateConstructor;
}

const restore = (): void => void (globalThis.Date = RealDate);

/** A small run during which the clock is set before each epoch; then every file gets a time at random. */
async function recordWithJumps(runs: string, name: string, random: (bound: number) => number): Promise<string> {
  const jump = (): void => setClock(MOMENTS[random(MOMENTS.length)]! + random(1e9));
  try {
    jump();
    const id = await newRunId(runs, name, new Date());
    const manifest = { ...smallManifest(id), createdAt: new Date().toISOString() };
    const writer = await createRun(runs, manifest, sampleProbes(manifest));
    for (let epoch = 0; epoch <= EXTENDED_EPOCH; epoch++) {
      jump();
      if (epoch > LAST_EPOCH) await writer.extend(epoch);
      await writer.writeEpoch(sampleEpoch(manifest, epoch));
    }
    await writer.end({ state: 'finished', stopped: false });
    return writer.folder;
  } finally {
    restore();
  }
}

async function scatterTimes(folder: string, random: (bound: number) => number): Promise<void> {
  for (const file of await readdir(folder, { recursive: true })) {
    const seconds = MOMENTS[random(MOMENTS.length)]! / 1000 + random(1e6);
    await utimes(join(folder, file), seconds, seconds);
  }
}

async function jumps(count: number): Promise<Tried> {
  const random = seededRandom(10);
  const [runs, violations] = [await temporaryRuns(), [] as string[]];
  const sound = await soundAnswers(await temporaryRuns(), nodeFileSystem);
  for (let i = 0; i < count; i++) {
    const folder = await recordWithJumps(runs, 'jump', random);
    await scatterTimes(folder, random);
    const name = folder.split('/').at(-1)!;
    const { status } = (await (await openRun(folder)).describe()).summary;
    if (!isRunId(name) || status.state !== 'finished') violations.push(`${name}: it is ${status.state}`);
    violations.push(...(await violationsLeft(folder, [0, 1, 2], sound)));
  }
  const listed = await listRuns(runs);
  if (listed.length !== count || listed.some(({ epochs }) => epochs.join() !== '0,1,2'))
    violations.push('the list of runs is wrong');
  return { what: 'runs with clock jumps, and file times from 1970 to 2100', count, violations };
}

/** A training whose own clock jumps back an hour at every look. */
async function trainingsUnderJumps(count: number): Promise<Tried> {
  const violations: string[] = [];
  for (let i = 0; i < count; i++) {
    const workspace = new Workspace();
    const jumping = `let moment = 4e12; Date.now = () => (moment -= 3.6e6);\n`;
    const seconds: number[] = [];
    const followed = await follow(workspace, workspace.write('train.js', jumping + training(4)), {
      runsFolder: workspace.runsFolder,
      onEvent: (event) =>
        void (event.type === 'epoch-whole' && seconds.push(event.elapsedSeconds, event.recordingSeconds)),
    });
    if (followed.failure || followed.saved.join() !== '0,1,2,3,4') violations.push(`saved: ${followed.saved.join()}`);
    if (seconds.some((value) => !(value >= 0 && value < 600))) violations.push(`durations: ${seconds.join()}`);
    workspace.remove();
  }
  return { what: 'trainings with a clock that runs backwards', count, violations };
}

/** Broken on purpose: the newest commit record by the file's time. */
async function newestByTime(folder: string): Promise<number> {
  const names = (await readdir(join(folder, 'commits'))).filter((name) => /^\d/.test(name));
  const times = await Promise.all(names.map(async (name) => (await stat(join(folder, 'commits', name))).mtimeMs));
  return Number.parseInt(names[times.indexOf(Math.max(...times))]!);
}

export const clocks: TrustRow = {
  number: 10,
  what: 'clock set back, to 1970 or to 2100',
  promise: 'order and durations are right',
  goal: '200 jumps',
  async *check(effort) {
    yield jumps(effort.count(6, 200));
    yield trainingsUnderJumps(effort.count(1, 10));
  },
  async control() {
    const [runs, random, violations] = [await temporaryRuns(), seededRandom(11), [] as string[]];
    for (let i = 0; i < 4; i++) {
      const folder = await recordWithJumps(runs, 'control', random);
      await scatterTimes(folder, random);
      const newest = await newestByTime(folder);
      if (newest !== EXTENDED_EPOCH) violations.push(`epoch ${newest} is taken for the newest`);
    }
    return { what: 'sorting by file times', violations };
  },
};
