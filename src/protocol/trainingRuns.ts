/**
 * What the training view asks beside measures: the runs of a group that differ in the size of their training
 * data, the entropy of what each was trained on, and the samples behind a cell of the confusion matrix.
 */
import * as v from 'valibot';
import type { InterValue } from './measure.js';
import { SPLITS } from './run.js';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** A run's id; null is the run that the view shows. */
const run = v.nullable(v.pipe(v.string(), v.maxLength(4096)));

/** As many pictures as one cell shows. */
const MOST_CONFUSED = 256;

export const ConfusedQuestion = v.object({
  run,
  epoch: count,
  label: count,
  prediction: count,
  split: v.picklist(['all', ...SPLITS]),
  most: v.pipe(count, v.minValue(1), v.maxValue(MOST_CONFUSED)),
});
export type ConfusedQuestion = v.InferOutput<typeof ConfusedQuestion>;

export interface ConfusedSamples {
  /** Probes of the cell, ascending, at most as many as were asked for. */
  readonly samples: readonly number[];
  /** How many there are. */
  readonly total: number;
}

export const MixedQuestion = v.object({ count: v.pipe(count, v.minValue(1)), draws: v.pipe(count, v.maxValue(25)) });
export type MixedQuestion = v.InferOutput<typeof MixedQuestion>;

export interface GroupRun {
  readonly id: string;
  readonly name: string;
  /** Training samples that it was given. */
  readonly size: number;
  /** The run that the view was opened on. */
  readonly own: boolean;
  /** Whole epochs, ascending. */
  readonly epochs: readonly number[];
}

/** Inter-sample entropy of the training inputs that a run keeps; `layer` and `epoch` of the value are −1. */
export interface TrainingEntropy {
  /** Null where the run keeps none. */
  readonly value: InterValue | null;
  /** Samples that the script trained on; null where it cannot be known. */
  readonly trainCount: number | null;
}

export const TrainingInputs = {
  groupRuns: v.object({}),
  trainingEntropy: v.object({ run }),
  confusedSamples: ConfusedQuestion,
  probePictures: v.object({ run, samples: v.pipe(v.array(count), v.minLength(1), v.maxLength(MOST_CONFUSED)) }),
  mixedSamples: MixedQuestion,
};

export type TrainingContract = {
  /** By size, the newest of each; empty where the run is in no group. */
  groupRuns: { input: Record<string, never>; output: readonly GroupRun[] };
  trainingEntropy: { input: { run: string | null }; output: TrainingEntropy };
  confusedSamples: { input: ConfusedQuestion; output: ConfusedSamples };
  /** `draws` sets of probes, in each equally many of every class, as the seed of the probes has them. */
  mixedSamples: { input: MixedQuestion; output: readonly (readonly number[])[] };
};
