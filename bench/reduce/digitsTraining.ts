/** The digits example, trained and recorded as it is or with an edited text, from a given seed. */
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startRecording } from '../../src/launch/recordingTask.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const seeded = fileURLToPath(new URL('seededRandom.cjs', import.meta.url));

export interface Training {
  readonly seed: number;
  readonly epochs: number;
  /** The script's text. */
  readonly text: string;
}

export interface Trained {
  readonly runFolder: string;
  /** On the pictures that were held out, as the script prints it; 0 to 1. */
  readonly accuracy: number;
  /** Seconds of the whole process. */
  readonly seconds: number;
}

/** A folder to train in, and what removes it with all of its runs. */
export async function digitsWorkspace(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'cnnslicer-reduce-'));
  await cp(join(root, 'examples', 'digits'), folder, { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Throws where the training fails or says no accuracy. */
export async function train(folder: string, { seed, epochs, text }: Training): Promise<Trained> {
  const script = join(folder, 'train.js');
  const runsFolder = join(folder, 'runs');
  await writeFile(script, text);
  await mkdir(runsFolder, { recursive: true });
  let output = '';
  const start = performance.now();
  const task = startRecording({
    ...{ nodePath: process.execPath, recorderFile: join(root, 'dist', 'recorder.cjs'), script },
    ...{ arguments: [String(epochs)], workingFolder: folder, workspace: folder, runsFolder },
    ...{ probes: 1000, byteBudget: 2 ** 30, timeShare: 1000, nativeFolder: null },
    environment: { ...process.env, NODE_OPTIONS: `--require ${seeded}`, CNNSLICER_BENCH_SEED: String(seed) },
    onOutput: (chunk) => (output += Buffer.from(chunk).toString()),
    onEvent: () => undefined,
  });
  const { failure, runFolders } = await task.done;
  const percent = /held-out accuracy: ([\d.]+) %/.exec(output)?.[1];
  const [runFolder] = runFolders;
  if (failure || percent === undefined || runFolder === undefined)
    throw new Error(`the training failed: ${failure?.wrong ?? output.slice(-500)}`);
  return { runFolder, accuracy: Number(percent) / 100, seconds: (performance.now() - start) / 1000 };
}
