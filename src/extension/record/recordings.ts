/** Runs the training script under the recorder: one recording at a time, stopped by its person or with the window. */
import { basename, extname } from 'node:path';
import * as vscode from 'vscode';
import type { RecordingOutcome, RecordingTask } from '../../launch/recordingTask.js';
import { Failure } from '../../protocol/failure.js';
import type { RecorderEvent } from '../../protocol/recorderEvents.js';
import { Disposables } from '../disposables.js';
import { showFailure } from '../failureMessage.js';
import type { Log } from '../log.js';
import type { RunCatalog } from '../runs/runCatalog.js';
import { checkNode } from './nodeVersion.js';
import type { ProgressState } from '../words/progressState.js';
import { RecordingStatus } from './recordingStatus.js';
import type { RecordingWish } from './recordingWish.js';
import type { SilentRequest } from './recordingRequest.js';
import { chooseDataFor, chooseTraining, isSavedModel, type TrainingChoice } from './trainingScript.js';

/** A tree that is told more often is only read less easily. */
const PROGRESS_MILLISECONDS = 500;

export class Recordings implements vscode.Disposable {
  readonly #disposables = new Disposables();
  readonly #progressed = this.#disposables.add(new vscode.EventEmitter<string>());
  /** The folder of a run of which more is known; at most twice a second each. */
  readonly onProgress = this.#progressed.event;
  /** When which folder was, last. */
  readonly #told = new Map<string, number>();
  #task: RecordingTask | undefined;
  #isStopping = false;
  #status: RecordingStatus | undefined;
  #busy = false;
  #closed = false;

  constructor(
    readonly recorderFile: string,
    readonly catalog: RunCatalog,
    readonly log: Log,
  ) {}

