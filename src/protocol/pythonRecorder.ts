/**
 * What a Python script that is recorded and the recorder in Node.js tell each other, over one socket. The part in
 * Python (src/python) watches the training and runs the probes; the part in Node.js (src/recorder/python) plans,
 * and writes the run.
 *
 * A frame is the length of the JSON text (uint32), the length of the values (uint64), both little endian, the text
 * (one of these messages, UTF-8), and the values (float32, little endian). Python asks, and reads a reply only after
 * `begin` and `epoch`. Node.js replies with frames without values.
 */
import * as v from 'valibot';

export const PYTHON_PROTOCOL_VERSION = 1;

/** JSON of {"descriptor", "version"}; taken out of the environment before the script's first line. */
export const PYTHON_RECORDER_VARIABLE = 'CNNSLICER_PYTHON_RECORDER';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const text = v.pipe(v.string(), v.maxLength(4096));
const run = v.pipe(count, v.maxValue(10_000));
const shape = v.pipe(v.array(count), v.maxLength(16));
const scalar = v.union([v.boolean(), v.string(), v.pipe(v.number(), v.finite()), v.null()]);
const milliseconds = v.pipe(v.number(), v.finite(), v.minValue(0));

/** A place in a source file. */
export const PythonSpan = v.object({
  /** Absolute. */
  file: text,
  /** One-based. */
  line: v.pipe(count, v.minValue(1)),
  /** One-based, in UTF-16 code units as editors count. */
  column: v.pipe(count, v.minValue(1)),
});
export type PythonSpan = v.InferOutput<typeof PythonSpan>;

export const PythonLayer = v.object({
  /** Unique: the module's path ("features.0"), the Keras layer's path, or that of the module that calls a function, the function and how often it was called ("relu", "layer1.0.relu#2"). */
  name: text,
  /** "Conv2d"; of a function its name ("relu", "flatten", "add"). */
  className: text,
  /** The classes that it is derived from, nearest first, up to the framework's own: ["MyConv", "Conv2d"]; [] for a function. */
  bases: v.pipe(v.array(text), v.maxLength(50)),
  /** Of one sample, as the framework lays it out. */
  outputShape: shape,
  format: v.picklist(['channelsFirst', 'channelsLast']),
  trainable: v.boolean(),
  /** The activation inside the layer (Keras); null: none. */
  activation: v.nullable(text),
  /** Places in `layers` of those that feed it: each smaller than its own. */
  inputs: v.array(count),
  config: v.record(v.string(), v.union([scalar, v.array(scalar)])),
  /** Where it is constructed; for a function, where it is called. */
  source: v.nullable(PythonSpan),
  /** Where `forward` or `call` calls it; null: unknown. */
  calledAt: v.nullable(PythonSpan),
  /** Where the workspace asks for it, if a library constructs it; else null. */
  askedAt: v.nullable(PythonSpan),
  /** Parameters, then buffers. `layout`: a letter an axis, such as OIHW, HWIO, OI, IO, C; null: unknown. */
  weights: v.array(v.object({ name: text, shape, layout: v.nullable(text) })),
});
export type PythonLayer = v.InferOutput<typeof PythonLayer>;

const Samples = v.object({
  /** That were kept as they passed. */
  kept: v.pipe(count, v.maxValue(1_000_000)),
  /** How many the script has in all; null: unknown. */
  total: v.nullable(count),
  /** Class by kept sample; −1: unknown. Null: no classes. */
  labels: v.nullable(v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(-1)))),
});

/** The values of metrics at one epoch, by the script's or the framework's names; NaN and ±Inf as null. */
const Metrics = v.record(v.string(), v.nullable(v.pipe(v.number(), v.finite())));

