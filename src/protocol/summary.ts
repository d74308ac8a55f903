/**
 * What a recording says a person should know: findings of the rules in src/analysis/rules, what was checked and found
 * healthy, and a row for each layer.
 */
import * as v from 'valibot';
import type { NotLearned } from './notLearned.js';
import type { RunAccuracy } from './run.js';

/** Rules by name, in the order in which they are asked and documented. */
export const RULE_NAMES = [
  'learned',
  'loss',
  'non-finite',
  'leakage',
  'class-missing',
  'train-and-use',
  'overfitting',
  'uncertain-class',
  'confusion',
  'unchanged',
  'dead',
  'saturated',
  'redundant',
  'held-out-size',
] as const;
export type RuleName = (typeof RULE_NAMES)[number];

/** From worst to least: the network is broken, answers are wrong, something is wasted, something cannot be told. */
export const GRAVITIES = ['broken', 'wrong', 'wasted', 'limit'] as const;
export type Gravity = (typeof GRAVITIES)[number];

/** Of the observation: counted on all inputs; an interval that excludes no effect; one epoch or one training. */
export type Certainty = 'certain' | 'likely' | 'unsure';

/** What a finding says of one layer. */
export interface LayerFinding {
  readonly layer: number;
  readonly text: string;
  /** Those that it is about. */
  readonly channels: readonly number[];
}

export interface Finding {
  readonly rule: RuleName;
  readonly gravity: Gravity;
  readonly certainty: Certainty;
  /** A sentence without its full stop. */
  readonly title: string;
  /** The evidence in one or two sentences. */
  readonly text: string;
  /** 0 … 1, points of held-out accuracy or a share of channels: the order among findings of one gravity. */
  readonly effect: number;
  /** In topological order; empty where the finding is about the network or its training. */
  readonly layers: readonly LayerFinding[];
  /** Estimator, N and epoch. */
  readonly basis: string;
}

/** A rule that found nothing, with what says so: "No NaN or infinity", "9 layers". */
export interface CheckedRule {
  readonly rule: RuleName;
  readonly title: string;
  readonly value: string;
}

/** A rule that could not be asked. */
export interface UncheckedRule {
  readonly rule: RuleName;
  readonly reason: string;
}

export interface SummaryRow {
  readonly layer: number;
  /** Mean map entropy, or unit entropy of a layer of units, in bits, by recorded epoch. */
  readonly entropy: readonly { readonly epoch: number; readonly bits: number | null }[];
  readonly dead: number;
  /** Principal components with 99 % of the variance of the channel means; null: not known, or not stable. */
  readonly needed: number | null;
}

export interface Summary {
  /** The last complete epoch. */
  readonly epoch: number;
  /** "It learned: 94.0 % of the held-out probes are right" */
  readonly verdict: string;
  /** The title of the worst finding; null where all are suggestions. */
  readonly problem: string | null;
  /** Sentences below the verdict. */
  readonly lines: readonly string[];
  readonly accuracy: RunAccuracy | null;
  readonly notLearned: NotLearned | null;
  /** Worst first, those that are unsure last. */
  readonly findings: readonly Finding[];
  /** Rules that wait until the network has learned. */
  readonly heldBack: readonly RuleName[];
  readonly checked: readonly CheckedRule[];
  readonly unchecked: readonly UncheckedRule[];
  readonly rows: readonly SummaryRow[];
  /** What the numbers of the rows are: N, estimators, units. */
  readonly notes: readonly string[];
}

export const SummaryQuestion = v.object({
  /** "recorded" looks at recorded statistics alone, "computed" also at kept maps. */
  depth: v.picklist(['recorded', 'computed']),
});
export type SummaryQuestion = v.InferOutput<typeof SummaryQuestion>;
