/** Row 5: memory refused to a thread that computes: it fails alone, in words, and the host answers the next. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { AnalysisEngine, EngineOptions } from '../../../src/analysis/engine.js';
import { Failure } from '../../../src/protocol/failure.js';
import { Files } from '../../data/makeFiles.js';
import { bundleProgram } from '../../faults/writerProcess.js';
import { engineFiles, noise, startEngine } from '../engines.js';
import { reason, spread, type Part, type Tried, type TrustRow } from '../row.js';

/** In a thread: while the shared counter is 1, the next growth of a WebAssembly memory is refused. */
const REFUSE_GROWTH = `
const armed = require('node:worker_threads').workerData.armed;
const grow = WebAssembly.Memory.prototype.grow;
WebAssembly.Memory.prototype.grow = function (pages) {
  if (Atomics.compareExchange(armed, 0, 1, 0) === 1) throw new RangeError('WebAssembly.Memory.grow(): refused');
  return grow.call(this, pages);
};`;

const SAMPLES = 20;
/** Of the Nth question: 80 kB more than the one before, so that the memory must grow by a page and more. */
const dimensionsOf = (question: number): number => 20_000 + 1000 * question;

/** An engine whose threads refuse one growth when they are told to. */
async function startStarved(armed: Int32Array): Promise<AnalysisEngine> {
  const createWorker: EngineOptions['createWorker'] = (file, workerData) =>
    new Worker(`${REFUSE_GROWTH}require(${JSON.stringify(file)})`, {
      eval: true,
      workerData: { ...(workerData as object), armed },
      execArgv: [],
    });
  return (await startEngine({ createWorker })).engine;
}

/** Growths 1 … count of one engine are refused, one after another: each costs the question that asked, and no other. */
async function growths(count: number): Promise<Tried> {
  const armed = new Int32Array(new SharedArrayBuffer(4));
  const sound = (await startEngine()).engine;
  const starved = await startStarved(armed);
  const values = noise(SAMPLES, dimensionsOf(count));
  const violations: string[] = [];
  try {
    for (let at = 1; at <= count; at++) {
      const dimensions = dimensionsOf(at);
      const ask = (engine: AnalysisEngine): Promise<unknown> =>
        engine
          .interOfArray(values.slice(0, SAMPLES * dimensions), SAMPLES, dimensions)
          .catch((error: unknown) => error);
      Atomics.store(armed, 0, 1);
      const refused = await ask(starved);
      if (!(refused instanceof Failure && refused.kind === 'environment'))
        violations.push(`growth ${at} was refused and answered with ${reason(refused)}`);
      const [expected, again] = [await ask(sound), await ask(starved)];
      if (!isDeepStrictEqual(again, expected)) violations.push(`after the refusal of growth ${at}: ${reason(again)}`);
    }
  } finally {
    await Promise.all([sound.dispose(), starved.dispose()]);
  }
  return { what: 'growth refused at the Nth time', count, violations };
}

/** The heap of a thread is spent: the thread ends, and a new one answers. */
async function heapSpent(): Promise<string[]> {
  const { engine } = await startEngine({
    inFront: `const hog = []; for (;;) hog.push(new Array(1e5).fill(1.5));`,
    heapMebibytes: 32,
  });
  const outcome = await engine.interOfArray(noise(40, 8), 40, 8).catch((error: unknown) => error);
  await engine.dispose();
  return outcome instanceof Failure && outcome.kind === 'environment' ? [] : [reason(outcome)];
}

/** What came of the program in so many GiB of addresses, and what is wrong with that. */
async function inAddresses(gibibytes: number, worker: string): Promise<{ outcome: string; violations: string[] }> {
  const { kernelsFolder } = await engineFiles();
  const entry = new URL('../programs/fewAddresses.ts', import.meta.url);
  const program = await bundleProgram(entry, join(new Files().folder, 'fewAddresses.cjs'));
  const args = [`--as=${gibibytes * 2 ** 30}`, process.execPath, program, worker, kernelsFolder];
  const { stdout, stderr } = spawnSync('prlimit', args, { encoding: 'utf8', timeout: 60_000 });
  const [outcome = '', alive] = stdout.split('\n');
  const isRight = ['answered', 'environment'].includes(outcome) && alive === 'alive';
  const said = `${gibibytes} GiB: ${JSON.stringify(stdout)} ${stderr.slice(0, 300)}`;
  return { outcome, violations: isRight ? [] : [said] };
}

const prlimitMissing = (): boolean => spawnSync('prlimit', ['--version']).error !== undefined;

/** Address space of the whole process, from little more than Node.js itself needs. */
async function addresses(count: number): Promise<Part> {
  const what = 'address space of the process';
  if (prlimitMissing()) return { what, skipped: 'there is no prlimit' };
  const { workerFile } = await engineFiles();
  const [violations, outcomes] = [[] as string[], new Map<string, number>()];
  const steps = spread(count, 20);
  for (const step of steps) {
    const tried = await inAddresses(2 + step, workerFile);
    outcomes.set(tried.outcome, (outcomes.get(tried.outcome) ?? 0) + 1);
    violations.push(...tried.violations);
  }
  const seen = [...outcomes].map(([outcome, times]) => `${outcome} ${times}`).join(', ');
  return { what: `${what} (${seen})`, count: steps.length, violations };
}

export const memory: TrustRow = {
  number: 5,
  what: 'memory refused (prlimit --as, WebAssembly growth failing at N)',
  promise: 'the worker fails alone, the host lives',
  goal: 'N = 1…200',
  async *check(effort) {
    yield growths(effort.count(5, 200));
    yield { what: 'heap of a thread', count: 1, violations: await heapSpent() };
    yield addresses(effort.count(1, 20));
  },
  async control() {
    const what = 'a worker that takes the whole process with it';
    if (prlimitMissing()) return { what, skipped: 'there is no prlimit' };
    const deadly = new Files().write('worker.cjs', `process.kill(process.pid, 'SIGKILL')`);
    return { what, violations: (await inAddresses(20, deadly)).violations };
  },
};