export const FromPython = v.variant('type', [
  v.object({
    type: v.literal('hello'),
    version: v.literal(PYTHON_PROTOCOL_VERSION),
    python: text,
    /** That of the script: 0 and 1 would be those of groups to the system. */
    processId: v.pipe(count, v.minValue(2)),
  }),
  /** A model has been trained for its first epoch, or its fit begins with all samples at hand. Reply: `plan` or `refused`. */
  v.object({
    type: v.literal('begin'),
    run,
    framework: v.object({ name: v.picklist(['pytorch', 'keras']), version: text }),
    /** What computes: "torch", "tensorflow", "jax"; `threads` 0: not known. */
    engine: v.object({ name: text, version: text, threads: count, device: text }),
    packages: v.record(v.string(), text),
    model: v.object({ name: text, optimizer: text, loss: text, metrics: v.array(text), parameterCount: count }),
    /** The model's first input first, then in order of execution. */
    layers: v.pipe(v.array(PythonLayer), v.minLength(2), v.maxLength(20_000)),
    /** How many epochs there will be; null: the script has not said. */
    epochCount: v.nullable(count),
    metricNames: v.array(text),
    /** What the model's answers mean: class scores (`classes` of them), one probability of class 1, or no class. */
    answers: v.variant('form', [
      v.object({ form: v.literal('scores'), classes: v.pipe(count, v.minValue(2)) }),
      v.object({ form: v.literal('probability') }),
      /** `reason`: why a classifier's samples have no class, in words; null: it is no classifier. */
      v.object({ form: v.literal('none'), reason: v.nullable(text) }),
    ]),
    classNames: v.nullable(v.array(text)),
    training: Samples,
    validation: Samples,
    /** The model takes batches of this size only; null: of any. */
    fixedBatch: v.nullable(v.pipe(count, v.minValue(1), v.maxValue(1_000_000))),
    /** Of one probe's pass with its outputs read, measured. */
    millisecondsPerProbe: milliseconds,
    /** Epochs trained so far, and how long each took; null: none. */
    epochMilliseconds: v.nullable(milliseconds),
  }),
  /** The first input of the chosen samples, in the order of the plan, as the framework lays them out. */
  v.object({ type: v.literal('inputs'), run, part: v.picklist(['probes', 'training']) }),
  /** An epoch has been trained (0: before training). Reply: `record`. `isLast`: training has ended with it. */
  v.object({ type: v.literal('epoch'), run, epoch: count, isLast: v.boolean(), metrics: Metrics }),
  /** What the layers answer to some probes: the values of layer after layer, the input's first, each (sample, …outputShape). */
  v.object({
    type: v.literal('maps'),
    run,
    epoch: count,
    reading: v.pipe(count, v.minValue(1), v.maxValue(2)),
    firstSample: count,
    sampleCount: v.pipe(count, v.minValue(1)),
  }),
  /** The epoch's last frame. Values: the model's answers to all probes, (sample, …), `answers` of them, then all weights in order. */
  v.object({ type: v.literal('commit'), run, epoch: count, answers: count }),
  /** The epoch could not be recorded. */
  v.object({ type: v.literal('epoch-lost'), run, epoch: count, reason: text }),
  /** Progress inside an epoch, at most ten a second. `fraction` null: unknown. */
  v.object({ type: v.literal('batch'), run, fraction: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))) }),
  /** Another fit of the same model; `epochCount` more epochs. */
  v.object({ type: v.literal('continue'), run, epochCount: v.nullable(count) }),
  /** A fit has ended, or a loop's script: the last epoch can have its maps. */
  v.object({ type: v.literal('rest'), run }),
  v.object({ type: v.literal('notice'), run: v.nullable(run), text }),
  /** The script is at its end. What it raised and nobody caught, if anything; what was seen of it. */
  v.object({
    type: v.literal('end'),
    raised: v.nullable(v.object({ text, place: v.nullable(text), isInterrupt: v.boolean() })),
    /** Frameworks that were imported, such as "torch". */
    frameworks: v.array(text),
    /** Modules and layers that were constructed. */
    layerCount: count,
    trainings: count,
  }),
]);
export type FromPython = v.InferOutput<typeof FromPython>;
export type PythonBegin = Extract<FromPython, { type: 'begin' }>;

export type ToPython =
  | {
      readonly type: 'plan';
      readonly run: number;
      /** Kept samples that are probed, in order: split ('training' or 'validation') and place in it. */
      readonly probes: readonly (readonly ['training' | 'validation', number])[];
      /** Places of kept training samples whose inputs are recorded once. */
      readonly training: readonly number[];
      /** How often the probes are run at an epoch, batch after batch. */
      readonly readings: 1 | 2;
      /** Probes in one pass. */
      readonly batchSize: number;
    }
  /** The run cannot be recorded. A person has been told. */
  | { readonly type: 'refused'; readonly run: number }
  /** `record` false: it is thinned out, late or paused. Python then keeps the state if it may be the last. */
  | { readonly type: 'record'; readonly run: number; readonly record: boolean };
