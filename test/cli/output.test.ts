/** What becomes of a recording, and of what its script prints, when nobody takes it: full disks, terminals that are gone, slow readers. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChildOutput } from '../../src/launch/childOutput.js';
import type { RunSummary } from '../../src/protocol/run.js';
import { listRuns } from '../../src/store/runs/listRuns.js';
import { bundles } from '../recorder/support/bundles.js';
import { PREAMBLE, Workspace } from '../recorder/support/workspace.js';

const fit = (epochs: number): string =>
  `const { x, y } = samples(64, 3); const training = compiled(network()).fit(x, y, { epochs: ${epochs}, batchSize: 16, verbose: 0 });`;

/** Prints as fast as it is read: `print(MiB)` resolves when all is on its way. */
const PRINT = `async function print(mebibytes) {
  const block = Buffer.alloc(2 ** 20, 'a line of what it prints\\n');
  for (let i = 0; i < mebibytes; i++)
    if (!process.stdout.write(block)) await new Promise((next) => process.stdout.once('drain', next));
}`;

describe('output that nobody takes', () => {
  let workspace: Workspace;
  let cli: string;
  before(async () => {
    cli = join((await bundles()).dist, 'cli.cjs');
  });
  beforeEach(() => {
    workspace = new Workspace();
  });
  afterEach(() => workspace.remove());

  const start = (script: string, stderr: number | 'pipe'): ChildProcess =>
    spawn(process.execPath, [cli, 'record', '--probes', '20', workspace.write('train.js', script)], {
      cwd: workspace.folder,
      stdio: ['ignore', 'pipe', stderr],
    });
  const lastRun = async () => (await listRuns(workspace.runsFolder))[0];
  const inWorkspace = (name: string): string => join(workspace.folder, name);

  it('is dropped where the disk of the log is full, and the run is recorded to its end', async function () {
    if (!existsSync('/dev/full')) this.skip();
    const child = start(`${PREAMBLE}console.log('begun'); ${fit(4)}`, openSync('/dev/full', 'w'));
    const [code, printed] = await Promise.all([untilClosed(child), text(child.stdout)]);
    const run = await lastRun();
    assert.deepEqual([code, printed.trim()], [0, run?.folder]);
    assert.deepEqual(wholeRun(run), ['finished', false, 4]);
  });

  it('is dropped where the terminal is gone, and the run is recorded to its end', async function () {
    if (process.platform !== 'linux' || !existsSync('/usr/bin/script')) this.skip();
    const gate = `while (!require('fs').existsSync('gone')) await new Promise((next) => setTimeout(next, 20));`;
    const script = `${PREAMBLE}(async () => { console.log('begun'); require('fs').writeFileSync('begun', ''); ${gate} console.log('still here'); ${fit(4)} await training; })();`;
    workspace.write('train.js', script);
    workspace.write(
      'job.sh',
      `trap '' HUP; "${process.execPath}" "${cli}" record --probes 20 train.js\necho $? > code\n`,
    );
    // `exec`: a shell between would end with its terminal, and the kernel then ends what it has started.
    const terminal = spawn('/usr/bin/script', ['-qec', 'exec bash job.sh', '/dev/null'], {
      cwd: workspace.folder,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    await until(() => existsSync(inWorkspace('begun')));
    terminal.kill('SIGKILL');
    await untilClosed(terminal);
    workspace.write('gone', '');
    await until(() => existsSync(inWorkspace('code')));
    const run = await lastRun();
    assert.deepEqual(wholeRun(run), ['finished', false, 4]);
  });

  it('holds up no Ctrl-C while its reader does not read', async () => {
    const script = `${PREAMBLE}${PRINT}${fit(1)} training.then(() => { require('fs').writeFileSync('begun', ''); return print(64); });`;
    const child = start(script, 'pipe');
    await until(() => existsSync(inWorkspace('begun')));
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.once('exit', resolve));
    child.stderr?.destroy();
    const run = await lastRun();
    assert.deepEqual([code, run?.status.state, run?.epochs.at(-1)], [130, 'finished', 1]);
  });

  it('reaches a slow reader whole', async () => {
    const child = start(`${PREAMBLE}${PRINT}print(8).then(() => console.log('the end')); ${fit(1)}`, 'pipe');
    let [bytes, tail] = [0, ''];
    const ended = untilClosed(child);
    for await (const chunk of child.stderr as AsyncIterable<Buffer>) {
      if (bytes < 2 ** 20) await sleep(5);
      bytes += chunk.length;
      tail = (tail + chunk.toString()).slice(-2000);
    }
    assert.equal(await ended, 0);
    assert.match(tail, /the end\n/);
    assert.ok(bytes >= 8 * 2 ** 20, `${bytes} bytes`);
  });
});

describe('what a process prints', () => {
  const source = (chunks: number): Readable =>
    Readable.from(Array.from({ length: chunks }, () => Buffer.alloc(2 ** 16)));

  it('is read on when it has been taken, and not before', async () => {
    const taken: (() => void)[] = [];
    let passed = 0;
    const output = new ChildOutput(
      source(5),
      () => passed++,
      () => new Promise((resolve) => taken.push(resolve)),
    );
    for (let i = 1; i <= 5; i++) {
      await until(() => passed === i);
      await sleep(5);
      assert.equal(passed, i);
      taken.shift()?.();
    }
    await output.ended;
  });

  it('is passed on to nobody who takes it but for a mebibyte, once the process is to end', async () => {
    let passed = 0;
    const output = new ChildOutput(
      source(100),
      () => passed++,
      () => new Promise(() => undefined),
    );
    await until(() => passed === 1);
    output.release();
    await output.ended;
    assert.equal(passed, 16);
  });
});

function wholeRun(run: RunSummary | undefined): unknown[] {
  return [run?.status.state, run?.status.state === 'finished' && run.status.stopped, run?.epochs.at(-1)];
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(10);
}

/** The exit code. */
function untilClosed(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('close', resolve));
}

async function text(stream: Readable | null): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of (stream ?? []) as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
