/**
 * Stands for a Python script that is recorded: starts the recorder in Node.js as src/launch does, and says what a small
 * network has to say, or anything else.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex, Readable, Writable } from 'node:stream';
import { EventLines } from '../../src/launch/eventLines.js';
import { GROUP_OPTIONS } from '../../src/launch/processGroup.js';
import type { RecorderEvent } from '../../src/protocol/recorderEvents.js';
import { RECORDER_SETTINGS_VARIABLE, type RecorderSettings } from '../../src/protocol/recorderSettings.js';
import { bundles } from '../recorder/support/bundles.js';
import { Workspace } from '../recorder/support/workspace.js';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type Message = Readonly<Record<string, Json>>;

/** Of one frame: what its head says may be something else than what follows. */
export interface Sent {
  readonly message: Message;
  readonly values?: Float32Array;
}

export function frameBytes({ message, values = new Float32Array(0) }: Sent): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(12);
  head.writeUInt32LE(text.length, 0);
  head.writeBigUInt64LE(BigInt(values.byteLength), 4);
  return Buffer.concat([head, text, Buffer.from(values.buffer, values.byteOffset, values.byteLength)]);
}

const PROBES = 12;
const TRAINING = 30;
const INPUT = 64;
const MAPS = 4 * 36;
const WEIGHTS = 36 + 4;
const CLASSES = 3;

const layer = (name: string, className: string, outputShape: readonly number[], weights: readonly Json[]): Message => ({
  ...{ name, className, bases: [], outputShape, format: 'channelsFirst', trainable: true, activation: null },
  ...{ inputs: name === 'input' ? [] : [0], config: {}, source: null, calledAt: null, askedAt: null, weights },
});

export const HELLO: Message = { type: 'hello', version: 1, python: 'CPython 3.12.0', processId: 2 ** 30 };
const samples = (kept: number): Message => ({
  ...{ kept, total: kept },
  labels: Array.from({ length: kept }, (_, index) => index % CLASSES),
});
export const BEGIN: Message = {
  ...{ type: 'begin', run: 0, framework: { name: 'pytorch', version: '2' } },
  engine: { name: 'torch', version: '2', threads: 1, device: 'cpu' },
  packages: { torch: '2' },
  model: { name: 'Net', optimizer: 'SGD', loss: 'CrossEntropyLoss', metrics: [], parameterCount: WEIGHTS },
  layers: [
    layer('input', 'Input', [1, 8, 8], []),
    layer(
      'conv',
      'Conv2d',
      [4, 6, 6],
      [
        { name: 'weight', shape: [4, 1, 3, 3], layout: 'OIHW' },
        { name: 'bias', shape: [4], layout: 'O' },
      ],
    ),
  ],
  ...{ epochCount: 3, metricNames: ['loss'], answers: { form: 'scores', classes: CLASSES }, classNames: null },
  ...{ training: samples(TRAINING), validation: samples(PROBES), fixedBatch: null },
  ...{ millisecondsPerProbe: 0.1, epochMilliseconds: 100 },
};

/** The same values each time. */
const values = (length: number, seed: number): Float32Array =>
  Float32Array.from({ length }, (_, index) => Math.sin(seed + index * 0.37));

export const maps = (epoch: number, firstSample = 0, sampleCount = PROBES): Sent => ({
  message: { type: 'maps', run: 0, epoch, reading: 1, firstSample, sampleCount },
  values: values(sampleCount * (INPUT + MAPS), epoch + firstSample),
});

/** An epoch, whole. */
export const epochFrames = (epoch: number, isLast = false): Sent[] => [
  { message: { type: 'epoch', run: 0, epoch, isLast, metrics: { loss: 1 / (epoch + 1) } } },
  maps(epoch),
  {
    message: { type: 'commit', run: 0, epoch, answers: PROBES * CLASSES },
    values: values(PROBES * CLASSES + WEIGHTS, epoch),
  },
];

export const INPUTS: readonly Sent[] = [
  { message: { type: 'inputs', run: 0, part: 'probes' }, values: values(PROBES * INPUT, 1) },
  { message: { type: 'inputs', run: 0, part: 'training' }, values: values(TRAINING * INPUT, 2) },
];

export const END: Message = {
  ...{ type: 'end', raised: null, frameworks: ['torch'], layerCount: 2, trainings: 1 },
};

