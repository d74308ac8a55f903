/**
 * Two recorded states of networks against each other: two runs, two epochs of one run, or runs of one
 * script at two commits. Changes are "to" less "from".
 */
import * as v from 'valibot';
import { ControlQuestion } from './control.js';
import type { MetricsResult } from './measure.js';
import type { Judged, RunManifest, SourceSpan } from './run.js';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const runId = v.pipe(v.string(), v.maxLength(4096));

/** `run` null is the run that the view shows; `epoch` null its last whole epoch. */
export const StateQuestion = v.object({ run: v.nullable(runId), epoch: v.nullable(count) });
export type StateQuestion = v.InferOutput<typeof StateQuestion>;

export const CompareQuestion = v.object({ from: StateQuestion, to: StateQuestion });
export type CompareQuestion = v.InferOutput<typeof CompareQuestion>;

/** By what the table of layers is sorted, largest change first; `layer` is the network's order. */
export const COMPARE_ORDERS = ['inter', 'intra', 'dead', 'layer'] as const;
export type CompareOrder = (typeof COMPARE_ORDERS)[number];

/** What the compare view shows; survives a reload and is a link. */
export const CompareChoice = v.object({
  /** Id of the run beside the view's own; its own id compares two epochs of it. */
  other: v.optional(runId),
  /** Of the other and of the view's own run; null is the last whole one. */
  epochs: v.optional(v.tuple([v.nullable(count), v.nullable(count)])),
  /** The view's own run is "from", not "to". */
  reversed: v.optional(v.boolean()),
  order: v.optional(v.picklist(COMPARE_ORDERS)),
  /** Place in the network of "to" of the layer whose channels are shown. */
  layer: v.optional(count),
  /** The control experiment that is in sight; absent until a person asks for one. */
  control: v.optional(v.pick(ControlQuestion, ['samples', 'masks'])),
});
export type CompareChoice = v.InferOutput<typeof CompareChoice>;

/** A run that can be compared with. */
export interface CompareCandidate {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly script: string;
  readonly git: RunManifest['git'];
  /** Whole epochs, ascending. */
  readonly epochs: readonly number[];
  /** The run that the view was opened on. */
  readonly own: boolean;
}

/** One side of a comparison. */
export interface ComparedState {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly script: string;
  readonly git: RunManifest['git'];
  readonly epoch: number;
  readonly probeCount: number;
}

/** A number on both sides; null where a side has none. */
export interface Change {
  readonly from: number | null;
  readonly to: number | null;
  readonly difference: number | null;
  /** Half width of the 95 % interval of the difference; null where there is none. */
  readonly halfWidth: number | null;
  /** Samples that entered; the smaller number where the sides differ. */
  readonly n: number;
  /** The interval is of differences probe by probe; else the sides' own variances are added. */
  readonly paired: boolean;
}

/** Where both sides saw the same probes, of those that neither was trained on. */
export interface AccuracyChange extends Change {
  readonly judged: { readonly from: Judged; readonly to: Judged };
}

export interface ComparedPlace {
  readonly index: number;
  readonly name: string;
  readonly className: string;
  readonly shape: readonly number[];
  readonly channelCount: number;
  readonly source: SourceSpan | null;
}

export interface ComparedLayer {
  /** Null where the layer is in one network only. */
  readonly from: ComparedPlace | null;
  readonly to: ComparedPlace | null;
  /** "filters 8 → 16" */
  readonly changedArguments: readonly string[];
  /** Inter-sample entropy; of different N it is H − log2 N that is compared in `difference`. */
  readonly inter: Change | null;
  /** Mean intra-sample entropy over channels and probes. */
  readonly intra: Change | null;
  readonly dead: { readonly from: number | null; readonly to: number | null };
  /** Mean intra-sample entropy of each channel; empty where the layer is not there. */
  readonly channels: { readonly from: readonly (number | null)[]; readonly to: readonly (number | null)[] };
  /** Mean intra-sample entropy over epochs. */
  readonly curves: { readonly from: readonly EpochValue[]; readonly to: readonly EpochValue[] };
  /** Why a value is missing, or what it rests on where that is not the usual. */
  readonly notes: readonly string[];
}

export interface EpochValue {
  readonly epoch: number;
  readonly bits: number | null;
}

export interface ComparedClass {
  readonly name: string;
  /** H(label | predicted as this class). */
  readonly labelGivenPrediction: Change;
  /** H(prediction | label is this class). */
  readonly predictionGivenLabel: Change;
}

export interface Comparison {
  readonly from: ComparedState;
  readonly to: ComparedState;
  /** Inputs, labels and their order are the same, so that changes are paired by probe. */
  readonly sameProbes: boolean;
  /** Two trainings that no seed gave the same random start: it may explain what differs. */
  readonly otherStart: boolean;
  /** In the order of the network of "to". */
  readonly layers: readonly ComparedLayer[];
  /** Share of probes that are predicted right, of those that were not trained on; null without labels. */
  readonly accuracy: AccuracyChange | null;
  /** Classes of both runs, where they are the same ones; empty otherwise. */
  readonly classes: readonly ComparedClass[];
  readonly metrics: { readonly from: MetricsResult; readonly to: MetricsResult };
  /** How the numbers were made, a sentence each. */
  readonly estimators: { readonly inter: string; readonly intra: string; readonly accuracy: string };
}

export const OTHER_START_WORDS =
  'Based on one training each; a different random initialization could also explain this.';

export const CompareInputs = { compareCandidates: v.object({}), compare: CompareQuestion };

export type CompareContract = {
  /** Runs of the same folder that have an epoch: the same script's first, then newest first. */
  compareCandidates: { input: Record<string, never>; output: readonly CompareCandidate[] };
  compare: { input: CompareQuestion; output: Comparison };
};
