/** Row 5: memory refused to a thread that computes: it fails alone, in words, and the host answers the next. */
import { isDeepStrictEqual } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { AnalysisEngine, EngineOptions } from '../../../src/analysis/engine.js';
import { Failure } from '../../../src/protocol/failure.js';
import { limitedAddresses, limitsUnread } from '../addressLimits.js';
import { noise, startEngine } from '../engines.js';
import { reason, type Tried, type TrustRow } from '../row.js';

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

export const memory: TrustRow = {
  number: 5,
  what: 'memory refused (prlimit --as, WebAssembly growth failing at N)',
  promise: 'the worker fails alone, the host lives',
  goal: 'N = 1…200',
  async *check(effort) {
    yield growths(effort.count(5, 200));
    yield { what: 'heap of a thread', count: 1, violations: await heapSpent() };
    yield* limitedAddresses(effort);
  },
  control: limitsUnread,
};
