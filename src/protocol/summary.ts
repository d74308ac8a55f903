/**
 * What a recording says a person should know and do: findings of the rules in src/analysis/rules, what was checked and
 * found healthy, and one row a layer. The summary view, Problems, the tree, hovers, the report and the command line
 * show the same findings.
 */
import * as v from 'valibot';
import type { Provenance } from './measure.js';
import type { NotLearned } from './notLearned.js';
import type { Judged } from './run.js';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Rules by name, in the order in which they are documented. */
export const RULES = [
  'learned',
  'loss-falls',
  'training-differs',
  'steps',
  'non-finite',
  'unchanged',
  'dead',
  'saturated',
  'signal',
  'initialization',
  'overfitting',
  'leakage',
  'class-missing',
  'class-balance',
  'uncertain-class',
  'confusion',
  'labels',
  'order',
  'redundant',
  'held-out-size',
] as const;
export type RuleName = (typeof RULES)[number];

/** From worst to least: the network is broken, an answer is wrong, something is wasted, something cannot be told. */
export const GRAVITIES = ['broken', 'wrong', 'wasted', 'limit'] as const;
export type Gravity = (typeof GRAVITIES)[number];

/** Of the observation: counted on all inputs; an interval that excludes no effect; one epoch or one training. */
export const CERTAINTIES = ['certain', 'likely', 'unsure'] as const;
export type Certainty = (typeof CERTAINTIES)[number];

/** What a finding says of one layer: what Problems and hovers show at its line. */
export interface LayerFinding {
  readonly layer: number;
  readonly text: string;
  /** Channels that it is about; empty where it is about the whole layer. */
  readonly channels: readonly number[];
  /** 0 … 1, of the layer's channels. */
  readonly share: number;
}

/** The small picture of a finding, which is its evidence. */
export type Evidence =
  /** Lengths of one bar: needed, spare, dead; null where it is not known. */
  | { readonly kind: 'units'; readonly needed: number | null; readonly dead: number; readonly all: number }
  /** A quantity as it is and as it would be. */
  | { readonly kind: 'before-after'; readonly what: string; readonly before: number; readonly after: number }
  /** Metrics by epoch, those of the first name in the colour of the finding. */
  | {
      readonly kind: 'curves';
      readonly epochs: readonly number[];
      readonly lines: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
      /** An epoch to mark, with its label. */
      readonly mark: { readonly epoch: number; readonly label: string } | null;
    }
  /** Probes, by number. */
  | { readonly kind: 'samples'; readonly samples: readonly number[]; readonly caption: string }
  /** A share with its 95 % interval, 0 … 1. */
  | { readonly kind: 'interval'; readonly share: number; readonly low: number; readonly high: number }
  /** Shares beside each other, 0 … 1, the last in the colour of the finding. */
  | {
      readonly kind: 'shares';
      readonly what: string;
      readonly bars: readonly { readonly name: string; readonly share: number }[];
    };

/** What a press of a button does. */
export type FindingAction =
  /** Opens a view: its name and choices as in `ViewState`. */
  | { readonly kind: 'show'; readonly label: string; readonly state: Readonly<Record<string, unknown>> }
  /** Proposes another number of filters or units of a layer. */
  | { readonly kind: 'reduce'; readonly label: string; readonly layer: number; readonly to: number }
  /** Records the script several times. */
  | { readonly kind: 'repeat'; readonly label: string; readonly count: number }
  /** Why the two classes are confused. */
  | { readonly kind: 'confusion'; readonly label: string; readonly of: number; readonly as: number };

export interface Finding {
  readonly rule: RuleName;
  readonly gravity: Gravity;
  readonly certainty: Certainty;
  /** A sentence that a person can repeat, without a full stop. */
  readonly title: string;
  /** The evidence in one or two sentences. */
  readonly text: string;
  /** Points of held-out accuracy, or share of parameters or units, 0 … 1: order among findings of one gravity. */
  readonly effect: number;
  /** By layer, in topological order; empty where the finding is about the network or its training. */
  readonly layers: readonly LayerFinding[];
  readonly evidence: Evidence | null;
  readonly actions: readonly FindingAction[];
  readonly provenance: Provenance;
}

/** A rule that found nothing, with the number that says so. */
export interface CheckedRule {
  readonly rule: RuleName;
  /** "No NaN or infinity" */
  readonly title: string;
  /** "9 layers" */
  readonly value: string;
}

/** A rule that could not be asked, and why. */
export interface UncheckedRule {
  readonly rule: RuleName;
  readonly reason: string;
}

export interface SummaryRow {
  readonly layer: number;
  /** Mean map entropy, or unit entropy of a layer of units, by recorded epoch; bits. */
  readonly entropy: readonly { readonly epoch: number; readonly bits: number | null }[];
  readonly dead: number;
  /** Channels that carry 99 % of the variance of the channels' means; null: unknown, or not to be advised. */
  readonly needed: number | null;
  /** I(T; Y) in bits with the largest of the permutations; null: unknown. */
  readonly information: { readonly bits: number; readonly nullBits: number; readonly ceiling: number } | null;
}

export interface SummaryAccuracy extends Judged {
  /** Wilson's 95 %, 0 … 1. */
  readonly interval: readonly [low: number, high: number];
  /** The same on the probes that were trained on; null where all were, or none. */
  readonly trained: Judged | null;
  /** Always answering the most common class. */
  readonly constant: { readonly classIndex: number; readonly share: number };
}

export interface Summary {
  /** The epoch that it is about: the last complete one. */
  readonly epoch: number;
  /** "It learned well, 94.0 % right": the first part of the headline. */
  readonly verdict: string;
  /** ", but 75 of its 232 units do nothing": the largest problem; null where none was found. */
  readonly problem: string | null;
  /** Sentences under the headline. */
  readonly lines: readonly string[];
  readonly accuracy: SummaryAccuracy | null;
  readonly notLearned: NotLearned | null;
  /** Worst first. Other advice is left out while the network has not learned. */
  readonly findings: readonly Finding[];
  /** Advice is held back because the network has not learned. */
  readonly isHeldBack: boolean;
  readonly checked: readonly CheckedRule[];
  readonly unchecked: readonly UncheckedRule[];
  readonly rows: readonly SummaryRow[];
  /** Held-out where there is such, else of all labelled probes: counts[label][prediction]. */
  readonly confusion: {
    readonly split: 'validation' | 'train';
    readonly counts: readonly (readonly number[])[];
    readonly n: number;
  } | null;
  /** False: only what is recorded has been looked at; what is computed from maps is left. */
  readonly isComplete: boolean;
  /** N, estimators and units of the rows, one sentence each. */
  readonly notes: readonly string[];
}

/** `depth`: "recorded" answers from statistics at once, "computed" also from kept maps; `heldBack`: with advice for networks that have not learned. */
export const SummaryQuestion = v.object({
  depth: v.picklist(['recorded', 'computed']),
  heldBack: v.optional(v.boolean()),
});
export type SummaryQuestion = v.InferOutput<typeof SummaryQuestion>;

/** "Why are A and B confused?", in src/protocol/confusion.ts; here so that views can link to it. */
export const ClassPair = v.object({ of: count, as: count });
export type ClassPair = v.InferOutput<typeof ClassPair>;
