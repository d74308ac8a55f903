/** From what a person asks for and the settings to what the recording process is started with. */
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { RecordingRequest } from '../../launch/recordingTask.js';
import type { RunGroup } from '../../protocol/run.js';
import {
  DEFAULT_BATCHES_PER_EPOCH,
  DEFAULT_MODEL_TRAINING,
  DEFAULT_TIME_SHARE,
  type ModelTraining,
} from '../../protocol/recorderSettings.js';
import { runsFolderOf } from '../runs/runPlaces.js';
import { configuredTraining } from './dataSetChoice.js';
import type { RecordingWish } from './recordingWish.js';
import { scriptEnvironment } from './scriptEnvironment.js';
import { isPythonFile } from './trainingSigns.js';

export type SilentRequest = Omit<RecordingRequest, 'onOutput' | 'onEvent'>;

export async function recordingRequest(wish: RecordingWish, recorderFile: string): Promise<SilentRequest> {
  const { script } = wish;
  const settings = vscode.workspace.getConfiguration('cnnslicer', vscode.Uri.file(script));
  const root = wish.root ?? vscode.workspace.getWorkspaceFolder(vscode.Uri.file(script))?.uri.fsPath ?? dirname(script);
  const model = modelOf(wish, settings);
  return {
    ...(await interpreters(script, root, settings)),
    recorderFile,
    script,
    ...(model === null ? {} : { model }),
    arguments: wish.arguments ?? settings.get<string[]>('record.arguments', []),
    ...(wish.name === undefined ? {} : { name: wish.name }),
    ...(wish.seed === undefined ? {} : { seed: wish.seed }),
    workingFolder: root,
    workspace: root,
    runsFolder: runsFolderOf(root),
    probes: wish.probes ?? settings.get('record.probes', 1000),
    byteBudget: (wish.byteBudgetMiB ?? settings.get('record.byteBudgetMiB', 2048)) * 2 ** 20,
    timeShare: settings.get('record.timeShare', 100 * DEFAULT_TIME_SHARE) / 100,
    batchesPerEpoch: wish.batchesPerEpoch ?? settings.get('record.batchesPerEpoch', DEFAULT_BATCHES_PER_EPOCH),
    pinnedLayers: wish.pinnedLayers ?? settings.get<string[]>('record.pinnedLayers', []),
    environment: scriptEnvironment(process.env),
  };
}

/** A script of Python is recorded by the editor's own Node.js: a person who trains in Python may have none. */
async function interpreters(
  script: string,
  root: string,
  settings: vscode.WorkspaceConfiguration,
): Promise<Pick<RecordingRequest, 'nodePath' | 'pythonPath'>> {
  if (!isPythonFile(script)) return { nodePath: settings.get('node.path', 'node') };
  const { pythonFor } = await import('./pythonInterpreter.js');
  return { nodePath: process.execPath, pythonPath: await pythonFor(vscode.Uri.file(script), root) };
}

function modelOf(wish: RecordingWish, settings: vscode.WorkspaceConfiguration): ModelTraining | null {
  if (wish.dataSet === null) return null;
  return {
    ...DEFAULT_MODEL_TRAINING,
    ...configuredTraining(wish.script),
    ...wish.training,
    data: wish.dataSet,
    epochs: wish.epochs ?? settings.get('record.epochs', DEFAULT_MODEL_TRAINING.epochs),
  };
}

/** The input sizes to train at, one run each, as one group; empty for a single run on all of the data. */
export function trainSizesFor(wish: RecordingWish): readonly number[] {
  const settings = vscode.workspace.getConfiguration('cnnslicer', vscode.Uri.file(wish.script));
  return ascending(wish.trainSizes ?? settings.get<number[]>('record.trainSizes', []));
}

/** Each size once; what is no size is left out. */
function ascending(sizes: readonly number[]): number[] {
  const whole = sizes.filter((size) => Number.isSafeInteger(size) && size > 0);
  return [...new Set(whole)].sort((a, b) => a - b);
}

/** The group that runs at these sizes are; its id is new with every recording. */
export function groupOf(name: string, sizes: readonly number[], now: Date): Omit<RunGroup, 'size'> {
  const time = now.toISOString().replace(/[-:]/g, '').slice(0, 15);
  return { id: `${time}-${name.replace(/[^\w.-]+/g, '-').slice(0, 60)}`, name, sizes: [...sizes] };
}
