/** A recording that is stopped, killed or left alone: nothing whole is lost, nobody is left behind. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../src/recorder/model/seededRandom.js';
import type { RecorderEvent } from '../../src/protocol/recorderEvents.js';
import { EventLines } from '../../src/launch/eventLines.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { bundles } from './support/bundles.js';
import { isAlive, untilGone } from './support/processes.js';
import { PREAMBLE, Workspace } from './support/workspace.js';

const LONG = `${PREAMBLE}const { x, y } = samples(64, 3); compiled(network()).fit(x, y, { epochs: 500, batchSize: 16, verbose: 0 });`;

/** Starts a script and resolves with its task when the `epoch`-th epoch is whole. */
async function started(workspace: Workspace, text: string, epoch: number) {
  const script = workspace.write('train.js', text);
  let output = '';
  const events: RecorderEvent[] = [];
  const task = await new Promise<Awaited<ReturnType<Workspace['start']>>>((resolve, reject) => {
    const starting = workspace.start(
      script,
      {},
      (event) => {
        events.push(event);
        if (event.type === 'epoch-whole' && event.epoch === epoch) starting.then(resolve, reject);
      },
      (chunk) => (output += Buffer.from(chunk).toString()),
    );
  });
  return { task, events, output: () => output };
}

const summaryOf = async (folder: string) => (await (await openRun(folder)).describe()).summary;

describe('stopping', () => {
  it('keeps the whole epochs and leaves the run finished, stopped', async () => {
    const workspace = new Workspace();
    const { task } = await started(workspace, LONG, 2);
    await task.stop();
    const outcome = await task.done;
    assert.deepEqual([outcome.stopped, outcome.failure, outcome.runFolders.length], [true, null, 1]);
    const { status, epochs } = await summaryOf(outcome.runFolders[0] as string);
    assert.deepEqual(status, { state: 'finished', endedAt: (status as { endedAt: string }).endedAt, stopped: true });
    assert.ok(epochs.length >= 3);
    workspace.remove();
  });

  it('keeps the run whole though SIGTERM comes again and again @all', async () => {
    const workspace = new Workspace();
    const { task, output } = await started(workspace, `console.log(process.pid);${LONG}`, 2);
    const script = Number(output().trim());
    for (let end = Date.now() + 10_000; isAlive(script) && Date.now() < end; await sleep(2)) {
      try {
        process.kill(script, 'SIGTERM');
      } catch {
        break; // It has ended.
      }
    }
    const { runFolders } = await task.done;
    const { status } = await summaryOf(runFolders[0] as string);
    assert.deepEqual([status.state, 'stopped' in status && status.stopped], ['finished', true]);
    workspace.remove();
  });

  it('ends a script that ignores SIGTERM, and all that it has started, within 6 seconds', async () => {
    const workspace = new Workspace();
    const { task, output } = await started(
      workspace,
      `process.on('SIGTERM', () => {}); const { spawn } = require('child_process');
       const child = spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"]); console.log(child.pid, process.pid);${LONG}`,
      1,
    );
    const [child, script] = output().trim().split(' ').map(Number) as [number, number];
    assert.ok(isAlive(child) && isAlive(script));
    const before = Date.now();
    await task.stop();
    assert.ok(Date.now() - before < 6000);
    assert.ok((await untilGone(child, 2)) && (await untilGone(script, 2)));
    const { status } = await summaryOf(task.runFolders[0] as string);
    assert.deepEqual([status.state, 'stopped' in status && status.stopped], ['finished', true]);
    workspace.remove();
  });

  const SLOW_NETWORK = `${PREAMBLE}
    class Slow extends tf.layers.Layer {
      static get className() { return 'Slow'; }
      call(inputs) { for (const end = Date.now() + 2500; Date.now() < end; ); return [inputs].flat()[0].clone(); }
    }
    const { x, y } = samples(64, 3);
    const slow = tf.sequential({ layers: [...network().layers, new Slow({})] });
    compiled(slow).trainOnBatch(x, y).then(() => { console.log('trained'); setInterval(() => {}, 1000); });`;
  /** Starts a script whose two epochs take longer to save than a process may usually take to end. */
  async function trained(workspace: Workspace) {
    const events: RecorderEvent[] = [];
    const task = await new Promise<Awaited<ReturnType<Workspace['start']>>>((resolve, reject) => {
      const onOutput = (): unknown => starting.then(resolve, reject);
      const starting = workspace.start(
        workspace.write('train.js', SLOW_NETWORK),
        {},
        (event) => events.push(event),
        onOutput,
      );
    });
    return { task, isSaving: () => events.some(({ type }) => type === 'saving') };
  }

  it('waits for a large network whose first epoch is still to be saved @all', async () => {
    const workspace = new Workspace();
    const { task } = await trained(workspace);
    await task.stop();
    const { status, epochs } = await summaryOf(task.runFolders[0] as string);
    assert.deepEqual([status.state, epochs], ['finished', [0, 1]]);
    workspace.remove();
  });

  it('does not wait where it is killed @all', async () => {
    const workspace = new Workspace();
    const { task, isSaving } = await trained(workspace);
    const stopping = task.stop();
    while (!isSaving()) await sleep(10);
    await task.kill();
    await stopping;
    assert.equal((await task.done).signal, 'SIGKILL');
    workspace.remove();
  });

  it('lets a script end in its own way when it handles SIGTERM @all', async () => {
    const workspace = new Workspace();
    const { task, output } = await started(
      workspace,
      `process.on('SIGTERM', () => { console.log('saved'); process.exit(0); });${LONG}`,
      1,
    );
    await task.stop();
    assert.deepEqual([output(), (await task.done).exitCode], ['saved\n', 0]);
    const { status } = await summaryOf(task.runFolders[0] as string);
    assert.deepEqual([status.state, 'stopped' in status && status.stopped], ['finished', true]);
    workspace.remove();
  });

  it('is not held up by a handler that ends the process where it is the only one, as signal-exit does @all', async () => {
    const workspace = new Workspace();
    const { task } = await started(
      workspace,
      `const last = () => {
         if (process.listeners('SIGTERM').length > 1) return;
         process.removeListener('SIGTERM', last);
         process.kill(process.pid, 'SIGTERM');
       };
       process.on('SIGTERM', last); ${LONG}`,
      1,
    );
    const before = Date.now();
    await task.stop();
    assert.ok(Date.now() - before < 4000);
    const { signal, runFolders } = await task.done;
    const { status } = await summaryOf(runFolders[0] as string);
    assert.deepEqual([signal, status.state], ['SIGTERM', 'finished']);
    workspace.remove();
  });

  it('before anything is trained leaves no run and no failure @all', async () => {
    const workspace = new Workspace();
    const task = await workspace.start(
      workspace.write('train.js', 'setInterval(() => {}, 1000)'),
      {},
      () => undefined,
      () => undefined,
    );
    setTimeout(() => void task.stop(), 500);
    const { failure, stopped, runFolders } = await task.done;
    assert.deepEqual([failure, stopped, runFolders], [null, true, []]);
    workspace.remove();
  });
});

