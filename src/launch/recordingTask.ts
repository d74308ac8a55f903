/**
 * Starts a recording as a process of its own and follows it: events, output, stop, end. The parent's side of
 * src/recorder, used by the extension and the command line.
 */
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { basename, delimiter, dirname, join } from 'node:path';
import type { Duplex, Readable, Writable } from 'node:stream';
import { Failure, type FailureParts } from '../protocol/failure.js';
import type { RunGroup } from '../protocol/run.js';
import { PYTHON_PROTOCOL_VERSION, PYTHON_RECORDER_VARIABLE } from '../protocol/pythonRecorder.js';
import type { ControlMessage } from '../protocol/recorderControl.js';
import type { RecorderEvent } from '../protocol/recorderEvents.js';
import {
  DEFAULT_BATCHES_PER_EPOCH,
  DEFAULT_TIME_SHARE,
  RECORDER_SETTINGS_VARIABLE,
  type ModelTraining,
  type RecorderSettings,
} from '../protocol/recorderSettings.js';
import { checkWritable } from '../store/safety/checkWritable.js';
import { markEnded, type EndOutcome } from '../store/writing/runEnd.js';
import { ChildOutput } from './childOutput.js';
import { EventLines } from './eventLines.js';
import { installedNativeFolder } from './nativeEngine.js';
import { GROUP_OPTIONS, signalGroup } from './processGroup.js';
import { RunEnds } from './runEnds.js';

export interface RecordingRequest {
  /** The Node.js that runs the script, or the recorder of a Python script: "node", or a path. */
  readonly nodePath: string;
  /** The Python that runs the script; absent: it is a script for Node.js. */
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
/** How long a recorder may take to write what a Python script has sent before it ended. */
const WRITING_MILLISECONDS = 120_000;
/** The same for a process that says that it saves what it has trained: the first and the last epoch of a large network. */
const SAVING_MILLISECONDS = 60_000;
/** How long output may still come after the process has ended; a child of it may hold the pipe for ever. */
const OUTPUT_GRACE_MILLISECONDS = 1000;
const TAIL_LENGTH = 4096;

export function startRecording(request: RecordingRequest): RecordingTask {
  const refused = request.pythonPath === undefined ? null : refusal(request.runsFolder);
  if (refused) return refusedTask(refused);
  const recording = new Recording(request);
  return {
    get runFolders() {
      return recording.runFolders;
    },
    get paused() {
      return recording.paused;
    },
    pause: () => recording.pause(true),
    resume: () => recording.pause(false),
    stop: () => recording.stop(),
    kill: () => recording.stop('SIGKILL'),
    done: recording.done,
  };
}

/** A script for Node.js is refused by its recorder, which runs it; Python starts beside its recorder. */
function refusal(runsFolder: string): FailureParts | null {
  try {
    checkWritable(runsFolder);
    return null;
  } catch (cause) {
    if (cause instanceof Failure) return cause.parts;
    throw cause;
  }
}

function refusedTask(failure: FailureParts): RecordingTask {
  const nothing = (): Promise<void> => Promise.resolve();
  const outcome = { exitCode: null, signal: null, stopped: false, failure, runFolders: [] };
  return {
    runFolders: [],
    paused: false,
    pause: () => undefined,
    resume: () => undefined,
    stop: nothing,
    kill: nothing,
    done: Promise.resolve(outcome),
  };
}

interface Ending {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly startError: NodeJS.ErrnoException | null;
}

class Recording {
  readonly done: Promise<RecordingOutcome>;
  readonly #processes: Processes;
  /** What the script prints: stdout, stderr. */
  readonly #output: readonly ChildOutput[];
  readonly #runs = new RunEnds();
  paused = false;
  #failure: FailureParts | null = null;
  #stopped = false;
  #killTimer: NodeJS.Timeout | undefined;
  #stderrTail = '';

