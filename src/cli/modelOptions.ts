/** The options of a recording without a script, checked together. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Failure } from '../protocol/failure.js';
import { DEFAULT_MODEL_TRAINING, type ModelTraining } from '../protocol/recorderSettings.js';

export interface ModelOptions {
  readonly model: string;
  readonly data: string;
  readonly labels: string;
  readonly export: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly validationSplit: number;
  readonly scale: number;
}

/** A script trains as it says itself; only what is trained without one is told how. */
const ONLY_WITH_MODEL = [
  'labels',
  'export',
  'epochs',
  'batchSize',
  'learningRate',
  'validationSplit',
  'scale',
] as const satisfies readonly (keyof ModelOptions)[];

/** null when a script is recorded. Throws a Failure where script, model and data do not go together. */
export function modelTraining(
  script: string | undefined,
  options: Partial<ModelOptions>,
  workingFolder: string,
): ModelTraining | null {
  const { model, data, labels } = options;
  if (model === undefined) {
    if (data !== undefined)
      throw misuse('--data was given without --model', 'A script reads its own data. Omit --data, or use --model.');
    const given = ONLY_WITH_MODEL.find((name) => options[name] !== undefined);
    if (given !== undefined)
      throw misuse(
        `${optionName(given)} was given without --model`,
        `Put arguments for the script after --: cnnslicer record ${script ?? 'SCRIPT'} -- ${optionName(given)} ${options[given]}.`,
      );
    if (script === undefined)
      throw misuse('neither a script nor a model was given', 'Specify a script, or --model FILE and --data SET.');
    return null;
  }
  if (script !== undefined) throw misuse(`both --model and the script ${script} were given`, 'Use only one of them.');
  if (data === undefined) throw misuse('--model was given without --data', 'Specify the data set with --data SET.');
  return {
    ...DEFAULT_MODEL_TRAINING,
    data: resolve(workingFolder, data),
    labels: labels === undefined ? null : labelsOf(labels, workingFolder),
    exportName: options.export ?? null,
    epochs: options.epochs ?? DEFAULT_MODEL_TRAINING.epochs,
    batchSize: options.batchSize ?? DEFAULT_MODEL_TRAINING.batchSize,
    learningRate: options.learningRate ?? DEFAULT_MODEL_TRAINING.learningRate,
    validationShare: options.validationSplit ?? DEFAULT_MODEL_TRAINING.validationShare,
    divisor: options.scale ?? null,
  };
}

/** "--batch-size" of `batchSize`. */
function optionName(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A file where there is one, else a column. */
function labelsOf(labels: string, workingFolder: string): string {
  const file = resolve(workingFolder, labels);
  return existsSync(file) || /[\\/.]/.test(labels) ? file : labels;
}

function misuse(wrong: string, tryThis: string): Failure {
  return new Failure({ kind: 'bad-input', doing: 'reading the arguments of record', wrong, tryThis });
}
