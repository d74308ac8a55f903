/**
 * Starts a recording as a process of its own and follows it: events, output, stop, end. The parent's side of
 * src/recorder, used by the extension and the command line.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { basename } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { FailureParts } from '../protocol/failure.js';
import type { RunGroup } from '../protocol/run.js';
import type { ControlMessage } from '../protocol/recorderControl.js';
import type { RecorderEvent } from '../protocol/recorderEvents.js';
import {
  DEFAULT_BATCHES_PER_EPOCH,
  DEFAULT_TIME_SHARE,
  RECORDER_SETTINGS_VARIABLE,
  type ModelTraining,
  type RecorderSettings,
} from '../protocol/recorderSettings.js';
import { markEnded, type EndOutcome } from '../store/writing/runEnd.js';
import { ChildOutput } from './childOutput.js';
import { EventLines } from './eventLines.js';
import { installedNativeFolder } from './nativeEngine.js';
import { GROUP_OPTIONS, signalGroup } from './processGroup.js';
import { RunEnds } from './runEnds.js';

export interface RecordingRequest {
  /** The Node.js that runs the script: "node", or a path. */
  readonly nodePath: string;
  /** The Python that runs the script; absent: it is a script of Node.js. */
  readonly pythonPath?: string;
  /** dist/recorder.cjs */
  readonly recorderFile: string;
  /** The training script; with `model`, the file or folder of the model. */
  readonly script: string;
  /** Train the model of that file, or evaluate the saved one, on this data set. */
  readonly model?: ModelTraining;
  readonly arguments: readonly string[];
  /** The script's working folder. */
  readonly workingFolder: string;
  /** Absolute folder that run folders are made in. */
  readonly runsFolder: string;
  /** Absolute folder that source spans are relative to. */
  readonly workspace: string;
  /** What to call the run; the script's base name by default. */
  readonly name?: string;
  readonly probes: number;
  /** Of the choice of probes; 0 by default. */
  readonly seed?: number;
  /** The most that one run may take on disk. */
  readonly byteBudget: number;
  /** Names of layers whose maps are to be whole under any budget. */
  readonly pinnedLayers?: readonly string[];
  /** Train on `size` of the training samples, as one of these runs. */
  readonly group?: RunGroup;
  /** What counts as an epoch of training without epochs. */
  readonly batchesPerEpoch?: number;
  /** How long recording may take, as a share of the training's own time; half as long by default. */
  readonly timeShare?: number;
  readonly preferredEngine?: 'tensorflow' | 'wasm' | 'cpu';
  /** Folder of a built native engine, or null for none; by default the one that is installed. */
  readonly nativeFolder?: string | null;
  /** The script's environment; this process's by default. */
  readonly environment?: NodeJS.ProcessEnv;
  /** What the script prints, unaltered. Nothing of it is kept here but the end of stderr. */
  onOutput(chunk: Uint8Array, stream: 'stdout' | 'stderr'): void;
  /** Resolves when what `onOutput` was given has been taken; till then the script waits. At once where it is not given. */
  outputTaken?(): Promise<void>;
  onEvent(event: RecorderEvent): void;
}

export interface RecordingOutcome {
  /** null when a signal ended the process, or it never started. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Ended because `stop` was called. */
  readonly stopped: boolean;
  /** Why nothing, or not all, was recorded; null when all went well or it was stopped. */
  readonly failure: FailureParts | null;
  readonly runFolders: readonly string[];
}

export interface RecordingTask {
  /** Runs that have started so far. */
  readonly runFolders: readonly string[];
  /** From the end of the epoch under way on nothing is recorded, until `resume`; training goes on unchanged. */
  pause(): void;
  resume(): void;
  readonly paused: boolean;
  /**
   * Ends the process and all that it has started, by force after 5 seconds, or after a minute if it saves what it has
   * trained. Whole epochs stay; the runs are then `finished` and stopped. Resolves when everything is over.
   */
  stop(): Promise<void>;
  /** As `stop`, by force at once: the epoch under way is lost. */
  kill(): Promise<void>;
  /** Never rejects. */
  readonly done: Promise<RecordingOutcome>;
}

