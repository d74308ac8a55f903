/** Equal requests are computed once, and cancelled only when nobody waits any more. */
import assert from 'node:assert/strict';
import { SharedCalls } from '../../src/analysis/calls/sharedCalls.js';
import { Failure } from '../../src/protocol/failure.js';
import type { CallContext, Progress } from '../../src/protocol/rpc.js';

const isCancelled = (error: unknown) => error instanceof Failure && error.kind === 'cancelled';
const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Work that ends when told to, and tells how often it was begun and cancelled. */
function work() {
  const state = { begun: 0, cancelled: 0 };
  let finish: (value: string) => void = () => undefined;
  let context: CallContext | undefined;
  const start = (given: CallContext): Promise<string> => {
    state.begun++;
    context = given;
    given.signal.addEventListener('abort', () => state.cancelled++);
    return new Promise((resolve) => (finish = resolve));
  };
  return {
    state,
    start,
    finish: (value: string) => finish(value),
    progress: (step: Progress) => context?.progress(step),
  };
}

function waiter() {
  const controller = new AbortController();
  const heard: number[] = [];
  const context: CallContext = { signal: controller.signal, progress: ({ fraction }) => heard.push(fraction) };
  return { context, heard, leave: () => controller.abort() };
}

describe('shared calls', () => {
  it('of equal keys run once and give all the same answer', async () => {
    const calls = new SharedCalls();
    const { state, start, finish } = work();
    const answers = [1, 2, 3].map(() => calls.run('key', waiter().context, start));
    await tick();
    finish('answer');
    assert.deepEqual(await Promise.all(answers), ['answer', 'answer', 'answer']);
    assert.equal(state.begun, 1);
  });
  it('of other keys run apart', async () => {
    const calls = new SharedCalls();
    const answers = ['a', 'b'].map((key) => calls.run(key, waiter().context, () => Promise.resolve(key)));
    assert.deepEqual(await Promise.all(answers), ['a', 'b']);
  });
  it('that have been answered are computed again', async () => {
    const calls = new SharedCalls();
    let count = 0;
    const next = () => calls.run('key', waiter().context, () => Promise.resolve(++count));
    assert.deepEqual([await next(), await next()], [1, 2]);
  });
  it('go on while anyone waits', async () => {
    const calls = new SharedCalls();
    const { state, start, finish } = work();
    const [first, second] = [waiter(), waiter()];
    const answers = [first, second].map(({ context }) => calls.run('key', context, start));
    await tick();
    first.leave();
    await assert.rejects(answers[0], isCancelled);
    finish('answer');
    assert.equal(await answers[1], 'answer');
    assert.equal(state.cancelled, 0);
  });
  it('are cancelled when the last has left, and begun anew by the next', async () => {
    const calls = new SharedCalls();
    const { state, start, finish } = work();
    const waiters = [waiter(), waiter()];
    const answers = waiters.map(({ context }) => calls.run('key', context, start));
    await tick();
    for (const { leave } of waiters) leave();
    for (const answer of answers) await assert.rejects(answer, isCancelled);
    assert.deepEqual(state, { begun: 1, cancelled: 1 });
    const again = calls.run('key', waiter().context, start);
    await tick();
    finish('again');
    assert.equal(await again, 'again');
    assert.equal(state.begun, 2);
  });
  it('tell everyone of progress, and a late one of the latest', async () => {
    const calls = new SharedCalls();
    const { start, finish, progress } = work();
    const [first, second] = [waiter(), waiter()];
    const answer = calls.run('key', first.context, start);
    await tick();
    progress({ fraction: 0.25 });
    const late = calls.run('key', second.context, start);
    progress({ fraction: 0.5 });
    finish('done');
    await Promise.all([answer, late]);
    assert.deepEqual(
      [first.heard, second.heard],
      [
        [0.25, 0.5],
        [0.25, 0.5],
      ],
    );
  });
  it('that fail give everyone the failure', async () => {
    const calls = new SharedCalls();
    const failure = new Failure({ kind: 'damaged', doing: 'reading', wrong: 'torn', tryThis: 'Record again.' });
    const answers = [1, 2].map(() => calls.run('key', waiter().context, () => Promise.reject(failure)));
    for (const answer of answers) await assert.rejects(answer, (error) => error === failure);
  });
  it('that were cancelled before they began run nothing', async () => {
    const calls = new SharedCalls();
    const { state, start } = work();
    const gone = waiter();
    gone.leave();
    await assert.rejects(calls.run('key', gone.context, start), isCancelled);
    assert.equal(state.begun, 0);
  });
});
