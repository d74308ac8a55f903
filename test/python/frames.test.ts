/** The recorder in Node.js against what a script's process may send, without a Python. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRun } from '../../src/store/reading/openRun.js';
import { readEverything } from '../store/readEverything.js';
import {
  BEGIN,
  CONVERSATION,
  END,
  epochFrames,
  FakePython,
  HELLO,
  INPUTS,
  maps,
  type Ended,
  type Sent,
} from './fakePython.js';

/** Says the frames and ends. */
async function recorded(frames: readonly Sent[]): Promise<Ended & { readonly python: FakePython }> {
  const python = await FakePython.start();
  await python.say(frames);
  return { ...(await python.end()), python };
}

async function statusOf(
  folder: string | undefined,
): Promise<{ epochs: readonly number[]; state: string; reason: string }> {
  const { summary } = await (await openRun(folder!)).describe();
  const { status, epochs } = summary;
  return { epochs, state: status.state, reason: status.state === 'broken' ? status.reason : '' };
}

describe('the recorder of Python scripts', function () {
  this.timeout(60_000);
  let python: FakePython | null = null;
  afterEach(() => python?.workspace.remove());

  it('writes what it is told', async () => {
    const ended = await recorded(CONVERSATION);
    ({ python } = ended);
    assert.equal(ended.exitCode, 0, ended.stderr);
    const { epochs, state } = await statusOf(ended.runFolders[0]);
    assert.deepEqual([epochs, state], [[0, 1, 2, 3], 'finished']);
  });

  it('keeps an epoch that was given up out of the next one', async () => {
    const lost: Sent[] = [
      { message: { type: 'epoch', run: 0, epoch: 1, isLast: false, metrics: {} } },
      { ...maps(1, 0, 6), values: maps(1, 0, 6).values!.map((value) => 100 * value) },
      { message: { type: 'epoch-lost', run: 0, epoch: 1, reason: 'no memory' } },
    ];
    const [start, first, rest] = [CONVERSATION.slice(0, 7), epochFrames(1), CONVERSATION.slice(10)];
    const whole = await recorded([...start, ...first, ...rest]);
    const interrupted = await recorded([...start, ...lost, ...first, ...rest]);
    const answers = async ({ runFolders }: Ended) =>
      (await readEverything(runFolders[0]!, 3)).filter(({ question }) => question !== 'manifest');
    assert.deepEqual(await answers(interrupted), await answers(whole));
    whole.python.workspace.remove();
    ({ python } = interrupted);
  });

  it('says that the connection was closed where the script goes on without it @all', async () => {
    python = await FakePython.start();
    await python.say(CONVERSATION.slice(0, 10));
    python.close();
    const ended = await python.untilEnded(30);
    assert.equal(ended.exitCode, 0);
    const { epochs, state, reason } = await statusOf(ended.runFolders[0]);
    assert.deepEqual([epochs, state], [[0, 1], 'broken']);
    assert.match(reason, /connection .* was closed/);
    assert.ok(ended.events.some((event) => event.type === 'notice' && /connection/.test(event.text)));
  });

  it('that is told to end while its parent lives ends alone', async () => {
    python = await FakePython.start();
    await python.say([{ message: { ...HELLO, processId: process.pid } }, ...CONVERSATION.slice(1, 10)]);
    while (!python.events.some((event) => event.type === 'epoch-whole')) await sleep(20);
    process.kill(python.processId, 'SIGTERM');
    const ended = await python.untilEnded(30);
    assert.equal(ended.exitCode, 0);
    assert.equal((await statusOf(ended.runFolders[0])).state, 'broken');
  });

  it('refuses a second beginning of a run, and keeps what there is of the first', async () => {
    const ended = await recorded([...CONVERSATION.slice(0, 10), { message: BEGIN }, ...INPUTS, { message: END }]);
    ({ python } = ended);
    const { epochs, state } = await statusOf(ended.runFolders[0]);
    assert.deepEqual([epochs, state], [[0, 1], 'broken']);
    assert.equal(ended.runFolders.length, 1);
  });
});
