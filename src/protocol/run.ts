/**
 * A recorded run, as it is described in the root attributes of its Zarr hierarchy
 * (docs/recording-format.md). The schemas are the types: what is read from disk passes through them
 * before anything else sees it. What changes while a run records (epochs, status) is not in here:
 * see `RunStatus` and the commit records in src/store.
 */
import * as v from 'valibot';
import type { NotLearned } from './notLearned.js';

export const FORMAT_NAME = 'cnnslicer-run';
/** Version 1 has only TensorFlow.js runs; what it has is read as version 2. */
export const FORMAT_VERSION = 2;

/** No recording has more of anything than this; sizes are checked against it before allocation. */
export const SIZE_LIMIT = 2 ** 40;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(SIZE_LIMIT));
const text = v.pipe(v.string(), v.maxLength(4096));

type Scalar = string | number | boolean | null;
/** Looked at in one step: trying one schema after the other took most of the time that a manifest of 200 layers needs. */
const configValue = v.custom<Scalar | Scalar[]>(
  (value) => (Array.isArray(value) ? value.every(isScalar) : isScalar(value)),
  'a text, a finite number, true, false, null, or a list of them',
);

function isScalar(value: unknown): value is Scalar {
  if (typeof value === 'number') return Number.isFinite(value);
  return value === null || typeof value === 'string' || typeof value === 'boolean';
}

/** One-based, as compilers and stack traces count; editors count from zero (src/extension converts). */
export const SourceSpan = v.object({
  /** Relative to the run's `workspace` root with `/`, or absolute when outside it. */
  file: text,
  line: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  column: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
});
export type SourceSpan = v.InferOutput<typeof SourceSpan>;

/** Coarse kind of a layer: decides icons, colours and which findings apply. */
export const LayerKind = v.picklist([
  'input',
  'conv',
  'pool',
  'normalization',
  'activation',
  'dropout',
  'reshape',
  'dense',
  'merge',
  'recurrent',
  'other',
]);
export type LayerKind = v.InferOutput<typeof LayerKind>;

export const WeightArray = v.object({
  name: text,
  shape: v.pipe(v.array(count), v.maxLength(8)),
  /** Path of the array (epoch, ...shape) inside the run folder. */
  path: text,
  /** A letter an axis: OIHW (PyTorch), HWIO (TensorFlow), OI, IO, C; absent: that of TensorFlow.js. */
  layout: v.optional(text),
});
export type WeightArray = v.InferOutput<typeof WeightArray>;

export const Layer = v.object({
  /** l: 0 is the input, then topological order. Equals the layer's place in `layers`. */
  index: count,
  name: text,
  /** Class name in the framework, such as "Conv2D" or "Conv2d"; of a function that `forward` calls its name, such as "relu". */
  className: text,
  /** The framework's class that a class of the script's own is derived from; absent: `className` is the framework's, or there is none. */
  derivedFrom: v.optional(text),
  kind: LayerKind,
  /** Output shape of one sample as the framework gives it, without the batch axis. */
  outputShape: v.pipe(v.array(count), v.maxLength(8)),
  /** Channels of a spatial layer; units of a layer without maps. */
  channelCount: count,
  /** Shape of one channel's map, [y, x] or [x]; empty for layers of units. */
  mapShape: v.pipe(v.array(count), v.maxLength(3)),
  parameterCount: count,
  trainable: v.boolean(),
  /** The activation function inside the layer: "relu", "softmax"; null when there is none. */
  activation: v.nullable(text),
  /** Indices of the layers that feed this one. */
  inputs: v.array(count),
  /** Plain values of the layer's configuration: filters, kernelSize, strides, padding, rate … */
  config: v.record(v.string(), configValue),
  /** Where the script constructs the layer; null when no line of the user's made it. */
  source: v.nullable(SourceSpan),
  /** Where `forward` or `call` calls it; absent: unknown. */
  calledAt: v.optional(SourceSpan),
  /** Where the workspace asks for the layer, if a library constructs it; absent: it does not. */
  askedAt: v.optional(SourceSpan),
  /** How the framework orders the axes of the output: whether a flattened one has channels or places first; absent: unknown. */
  format: v.optional(v.picklist(['channelsFirst', 'channelsLast'])),
  /** Folder of the layer's arrays inside the run folder: "layers/001-conv2d_1". */
  path: text,
  weights: v.array(WeightArray),
});
export type Layer = v.InferOutput<typeof Layer>;

