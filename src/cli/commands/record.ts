/**
 * `cnnslicer record SCRIPT [-- ARGS]`: an unmodified training script, recorded as it trains; or a model and a
 * data set without any script: `cnnslicer record --model FILE --data SET`.
 */
import { basename, extname, join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { startRecording, type RecordingOutcome } from '../../launch/recordingTask.js';
import { Failure, throwIfCancelled, type FailureParts } from '../../protocol/failure.js';
import type { RunGroup } from '../../protocol/run.js';
import {
  DEFAULT_BATCHES_PER_EPOCH,
  DEFAULT_MODEL_TRAINING,
  DEFAULT_TIME_SHARE,
} from '../../protocol/recorderSettings.js';
import { defaultPython, isPythonScript } from '../../launch/pythonInterpreter.js';
import type { Invocation } from '../invocation.js';
import { keptRuns, keptText, nothingKept, type KeptRun } from '../keptRuns.js';
import { modelTraining, type ModelOptions } from '../modelOptions.js';
import { countOption, numberOption } from '../optionParsers.js';
import { listenForPause } from '../pauseControl.js';
import { eventPrinter } from '../recordingEvents.js';
import { defaultRunsFolder } from '../runArgument.js';
import { groupsOf, parseTrainSizes, sizeRow, sizeTable, type SizeRow } from '../trainSizes.js';

export interface RecordOptions extends Partial<ModelOptions> {
  readonly out?: string;
  readonly name?: string;
  readonly probes: number;
  readonly seed: number;
  readonly budget: number;
  readonly batchesPerEpoch: number;
  /** In percent. */
  readonly timeShare: number;
  readonly pin?: readonly string[];
  readonly trainSizes?: readonly number[];
  /** The run is one of these. */
  readonly group?: RunGroup;
  readonly engine?: 'tensorflow' | 'wasm' | 'cpu';
  /** The interpreter of a Python script. */
  readonly python?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

export function addRecordCommand(program: Command, invocation: Invocation): void {
  // Applied with the model (modelOptions.ts), so that an option that was given can be told from one that was not.
  const defaults = DEFAULT_MODEL_TRAINING;
  program
    .command('record')
    .description('run and record an unmodified training script, or train and record a model from a file')
    .argument('[script]', 'a JavaScript, TypeScript or Python file that trains a model')
    .argument('[arguments...]', 'arguments passed to the script, after --')
    .option('--out <folder>', 'the folder that holds the runs')
    .option('--name <name>', 'name of the run')
    .option('--probes <count>', 'number of probes, balanced across the classes', countOption('--probes', 2), 1000)
    .option('--seed <seed>', 'random seed for choosing the probes', countOption('--seed', 0), 0)
    .option('--budget <MiB>', 'maximum size of the run on disk', countOption('--budget'), 2048)
    .option('--pin <layer...>', 'layers whose maps are always kept in full, regardless of the budget')
    .option(
      '--batches-per-epoch <count>',
      'batches per epoch for trainings without epochs, such as trainOnBatch or a custom loop',
      countOption('--batches-per-epoch', 1),
      DEFAULT_BATCHES_PER_EPOCH,
    )
    .option(
      '--time-share <percent>',
      'maximum recording time, as a share of the training time',
      countOption('--time-share', 1),
      100 * DEFAULT_TIME_SHARE,
    )
    .addOption(
      new Option('--engine <name>', 'engine to use (default: the fastest available)').choices([
        'tensorflow',
        'wasm',
        'cpu',
      ]),
    )
    .option(
      '--python <path>',
      'interpreter of a Python script (default: the active virtual environment, .venv or venv beside the script, python3)',
    )
    .option(
      '--model <file>',
      'instead of a script: a file that exports a model, a model.json, or a folder of checkpoints',
    )
    .option('--data <set>', 'with --model: folder of images by class, IDX, CIFAR binary, .npy, .npz or CSV')
    .option('--labels <labels>', 'with --model: file of labels, or column of a CSV file')
    .option('--export <name>', 'with --model: name of the export')
    .option('--epochs <count>', `with --model (default: ${defaults.epochs})`, countOption('--epochs'))
    .option('--batch-size <count>', `with --model (default: ${defaults.batchSize})`, countOption('--batch-size'))
    .option(
      '--learning-rate <rate>',
      `with --model: learning rate of Adam, if the model has no optimizer (default: ${defaults.learningRate})`,
      numberOption('--learning-rate', 0, 1000),
    )
    .option(
      '--validation-split <share>',
      `with --model: share to hold out if the data set has no validation part (default: ${defaults.validationShare})`,
      numberOption('--validation-split', 0, 0.9),
    )
    .option(
      '--scale <divisor>',
      'with --model: number to divide values by (default: bytes by 255)',
      numberOption('--scale', Number.MIN_VALUE, Infinity),
    )
    .option(
      '--train-sizes <sizes>',
      'run the training once for each number of training samples, as one group: 100,500,1000',
      parseTrainSizes,
    )
    .option('--quiet', 'do not pass on what the script prints')
    .option('--json', 'print JSON when the run ends')
    .action(async (script: string | undefined, args: string[], options: RecordOptions) => {
      const { trainSizes } = options;
      if (trainSizes) await recordSizes(invocation, script, args, { ...options, trainSizes });
      else await recordOnce(invocation, script, args, options);
      // After the results: what was recorded before Ctrl-C stays.
      throwIfCancelled(invocation.signal, `recording ${basename(options.model ?? script ?? '')}`);
    });
}

async function recordOnce(
  invocation: Invocation,
  script: string | undefined,
  args: readonly string[],
  options: RecordOptions,
): Promise<void> {
  const outcome = await record(invocation, script, args, options);
  if (options.json) invocation.console.json(outcomeJson(outcome));
  else for (const { folder } of outcome.kept) invocation.console.result(folder);
  if (outcome.failure) throw new Failure(outcome.failure);
}

/** One run a size, one after another, as a group; then the table that compares them. */
async function recordSizes(
  invocation: Invocation,
  script: string | undefined,
  args: readonly string[],
  options: RecordOptions & { readonly trainSizes: readonly number[] },
): Promise<void> {
  const { console, signal } = invocation;
  const file = options.model ?? script ?? '';
  const name = options.name ?? basename(file, extname(file));
  const rows: SizeRow[] = [];
  let failure: FailureParts | null = null;
  for (const group of groupsOf(name, options.trainSizes, new Date())) {
    // Ctrl-C may also come while the row of the last size is computed.
    if (signal.aborted || failure) break;
    console.message(`training on ${group.size} samples, of ${group.sizes.join(', ')}`);
    const outcome = await record(invocation, script, args, { ...options, name: `${name}-${group.size}`, group });
    for (const { folder } of outcome.kept) rows.push(await sizeRow(invocation, folder, group.size));
    failure = outcome.failure;
  }
  if (options.json) console.json({ sizes: options.trainSizes, runs: rows, failure });
  else for (const line of sizeTable(rows)) console.result(line);
  if (failure) throw new Failure(failure);
}

interface Recorded extends RecordingOutcome {
  /** Runs with at least one epoch. */
  readonly kept: readonly KeptRun[];
}

/** Records, waits, and says what was kept of a recording that has not come to its end. */
async function record(
  invocation: Invocation,
  script: string | undefined,
  args: readonly string[],
  options: RecordOptions,
): Promise<Recorded> {
  const { console, signal } = invocation;
  const model = modelTraining(script, options, invocation.workingFolder);
  const task = startRecording({
    nodePath: process.execPath,
    recorderFile: join(invocation.distFolder, 'recorder.cjs'),
    ...pythonOf(invocation, script, options),
    script: resolve(invocation.workingFolder, options.model ?? script ?? ''),
    ...(model === null ? {} : { model }),
    arguments: args,
    workingFolder: invocation.workingFolder,
    workspace: invocation.workingFolder,
    runsFolder: resolve(options.out ?? defaultRunsFolder(invocation.workingFolder)),
    ...(options.name === undefined ? {} : { name: options.name }),
    probes: options.probes,
    seed: options.seed,
    byteBudget: options.budget * 2 ** 20,
    batchesPerEpoch: options.batchesPerEpoch,
    timeShare: options.timeShare / 100,
    ...(options.pin === undefined ? {} : { pinnedLayers: options.pin }),
    ...(options.group === undefined ? {} : { group: options.group }),
    ...(options.engine === undefined ? {} : { preferredEngine: options.engine }),
    onOutput: (chunk) => {
      if (!options.quiet) console.output(chunk);
    },
    outputTaken: () => console.outputTaken(),
    onEvent: eventPrinter(console),
  });
  const stop = (): void => {
    console.message('Stopping. Press Ctrl-C again to stop without saving the current epoch.');
    void task.stop();
  };
  signal.addEventListener('abort', stop);
  const stopListening = listenForPause(task, console);
  const outcome = await task.done;
  stopListening();
  signal.removeEventListener('abort', stop);
  const runs = await keptRuns(outcome.runFolders);
  const kept = runs.filter(({ epochs }) => epochs.length > 0);
  if (outcome.failure || outcome.stopped) kept.forEach((run) => console.message(keptText(run)));
  const failure =
    outcome.failure ?? (outcome.stopped ? null : nothingKept(basename(options.model ?? script ?? ''), runs));
  return { ...outcome, failure, kept };
}

function outcomeJson({ kept, stopped, exitCode, failure }: Recorded): object {
  return { runs: kept.map(({ folder }) => folder), stopped, exitCode, failure };
}

/** The interpreter, where the script is one for Python. */
function pythonOf(
  { workingFolder }: Invocation,
  script: string | undefined,
  { python, model, engine }: RecordOptions,
): { pythonPath?: string } {
  const isPython = model === undefined && script !== undefined && isPythonScript(script);
  if (!isPython && python !== undefined) throw onlyFor('--python', 'is for Python scripts', 'name a .py file');
  if (!isPython) return {};
  if (engine !== undefined) throw onlyFor('--engine', 'is for TensorFlow.js scripts', 'leave it out');
  return { pythonPath: python ?? defaultPython(resolve(workingFolder, script), workingFolder, process.env) };
}

function onlyFor(option: string, wrong: string, tryThis: string): Failure {
  return new Failure({ kind: 'bad-input', doing: 'reading the options', wrong: `${option} ${wrong}`, tryThis });
}
