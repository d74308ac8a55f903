/**
 * Row 5: a process whose addresses are limited (`prlimit --as`, `ulimit -v`), and what becomes of it when its engine is
 * asked and when it trains and is recorded.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Files } from '../data/makeFiles.js';
import { syntheticRun } from '../engine/syntheticRun.js';
import { bundleProgram } from '../faults/writerProcess.js';
import { limitedNode } from '../recorder/support/limitedNode.js';
import { PREAMBLE, Workspace } from '../recorder/support/workspace.js';
import { engineFiles } from './engines.js';
import { upTo, type Control, type Effort, type NotTried, type Part, type Tried } from './row.js';

/** Where the system's files are read that say how many addresses are left, nothing is found. */
const BLIND = `
const fs = require('node:fs');
const read = fs.readFileSync;
fs.readFileSync = (file, ...rest) => (String(file).startsWith('/proc/self/') ? '' : read(file, ...rest));`;

interface Asked {
  /** The thread's file, if not the engine's own. */
  readonly worker?: string;
  /** JavaScript that the process loads first. */
  readonly preload?: string;
  /** A run whose layers are asked for, instead of an array. */
  readonly run?: string;
}

/** Asks in a process of so many GiB of addresses. */
type AskWithin = (gibibytes: number, asked?: Asked) => { readonly outcome: string; readonly violations: string[] };

async function askWithin(): Promise<AskWithin> {
  const { workerFile, kernelsFolder } = await engineFiles();
  const entry = new URL('programs/fewAddresses.ts', import.meta.url);
  const program = await bundleProgram(entry, join(new Files().folder, 'fewAddresses.cjs'));
  return (gibibytes, { worker = workerFile, preload, run } = {}) => {
    const loaded = preload === undefined ? [] : ['--require', preload];
    const asked = [program, worker, kernelsFolder, ...(run === undefined ? [] : [run])];
    const args = [`--as=${Math.round(gibibytes * 2 ** 30)}`, process.execPath, ...loaded, ...asked];
    const { stdout, stderr } = spawnSync('prlimit', args, { encoding: 'utf8', timeout: 60_000 });
    const [outcome = '', alive] = stdout.split('\n');
    const isRight = ['answered', 'environment'].includes(outcome) && alive === 'alive';
    return {
      outcome,
      violations: isRight ? [] : [`${gibibytes} GiB: ${JSON.stringify(stdout)} ${stderr.slice(0, 300)}`],
    };
  };
}

/** From what Node.js itself needs, 0.75 GiB, to where everything has room; finer where memories stop having any. */
const LIMITS = {
  full: [...upTo(8).map((i) => 0.8 + 0.15 * i), ...upTo(40).map((i) => 1 + i), ...upTo(56).map((i) => 10.5 + i / 16)],
  short: [1, 12],
} as const;

/** Finer where WebAssembly's memory leaves too few for threads. */
const RECORDING_LIMITS = {
  full: [1.5, 2, 2.5, 3, 4, 6, 8, ...upTo(32).map((i) => 10 + 0.2 * i), 18, 22, 24, 30],
  short: [2, 12],
} as const;

const TRAINING = `${PREAMBLE}
const { x, y } = samples(32, 3);
compiled(network()).fit(x, y, { epochs: 1, verbose: 0 }).then(() => console.log('trained'));`;

/** A training is recorded in a process of few addresses: it ends well, and where nothing is recorded, the reason is said. */
async function recordWithin(gibibytes: number): Promise<{ outcome: string; violations: string[] }> {
  const workspace = new Workspace();
  const nodePath = limitedNode(workspace, gibibytes);
  const { stdout, stderr, exitCode, failure } = await workspace.record(workspace.write('train.js', TRAINING), {
    nodePath,
  });
  workspace.remove();
  const outcome = failure?.kind ?? 'answered';
  const isRight = stdout === 'trained\n' && exitCode === 0 && ['answered', 'environment'].includes(outcome);
  return { outcome, violations: isRight ? [] : [`${gibibytes} GiB: ${outcome} ${stderr.slice(0, 300)}`] };
}

/** Questions about an array, which one thread answers, and about a run, which four do. */
export async function* limitedAddresses({ full }: Effort): AsyncGenerator<Part, void, void> {
  const what = 'address space of the process';
  if (prlimitMissing()) return yield { what, skipped: 'there is no prlimit' };
  const ask = await askWithin();
  const limits = full ? LIMITS.full : LIMITS.short;
  yield tried(
    what,
    limits.map((limit) => ask(limit)),
  );
  const recorded: Awaited<ReturnType<typeof recordWithin>>[] = [];
  for (const limit of full ? RECORDING_LIMITS.full : RECORDING_LIMITS.short) recorded.push(await recordWithin(limit));
  yield tried('address space of a training that is recorded', recorded);
  if (!full) return;
  const { folder } = await syntheticRun({ id: 'limited' });
  yield tried(
    `${what}, four threads over a run`,
    limits.map((limit) => ask(limit, { run: folder })),
  );
}

function tried(what: string, answers: readonly ReturnType<AskWithin>[]): Tried {
  const times = (wanted: string): number => answers.filter(({ outcome }) => outcome === wanted).length;
  const refused = `${times('environment')} refused with a message, ${times('answered')} answered`;
  return { what: `${what} (${refused})`, count: answers.length, violations: answers.flatMap((one) => one.violations) };
}

/** The same engine, that cannot read what is left: it starts threads and reserves memory all the same. */
export async function limitsUnread(): Promise<Control | NotTried> {
  const what = 'threads and memories started without checking the address space';
  if (prlimitMissing()) return { what, skipped: 'there is no prlimit' };
  const files = new Files();
  const preload = files.write('blind.cjs', BLIND);
  const { workerFile } = await engineFiles();
  const worker = files.write('worker.cjs', `${BLIND}\nrequire(${JSON.stringify(workerFile)});`);
  const ask = await askWithin();
  return { what, violations: [1, 11.75, 12].flatMap((limit) => ask(limit, { worker, preload }).violations) };
}

const prlimitMissing = (): boolean => spawnSync('prlimit', ['--version']).error !== undefined;