/** A training of three epochs. */
export const CONVERSATION: readonly Sent[] = [
  { message: HELLO },
  { message: BEGIN },
  ...INPUTS,
  ...[0, 1, 2, 3].flatMap((epoch) => epochFrames(epoch, epoch === 3)),
  { message: { type: 'rest', run: 0 } },
  { message: END },
];

export interface Ended {
  readonly exitCode: number | null;
  readonly stderr: string;
  readonly events: readonly RecorderEvent[];
  readonly runFolders: readonly string[];
  readonly peakMebibytes: number;
  readonly seconds: number;
}

export class FakePython {
  readonly workspace = new Workspace([]);
  readonly events: RecorderEvent[] = [];
  readonly #child: ChildProcess;
  readonly #socket: Duplex;
  readonly #closed: Promise<void>;
  readonly #ended: Promise<number | null>;
  readonly #started = performance.now();
  #stderr = '';
  #peakMebibytes = 0;

  private constructor(dist: string) {
    const settings: RecorderSettings = {
      ...{
        runsFolder: this.workspace.runsFolder,
        workspace: this.workspace.folder,
        name: null,
        probes: PROBES,
        seed: 0,
      },
      ...{ byteBudget: 2 ** 30, pinnedLayers: [], group: null, batchesPerEpoch: 100, timeShare: 1000 },
      ...{ preferredEngine: null, nativeFolder: null, eventsDescriptor: 3, controlDescriptor: 4 },
      ...{ parentProcessId: process.pid, model: null },
    };
    const file = join(dist, 'pythonRecorder.cjs');
    this.#child = spawn(process.execPath, [file, join(this.workspace.folder, 'train.py')], {
      ...GROUP_OPTIONS,
      cwd: this.workspace.folder,
      env: { ...process.env, [RECORDER_SETTINGS_VARIABLE]: JSON.stringify(settings) },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    });
    const [, , , events, control, socket] = this.#child.stdio as unknown as readonly Duplex[];
    const lines = new EventLines((event) => this.events.push(event));
    (events as Readable).on('data', (chunk: Buffer) => lines.add(chunk));
    this.#child.stderr!.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()));
    this.#socket = socket!;
    this.#socket.on('error', () => undefined);
    this.#socket.resume();
    this.#closed = new Promise((resolve) => this.#socket.once('close', () => resolve()));
    (control as Writable).on('error', () => undefined);
    this.#ended = new Promise((resolve) => this.#child.once('close', (code) => resolve(code)));
  }

  static async start(dist?: string): Promise<FakePython> {
    return new FakePython(dist ?? (await bundles()).dist);
  }

  get processId(): number {
    return this.#child.pid!;
  }

  /** Resolves when the recorder has taken it, or takes nothing any more. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#socket.destroyed) return;
    await Promise.race([new Promise<void>((resolve) => this.#socket.write(bytes, () => resolve())), this.#closed]);
  }

  async say(frames: readonly Sent[]): Promise<void> {
    for (const frame of frames) await this.write(frameBytes(frame));
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Sends no more, and is still there to read. */
  halfClose(): void {
    this.#socket.end();
  }

  /** The script's process has ended: the recorder ends, or is ended after `seconds`, with exit code null. */
  async end(seconds = 20): Promise<Ended> {
    this.close();
    const control = this.#child.stdio[4] as Writable;
    const ended = { type: 'script-ended', exitCode: 0, signal: null, stopped: false };
    if (control.writable) control.write(`${JSON.stringify(ended)}\n`);
    return this.untilEnded(seconds);
  }

  async untilEnded(seconds: number): Promise<Ended> {
    const watch = setInterval(() => this.#notePeak(), 20);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 1000 * seconds);
    const exitCode = await this.#ended;
    clearTimeout(timer);
    clearInterval(watch);
    const runFolders = this.events.flatMap((event) => (event.type === 'run-started' ? [event.folder] : []));
    const elapsed = (performance.now() - this.#started) / 1000;
    return {
      ...{ exitCode, stderr: this.#stderr, events: this.events, runFolders },
      ...{ peakMebibytes: this.#peakMebibytes, seconds: elapsed },
    };
  }

  #notePeak(): void {
    try {
      const status = readFileSync(`/proc/${this.processId}/status`, 'utf8');
      this.#peakMebibytes = Math.max(this.#peakMebibytes, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      return; // it has ended
    }
  }
}
