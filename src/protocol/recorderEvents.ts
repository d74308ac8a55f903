/**
 * What the recording process tells its parent, one JSON object a line on descriptor 3. Bulk data
 * never passes here: the child writes the run folder and says that an epoch is whole. Every line is
 * checked against the schema; what does not fit is counted and dropped.
 */
import * as v from 'valibot';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Null where the script has not said how many epochs there will be. */
const statedLastEpoch = v.nullable(count);
const finiteOrNull = v.nullable(v.pipe(v.number(), v.finite()));

const FailureMessage = v.object({
  kind: v.picklist(['bad-input', 'not-found', 'damaged', 'unsupported', 'environment', 'script', 'cancelled']),
  doing: v.string(),
  wrong: v.string(),
  tryThis: v.string(),
});

export const RecorderEvent = v.variant('type', [
  v.object({
    type: v.literal('engine'),
    name: v.string(),
    notice: v.nullable(v.string()),
  }),
  v.object({
    type: v.literal('run-started'),
    folder: v.string(),
    lastEpoch: statedLastEpoch,
    layerCount: count,
    probeCount: count,
    /** Forecast of the whole run in bytes. */
    forecastBytes: count,
    bytesPerEpoch: count,
    /** What the plan leaves out and why, in words. */
    leftOut: v.optional(v.array(v.string())),
  }),
  /** Progress inside an epoch, at most ten a second. */
  v.object({
    type: v.literal('batch'),
    folder: v.string(),
    epoch: count,
    fraction: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  }),
  v.object({
    type: v.literal('epoch-whole'),
    folder: v.string(),
    epoch: count,
    lastEpoch: statedLastEpoch,
    loss: finiteOrNull,
    /** On probes: of those that were not trained on where there are such. */
    accuracy: v.nullable(v.object({ correct: count, n: v.pipe(count, v.minValue(1)), heldOut: v.boolean() })),
    /** Wall seconds since training began, and of those the seconds that recording took. */
    elapsedSeconds: v.pipe(v.number(), v.minValue(0)),
    recordingSeconds: v.pipe(v.number(), v.minValue(0)),
    byteCount: count,
  }),
  /** An epoch was trained and, because recording is paused, not recorded. */
  v.object({
    type: v.literal('epoch-paused'),
    folder: v.string(),
    epoch: count,
    lastEpoch: statedLastEpoch,
    /** Wall seconds since training began. */
    elapsedSeconds: v.pipe(v.number(), v.minValue(0)),
  }),
  /** Something that a person should know but that stops nothing. */
  v.object({
    type: v.literal('notice'),
    text: v.string(),
    /** Of the run that it is about; absent where it is about none. */
    folder: v.optional(v.string()),
  }),
  /** The script is told to end, and what it has trained is being saved: a large network may take longer than a moment. */
  v.object({ type: v.literal('saving') }),
  v.object({ type: v.literal('run-ended'), folder: v.string(), stopped: v.boolean() }),
  /** With a folder: that run can be recorded no further; training goes on. */
  v.object({ type: v.literal('failed'), failure: FailureMessage, folder: v.nullable(v.string()) }),
]);
export type RecorderEvent = v.InferOutput<typeof RecorderEvent>;
