/** A panel notices that nobody answers it, and that somebody does again; on a clock of the test's own. */
import assert from 'node:assert/strict';
import { watchHost } from '../../webview/host/hostPulse.js';
import { tellingStates } from '../../webview/host/toldStates.js';

/** A window whose time passes when the test says so, and an editor that answers pings while `answers`. */
function world() {
  let clock = 0;
  let listener: (event: { data: unknown }) => void = () => undefined;
  const timers = new Map<number, { at: number; every: number | null; run: () => void }>();
  const add = (run: () => void, ms: number, every: number | null): number => {
    const id = timers.size + 1;
    timers.set(id, { at: clock + ms, every, run });
    return id;
  };
  const target = {
    addEventListener: (_type: string, one: typeof listener) => void (listener = one),
    removeEventListener: () => undefined,
    setInterval: (run: () => void, ms: number) => add(run, ms, ms),
    setTimeout: (run: () => void, ms: number) => add(run, ms, null),
    clearInterval: (id: number) => timers.delete(id),
    clearTimeout: (id: number) => timers.delete(id),
  } as unknown as Window; // of a window they use nothing else
  const editor = { answers: true, posted: [] as unknown[], state: undefined as unknown };
  const api = {
    postMessage: (message: unknown) => {
      editor.posted.push(message);
      if (editor.answers) listener({ data: { type: 'pong', id: (message as { id: number }).id } });
    },
    getState: () => editor.state,
    setState: (state: unknown) => void (editor.state = state),
  };
  /** `asleep`: no timer runs until all of the time has passed. */
  const pass = (ms: number, asleep = false): void => {
    const end = clock + ms;
    for (clock += asleep ? ms : 0; ;) {
      const due = [...timers].filter(([, timer]) => timer.at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      const [id, timer] = due;
      clock = Math.max(clock, timer.at);
      if (timer.every === null) timers.delete(id);
      else timer.at = Math.max(clock, timer.at) + timer.every;
      timer.run();
    }
    clock = end;
  };
  return { api, target, editor, pass, now: () => clock };
}

describe('the pulse of an extension host', () => {
  it('is not missed while it answers, is missed some seconds after its end, and found again', () => {
    const { api, target, editor, pass, now } = world();
    const { silent } = watchHost(api, target, now);
    pass(60_000);
    assert.equal(silent.value, false);
    editor.answers = false;
    pass(3000);
    assert.equal(silent.value, false, 'it may be busy');
    pass(5000);
    assert.equal(silent.value, true);
    editor.answers = true;
    pass(2000);
    assert.equal(silent.value, false);
  });

  it('is not missed because the page itself was asleep', () => {
    const { api, target, editor, pass, now } = world();
    const { silent } = watchHost(api, target, now);
    pass(10_000);
    editor.answers = false;
    pass(1500);
    pass(3_600_000, true);
    assert.equal(silent.value, false);
    editor.answers = true;
    pass(10_000);
    assert.equal(silent.value, false);
  });
});

describe('what a person sees', () => {
  it('is told to the host once it rests, and kept at once', () => {
    const { api, target, editor, pass } = world();
    const telling = tellingStates(api, target);
    for (const epoch of [1, 2, 3]) telling.setState({ epoch });
    assert.deepEqual([editor.state, editor.posted], [{ epoch: 3, count: 3 }, []]);
    pass(1000);
    assert.deepEqual(editor.posted, [{ type: 'kept', state: { epoch: 3 }, count: 3 }]);
    // A page that is made anew counts on.
    tellingStates(api, target).setState({ epoch: 4 });
    assert.deepEqual(editor.state, { epoch: 4, count: 4 });
  });
});
