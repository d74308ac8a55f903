/** The writer as a process of its own that can be killed: built once, started with an order, followed to its end. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { readEverything } from '../store/readEverything.js';
import { temporaryRuns } from '../store/sampleRun.js';
import type { Killed } from './checkRun.js';
import type { Counts } from './countedFileSystem.js';
import { EXTENDED_EPOCH } from './smallRun.js';
import type { WriterEvent, WriterOrder } from './writerProgram.js';

/** A program of this folder, or of another's, as one file that Node runs. */
export async function bundleProgram(entry: URL, outfile: string): Promise<string> {
  await build({
    entryPoints: [fileURLToPath(entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  return outfile;
}

export interface WriterProcess {
  readonly runs: string;
  /** Of an undisturbed run: its folder, its operations, what everything in it reads as. */
  readonly soundFolder: string;
  readonly counts: Counts;
  readonly sound: ReadonlyMap<string, string>;
  /** `wrap`: the command that starts Node; `started` gets the child, and each piece that it prints. */
  write(
    order: Omit<WriterOrder, 'runs'>,
    wrap?: readonly string[],
    started?: (child: ChildProcess, output: string) => void,
  ): Promise<Killed>;
}

/** In a folder that `removeFolders` of sampleRun.ts takes away. */
export async function startWriter(): Promise<WriterProcess> {
  const runs = await temporaryRuns();
  await mkdir(runs, { recursive: true });
  const program = await bundleProgram(new URL('writerProgram.ts', import.meta.url), join(dirname(runs), 'writer.cjs'));
  const write: WriterProcess['write'] = (order, wrap = [], started = () => undefined) => {
    const given = JSON.stringify({ ...order, runs } satisfies WriterOrder);
    const [command = process.execPath, ...args] = [...wrap, process.execPath, program, given];
    return follow(
      spawn(command, args, {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
      }),
      join(runs, order.id),
      started,
    );
  };
  const { folder: soundFolder, events } = await write({ id: 'sound', fault: null });
  const [counts] = events.flatMap((event) => ('counts' in event ? [event.counts] : []));
  const answers = await readEverything(soundFolder, EXTENDED_EPOCH);
  if (!counts || answers.some(({ failure }) => failure)) throw new Error('the undisturbed run is not sound');
  const sound = new Map(answers.map(({ question, digest }) => [question, digest!]));
  return { runs, soundFolder, counts, sound, write };
}

function follow(
  child: ChildProcess,
  folder: string,
  started: (child: ChildProcess, output: string) => void,
): Promise<Killed> {
  let output = '';
  child.stdout?.on('data', (data: Buffer) => started(child, (output += data.toString())));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      // What was cut off in the middle of a line was never said.
      const lines = output.split('\n').slice(0, -1);
      resolve({ folder, events: lines.map((line) => JSON.parse(line) as WriterEvent) });
    });
  });
}
