/** `cnnslicer record` as it ships: how it is stopped, what it refuses, and what a terminal or a pipe does to it. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { addRecordCommand } from '../../src/cli/commands/record.js';
import type { Console } from '../../src/cli/console.js';
import { modelTraining } from '../../src/cli/modelOptions.js';
import type { FailureParts } from '../../src/protocol/failure.js';
import { DEFAULT_MODEL_TRAINING } from '../../src/protocol/recorderSettings.js';
import { listRuns } from '../../src/store/runs/listRuns.js';
import { bundles } from '../recorder/support/bundles.js';
import { PREAMBLE, Workspace } from '../recorder/support/workspace.js';

const fits = (epochs: number): string =>
  `${PREAMBLE}const { x, y } = samples(64, 3); compiled(network()).fit(x, y, { epochs: ${epochs}, batchSize: 16, verbose: 0 });`;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RecordJson {
  readonly runs: readonly string[];
  readonly exitCode: number | null;
  readonly failure: FailureParts | null;
}

describe('cnnslicer record', () => {
  let workspace: Workspace;
  let cli: string;
  before(async () => {
    cli = join((await bundles()).dist, 'cli.cjs');
  });
  beforeEach(() => {
    workspace = new Workspace();
  });
  afterEach(() => workspace.remove());

  const start = (args: readonly string[], stdio: StdioOptions = 'pipe'): ChildProcess =>
    spawn(process.execPath, [cli, 'record', '--probes', '20', ...args], { cwd: workspace.folder, stdio });
  const runs = () => listRuns(workspace.runsFolder);

  /** Or until the recording has ended without it. */
  async function untilEpoch(child: ChildProcess, epoch: number): Promise<void> {
    const name = `${String(epoch).padStart(6, '0')}.json`;
    const isThere = (): boolean =>
      existsSync(workspace.runsFolder) &&
      readdirSync(workspace.runsFolder).some((run) => existsSync(join(workspace.runsFolder, run, 'commits', name)));
    while (!isThere() && child.exitCode === null) await sleep(20);
  }

  it('says that it stops on Ctrl-C, keeps the run and exits 130', async () => {
    const child = start([workspace.write('train.js', fits(500))]);
    const ended = end(child);
    await untilEpoch(child, 2);
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    const [run] = await runs();
    assert.deepEqual([code, stdout.trim()], [130, run?.folder], stderr);
    assert.match(stderr, /\nStopping\. Press Ctrl-C again [^\n]*\n[^]*stopped: recording train\.js\n$/);
    assert.ok(
      stderr.includes(`\nkept ${run?.epochs.length} epochs, 0 to ${run?.epochs.at(-1)}, in ${run?.folder}\n`),
      stderr,
    );
    assert.ok(run?.status.state === 'finished' && run.status.stopped && run.epochs.length > 2);
  });

  it('trains at no further size after Ctrl-C, also while the row of the last one is computed', async () => {
    const script = workspace.write('train.js', fits(1));
    const { dist } = await bundles();
    const engine = new AnalysisEngine({ workerFile: join(dist, 'analysisWorker.cjs') });
    const controller = new AbortController();
    const { console, results } = listening();
    const program = new Command().exitOverride();
    addRecordCommand(program, {
      console,
      workingFolder: workspace.folder,
      distFolder: dist,
      signal: controller.signal,
      engine: () => {
        controller.abort();
        return engine;
      },
    });
    const given = ['node', 'cnnslicer', 'record', '--quiet', '--probes', '20', '--train-sizes', '12,24,30', script];
    await assert.rejects(program.parseAsync(given), { kind: 'cancelled' });
    await engine.dispose();
    assert.equal((await runs()).length, 1);
    assert.match(results.at(-1) ?? '', /^ +12 .*-train-12$/);
  });

  it('refuses to train a script for some epochs, which it says itself', async () => {
    const { code, stderr } = await end(start([workspace.write('train.js', fits(1)), '--epochs', '5', '--seed', '7']));
    assert.equal(code, 2);
    assert.match(stderr, /--epochs was given without --model[^]* -- --epochs 5\./);
    assert.deepEqual(await runs(), []);
  });

  it('refuses all that only a model is told', () => {
    const given = { labels: 'a', export: 'b', epochs: 1, batchSize: 1, learningRate: 1, validationSplit: 0, scale: 1 };
    for (const [name, value] of Object.entries(given))
      assert.throws(() => modelTraining('train.js', { [name]: value }, '/w'), { kind: 'bad-input' }, name);
    assert.equal(modelTraining('train.js', {}, '/w'), null);
    const model = { model: 'net.js', data: 'set', epochs: 3 };
    assert.deepEqual(modelTraining(undefined, model, '/w'), { ...DEFAULT_MODEL_TRAINING, data: '/w/set', epochs: 3 });
  });

  it('prints the run of a script that fails after its training, and says what was kept', async () => {
    const script = `${fits(2).slice(0, -1)}.then(() => { throw new Error('no place to save'); });`;
    const { code, stdout, stderr } = await end(start([workspace.write('train.js', script)]));
    const [run] = await runs();
    assert.deepEqual([code, stdout.trim()], [6, run?.folder], stderr);
    assert.match(
      stderr,
      /\nkept 3 epochs, 0 to 2, in [^]*error: running train\.js\n {2}wrong: Error: no place to save/,
    );
  });

  it('fails where nothing could be recorded, though the script ended well', async function () {
    if (process.platform === 'win32') this.skip();
    const script = workspace.write('train.js', fits(2).replace('compiled(network())', 'compiled(network(3, 32))'));
    // Files of an epoch are longer than this, those that begin a run are not.
    const command = `ulimit -f 40; exec "${process.execPath}" "${cli}" record --probes 20 --json "${script}"`;
    const child = spawn('bash', ['-c', command], { cwd: workspace.folder, stdio: 'pipe' });
    const { code, stdout, stderr } = await end(child);
    const { runs: kept, exitCode, failure } = JSON.parse(stdout) as RecordJson;
    assert.deepEqual([code, kept, exitCode, failure?.kind], [5, [], 0, 'environment'], stderr);
    assert.match(failure?.wrong ?? '', /^no epoch was recorded\. While writing epoch \d+ to [^]*EFBIG/);
  });

  it('trains on where nobody reads its messages any more', async () => {
    const child = start([workspace.write('train.js', fits(4))]);
    child.stderr?.destroy();
    const { code } = await end(child);
    const [run] = await runs();
    assert.deepEqual([code, run?.status.state, run?.epochs.at(-1)], [0, 'finished', 4]);
  });

  it('goes on in the background of a terminal in which something is typed', async function () {
    if (process.platform !== 'linux' || !existsSync('/usr/bin/script')) this.skip();
    const script = workspace.write('train.js', fits(8));
    const job = `set -m; "${process.execPath}" "${cli}" record --quiet --probes 20 "${script}" & wait $!; echo $? > code`;
    const terminal = spawn('/usr/bin/script', ['-qec', `bash -c '${job}'`, '/dev/null'], {
      cwd: workspace.folder,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const ended = end(terminal);
    try {
      await untilEpoch(terminal, 1);
      terminal.stdin.write('hello\n');
      await ended; // when the job has ended, or is suspended
      assert.equal(readFileSync(join(workspace.folder, 'code'), 'utf8').trim(), '0');
    } finally {
      terminal.kill('SIGKILL');
    }
  });
});

function end(child: ChildProcess): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })));
}

function listening(): { console: Console; results: string[] } {
  const results: string[] = [];
  const ignore = (): void => undefined;
  const result = (line: string): void => void results.push(line);
  return {
    results,
    console: {
      result,
      json: ignore,
      message: ignore,
      progress: ignore,
      output: ignore,
      outputTaken: () => Promise.resolve(),
    },
  };
}
