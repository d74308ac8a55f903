/** A recorder whose parent is gone ends, with all that it has started; while the parent is there it goes on. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRun } from '../../src/store/reading/openRun.js';
import { bundles } from './support/bundles.js';
import { isAlive, untilGone } from './support/processes.js';
import { PREAMBLE, Workspace } from './support/workspace.js';

const DATA = `${PREAMBLE}const { x, y } = samples(64, 3);`;
const LONG = `${DATA} compiled(network()).fit(x, y, { epochs: 500, batchSize: 16, verbose: 0 });`;
/** Signals and messages never get their turn. */
const WITHOUT_PAUSE = `${DATA} const model = network(), optimizer = tf.train.adam(0.01), rest = new Int32Array(new SharedArrayBuffer(4));
for (;;) { optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, model.apply(x))); Atomics.wait(rest, 0, 0, 10); }`;
const PRINTING = `setInterval(() => process.stdout.write('.'), 1);`;

interface Way {
  /** Descriptor that the recorder tells of events on; without one it learns that the parent is gone by what it prints. */
  readonly eventsDescriptor: number | null;
  /** The Node.js that the parent starts. */
  readonly nodePath: string;
}

const USUAL: Way = { eventsDescriptor: 3, nodePath: process.execPath };

describe('a recorder whose parent is killed', () => {
  it('ends, and ends its run', () => endsWithItsParent(LONG));
  it('ends in the same way where the script prints to the parent that is gone @all', () =>
    endsWithItsParent(`${PRINTING}${LONG}`, { ...USUAL, eventsDescriptor: null }));
  it('ends its run though training never pauses @all', () => endsWithItsParent(WITHOUT_PAUSE));
  it('ends where a program was between the two @all', async function () {
    if (process.platform === 'win32') this.skip();
    const workspace = new Workspace();
    await endsWithItsParent(LONG, { ...USUAL, nodePath: nodeBehindShell(workspace) });
    workspace.remove();
  });
});

it('a recorder goes on where the Node.js of the settings is a program that starts another @all', async function () {
  if (process.platform === 'win32') this.skip();
  const workspace = new Workspace();
  const { recorded, reader } = await workspace.recordText(
    `${DATA} compiled(network()).fit(x, y, { epochs: 5, verbose: 0, callbacks: { onEpochEnd: () => new Promise((resolve) => setTimeout(resolve, 500)) } });`,
    { nodePath: nodeBehindShell(workspace) },
  );
  const { status, epochs } = (await reader.describe()).summary;
  assert.deepEqual([recorded.exitCode, epochs.length], [0, 6]);
  assert.deepEqual([status.state, 'stopped' in status && status.stopped], ['finished', false]);
  workspace.remove();
});

/** A program that waits for the Node.js that it starts. */
function nodeBehindShell(workspace: Workspace): string {
  const file = workspace.write('node.sh', `#!/bin/sh\n'${process.execPath}' "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}

async function endsWithItsParent(training: string, { eventsDescriptor, nodePath } = USUAL): Promise<void> {
  const workspace = new Workspace();
  const script = workspace.write(
    'train.js',
    `const helper = require('child_process').spawn('sleep', ['60'], { stdio: 'ignore' });
     require('fs').writeFileSync('pids', process.pid + ' ' + helper.pid); ${training}`,
  );
  const { dist } = await bundles();
  const settings = {
    runsFolder: workspace.runsFolder,
    workspace: workspace.folder,
    name: null,
    probes: 20,
    seed: 0,
    byteBudget: 1e9,
    batchesPerEpoch: 5,
    preferredEngine: null,
    eventsDescriptor,
  };
  const parent = workspace.write(
    'parent.mjs',
    `import { spawn } from 'node:child_process';
     const settings = { ...${JSON.stringify(settings)}, parentProcessId: process.pid };
     spawn(${JSON.stringify(nodePath)}, [${JSON.stringify(join(dist, 'recorder.cjs'))}, ${JSON.stringify(script)}], {
       detached: true, cwd: ${JSON.stringify(workspace.folder)}, stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
       env: { ...process.env, CNNSLICER_RECORDER: JSON.stringify(settings) },
     }).stdio.forEach((one) => one?.resume());`,
  );
  const child = spawn(process.execPath, [parent], { stdio: 'ignore' });
  while (commitsIn(workspace.runsFolder).length < 2) await sleep(50);
  child.kill('SIGKILL');
  const [recorder, helper] = readFileSync(join(workspace.folder, 'pids'), 'utf8').split(' ').map(Number);
  assert.ok(await untilGone(recorder as number, 15), 'the recorder has ended');
  const [run] = readdirSync(workspace.runsFolder);
  const { status } = (await (await openRun(join(workspace.runsFolder, run as string))).describe()).summary;
  assert.deepEqual([status.state, 'stopped' in status && status.stopped], ['finished', true]);
  // A program between leads the group and ends it with itself, or not.
  if (nodePath === process.execPath) assert.ok(await untilGone(helper as number, 2), 'what it had started has ended');
  else if (isAlive(helper as number)) process.kill(helper as number, 'SIGKILL');
  workspace.remove();
}

function commitsIn(runsFolder: string): string[] {
  const [run] = existsSync(runsFolder) ? readdirSync(runsFolder) : [];
  const folder = join(runsFolder, run ?? '', 'commits');
  return run && existsSync(folder) ? readdirSync(folder).filter((name) => /^\d/.test(name)) : [];
}
