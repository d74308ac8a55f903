/** Row 5: memory refused to a thread that computes: it fails alone, in words, and the host answers the next. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../../../src/protocol/failure.js';
import { Files } from '../../data/makeFiles.js';
import { bundleProgram } from '../../faults/writerProcess.js';
import { engineFiles, noise, startEngine } from '../engines.js';
import { reason, spread, upTo, type Part, type Tried, type TrustRow } from '../row.js';

/** In a thread: the Nth growth of a WebAssembly memory is refused. */
const refuseGrowth = (at: number): string => `
let left = ${at};
const grow = WebAssembly.Memory.prototype.grow;
WebAssembly.Memory.prototype.grow = function (pages) {
  if (--left === 0) throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded');
  return grow.call(this, pages);
};`;

/** Each larger than the one before, so that the memory must grow. */
const GROWTHS = 5;
const sizes = (series: number): number[] => upTo(GROWTHS).map((index) => 80 + 3 * series + 60 * index);
const DIMENSIONS = 1536;

/** One series of questions, of which one finds no memory; every other one has its right answer. */
async function series(index: number, at: number): Promise<{ refused: number; violations: string[] }> {
  const sound = await startEngine();
  const starved = await startEngine({ inFront: refuseGrowth(at) });
  const violations: string[] = [];
  let refused = 0;
  try {
    for (const size of sizes(index)) {
      const ask = (engine: typeof sound.engine): Promise<unknown> =>
        engine.interOfArray(noise(size, DIMENSIONS), size, DIMENSIONS);
      const expected = await ask(sound.engine);
      const outcome = await ask(starved.engine).catch((error: unknown) => error);
      if (outcome instanceof Failure && outcome.kind === 'environment') refused++;
      else if (!isDeepStrictEqual(outcome, expected)) violations.push(`N = ${at}, ${size} samples: ${reason(outcome)}`);
    }
  } finally {
    await Promise.all([sound.engine.dispose(), starved.engine.dispose()]);
  }
  if (refused > 1) violations.push(`N = ${at}: ${refused} questions were refused for one growth`);
  return { refused, violations };
}

async function growths(count: number): Promise<Tried> {
  const violations: string[] = [];
  let refused = 0;
  for (const index of upTo(count)) {
    const outcome = await series(Math.floor(index / GROWTHS), 1 + (index % GROWTHS));
    violations.push(...outcome.violations);
    refused += outcome.refused;
  }
  if (refused === 0) violations.push('no growth was ever refused');
  return { what: `growth refused at the Nth time (${refused} answers refused)`, count, violations };
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
    yield growths(effort.count(1, 180));
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
