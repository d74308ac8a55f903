/** Row 7: readers while a run is written: every epoch that is shown is one epoch, whole. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openRun } from '../../../src/store/openRun.js';
import type { RunReader } from '../../../src/store/runAccess.js';
import { bundleProgram } from '../../faults/writerProcess.js';
import { sampleEpoch, temporaryRuns } from '../../store/sampleRun.js';
import { digest } from '../../store/zarrPython.js';
import { longManifest } from '../programs/longManifest.js';
import { reason, type TrustRow } from '../row.js';

const EPOCHS = 20_000;
const LAYERS = [0, 1, 2];

interface Writing {
  readonly folder: string;
  readonly child: ChildProcess;
}

async function startWriting(sabotage: readonly string[]): Promise<Writing> {
  const runs = await temporaryRuns();
  mkdirSync(runs, { recursive: true });
  const entry = new URL('../programs/longWriter.ts', import.meta.url);
  const program = await bundleProgram(entry, join(dirname(runs), 'long.cjs'));
  const child = spawn(process.execPath, [program, runs, String(EPOCHS), ...sabotage], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout!.once('data', resolve));
  return { folder: join(runs, 'long'), child };
}

/** What the writer puts into an epoch, by the array that it is read from. */
function expectedOf(epoch: number): ReadonlyMap<string, string> {
  const record = sampleEpoch(longManifest(EPOCHS), epoch);
  const layers = record.layers.flatMap(({ layer, values, entropy }) => [
    [`values ${layer}`, digest(values)] as const,
    [`entropy ${layer}`, digest(entropy)] as const,
  ]);
  return new Map([...layers, ['predictions', digest(record.predictions)]]);
}

/** Every array of the newest epoch, asked for one after another, while more epochs come. */
async function readNewest(run: RunReader): Promise<{ count: number; violations: string[] }> {
  const { epochStates, summary } = await run.describe();
  const violations = epochStates
    .filter(({ state }) => state === 'damaged')
    .map(({ epoch }) => `epoch ${epoch} is shown as damaged`);
  const epoch = summary.epochs.at(-1);
  if (epoch === undefined) return { count: 1, violations };
  const expected = expectedOf(epoch);
  const questions: [string, () => Promise<ArrayBufferView>][] = [
    ['predictions', () => run.readPredictions(epoch)],
    ...LAYERS.flatMap((layer): [string, () => Promise<ArrayBufferView>][] => [
      [`values ${layer}`, () => run.readValues(layer, epoch)],
      [`entropy ${layer}`, async () => (await run.readEntropy(layer, epoch)).values],
    ]),
  ];
  for (const [question, read] of questions) {
    const answer = await read().then(digest, (error: unknown) => reason(error));
    if (answer !== expected.get(question)) violations.push(`epoch ${epoch}, ${question}: ${answer}`);
  }
  return { count: questions.length, violations };
}

/** `enough`: violations after which there is no more to be learnt. */
async function readWhileWriting(reads: number, enough: number, ...sabotage: readonly string[]) {
  const { folder, child } = await startWriting(sabotage);
  const violations: string[] = [];
  const seen = new Set<number>();
  let count = 0;
  try {
    let run = await openRun(folder);
    while (count < reads && violations.length < enough && child.exitCode === null) {
      if (count % 5 === 0) run = await openRun(folder); // a reader of the moment, else one of before
      const outcome = await readNewest(run);
      count += outcome.count;
      violations.push(...outcome.violations);
      seen.add((await run.describe()).summary.epochs.length);
    }
  } finally {
    child.kill('SIGKILL');
  }
  if (seen.size < 3 && violations.length < enough) violations.push(`only ${seen.size} states of the run were seen`);
  return { count, epochs: Math.max(...seen), violations };
}

export const readers: TrustRow = {
  number: 7,
  what: 'readers while a run is written',
  promise: "a whole epoch's snapshot, no key that is not whole",
  goal: '50,000 reads',
  async *check(effort) {
    const { count, epochs, violations } = await readWhileWriting(effort.count(500, 50_000), 100);
    yield { what: `reads while ${epochs} epochs were written`, count, violations };
  },
  async control() {
    const { violations } = await readWhileWriting(5000, 3, 'commit-first');
    return { what: 'a writer whose commit record comes first', violations };
  },
};