  /** "Analyze CNN": saves, chooses the script, asks for trust, and records until the script has ended. */
  async analyze(resource?: vscode.Uri): Promise<void> {
    if (!vscode.workspace.isTrusted) return askForTrust();
    if (this.#busy) throw alreadyRecording();
    this.#busy = true;
    try {
      const training = await chosenTraining(resource);
      if (training === null) return;
      await saveAll();
      await this.#record(wishOf(training));
    } finally {
      this.#busy = false;
    }
  }

  /** Records as asked for: a configuration, or a run once more. */
  async record(wish: RecordingWish): Promise<void> {
    if (!vscode.workspace.isTrusted) return askForTrust();
    if (this.#busy) throw alreadyRecording();
    this.#busy = true;
    try {
      await saveAll();
      await this.#record(wish);
    } finally {
      this.#busy = false;
    }
  }

  /** What is known of a run that this window records now. */
  progressOf(folder: string): ProgressState | undefined {
    return this.#status?.progressOf(folder);
  }

  /** Ends the training; what was recorded stays. Asked again, without waiting for the epoch under way. */
  async stop(): Promise<void> {
    if (!this.#task) return;
    this.log.line(this.#isStopping ? 'stop at once was requested' : 'stop was requested');
    if (this.#isStopping) return this.#task.kill();
    this.#isStopping = true;
    this.#status?.stopping();
    await this.#task.stop();
  }

  /** Leaves out epochs from the next on, or records again; training goes on either way. */
  async pause(isPaused: boolean): Promise<void> {
    if (!this.#task) return;
    if (isPaused) this.#task.pause();
    else this.#task.resume();
    this.log.line(isPaused ? 'recording paused; training continues' : 'recording resumed');
    this.#status?.pausing(isPaused);
    await setContext('paused', isPaused);
  }

  /** One run, or one for each input size. */
  async #record(wish: RecordingWish): Promise<void> {
    const { recordingRequest, trainSizesFor, groupOf } = await import('./recordingRequest.js');
    const request = await recordingRequest(wish, this.recorderFile);
    if (request.pythonPath === undefined) await checkNode(request.nodePath);
    else this.log.line(`Python: ${request.pythonPath}`);
    const sizes = trainSizesFor(wish);
    const name = wish.name ?? basename(wish.script, extname(wish.script));
    this.catalog.addRoot(request.workspace);
    this.log.newRecording();
    if (sizes.length === 0) return void (await this.#run(request, name));
    const group = groupOf(name, sizes, new Date());
    for (const size of sizes) {
      const outcome = await this.#run({ ...request, group: { ...group, size } }, `${name} (${size})`);
      if (!outcome || outcome.stopped || outcome.failure) return;
    }
  }

  async #run(request: SilentRequest, name: string): Promise<RecordingOutcome | undefined> {
    const { startRecording } = await import('../../launch/recordingTask.js');
    if (this.#closed) return undefined;
    const { script, model } = request;
    this.log.line(model ? `training ${script} on ${model.data}` : `recording ${script}`);
    this.#status = new RecordingStatus(name);
    this.#task = startRecording({
      ...request,
      onOutput: (chunk) => this.log.output(chunk),
      onEvent: (event) => this.#receive(event),
    });
    await setContext('recording', true);
    return this.#untilDone(this.#task, request.workspace);
  }

  async #untilDone(task: RecordingTask, root: string): Promise<RecordingOutcome> {
    try {
      const outcome = await task.done;
      const { failure, stopped, runFolders, exitCode } = outcome;
      const runs = runFolders.length === 1 ? '1 run' : `${runFolders.length} runs`;
      this.log.line(
        `the script ended (exit code ${exitCode ?? 'none'}${stopped ? ', stopped' : ''}); ${runs} in ${root}`,
      );
      if (failure) void showFailure(new Failure(failure), this.log);
      return outcome;
    } finally {
      this.#task = undefined;
      this.#isStopping = false;
      this.#status?.dispose();
      this.#status = undefined;
      this.#told.clear();
      this.catalog.refresh();
      await setContext('recording', false);
      await setContext('paused', false);
    }
  }

  #receive(event: RecorderEvent): void {
    this.#status?.advance(event);
    if ('folder' in event && event.folder) this.#tell(event.folder);
    switch (event.type) {
      case 'engine':
        return this.log.line(`engine: ${event.name}${event.notice ? ` (${event.notice})` : ''}`);
      case 'notice':
        return this.log.line(event.text);
      case 'run-started':
        this.log.line(`recording ${event.layerCount} layers and ${event.probeCount} probes to ${event.folder}`);
        return this.catalog.refresh();
      case 'epoch-whole':
      case 'run-ended':
        return this.catalog.refresh();
      case 'epoch-paused':
        return this.log.line(`epoch ${event.epoch} was trained and not recorded: recording is paused`);
      case 'batch':
      case 'saving':
      case 'failed':
        return;
    }
  }

  #tell(folder: string): void {
    if (Date.now() - (this.#told.get(folder) ?? 0) < PROGRESS_MILLISECONDS) return;
    this.#told.set(folder, Date.now());
    this.#progressed.fire(folder);
  }

  dispose(): void {
    this.#closed = true;
    this.#disposables.dispose();
    this.#status?.dispose();
    void this.#task?.stop();
  }
}

function wishOf({ file, dataSet }: TrainingChoice): RecordingWish {
  return { script: file, dataSet };
}

async function chosenTraining(resource: vscode.Uri | undefined): Promise<TrainingChoice | null> {
  return resource instanceof vscode.Uri && isSavedModel(resource)
    ? chooseDataFor(resource)
    : chooseTraining(await documentFor(resource));
}

async function documentFor(resource: vscode.Uri | undefined): Promise<vscode.TextDocument | undefined> {
  return resource instanceof vscode.Uri
    ? vscode.workspace.openTextDocument(resource)
    : vscode.window.activeTextEditor?.document;
}

/** The script runs from disk, and what it imports may be edited too. */
async function saveAll(): Promise<void> {
  if (await vscode.workspace.saveAll(false)) return;
  throw new Failure({
    kind: 'environment',
    doing: 'saving open files before the training',
    wrong: 'a file could not be saved',
    tryThis: 'Save it manually, then start the recording again.',
  });
}

async function askForTrust(): Promise<void> {
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const text = vscode.l10n.t(
    'Recording runs the training script of this workspace, which requires a trusted workspace. You can view recorded runs without trusting it.',
  );
  if ((await vscode.window.showWarningMessage(text, manage)) === manage)
    await vscode.commands.executeCommand('workbench.trust.manage');
}

async function setContext(key: 'recording' | 'paused', value: boolean): Promise<void> {
  await vscode.commands.executeCommand('setContext', `cnnslicer.${key}`, value);
}

function alreadyRecording(): Failure {
  return new Failure({
    kind: 'bad-input',
    doing: 'starting a recording',
    wrong: 'another recording is in progress in this window',
    tryThis: 'Wait until it ends, or stop it from the status bar.',
  });
}
