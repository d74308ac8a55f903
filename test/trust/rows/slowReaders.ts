/** Row 29: a script that prints much to somebody who reads slowly waits for the reader; nothing fills the memory. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { listRuns } from '../../../src/store/runs/listRuns.js';
import { bundles } from '../../recorder/support/bundles.js';
import { PREAMBLE, Workspace } from '../../recorder/support/workspace.js';
import type { Part, TrustRow } from '../row.js';

const LIMIT_MEGABYTES = 160;
/** How long the reader lets the script print before it reads at all; the control lets it print to its end. */
const UNREAD_MILLISECONDS = 1000;

/** Prints as fast as it is read, says so in a file, and trains. */
const script = (mebibytes: number): string => `${PREAMBLE}
(async () => {
  for (let i = 0; i < ${mebibytes}; i++)
    if (!process.stdout.write(Buffer.alloc(2 ** 20, 'what a script prints\\n')))
      await new Promise((next) => process.stdout.once('drain', next));
  require('fs').writeFileSync('printed', '');
  const { x, y } = samples(64, 3);
  await compiled(network()).fit(x, y, { epochs: 2, batchSize: 16, verbose: 0 });
  console.log('the end');
})();`;

/** The most memory that the process has taken, in MB. */
function mostMemory({ pid }: ChildProcess): number {
  const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kilobytes) * 1024) / 1e6;
}

/** A mebibyte, then a pause; returns what was read in bytes, and the command line's memory before the end. */
async function readSlowly(stderr: Readable, child: ChildProcess): Promise<{ bytes: number; megabytes: number }> {
  let [bytes, unpaused, megabytes] = [0, 0, 0];
  for await (const chunk of stderr as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    unpaused += chunk.length;
    if (unpaused < 2 ** 20) continue;
    unpaused = 0;
    megabytes = mostMemory(child);
    await sleep(2);
  }
  return { bytes, megabytes };
}

/** `preload` breaks the command line; then nothing is read until the script has printed it all. */
async function printed(mebibytes: number, preload?: string): Promise<string[]> {
  const workspace = new Workspace();
  workspace.write('train.js', script(mebibytes));
  const flags = preload === undefined ? [] : ['--require', workspace.write('preload.cjs', preload)];
  const cli = join((await bundles()).dist, 'cli.cjs');
  const child = spawn(process.execPath, [...flags, cli, 'record', '--probes', '20', 'train.js'], {
    cwd: workspace.folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const isPrinted = (): boolean => existsSync(join(workspace.folder, 'printed'));
  if (preload === undefined) await sleep(UNREAD_MILLISECONDS);
  else while (!isPrinted() && child.exitCode === null) await sleep(20);
  const found = isPrinted() ? ['the script waited for nobody'] : [];
  const { bytes, megabytes } = await readSlowly(child.stderr, child);
  const code = await ended;
  const [run] = await listRuns(workspace.runsFolder);
  if (megabytes > LIMIT_MEGABYTES) found.push(`${megabytes.toFixed(0)} MB of memory`);
  if (bytes < mebibytes * 2 ** 20) found.push(`${bytes} bytes arrived`);
  if (code !== 0 || run?.status.state !== 'finished')
    found.push(`exit code ${code}, the run is ${JSON.stringify(run?.status)}`);
  workspace.remove();
  return found;
}

const MISSING = process.platform === 'linux' ? null : 'memory is read from /proc';

export const slowReaders: TrustRow = {
  number: 29,
  what: 'large output to a slow reader',
  promise: 'the script waits, all of it arrives, and the command line’s memory stays bounded',
  goal: `1 GiB, RSS ≤ ${LIMIT_MEGABYTES} MB`,
  async *check(effort): AsyncGenerator<Part, void, void> {
    const mebibytes = effort.count(200, 1024);
    const what = `${mebibytes} MiB`;
    if (MISSING !== null) yield { what, skipped: MISSING };
    else yield { what, count: 1, violations: await printed(mebibytes) };
  },
  async control() {
    const what = 'a command line without back-pressure';
    if (MISSING !== null) return { what, skipped: MISSING };
    const neverPauses = `require('stream').Readable.prototype.pause = function () { return this; };`;
    return { what, violations: await printed(200, neverPauses) };
  },
};
