/** Row 7: readers while a run is written: every epoch that is shown is one epoch, whole. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openRun } from '../../../src/store/reading/openRun.js';
import type { RunReader } from '../../../src/store/format/runAccess.js';
import { bundleProgram } from '../../faults/writerProcess.js';
import { sampleEpoch, temporaryRuns } from '../../store/sampleRun.js';
import { digest } from '../../store/zarrPython.js';
import { longManifest } from '../programs/longManifest.js';
import { reason, type TrustRow } from '../row.js';

/** Of one run; then the writer begins the next. */
const EPOCHS = 60;
const LAYERS = [0, 1, 2];
/** Epochs that are read each time, the newest last. */
const READ_EPOCHS = 3;
/** Of the runs that are read: fewer are no reading while writing. */
const LEAST_STATES = 3;

interface Writing {
  readonly child: ChildProcess;
  /** The run that is being written. */
  folder(): string;
}

async function startWriting(sabotage: readonly string[]): Promise<Writing> {
  const runs = await temporaryRuns();
  mkdirSync(runs, { recursive: true });
  const entry = new URL('../programs/longWriter.ts', import.meta.url);
  const program = await bundleProgram(entry, join(dirname(runs), 'long.cjs'));
  const child = spawn(process.execPath, [program, runs, String(EPOCHS), ...sabotage], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let newest = '';
  child.stdout.on('data', (lines: Buffer) => (newest = lines.toString().trim().split('\n').at(-1) ?? newest));
  await once(child.stdout, 'data');
  return { child, folder: () => join(runs, newest) };
}

/** What the writer puts into an epoch, by the array that it is read from. */
function expectedOf(epoch: number): ReadonlyMap<string, string> {
  const record = sampleEpoch(longManifest(0, EPOCHS), epoch);
  const layers = record.layers.flatMap(({ layer, values, entropy }) => [
    [`values ${layer}`, digest(values)] as const,
    [`entropy ${layer}`, digest(entropy)] as const,
  ]);
  return new Map([...layers, ['predictions', digest(record.predictions)]]);
}

interface Reads {
  readonly count: number;
  readonly epochs: readonly number[];
  readonly violations: readonly string[];
}

/** Every array of the newest epochs, asked for one after another, while more epochs come. */
async function readNewest(run: RunReader): Promise<Reads> {
  const { epochStates, summary } = await run.describe();
  const violations = epochStates
    .filter(({ state }) => state === 'damaged')
    .map(({ epoch }) => `epoch ${epoch} is shown as damaged`);
  let count = 1;
  for (const epoch of summary.epochs.slice(-READ_EPOCHS)) {
    const expected = expectedOf(epoch);
    for (const [question, read] of questionsOf(run, epoch)) {
      const answer = await read().then(digest, (error: unknown) => reason(error));
      if (answer !== expected.get(question)) violations.push(`epoch ${epoch}, ${question}: ${answer}`);
      count++;
    }
  }
  return { count, epochs: summary.epochs, violations };
}

function questionsOf(run: RunReader, epoch: number): [string, () => Promise<ArrayBufferView>][] {
  return [
    ['predictions', () => run.readPredictions(epoch)],
    ...LAYERS.flatMap((layer): [string, () => Promise<ArrayBufferView>][] => [
      [`values ${layer}`, () => run.readValues(layer, epoch)],
      [`entropy ${layer}`, async () => (await run.readEntropy(layer, epoch)).values],
    ]),
  ];
}

/** `enough`: violations after which there is no more to be learnt. */
async function readWhileWriting(reads: number, enough: number, ...sabotage: readonly string[]) {
  const { folder, child } = await startWriting(sabotage);
  const violations: string[] = [];
  const seen = new Set<string>();
  let count = 0;
  try {
    let run = await openRun(folder());
    // On a crowded machine the reads may be done before the writer has got anywhere.
    const isEnough = (): boolean => (count >= reads && seen.size >= LEAST_STATES) || violations.length >= enough;
    for (let round = 0; !isEnough() && child.exitCode === null; round++) {
      // A reader of the moment, else one of before.
      if (round % 5 === 0 || run.folder !== folder()) run = await openRun(folder());
      const outcome = await readNewest(run);
      count += outcome.count;
      violations.push(...outcome.violations);
      seen.add(`${run.folder} ${outcome.epochs.length}`);
    }
  } finally {
    child.kill('SIGKILL');
  }
  if (count < reads && violations.length === 0) violations.push(`the writer ended after ${count} reads`);
  if (seen.size < LEAST_STATES && violations.length < enough)
    violations.push(`only ${seen.size} states of the runs were seen`);
  return { count, states: seen.size, violations };
}

export const readers: TrustRow = {
  number: 7,
  what: 'readers of a run that is being written',
  promise: "a whole epoch's snapshot, no key that is not whole",
  goal: '50,000 reads',
  async *check(effort) {
    const { count, states, violations } = await readWhileWriting(effort.count(500, 50_000), 100);
    yield { what: `reads of ${states} states of runs that were being written`, count, violations };
  },
  async control() {
    const { violations } = await readWhileWriting(5000, 3, 'commit-first');
    return { what: 'a writer that writes the commit record first', violations };
  },
};
