/** Row 26: scripts that flood, fork, ignore signals, end early, crash or write terminal sequences; a parent that dies. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BoundedText } from '../../../src/extension/record/boundedText.js';
import type { RunStatus } from '../../../src/protocol/run.js';
import { openRun } from '../../../src/store/reading/openRun.js';
import { PREAMBLE, Workspace } from '../../recorder/support/workspace.js';
import { bundles } from '../../recorder/support/bundles.js';
import { reason, type Effort, type Tried, type TrustRow } from '../row.js';

const LOG_BYTES = 50e6;
const GONE_SECONDS = 5;
const FIT = `const { x, y } = samples(48, 3); const model = compiled(network());`;
const LONG = `${FIT} model.fit(x, y, { epochs: 500, batchSize: 16, verbose: 0 });`;

/** Alive, and no zombie. */
function stateOf(processId: number): 'gone' | 'zombie' | 'alive' {
  try {
    const state = /^\d+ \(.*\) (\w)/s.exec(readFileSync(`/proc/${processId}/stat`, 'utf8'))?.[1];
    return state === 'Z' ? 'zombie' : state === undefined || state === 'X' ? 'gone' : 'alive';
  } catch {
    return 'gone';
  }
}

async function leftBehind(processIds: readonly number[], seconds: number): Promise<string[]> {
  const isOver = (): boolean => processIds.every((processId) => stateOf(processId) === 'gone');
  for (let waited = 0; waited < seconds && !isOver(); waited += 0.1) await sleep(100);
  return processIds.flatMap((processId) => {
    const state = stateOf(processId);
    return state === 'gone' ? [] : [`process ${processId} is ${state}`];
  });
}

interface Recorded {
  readonly log: string;
  readonly output: string;
  readonly status: RunStatus | null;
  readonly failure: string | null;
}

/** Records a script; `stopAt` stops it when that epoch is whole. What it prints goes to a log as in the editor. */
async function recordScript(text: string, stopAt: number | null = null, log = new BoundedText()): Promise<Recorded> {
  const workspace = new Workspace();
  const [kept, heads] = [[] as string[], [] as string[]];
  const script = workspace.write('train.js', `${PREAMBLE}${text}`);
  const task = await workspace.start(
    script,
    {},
    (event) => {
      if (event.type === 'epoch-whole' && event.epoch === stopAt) void task.stop();
    },
    (chunk) => {
      if (heads.length < 4) heads.push(Buffer.from(chunk.subarray(0, 4096)).toString());
      kept.push(log.take(chunk));
    },
  );
  const { failure, runFolders } = await task.done;
  const [folder] = runFolders;
  const status = folder === undefined ? null : (await (await openRun(folder)).describe()).summary.status;
  workspace.remove();
  return { log: kept.join(''), output: heads.join(''), status, failure: failure?.wrong ?? null };
}

const isBroken = ({ status }: Recorded, words: RegExp): string[] =>
  status?.state === 'broken' && words.test(status.reason) ? [] : [`it is ${JSON.stringify(status)}`];

/** Writes as fast as it is read, then trains. */
const flood = (mebibytes: number): string => `
const block = Buffer.alloc(1 << 20, 'a line of a flood '.repeat(20) + '\\u001b[31m\\u001b]0;title\\u0007\\n');
(async () => {
  for (let i = 0; i < ${mebibytes}; i++)
    if (!process.stdout.write(block)) await new Promise((next) => process.stdout.once('drain', next));
  ${FIT} await model.fit(x, y, { epochs: 2, verbose: 0 });
})();`;

async function floods(mebibytes: number, log?: BoundedText): Promise<string[]> {
  const before = process.memoryUsage().rss;
  const recorded = await recordScript(flood(mebibytes), null, log);
  const grown = process.memoryUsage().rss - before;
  return [
    ...(recorded.log.length <= LOG_BYTES ? [] : [`the log has ${recorded.log.length} bytes`]),
    ...(grown <= 300e6 ? [] : [`${(grown / 1e6).toFixed(0)} MB of memory`]),
    ...(recorded.status?.state === 'finished' ? [] : [`it is ${JSON.stringify(recorded)}`.slice(0, 500)]),
    ...(recorded.log.includes('\u001b') ? ['the log has terminal sequences'] : []),
  ];
}

/** The script and its child ignore SIGTERM; both are gone soon after the stop. */
async function ignoresStop(): Promise<string[]> {
  const text = `process.on('SIGTERM', () => {});
    const child = require('child_process').spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"]);
    console.log([process.pid, child.pid].join());${LONG}`;
  const recorded = await recordScript(text, 1);
  const { status } = recorded;
  const isRight = status?.state === 'finished' && status.stopped;
  const processIds = recorded.output.trim().split(',').map(Number);
  return [...(isRight ? [] : [`it is ${JSON.stringify(status)}`]), ...(await leftBehind(processIds, GONE_SECONDS))];
}