/** The order of `statistic` along that axis of layers/…/values. */
export const VALUE_STATISTICS = [
  'minimum',
  'maximum',
  'mean',
  'variance',
  /** NaN and ±Inf values: counted, and left out of the other statistics. */
  'non_finite_count',
  'zero_fraction',
  'saturated_fraction',
  /** Finite values that entered the statistics. */
  'n',
] as const;
export type ValueStatistic = (typeof VALUE_STATISTICS)[number];

/** The order of `range` along that axis of layers/…/entropy. */
export const ENTROPY_RANGES = ['map', 'channel'] as const;
export type EntropyRange = (typeof ENTROPY_RANGES)[number];

/** The order of `moment` along that axis of layers/…/entropy: over the maps of a class. */
export const ENTROPY_MOMENTS = ['mean', 'variance', 'n'] as const;
export type EntropyMoment = (typeof ENTROPY_MOMENTS)[number];

export const SPLITS = ['train', 'validation'] as const;
export type Split = (typeof SPLITS)[number];

/** Runs of one script that were trained on nested parts of its training data. */
export const RunGroup = v.object({
  /** The same in every run of the group: a folder-safe name. */
  id: text,
  /** What a person calls the group. */
  name: text,
  /** Training samples that this run was given; more than there were when the data set is smaller. */
  size: count,
  /** Of all runs of the group, ascending. */
  sizes: v.pipe(v.array(count), v.minLength(1), v.maxLength(1000)),
});
export type RunGroup = v.InferOutput<typeof RunGroup>;

/** Epochs that were trained but not recorded because recording was paused; `to` null: until the end. */
export const PausedEpochs = v.object({ from: count, to: v.nullable(count) });
export type PausedEpochs = v.InferOutput<typeof PausedEpochs>;

