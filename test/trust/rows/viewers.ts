/** Row 27: threads that are killed while a view asks: the answer comes all the same, or a failure that says so. */
import { cp } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { AnalysisEngine, EngineOptions } from '../../../src/analysis/engine.js';
import { Failure } from '../../../src/protocol/failure.js';
import type { MeasureRequest } from '../../../src/protocol/measure.js';
import { seededRandom } from '../../../src/recorder/model/seededRandom.js';
import { syntheticRun } from '../../engine/syntheticRun.js';
import { startEngine } from '../engines.js';
import { reason, type Tried, type TrustRow } from '../row.js';

/** Values of the answer; there is a sign of progress with each. */
const VALUES = 16;
const everything: MeasureRequest = { query: 'dCNN(-, -, -, -)', measure: 'inter' };

/** What a view shows of an answer: versions and times aside. */
const shown = (answer: unknown): unknown => (answer as { values: unknown }).values;

const text = (outcome: unknown): string =>
  (outcome instanceof Error ? outcome.message : JSON.stringify(outcome)).slice(0, 300);

/** The answer as it is shown, or the error; "no answer" after so long. */
function answered(
  engine: AnalysisEngine,
  folder: string,
  seconds: number,
  onProgress: () => void = () => undefined,
): Promise<unknown> {
  const context = { signal: new AbortController().signal, progress: onProgress };
  const answer = engine.measure(folder, everything, context).then(shown, (error: unknown) => error);
  return Promise.race([answer, sleep(1000 * seconds, 'no answer', { ref: false })]);
}

interface Breakage {
  readonly createWorker?: EngineOptions['createWorker'];
  readonly patienceSeconds: number;
}

/** At each round a fresh copy of the run, so that nothing is answered from a cache; a kill at one of its signs of progress. */
async function kills(rounds: number, { patienceSeconds, ...broken }: Breakage): Promise<Tried> {
  const original = await syntheticRun();
  const { engine, threads } = await startEngine(broken);
  const random = seededRandom(27);
  const violations: string[] = [];
  try {
    const sound = await answered(engine, original.folder, 60);
    for (let i = 0; i < rounds; i++) {
      const folder = `${original.folder}-${i}`;
      await cp(original.folder, folder, { recursive: true, filter: (path) => !path.endsWith('cache') });
      let left = 1 + random(VALUES);
      const kill = (): void => void (--left === 0 && void threads.at(-1)?.terminate());
      const outcome = await answered(engine, folder, patienceSeconds, kill);
      const isSaid = outcome instanceof Failure && outcome.kind === 'environment';
      if (!isSaid && !isDeepStrictEqual(outcome, sound)) violations.push(`round ${i}: ${text(outcome)}`);
      const again = await answered(engine, original.folder, patienceSeconds);
      if (!isDeepStrictEqual(again, sound)) violations.push(`after round ${i}: ${text(again)}`);
    }
  } finally {
    await engine.dispose();
  }
  return { what: `kills (${threads.length} threads were started)`, count: rounds, violations };
}

/** A view whose threads end each time is told, and the host goes on. */
async function alwaysKilled(): Promise<string[]> {
  const { folder } = await syntheticRun({ id: 'always' });
  const { engine } = await startEngine({ inFront: 'process.exit(9)' });
  const outcome = await engine.measure(folder, everything).then(
    () => 'it was answered',
    (error: unknown) => (error instanceof Failure && /exit code 9/.test(error.wrong) ? null : reason(error)),
  );
  await engine.dispose();
  return outcome === null ? [] : [outcome];
}

export const viewers: TrustRow = {
  number: 27,
  what: 'analysis thread killed while a view is open',
  promise: 'started again, or said so; what was shown stays',
  goal: '100 kills',
  async *check(effort) {
    yield kills(effort.count(6, 100), { patienceSeconds: 60 });
    yield { what: 'threads that end each time', count: 1, violations: await alwaysKilled() };
  },
  async control() {
    // Broken on purpose: the thread that takes a dead one's place does nothing.
    let count = 0;
    const idle = (): Worker => new Worker('setInterval(() => {}, 1000)', { eval: true, execArgv: [] });
    const createWorker: EngineOptions['createWorker'] = (file, workerData) =>
      count++ === 0 ? new Worker(file, { workerData, execArgv: [] }) : idle();
    const { violations } = await kills(1, { createWorker, patienceSeconds: 3 });
    return { what: 'an engine whose restarted threads do nothing', violations };
  },
};