const GRACE_MILLISECONDS = 5000;
/** The same for a process that says that it saves what it has trained: the first and the last epoch of a large network. */
const SAVING_MILLISECONDS = 60_000;
/** How long output may still come after the process has ended; a child of it may hold the pipe for ever. */
const OUTPUT_GRACE_MILLISECONDS = 1000;
const TAIL_LENGTH = 4096;

export function startRecording(request: RecordingRequest): RecordingTask {
  const recording = new Recording(request);
  return {
    get runFolders() {
      return recording.runFolders;
    },
    get paused() {
      return recording.paused;
    },
    pause: () => recording.tell({ type: 'pause' }),
    resume: () => recording.tell({ type: 'resume' }),
    stop: () => recording.stop(),
    kill: () => recording.stop('SIGKILL'),
    done: recording.done,
  };
}

interface Ending {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly startError: NodeJS.ErrnoException | null;
}

class Recording {
  readonly done: Promise<RecordingOutcome>;
  readonly #child: ChildProcess;
  /** What the script prints: stdout, stderr. */
  readonly #output: readonly ChildOutput[];
  readonly #runs = new RunEnds();
  paused = false;
  #failure: FailureParts | null = null;
  #stopped = false;
  #killTimer: NodeJS.Timeout | undefined;
  #stderrTail = '';

  constructor(private readonly request: RecordingRequest) {
    this.#child = spawnRecorder(request);
    // A child that has ended reads nothing; how it ended is told elsewhere.
    this.#child.stdio[4]?.on('error', () => undefined);
    const { stdout, stderr } = this.#child;
    const taken = request.outputTaken && (() => request.outputTaken!());
    this.#output = [
      new ChildOutput(stdout, (chunk) => request.onOutput(chunk, 'stdout'), taken),
      new ChildOutput(stderr, (chunk) => this.#receiveError(chunk), taken),
    ];
    this.done = this.#follow();
  }

  get runFolders(): string[] {
    return this.#runs.folders;
  }