async function endsInMidEpoch(): Promise<string[]> {
  const text = `${FIT} model.fit(x, y, { epochs: 9, batchSize: 16, verbose: 0, callbacks: { onBatchEnd: () => ++process.batches > 8 && process.exit(0) } });`;
  return isBroken(await recordScript(`process.batches = 0; ${text}`), /ended in epoch 3 of 9/);
}

async function crashes(): Promise<string[]> {
  const text = `${FIT} model.fit(x, y, { epochs: 9, verbose: 0, callbacks: { onEpochEnd: (epoch) => epoch === 3 && process.kill(process.pid, 'SIGSEGV') } });`;
  const recorded = await recordScript(text);
  return [...isBroken(recorded, /SIGSEGV/), ...(recorded.failure ? [] : ['nobody was told'])];
}

/** Every kind of sequence, cut by chunks at any place: what remains is text. */
async function terminalSequences(): Promise<string[]> {
  const text = `process.stdout.write('\\u001b]52;c;Y2FuYXJ5\\u0007\\u001b]8;;command:canary\\u001b\\\\link\\u001b[2J\\u001bPq\\u001b\\\\plain\\u0000\\u0008'); ${FIT} model.fit(x, y, { epochs: 1, verbose: 0 });`;
  const { log } = await recordScript(text);
  // eslint-disable-next-line no-control-regex
  const isClean = !/[\u0000-\u0008\u001b]/.test(log) && log.includes('plain');
  return isClean ? [] : [`the log is ${JSON.stringify(log)}`];
}

/** The launcher is killed while the script prints: the recorder ends by itself, and its run is stopped and readable. */
async function parentKilled(): Promise<string[]> {
  const workspace = new Workspace();
  const { dist } = await bundles();
  const script = workspace.write(
    'train.js',
    `require('fs').writeFileSync('pid', String(process.pid)); setInterval(() => process.stdout.write('.'), 1); ${PREAMBLE}${LONG}`,
  );
  const cli = spawn(process.execPath, [join(dist, 'cli.cjs'), 'record', '--probes', '20', script], {
    cwd: workspace.folder,
    stdio: 'ignore',
  });
  const commits = (): string[] => {
    const [run] = existsSync(workspace.runsFolder) ? readdirSync(workspace.runsFolder) : [];
    const folder = join(workspace.runsFolder, run ?? '', 'commits');
    return run && existsSync(folder) ? readdirSync(folder).filter((name) => /^\d/.test(name)) : [];
  };
  while (commits().length < 2 && cli.exitCode === null) await sleep(50);
  if (cli.exitCode !== null) return [`the recording ended with ${cli.exitCode} before it was killed`];
  cli.kill('SIGKILL');
  const found = await leftBehind([Number(readFileSync(join(workspace.folder, 'pid'), 'utf8'))], 10);
  const folder = join(workspace.runsFolder, readdirSync(workspace.runsFolder)[0]!);
  const { epochStates, summary } = await (await openRun(folder)).describe();
  if (summary.status.state !== 'finished') found.push(`it is shown as ${summary.status.state}`);
  if (epochStates.some(({ state }) => state === 'damaged') || summary.epochs.length < 2)
    found.push(`epochs ${summary.epochs.join()} are whole`);
  workspace.remove();
  return found;
}

async function tried(what: string, rounds: number, work: () => Promise<string[]>): Promise<Tried> {
  const violations: string[] = [];
  for (let i = 0; i < rounds; i++) violations.push(...(await work().catch((error: unknown) => [reason(error)])));
  return { what, count: rounds, violations };
}

async function* everyScript(effort: Effort): AsyncGenerator<Tried, void, void> {
  const mebibytes = effort.count(128, 10 * 1024);
  yield tried(`flood of ${mebibytes} MiB`, 1, () => floods(mebibytes));
  const rounds = effort.count(1, 10);
  yield tried('SIGTERM ignored, with a child', rounds, ignoresStop);
  yield tried('exit 0 in mid-epoch', rounds, endsInMidEpoch);
  yield tried('segmentation fault', rounds, crashes);
  yield tried('ANSI and OSC sequences', rounds, terminalSequences);
  yield tried('parent killed', rounds, parentKilled);
}

export const scripts: TrustRow = {
  number: 26,
  what: 'scripts that flood stdout, fork, ignore SIGTERM, exit early, crash, print ANSI and OSC; parent killed',
  promise: 'bounded log, whole group ended, status true, no orphan',
  goal: '10 GB, log ≤ 50 MB, gone in 5 s, 0 zombies',
  check: everyScript,
  async control() {
    const violations = await floods(64, new BoundedText(Infinity));
    return { what: 'a log without a limit', violations };
  },
};
