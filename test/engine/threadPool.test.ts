/** The pool of threads: order, cancelling, and threads that die. The threads here only echo or die. */
import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { ThreadPool } from '../../src/analysis/coordinator/dispatch/threadPool.js';
import { Failure } from '../../src/protocol/failure.js';

/**
 * Speaks the protocol of rpc.ts: answers `forgetMemory` with null after `input.id` milliseconds, noting it;
 * a negative one kills the thread as often as `deaths` allows.
 */
const ECHO = `
  const { parentPort, workerData } = require('node:worker_threads');
  parentPort.on('message', ({ id, input }) => {
    if (input.id < 0 && Atomics.sub(workerData.deaths, 0, 1) > 0) process.exit(7);
    setTimeout(() => {
      workerData.log[Atomics.add(workerData.count, 0, 1)] = input.id;
      parentPort.postMessage({ type: 'value', id, value: null });
    }, Math.abs(input.id));
  });
`;

function startPool(size: number, deaths = 0) {
  const shared = () => new Int32Array(new SharedArrayBuffer(256));
  const workerData = { deaths: shared(), count: shared(), log: shared() };
  workerData.deaths[0] = deaths;
  const workers: Worker[] = [];
  const pool = new ThreadPool(size, () => {
    const worker = new Worker(ECHO, { eval: true, execArgv: [], workerData });
    workers.push(worker);
    return worker;
  });
  const run = (id: number, rank: number, signal: AbortSignal = new AbortController().signal) =>
    pool.run('forgetMemory', { id }, { rank, signal });
  return { pool, run, workers, done: () => [...workerData.log.subarray(0, workerData.count[0])] };
}

describe('the pool of threads', () => {
  it('does tasks of a lower rank first, and equal ones in order', async () => {
    const { pool, run, done } = startPool(1);
    await Promise.all([run(1, 5), run(2, 9), run(3, 1), run(4, 5), run(5, 1)]);
    assert.deepEqual(done(), [1, 3, 5, 4, 2]);
    await pool.dispose();
  });
  it('starts no more threads than it may, and none before there is work', async () => {
    const { pool, run, workers } = startPool(2);
    assert.equal(workers.length, 0);
    await Promise.all([run(5, 0), run(5, 0), run(5, 0), run(5, 0)]);
    assert.equal(workers.length, 2);
    await pool.dispose();
  });
  it('starts threads ahead, no more than it may, and these do the tasks', async () => {
    const { pool, run, workers } = startPool(2);
    pool.startAhead(3);
    assert.equal(workers.length, 2);
    await Promise.all([run(5, 0), run(5, 0), run(5, 0)]);
    assert.equal(workers.length, 2);
    await pool.dispose();
  });
  it('takes a cancelled task off the queue, and lets one that runs finish', async () => {
    const { pool, run, done } = startPool(1);
    const controller = new AbortController();
    const running = run(30, 0, controller.signal);
    const queued = run(1, 1, controller.signal);
    const other = run(2, 2);
    controller.abort();
    await assert.rejects(queued, (error) => error instanceof Failure && error.kind === 'cancelled');
    await Promise.all([running, other]);
    assert.deepEqual(done(), [30, 2]);
    await pool.dispose();
  });
  it('replaces a thread that dies and does its task again', async () => {
    const { pool, run, workers, done } = startPool(1, 1);
    await Promise.all([run(-1, 0), run(2, 1)]);
    assert.equal(workers.length, 2);
    assert.deepEqual(done(), [-1, 2]);
    await pool.dispose();
  });
  it('gives up a task that kills two threads, and does the others', async () => {
    const { pool, run, done } = startPool(1, 2);
    const deadly = run(-1, 0);
    const other = run(2, 1);
    await assert.rejects(
      deadly,
      (error) => error instanceof Failure && error.kind === 'environment' && /exit code 7/.test(error.wrong),
    );
    await other;
    assert.deepEqual(done(), [2]);
    await pool.dispose();
  });
  it('answers everything that waits when it is disposed', async () => {
    const { pool, run } = startPool(1);
    const tasks = [run(1000, 0), run(1, 1)];
    const answers = Promise.allSettled(tasks);
    await pool.dispose();
    assert.deepEqual(
      (await answers).map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    await assert.rejects(run(1, 0), (error) => error instanceof Failure && error.kind === 'cancelled');
  });
});
