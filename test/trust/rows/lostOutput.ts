/** Row 28: a log on a full disk, pipes that nobody reads, a terminal that is gone: a recording goes on to its end. */
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listRuns } from '../../../src/store/runs/listRuns.js';
import { bundles } from '../../recorder/support/bundles.js';
import { PREAMBLE, Workspace } from '../../recorder/support/workspace.js';
import { reason, type Effort, type Part, type TrustRow } from '../row.js';

const EPOCHS = 3;
/** Prints a line before, between and after what is recorded; trains when the file `gone` is there. */
const SCRIPT = `${PREAMBLE}
const { existsSync, writeFileSync } = require('fs');
(async () => {
  console.log('begun');
  writeFileSync('begun', '');
  while (!existsSync('gone')) await new Promise((next) => setTimeout(next, 20));
  console.log('training');
  const { x, y } = samples(64, 3);
  await compiled(network()).fit(x, y, { epochs: ${EPOCHS}, batchSize: 16, verbose: 1 });
  console.error('trained');
})();`;

/** Rethrows what the command line is told of its messages. */
const ENDS_ON_ANY_ERROR = `process.stderr.on('error', (error) => { throw error; });`;

interface Place {
  readonly workspace: Workspace;
  readonly cli: string;
  /** Of Node.js, before the command line's own file. */
  readonly flags: readonly string[];
}

const record = ({ workspace, cli, flags }: Place, stdio: StdioOptions): ChildProcess =>
  spawn(process.execPath, [...flags, cli, 'record', '--probes', '20', 'train.js'], { cwd: workspace.folder, stdio });

const untilClosed = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('close', resolve));

/** What is wrong with the run; `expected` is the exit code of a recording whose results could be printed or not. */
async function violations({ workspace }: Place, code: number | null, expected: number): Promise<string[]> {
  const [run] = await listRuns(workspace.runsFolder);
  const found = code === expected ? [] : [`exit code ${code}, not ${expected}`];
  if (run?.status.state !== 'finished' || run.status.stopped || run.epochs.at(-1) !== EPOCHS)
    found.push(`the run is ${JSON.stringify(run?.status)} with epochs ${run?.epochs.join()}`);
  return found;
}

/** `which`: what of stdout (1) and stderr (2) is on the full disk. */
const fullDisk = (which: readonly number[]) => async (place: Place) => {
  place.workspace.write('gone', '');
  const full = openSync('/dev/full', 'w');
  const child = record(place, ['ignore', which.includes(1) ? full : 'ignore', which.includes(2) ? full : 'ignore']);
  closeSync(full);
  return violations(place, await untilClosed(child), which.includes(1) ? 5 : 0);
};

async function closedPipes(place: Place): Promise<string[]> {
  place.workspace.write('gone', '');
  const child = record(place, ['ignore', 'pipe', 'pipe']);
  child.stdout?.destroy();
  child.stderr?.destroy();
  return violations(place, await untilClosed(child), 0);
}

/** The shell ignores SIGHUP, as `nohup` does; the terminal ends before the training begins. */
async function closedTerminal(place: Place): Promise<string[]> {
  const { workspace, cli, flags } = place;
  const command = [process.execPath, ...flags, cli].map((part) => `"${part}"`).join(' ');
  workspace.write('job.sh', `trap '' HUP\n${command} record --probes 20 train.js\necho $? > code\n`);
  const terminal = spawn('script', ['-qec', 'exec bash job.sh', '/dev/null'], {
    cwd: workspace.folder,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  while (!existsSync(join(workspace.folder, 'begun')) && terminal.exitCode === null) await sleep(20);
  const closed = untilClosed(terminal);
  terminal.kill('SIGKILL');
  await closed;
  workspace.write('gone', '');
  while (!existsSync(join(workspace.folder, 'code'))) await sleep(20);
  // Node.js itself aborts when it is to give a terminal back that is gone: the code says nothing.
  return violations(place, 0, 0);
}

/** `rounds` recordings, each in a workspace of its own. */
async function tried(
  what: string,
  rounds: number,
  once: (place: Place) => Promise<string[]>,
  preload?: string,
): Promise<Part & { violations: string[] }> {
  const cli = join((await bundles()).dist, 'cli.cjs');
  const found: string[] = [];
  for (let i = 0; i < rounds; i++) {
    const workspace = new Workspace();
    workspace.write('train.js', SCRIPT);
    const flags = preload === undefined ? [] : ['--require', workspace.write('preload.cjs', preload)];
    found.push(...(await once({ workspace, cli, flags }).catch((error: unknown) => [reason(error)])));
    workspace.remove();
  }
  return { what, count: rounds, violations: found };
}

async function* everyOutput(effort: Effort): AsyncGenerator<Part, void, void> {
  const rounds = effort.count(1, 20);
  if (existsSync('/dev/full')) {
    yield await tried('stderr on a full disk', rounds, fullDisk([2]));
    yield await tried('stdout and stderr on a full disk', rounds, fullDisk([1, 2]));
  } else yield { what: 'a full disk', skipped: 'there is no /dev/full' };
  yield await tried('closed pipes', rounds, closedPipes);
  if (existsSync('/usr/bin/script')) yield await tried('closed terminal', rounds, closedTerminal);
  else yield { what: 'closed terminal', skipped: 'there is no script(1)' };
}

export const lostOutput: TrustRow = {
  number: 28,
  what: 'stdout and stderr of record: full disk, closed pipe, closed terminal',
  promise: 'the run is recorded to its end; what cannot be written is dropped',
  goal: '20 each, 0 trainings ended',
  check: everyOutput,
  async control() {
    const what = 'a command line that exits on any output error';
    if (!existsSync('/dev/full')) return { what, skipped: 'there is no /dev/full' };
    return { what, violations: (await tried(what, 1, fullDisk([2]), ENDS_ON_ANY_ERROR)).violations };
  },
};