  tell(message: ControlMessage): void {
    this.paused = message.type === 'pause';
    // The fifth of `stdio` in spawnRecorder is a pipe that the child reads.
    const control = (this.#child.stdio[4] ?? null) as Writable | null;
    if (control?.writable) control.write(`${JSON.stringify(message)}\n`);
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (!this.#stopped) this.#killAfter(GRACE_MILLISECONDS);
    this.#stopped = true;
    this.#release();
    signalGroup(this.#child, signal);
    await this.done;
    clearTimeout(this.#killTimer);
  }

  #killAfter(milliseconds: number): void {
    clearTimeout(this.#killTimer);
    this.#killTimer = setTimeout(() => signalGroup(this.#child, 'SIGKILL'), milliseconds);
  }

  async #follow(): Promise<RecordingOutcome> {
    const lines = new EventLines((event) => this.#receive(event));
    const { stdout, stderr } = this.#child;
    // The fourth of `stdio` in spawnRecorder is a pipe that the child writes.
    const events = (this.#child.stdio[3] ?? null) as Readable | null;
    const streams = [...this.#output, new ChildOutput(events, (chunk) => lines.add(chunk))];
    const ending = await untilExit(this.#child);
    this.#release();
    await Promise.race([Promise.all(streams.map(({ ended }) => ended)), delay(OUTPUT_GRACE_MILLISECONDS)]);
    for (const stream of [stdout, stderr, events, this.#child.stdio[4]]) stream?.destroy();
    // A stop ends what the script had started, too; a script that ends by itself may leave it running.
    if (this.#stopped) signalGroup(this.#child, 'SIGKILL');
    const failure = this.#stopped ? null : (this.#failure ?? this.#failureOf(ending));
    await this.#endRuns(failure);
    const { exitCode, signal } = ending;
    return { exitCode, signal, stopped: this.#stopped, failure, runFolders: this.runFolders };
  }

  #release(): void {
    for (const output of this.#output) output.release();
  }

  #receive(event: RecorderEvent): void {
    this.#runs.receive(event);
    if (event.type === 'saving' && this.#stopped) this.#killAfter(SAVING_MILLISECONDS);
    if (event.type === 'failed' && event.folder === null) this.#failure ??= event.failure;
    this.request.onEvent(event);
  }

  #receiveError(chunk: Buffer): void {
    this.#stderrTail = (this.#stderrTail + chunk.toString()).slice(-TAIL_LENGTH);
    this.request.onOutput(chunk, 'stderr');
  }

  /** Ends the runs that the recorder could not end itself. */
  async #endRuns(failure: FailureParts | null): Promise<void> {
    const outcome: EndOutcome = this.#stopped
      ? { state: 'finished', stopped: true }
      : {
          state: 'broken',
          reason: failure ? `${failure.doing}: ${failure.wrong}.` : 'The recording process ended without a reason.',
        };
    for (const [folder, end] of this.#runs.missing(outcome)) {
      // A folder that was removed meanwhile needs no end.
      await markEnded(folder, end).catch(() => undefined);
    }
  }

  #failureOf({ exitCode, signal, startError }: Ending): FailureParts | null {
    const doing = `recording ${basename(this.request.script)}`;
    if (startError) return notStarted(this.request.nodePath, startError);
    if (signal) {
      const tryThis =
        signal === 'SIGKILL' ? 'The system may have been out of memory: record fewer probes' : 'Its output may say why';
      return { kind: 'environment', doing, wrong: `the process was ended by ${signal}`, tryThis };
    }
    if (exitCode === 0) return null;
    const said = this.#stderrTail.trim().split('\n').pop() ?? '';
    return {
      kind: 'script',
      doing,
      wrong: `the process ended with exit code ${exitCode}${said ? ` (${said})` : ''}`,
      tryThis: 'Its output says why',
    };
  }
}

function spawnRecorder(request: RecordingRequest): ChildProcess {
  const environment = request.environment ?? process.env;
  const settings: RecorderSettings = {
    runsFolder: request.runsFolder,
    workspace: request.workspace,
    name: request.name ?? null,
    probes: request.probes,
    seed: request.seed ?? 0,
    byteBudget: request.byteBudget,
    pinnedLayers: [...(request.pinnedLayers ?? [])],
    group: request.group ?? null,
    batchesPerEpoch: request.batchesPerEpoch ?? DEFAULT_BATCHES_PER_EPOCH,
    timeShare: request.timeShare ?? DEFAULT_TIME_SHARE,
    preferredEngine: request.preferredEngine ?? null,
    nativeFolder: request.nativeFolder === undefined ? installedNativeFolder(environment) : request.nativeFolder,
    eventsDescriptor: 3,
    controlDescriptor: 4,
    parentProcessId: process.pid,
    model: request.model ?? null,
  };
  return spawn(request.nodePath, [request.recorderFile, request.script, ...request.arguments], {
    ...GROUP_OPTIONS,
    cwd: request.workingFolder,
    env: { ...environment, [RECORDER_SETTINGS_VARIABLE]: JSON.stringify(settings) },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
}

function notStarted(nodePath: string, cause: NodeJS.ErrnoException): FailureParts {
  return {
    kind: 'environment',
    doing: 'starting the recording process',
    wrong: cause.code === 'ENOENT' ? `${nodePath} or the working folder does not exist` : cause.message,
    tryThis: 'Install Node.js 20.19 or newer, or set the path to it',
  };
}

function untilExit(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('error', (startError) => resolve({ exitCode: null, signal: null, startError }));
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal, startError: null }));
  });
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