export const RunManifest = v.object({
  format: v.object({ name: v.literal(FORMAT_NAME), version: v.picklist([1, FORMAT_VERSION]) }),
  /** Name of the run folder, as it was recorded; a run that is read has the name of the folder that it is in. */
  id: text,
  /** What a person calls it: the script's base name unless they chose one. */
  name: text,
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  /** Folder that source spans are relative to, as it was on the recording machine. */
  workspace: text,
  script: v.object({ file: text, arguments: v.array(text) }),
  /** Every source file that a layer's span names, hashed as it was when recorded (SHA-256, hex). */
  files: v.array(v.object({ path: text, sha256: text })),
  git: v.nullable(v.object({ commit: text, branch: v.nullable(text), dirty: v.boolean() })),
  /** What the script trains with; absent in version 1: TensorFlow.js. */
  framework: v.optional(v.object({ name: v.picklist(['tensorflow.js', 'keras', 'pytorch']), version: text })),
  /** What computes: "tensorflow", "wasm", "cpu" (TensorFlow.js), "torch", "jax". */
  engine: v.object({
    name: text,
    version: text,
    threads: count,
    /** Why this engine and not a faster one; null when the first choice was had. */
    notice: v.nullable(text),
  }),
  /** `python`: version of the interpreter; absent for scripts of Node.js. */
  platform: v.object({ node: text, os: text, architecture: text, python: v.optional(text) }),
  packages: v.record(v.string(), text),
  task: v.picklist(['classification', 'regression', 'none']),
  /** Names of classes 0, 1, …; empty unless `task` is classification. */
  classNames: v.array(text),
  model: v.object({
    name: text,
    optimizer: text,
    loss: text,
    metrics: v.array(text),
    parameterCount: count,
  }),
  layers: v.pipe(v.array(Layer), v.minLength(1)),
  probes: v.object({ count, seed: count, trainCount: count, validationCount: count }),
  /** Sizes of what the script trains and validates on; null where it cannot be known. */
  data: v.object({ trainCount: v.nullable(count), validationCount: v.nullable(count) }),
  /** Among runs that differ in the size of their training data; absent for a run alone. */
  group: v.optional(RunGroup),
  /**
   * A sample of the training inputs, kept once (training/inputs, training/labels) for the entropy of what the
   * network was trained on: class-balanced, seeded. Absent where none is kept.
   */
  trainingSample: v.optional(v.object({ count, seed: count })),
  plan: v.object({
    /** The last epoch that the script asked for, so that t runs from 0 to this. */
    lastEpoch: count,
    /** The script did not say how many epochs there would be: `lastEpoch` was assumed. False when absent. */
    openEnded: v.optional(v.boolean()),
    precision: v.picklist(['float32', 'float16']),
    /** Probes whose full maps are kept: the first `mapSampleCount` of them. */
    mapSampleCount: count,
    byteBudget: count,
    bytesPerEpoch: count,
    /** Epochs 0, n, 2n, … and the last are recorded; 1 when absent. */
    epochStride: v.optional(v.pipe(count, v.minValue(1))),
    /** Maps are kept of epochs 0, n, 2n, … and of the last; 1 when absent. */
    mapStride: v.optional(v.pipe(count, v.minValue(1))),
    /** Weights are kept of every recorded epoch (when absent), of those whose maps are, or of none. */
    weights: v.optional(v.picklist(['every', 'with-maps', 'none'])),
    /** Indices of layers whose maps are whole: every probe and epoch, float32. None when absent. */
    pinned: v.optional(v.array(count)),
    /** Indices of layers of which statistics are kept and no maps. None when absent. */
    withoutMaps: v.optional(v.array(count)),
    /** None when absent. */
    paused: v.optional(v.array(PausedEpochs)),
    /** What was left out and why, in words; empty when everything is kept. */
    leftOut: v.array(text),
  }),
  /** Names along the metric axis of epochs/metrics: "loss", "acc", "val_loss", "probe_accuracy" … */
  metrics: v.array(text),
});
export type RunManifest = v.InferOutput<typeof RunManifest>;

/** An epoch is whole (its commit record and every key it lists are there) or damaged. */
export type EpochState =
  | { readonly epoch: number; readonly state: 'whole' }
  | { readonly epoch: number; readonly state: 'damaged'; readonly reason: string };

export type RunStatus =
  | { readonly state: 'recording'; readonly processId: number }
  | { readonly state: 'finished'; readonly endedAt: string; readonly stopped: boolean }
  | { readonly state: 'broken'; readonly reason: string };

/** Answers that were held against labels. */
export interface Judged {
  readonly correct: number;
  readonly n: number;
  /** The probes were not trained on. False: all were, and this is training accuracy. */
  readonly heldOut: boolean;
}

/** How often the network is right on probes; beside it what the script says of its own validation data. */
export interface RunAccuracy extends Judged {
  /** A metric under the script's own name, such as val_acc; null where it reports none. */
  readonly reported: { readonly name: string; readonly value: number } | null;
}

/** What a list of runs shows: read without touching any map. */
export interface RunSummary {
  readonly id: string;
  readonly folder: string;
  readonly name: string;
  readonly createdAt: string;
  readonly status: RunStatus;
  /** Whole epochs in order of t. */
  readonly epochs: readonly number[];
  /** The last epoch that the script asked for; null where it did not say how many there would be. */
  readonly lastEpoch: number | null;
  /** At the last whole epoch; null without labels. */
  readonly accuracy: RunAccuracy | null;
  /** Why the network counts as one that has not learned; absent where it has, or nothing says otherwise. */
  readonly notLearned?: NotLearned | undefined;
  readonly byteCount: number;
  /** The runs that this one belongs to; absent for a run alone. */
  readonly group?: RunGroup | undefined;
}

/** Everything about one run but its arrays. */
export interface RunDescription {
  readonly summary: RunSummary;
  readonly manifest: RunManifest;
  readonly epochStates: readonly EpochState[];
}