  constructor(private readonly request: RecordingRequest) {
    this.#processes = startProcesses(request);
    const { script, recorder } = this.#processes;
    // A child that has ended reads nothing; how it ended is told elsewhere.
    recorder.stdio[4]?.on('error', () => undefined);
    const { stdout, stderr } = script;
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

  pause(paused: boolean): void {
    this.paused = paused;
    this.#tell({ type: paused ? 'pause' : 'resume' });
  }

  #tell(message: ControlMessage): void {
    // The fifth of the recorder's `stdio` is a pipe that it reads.
    const control = (this.#processes.recorder.stdio[4] ?? null) as Writable | null;
    if (control?.writable) control.write(`${JSON.stringify(message)}\n`);
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (!this.#stopped) this.#killAfter(GRACE_MILLISECONDS);
    this.#stopped = true;
    this.#release();
    const { script, recorder } = this.#processes;
    if (script !== recorder) this.#tell({ type: 'stopping' });
    // As Ctrl-C in a terminal: Python ends by an exception, and what it has trained can be recorded.
    signalGroup(script, script !== recorder && signal === 'SIGTERM' ? 'SIGINT' : signal);
    await this.done;
    clearTimeout(this.#killTimer);
  }

  #killAfter(milliseconds: number): void {
    clearTimeout(this.#killTimer);
    this.#killTimer = setTimeout(() => signalGroup(this.#processes.script, 'SIGKILL'), milliseconds);
  }

  async #follow(): Promise<RecordingOutcome> {
    const lines = new EventLines((event) => this.#receive(event));
    const { script, recorder } = this.#processes;
    // The fourth of the recorder's `stdio` is a pipe that it writes.
    const events = (recorder.stdio[3] ?? null) as Readable | null;
    const told = new ChildOutput(events, (chunk) => lines.add(chunk));
    const recorderEnding = script === recorder ? null : untilExit(recorder);
    const ending = await untilExit(script);
    this.#release();
    await within(
      OUTPUT_GRACE_MILLISECONDS,
      this.#output.map(({ ended }) => ended),
    );
    const recorded = recorderEnding && (await this.#untilRecorded(ending, recorderEnding));
    await within(OUTPUT_GRACE_MILLISECONDS, [told.ended]);
    for (const stream of [script.stdout, script.stderr, events, recorder.stdio[4]]) stream?.destroy();
    // A stop ends what the script had started, too; a script that ends by itself may leave it running.
    if (this.#stopped) signalGroup(script, 'SIGKILL');
    if (ending.startError) this.#failure = notStarted(this.request, ending.startError);
    const failure = this.#stopped ? null : (this.#failure ?? this.#failureOf(ending) ?? recorderFailure(recorded));
    await this.#endRuns(failure);
    const { exitCode, signal } = ending;
    return { exitCode, signal, stopped: this.#stopped, failure, runFolders: this.runFolders };
  }

  /** The recorder of a Python script writes what it was sent, and ends. */
  async #untilRecorded({ exitCode, signal }: Ending, ending: Promise<Ending>): Promise<Ending> {
    this.#tell({ type: 'script-ended', exitCode, signal, stopped: this.#stopped });
    const timer = setTimeout(() => signalGroup(this.#processes.recorder, 'SIGKILL'), WRITING_MILLISECONDS);
    const ended = await ending;
    clearTimeout(timer);
    return ended;
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

  #failureOf({ exitCode, signal }: Ending): FailureParts | null {
    const doing = `recording ${basename(this.request.script)}`;
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

/** A script for Node.js is run by its recorder; a Python script and its recorder are two processes. */
interface Processes {
  readonly script: ChildProcess;
  readonly recorder: ChildProcess;
}

function startProcesses(request: RecordingRequest): Processes {
  const { pythonPath } = request;
  if (pythonPath === undefined) {
    const only = spawnRecorder(request, request.recorderFile, ['ignore', 'pipe', 'pipe', 'pipe', 'pipe']);
    return { script: only, recorder: only };
  }
  const folder = dirname(request.recorderFile);
  const file = join(folder, 'pythonRecorder.cjs');
  const recorder = spawnRecorder(request, file, ['ignore', 'ignore', 'ignore', 'pipe', 'pipe', 'pipe']);
  // The type knows five of them.
  const socket = (recorder.stdio as unknown as readonly Duplex[])[5]!;
  const script = spawnPython(request, pythonPath, join(folder, 'python', 'inject'), socket);
  // The two processes have it; as long as a third had it, neither would see that the other has ended.
  socket.destroy();
  return { script, recorder };
}

function spawnPython(request: RecordingRequest, pythonPath: string, inject: string, socket: Duplex): ChildProcess {
  const environment = request.environment ?? process.env;
  const own = environment['PYTHONPATH'];
  const settings = {
    descriptor: 3,
    version: PYTHON_PROTOCOL_VERSION,
    pythonPath: own ?? null,
    workspace: request.workspace,
    probes: request.probes,
    seed: request.seed ?? 0,
    size: request.group?.size ?? null,
    batchesPerEpoch: request.batchesPerEpoch ?? DEFAULT_BATCHES_PER_EPOCH,
  };
  return spawn(pythonPath, [request.script, ...request.arguments], {
    ...GROUP_OPTIONS,
    cwd: request.workingFolder,
    env: {
      ...environment,
      ...(process.versions['electron'] ? { ELECTRON_RUN_AS_NODE: undefined } : {}),
      PYTHONPATH: own ? `${inject}${delimiter}${own}` : inject,
      [PYTHON_RECORDER_VARIABLE]: JSON.stringify(settings),
    },
    stdio: ['ignore', 'pipe', 'pipe', socket],
  });
}

function spawnRecorder(request: RecordingRequest, file: string, stdio: StdioOptions): ChildProcess {
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
  // VS Code's own executable is a Node.js where it is told so.
  const asNode = process.versions['electron'] && request.pythonPath ? { ELECTRON_RUN_AS_NODE: '1' } : {};
  return spawn(request.nodePath, [file, request.script, ...request.arguments], {
    ...GROUP_OPTIONS,
    cwd: request.workingFolder,
    env: { ...environment, ...asNode, [RECORDER_SETTINGS_VARIABLE]: JSON.stringify(settings) },
    stdio,
  });
}

function notStarted({ nodePath, pythonPath }: RecordingRequest, cause: NodeJS.ErrnoException): FailureParts {
  const program = pythonPath ?? nodePath;
  return {
    kind: 'environment',
    doing: pythonPath === undefined ? 'starting the recording process' : 'starting Python',
    wrong: cause.code === 'ENOENT' ? `${program} or the working folder does not exist` : cause.message,
    tryThis:
      pythonPath === undefined
        ? 'Install Node.js 20.19 or newer, or set the path to it'
        : 'Choose a Python interpreter, 3.9 or newer',
  };
}

/** Why a script that ended well was not recorded to its end. */
function recorderFailure(ending: Ending | null): FailureParts | null {
  if (!ending || (ending.exitCode === 0 && !ending.startError)) return null;
  const how = ending.signal ? `was ended by ${ending.signal}` : `ended with exit code ${ending.exitCode}`;
  return {
    kind: 'environment',
    doing: 'writing the recording',
    wrong: ending.startError ? ending.startError.message : `its process ${how}`,
    tryThis: 'Free memory and disk space, and record again; the epochs written so far can be opened',
  };
}

function untilExit(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('error', (startError) => resolve({ exitCode: null, signal: null, startError }));
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal, startError: null }));
  });
}

/** Resolves when all have, or that time is over. */
async function within(milliseconds: number, all: readonly Promise<void>[]): Promise<void> {
  const over = new Promise<void>((resolve) => setTimeout(resolve, milliseconds).unref());
  await Promise.race([Promise.all(all), over]);
}
