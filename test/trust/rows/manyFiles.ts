/** Row 23: a run of 10,000 epochs and 100,000 files, and a folder of 1,000 runs: opened and listed at once, in little memory. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { writeLargeRun } from '../../../bench/generate/largeRun.js';
import type { Effort, Tried, TrustRow } from '../row.js';

const SECONDS = 2;
const MEGABYTES = 500;
/** A commit record, metrics, predictions and the arrays of two layers. */
const SIZES = { layers: 1, channels: 2, side: 2, probes: 4, classes: 2 };

interface Opened {
  readonly count: number;
  /** Of processor time, start of the process apart. */
  readonly seconds: number;
  readonly megabytes: number;
}

/** A process of its own, whose memory is no other's. */
async function inProcess(place: string, script: string): Promise<Opened> {
  const outfile = join(place, 'open.mjs');
  const contents = `import { peakMemory } from './test/setup/peakMemory.mjs';
    ${script}
    const before = process.cpuUsage();
    const count = await work();
    const { user, system } = process.cpuUsage(before);
    console.log(JSON.stringify({ count, seconds: (user + system) / 1e6, megabytes: peakMemory() / 1e6 }));`;
  const stdin = { contents, resolveDir: process.cwd(), loader: 'ts' } as const;
  await build({ stdin, outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'silent' });
  const { stdout } = await promisify(execFile)(process.execPath, [outfile]);
  return JSON.parse(stdout) as Opened;
}

function violationsOf({ count, seconds, megabytes }: Opened, wanted: number, limits = SECONDS): string[] {
  return [
    ...(count === wanted ? [] : [`${count} of ${wanted} are there`]),
    ...(seconds <= limits ? [] : [`${seconds.toFixed(1)} s of processor time`]),
    ...(megabytes <= MEGABYTES ? [] : [`${megabytes.toFixed(0)} MB`]),
  ];
}

async function manyEpochs(place: string, epochs: number): Promise<Tried> {
  const { folder } = await writeLargeRun(place, 0, { ...SIZES, epochs: epochs - 1 });
  const script = `import { openRun } from './src/store/reading/openRun.ts';
    const work = async () => (await (await openRun(${JSON.stringify(folder)})).describe()).summary.epochs.length;`;
  const opened = await inProcess(place, script);
  const what = `epochs of one run, opened in ${opened.seconds.toFixed(1)} s and ${opened.megabytes.toFixed(0)} MB`;
  return { what, count: epochs, violations: violationsOf(opened, epochs) };
}

/** Copies under other names: a list reads what they say of themselves, not what their folders are called. */
async function manyRuns(place: string, runs: number): Promise<Tried> {
  const { folder } = await writeLargeRun(place, 0, { ...SIZES, epochs: 1 });
  const all = join(place, 'many');
  mkdirSync(all);
  for (let i = 0; i < runs; i++) cpSync(folder, join(all, `run-${i}`), { recursive: true });
  const script = `import { listRuns } from './src/store/runs/listRuns.ts';
    const work = async () => (await listRuns(${JSON.stringify(all)})).length;`;
  const opened = await inProcess(place, script);
  const what = `runs in a folder, listed in ${opened.seconds.toFixed(1)} s and ${opened.megabytes.toFixed(0)} MB`;
  return { what, count: runs, violations: violationsOf(opened, runs) };
}

async function inPlace<T>(work: (place: string) => Promise<T>): Promise<T> {
  // In memory where there is such a place: writing waits for the disk at each epoch, and only reading is tried here.
  const place = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'cnnslicer-many-'));
  try {
    return await work(place);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

export const manyFiles: TrustRow = {
  number: 23,
  what: '10,000 epochs in 100,000 files, 1,000 runs in a folder',
  promise: 'opened and listed in 2 s of processor time and 500 MB',
  goal: 'first picture ≤ 2 s, RSS ≤ 500 MB',
  async *check(effort: Effort) {
    yield await inPlace((place) => manyEpochs(place, effort.count(40, 10_000)));
    yield await inPlace((place) => manyRuns(place, effort.count(60, 1000)));
  },
  async control() {
    // Broken on purpose: a block of memory is kept for every file, of which there are as many as in a long run.
    const opened = await inPlace(async (place) => {
      const script = `const work = async () => Array.from({ length: 700 }, () => Buffer.alloc(2 ** 20, 1)).length;`;
      return inProcess(place, script);
    });
    return { what: 'a reader that keeps 1 MiB per file', violations: violationsOf(opened, opened.count) };
  },
};
