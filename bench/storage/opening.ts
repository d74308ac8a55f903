/**
 * What stands before a run's first view: opening a run of 5 GB and saying what is in it, listing 1,000 runs, opening
 * a run of 10,000 epochs. The median of several; each in this process, over files that the system has cached.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listRuns } from '../../src/store/runs/listRuns.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { LARGE, writeLargeRun, type LargeRunSizes } from '../generate/largeRun.js';
import { median, type Row } from '../row.js';
import { withLargeRun } from './withLargeRun.js';

const ROUNDS = 5;
const MANY_RUNS = 1000;
const MANY_EPOCHS = 10_000;
/** As small as runs of a network get. */
const SMALL: LargeRunSizes = { ...LARGE, layers: 1, channels: 1, side: 2, probes: 4, classes: 2, epochs: 1 };
/** Until something is on the screen. */
const MOST_MILLISECONDS = 500;
/** The same where there are ten thousand epochs or a thousand runs. */
const MOST_OF_MANY = 2000;

export async function benchOpening(): Promise<Row[]> {
  const large = await withLargeRun((run) => times(() => describe(run)));
  const rows = large ? [row('opening a run of 5 GB', large)] : [];
  const folder = await mkdtemp(join(tmpdir(), 'cnnslicer-bench-'));
  try {
    const many = join(folder, 'runs');
    for (let run = 0; run < MANY_RUNS; run++) await writeLargeRun(many, run, SMALL);
    rows.push(row(`listing ${MANY_RUNS} runs`, await times(() => listRuns(runsOf(many))), MOST_OF_MANY));
    const { folder: long } = await writeLargeRun(join(folder, 'long'), 0, { ...SMALL, epochs: MANY_EPOCHS });
    rows.push(row(`opening a run of ${MANY_EPOCHS} epochs`, await times(() => describe(long)), MOST_OF_MANY));
  } finally {
    await rm(folder, { recursive: true });
  }
  return rows;
}

function runsOf(workspace: string): string {
  return join(workspace, '.cnnslicer', 'runs');
}

async function describe(folder: string): Promise<void> {
  await (await openRun(folder)).describe();
}

async function times(work: () => Promise<unknown>): Promise<{ wall: number; cpu: number }> {
  const all: { wall: number; cpu: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [begin, before] = [performance.now(), process.cpuUsage()];
    await work();
    const { user, system } = process.cpuUsage(before);
    all.push({ wall: performance.now() - begin, cpu: (user + system) / 1000 });
  }
  return { wall: median(all.map(({ wall }) => wall)), cpu: median(all.map(({ cpu }) => cpu)) };
}

function row(what: string, { wall, cpu }: { wall: number; cpu: number }, most = MOST_MILLISECONDS): Row {
  const limit = { peer: most, peerName: 'the most that is allowed', goal: 1 };
  return { section: 'opening', what, ours: wall, cpu: { ours: cpu, peer: most }, unit: 'ms', ...limit };
}
