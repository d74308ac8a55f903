/** Temporary workspaces with scripts of one test, recorded by the built recorder. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  startRecording,
  type RecordingOutcome,
  type RecordingRequest,
  type RecordingTask,
} from '../../../src/launch/recordingTask.js';
import type { RecorderEvent } from '../../../src/protocol/recorderEvents.js';
import type { RunReader } from '../../../src/store/format/runAccess.js';
import { openRun } from '../../../src/store/reading/openRun.js';
import { bundles, root } from './bundles.js';

export interface Recorded extends RecordingOutcome {
  readonly events: readonly RecorderEvent[];
  readonly notices: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
}

export type Options = Partial<
  Pick<
    RecordingRequest,
    | 'arguments'
    | 'probes'
    | 'seed'
    | 'model'
    | 'byteBudget'
    | 'pinnedLayers'
    | 'group'
    | 'runsFolder'
    | 'workspace'
    | 'workingFolder'
    | 'batchesPerEpoch'
    | 'timeShare'
    | 'name'
    | 'environment'
    | 'nodePath'
    | 'pythonPath'
    | 'recorderFile'
    | 'nativeFolder'
    | 'preferredEngine'
  >
>;

/** Those of failed tests are removed when the process ends. */
const open = new Set<Workspace>();
process.once('exit', () => open.forEach((workspace) => workspace.remove()));

export class Workspace {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'cnnslicer-workspace-')));
  readonly runsFolder = join(this.folder, '.cnnslicer', 'runs');

  /** `packages`: which of ours the workspace has in node_modules. */
  constructor(
    packages: readonly string[] = [
      '@tensorflow/tfjs',
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-layers',
      '@tensorflow/tfjs-data',
    ],
  ) {
    open.add(this);
    for (const name of packages) {
      const link = join(this.folder, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), link);
    }
  }

  remove(): void {
    open.delete(this);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Writes a file and gives its absolute path. */
  write(name: string, text: string): string {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  async start(
    script: string,
    options: Options,
    onEvent: (event: RecorderEvent) => void,
    onOutput: RecordingRequest['onOutput'],
  ): Promise<RecordingTask> {
    const { dist } = await bundles();
    return startRecording({
      nodePath: process.execPath,
      recorderFile: join(dist, 'recorder.cjs'),
      script,
      arguments: [],
      workingFolder: this.folder,
      runsFolder: this.runsFolder,
      workspace: this.folder,
      probes: 40,
      byteBudget: 2 ** 30,
      // What is installed on the machine decides nothing here.
      nativeFolder: null,
      // Nor how busy it is.
      timeShare: 1000,
      ...options,
      onEvent,
      onOutput,
    });
  }

  async record(script: string, options: Options = {}): Promise<Recorded> {
    const events: RecorderEvent[] = [];
    const output = { stdout: '', stderr: '' };
    const task = await this.start(
      script,
      options,
      (event) => events.push(event),
      (chunk, stream) => (output[stream] += Buffer.from(chunk).toString()),
    );
    const outcome = await task.done;
    const notices = events.flatMap((event) => (event.type === 'notice' ? [event.text] : []));
    return { ...outcome, ...output, events, notices };
  }

  /** Records a script given as text, which must end well with one run. */
  async recordText(
    text: string,
    options: Options = {},
    name = 'train.js',
  ): Promise<{ recorded: Recorded; reader: RunReader }> {
    const recorded = await this.record(this.write(name, text), options);
    if (recorded.failure) throw new Error(`${recorded.failure.doing}: ${recorded.failure.wrong}\n${recorded.stderr}`);
    return { recorded, reader: await openRun(recorded.runFolders[0] as string) };
  }
}

export interface Bare {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The same script on the same engine, unrecorded. */
export async function runBare(script: string, args: readonly string[] = [], cwd = dirname(script)): Promise<Bare> {
  const { bareRunner } = await bundles();
  return run([bareRunner, script, ...args], cwd);
}

export function run(args: readonly string[], cwd: string, env = process.env): Promise<Bare> {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr })));
}

export const requireHere = createRequire(join(root, 'package.json'));

/** A script's beginning: tf, a seeded Math.random that counts its calls, and small data of `classes` classes. */
export const PREAMBLE = `
const tf = require('@tensorflow/tfjs');
let state = 12345, calls = 0;
Math.random = () => { calls++; state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state / 2 ** 32; };
function samples(count, classes, shape = [8, 8, 1]) {
  const size = shape.reduce((a, b) => a * b, 1);
  const x = new Float32Array(count * size), labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  for (let i = 0; i < x.length; i++) {
    const label = labels[Math.floor(i / size)];
    x[i] = Math.sin((i % size) * (label + 1) * 0.7 + i * 0.001) + 0.3 * Math.cos(i * 1.7);
  }
  return { x: tf.tensor(x, [count, ...shape]), labels, y: tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), classes).toFloat()) };
}
function network(classes = 3, filters = 4) {
  return tf.sequential({ layers: [
    tf.layers.conv2d({ inputShape: [8, 8, 1], filters, kernelSize: 3, activation: 'relu' }),
    tf.layers.batchNormalization(),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    tf.layers.dropout({ rate: 0.3 }),
    tf.layers.flatten(),
    tf.layers.dense({ units: classes, activation: 'softmax' }),
  ] });
}
function compiled(model, loss = 'categoricalCrossentropy', learningRate = 0.01) {
  model.compile({ optimizer: tf.train.adam(learningRate), loss, metrics: ['accuracy'] });
  return model;
}
`;