describe('a recorder', () => {
  it('killed at 20 random moments leaves a run that opens at its last whole epoch, broken @all', async () => {
    const random = seededRandom(1);
    for (let round = 0; round < 20; round++) {
      const workspace = new Workspace();
      const script = workspace.write('train.js', `console.log(process.pid);${LONG}`);
      let output = '';
      const wholes: number[] = [];
      const task = await workspace.start(
        script,
        {},
        (event) => {
          if (event.type === 'epoch-whole') wholes.push(event.epoch);
          if (event.type === 'run-started')
            setTimeout(() => process.kill(Number.parseInt(output), 'SIGKILL'), random(600));
        },
        (chunk) => (output += Buffer.from(chunk).toString()),
      );
      const { signal, failure, runFolders } = await task.done;
      assert.equal(signal, 'SIGKILL');
      assert.match(failure?.wrong ?? '', /ended by SIGKILL/);
      const reader = await openRun(runFolders[0] as string);
      const { summary, epochStates } = await reader.describe();
      assert.equal(summary.status.state, 'broken');
      assert.ok(
        epochStates.every(({ state }) => state === 'whole'),
        JSON.stringify(epochStates),
      );
      assert.ok(
        wholes.every((epoch) => summary.epochs.includes(epoch)),
        'every epoch that was reported whole is there',
      );
      for (const epoch of summary.epochs) {
        const { channelCount, mapShape } = reader.manifest.layers[1] as { channelCount: number; mapShape: number[] };
        const maps = new Float32Array(channelCount * mapShape.reduce((a, b) => a * b, 1));
        const channels = Array.from({ length: channelCount }, (_, channel) => channel);
        await reader.readMaps({ layer: 1, epoch, samples: [0], channels }, maps);
        assert.ok(maps.every(Number.isFinite));
      }
      workspace.remove();
    }
  });

  it('passes on what the script prints, byte for byte, and survives a flood', async () => {
    const workspace = new Workspace();
    let length = 0;
    const task = await workspace.start(
      workspace.write(
        'train.js',
        `const block = Buffer.alloc(1 << 20, 'ä\\u001b[31m'); for (let i = 0; i < 64; i++) process.stdout.write(block);${PREAMBLE}
        const { x, y } = samples(32, 3); compiled(network()).fit(x, y, { epochs: 1, verbose: 0 });`,
      ),
      {},
      () => undefined,
      (chunk) => (length += chunk.length),
    );
    const { failure } = await task.done;
    assert.deepEqual([failure, length], [null, 64 << 20]);
    workspace.remove();
  });

  it('started by hand needs no settings, and says on stderr why it refuses', async () => {
    const workspace = new Workspace();
    const { dist } = await bundles();
    const child = spawn(process.execPath, [join(dist, 'recorder.cjs'), 'gone.js'], { cwd: workspace.folder });
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(code, 1);
    assert.match(text, /^looking for the script to record: .*gone\.js does not exist\. Specify the file/);
    workspace.remove();
  });
});

describe('events', () => {
  it('are taken from a stream cut anywhere; what is none is counted and dropped', () => {
    const notice = (text: string): string => JSON.stringify({ type: 'notice', text });
    const bytes = Buffer.from(
      `${notice('ä')}\n{"type":"notice"}\nnonsense\n${'x'.repeat(2 ** 20 + 5)}\n${notice('b')}\n`,
    );
    for (const size of [1000, 65536, bytes.length]) {
      const texts: string[] = [];
      const lines = new EventLines((event) => texts.push(event.type === 'notice' ? event.text : event.type));
      // The first line byte by byte, through the middle of its "ä".
      for (let at = 0; at < 40; at++) lines.add(bytes.subarray(at, at + 1));
      for (let at = 40; at < bytes.length; at += size) lines.add(bytes.subarray(at, at + size));
      assert.deepEqual([texts, lines.dropped], [['ä', 'b'], 3]);
    }
  });
});
