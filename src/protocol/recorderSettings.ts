/**
 * What the recording process is started with: one environment variable that holds JSON, taken out of the
 * environment again before the user's script runs.
 */
import * as v from 'valibot';
import { RunGroup } from './run.js';

export const RECORDER_SETTINGS_VARIABLE = 'CNNSLICER_RECORDER';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const folder = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));

/** A training without a script: the recorder loads a model and a data set, and calls fit itself. */
export const ModelTraining = v.object({
  /** Absolute path of the data set: a file or a folder. */
  data: folder,
  /** Absolute path of the labels, or a column of a CSV file; null: where they usually are. */
  labels: v.nullable(folder),
  /** Which export of the file is the model; null: the one that looks like it. */
  exportName: v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
  epochs: v.pipe(count, v.minValue(1), v.maxValue(1_000_000)),
  batchSize: v.pipe(count, v.minValue(1)),
  /** Of Adam, for models that come without an optimizer. */
  learningRate: v.pipe(v.number(), v.finite(), v.minValue(0)),
  /** Share of the training samples that is held out where the data set names no such part. */
  validationShare: v.pipe(v.number(), v.minValue(0), v.maxValue(0.9)),
  /** What values are divided by; null: bytes by 255, other numbers by nothing. */
  divisor: v.nullable(v.pipe(v.number(), v.finite(), v.minValue(Number.MIN_VALUE))),
  /** Training samples that take more than this as float32 are read from disk batch by batch. */
  streamAboveBytes: count,
});
export type ModelTraining = v.InferOutput<typeof ModelTraining>;

export const DEFAULT_MODEL_TRAINING = {
  labels: null,
  exportName: null,
  epochs: 10,
  batchSize: 32,
  learningRate: 0.001,
  validationShare: 0.2,
  divisor: null,
  streamAboveBytes: 512 * 2 ** 20,
} satisfies Omit<ModelTraining, 'data'>;

export const DEFAULT_BATCHES_PER_EPOCH = 100;

/** Recording may take half as long as the training itself. */
export const DEFAULT_TIME_SHARE = 0.5;

export const RecorderSettings = v.object({
  /** Absolute folder that run folders are made in. */
  runsFolder: folder,
  /** Absolute folder that source spans are relative to. */
  workspace: folder,
  /** What a person calls the run; null: the script's base name. */
  name: v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
  /** How many probe inputs are recorded at every epoch. */
  probes: v.pipe(count, v.minValue(2), v.maxValue(1_000_000)),
  /** Random seed for choosing the probes. */
  seed: count,
  /** The most that one run may take on disk. */
  byteBudget: v.pipe(count, v.minValue(1)),
  /** Names of layers whose maps are to be whole under any budget. */
  pinnedLayers: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(4096))), v.maxLength(1000)), []),
  /** The script is to train on `size` of its training samples, as one of these runs; null: on all. */
  group: v.optional(v.nullable(RunGroup), null),
  /** Of training that knows no epochs (trainOnBatch, an optimizer of the script's own): so many batches are one. */
  batchesPerEpoch: v.optional(v.pipe(count, v.minValue(1)), DEFAULT_BATCHES_PER_EPOCH),
  /** How long recording may take, as a share of the training's own time. */
  timeShare: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0)), DEFAULT_TIME_SHARE),
  preferredEngine: v.nullable(v.picklist(['tensorflow', 'wasm', 'cpu'])),
  /** Folder of a built native engine; null: none was built. */
  nativeFolder: v.optional(v.nullable(folder), null),
  /** Descriptor that RecorderEvent lines are written to; null: nobody listens. */
  eventsDescriptor: v.nullable(v.pipe(count, v.minValue(3))),
  /** Descriptor that ControlMessage lines are read from; null: nobody says anything. */
  controlDescriptor: v.optional(v.nullable(v.pipe(count, v.minValue(3))), null),
  /** The recording ends when this process is gone; null: it does not watch any. */
  parentProcessId: v.nullable(count),
  /** What is started is no script but a model; null: it is a script. */
  model: v.optional(v.nullable(ModelTraining), null),
});
export type RecorderSettings = v.InferOutput<typeof RecorderSettings>;

export const DEFAULT_PROBES = 1000;
export const DEFAULT_BYTE_BUDGET = 2 * 2 ** 30;
