/**
 * A training script three ways, each in a process of its own, on the same engine: bare, bare with the probes'
 * forward passes, and recorded. The scripts time their own `fit`.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installedNativeFolder } from '../src/launch/nativeEngine.js';
import { startRecording } from '../src/launch/recordingTask.js';

export const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

export type BenchEngine = 'wasm' | 'tensorflow';

/** WASM, and native where `cnnslicer doctor --install-native` has built it. */
export function benchEngines(): BenchEngine[] {
  if (installedNativeFolder(process.env) !== null) return ['wasm', 'tensorflow'];
  console.log('left out: native, since cnnslicer doctor --install-native has built none');
  return ['wasm'];
}

/** What a script prints as one line of JSON. */
export interface Trained {
  /** Of `fit`, with what its callbacks did. */
  readonly seconds: number;
  /** Of all threads of the process, over the same time. */
  readonly cpuSeconds: number;
  /** The process's largest resident set, where the script prints it. */
  readonly peakBytes?: number;
}

export interface RecordedTraining extends Trained {
  readonly forecastBytes: number;
  readonly bytesOnDisk: number;
}

export async function trainBare(engine: BenchEngine, script: string, args: readonly string[]): Promise<Trained> {
  const runner = join(root, 'bench', 'scripts', 'onEngine.ts');
  const all = ['--import', 'tsx', runner, dist, engine, script, ...args];
  return trained((await promisify(execFile)(process.execPath, all, { cwd: root })).stdout);
}

export async function trainBarePython(python: string, script: string, args: readonly string[]): Promise<Trained> {
  return trained((await promisify(execFile)(python, [script, ...args], { cwd: root })).stdout);
}

/** `byteBudget` as a person sets it; the run folder is removed again. */
export async function trainRecorded(
  engine: BenchEngine | { readonly pythonPath: string },
  script: string,
  args: readonly string[],
  { probes, byteBudget }: { readonly probes: number; readonly byteBudget: number },
): Promise<RecordedTraining> {
  const out = await mkdtemp(join(tmpdir(), 'cnnslicer-bench-'));
  try {
    let output = '';
    let forecastBytes = 0;
    const { done } = startRecording({
      nodePath: process.execPath,
      recorderFile: join(dist, 'recorder.cjs'),
      ...{ script, arguments: args, workingFolder: root, workspace: root, runsFolder: out },
      ...{
        probes,
        byteBudget,
        timeShare: 1000,
        ...(typeof engine === 'string' ? { preferredEngine: engine } : engine),
      },
      onOutput: (chunk) => (output += Buffer.from(chunk).toString()),
      onEvent: (event) => {
        if (event.type === 'run-started') forecastBytes = event.forecastBytes;
      },
    });
    const { failure } = await done;
    if (failure) throw new Error(`${failure.doing}: ${failure.wrong}`);
    return { ...trained(output), forecastBytes, bytesOnDisk: await bytesIn(out) };
  } finally {
    await rm(out, { recursive: true });
  }
}

function trained(output: string): Trained {
  const line = output.split('\n').find((text) => text.startsWith('{"seconds"'));
  if (line === undefined) throw new Error(`the script printed no time:\n${output.slice(-2000)}`);
  return JSON.parse(line) as Trained;
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(file.parentPath, file.name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
