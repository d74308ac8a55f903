/** From a task of tasks.json, or a configuration of the workspace, to the arguments of `cnnslicer record`. */
import type { RecordingConfiguration } from './configurations.js';

/** What a task may say; paths are relative to the workspace folder. */
export interface RecordingTaskDefinition extends Readonly<Partial<RecordingConfiguration>> {
  readonly type: 'cnnslicer';
  readonly script: string;
}

/** What the settings say where the task says nothing. */
export interface RecordingDefaults {
  readonly probes: number;
  readonly byteBudgetMiB: number;
  readonly batchesPerEpoch: number;
  /** In percent; the command line's own where nothing is said. */
  readonly timeShare?: number;
  readonly trainSizes: readonly number[];
  readonly arguments: readonly string[];
}

/** `python` is the interpreter of a script of Python. */
export function recordArguments(task: RecordingTaskDefinition, defaults: RecordingDefaults, python?: string): string[] {
  const options = [
    ...option('--python', python),
    ...option('--name', task.name),
    ...option('--probes', task.probes ?? defaults.probes),
    ...option('--seed', task.seed),
    ...option('--budget', task.byteBudgetMiB ?? defaults.byteBudgetMiB),
    ...option('--batches-per-epoch', task.batchesPerEpoch ?? defaults.batchesPerEpoch),
    ...option('--time-share', defaults.timeShare),
    ...list('--train-sizes', task.trainSizes ?? defaults.trainSizes),
    ...(task.pinnedLayers ?? []).flatMap((layer) => ['--pin', layer]),
  ];
  // Behind `--` nothing is an option, whatever a script or its arguments are called.
  return task.data === undefined
    ? ['record', ...options, '--', task.script, ...(task.arguments ?? defaults.arguments)]
    : ['record', ...options, ...modelOptions(task)];
}

/** The file holds a model and no training. */
function modelOptions(task: RecordingTaskDefinition): string[] {
  return [
    ...option('--model', task.script),
    ...option('--data', task.data),
    ...option('--labels', task.labels),
    ...option('--export', task.export),
    ...option('--scale', task.scale),
    ...option('--epochs', task.epochs),
    ...option('--batch-size', task.batchSize),
  ];
}

function option(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [name, String(value)];
}

function list(name: string, values: readonly number[]): string[] {
  return values.length === 0 ? [] : [name, values.join()];
}
