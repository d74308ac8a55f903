/**
 * Why two classes are confused: how often, in which layer the network tells them apart, which of its channels go
 * with wrong answers, and what becomes of these without the channels.
 */
import * as v from 'valibot';
import type { PictureStack } from './viewer.js';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const share = v.nullable(v.number());
const Counts = v.object({ a: count, b: count });

/** Nearest neighbours that vote. */
export const CONFUSION_NEIGHBOURS = 5;
export const CONFUSION_PERMUTATIONS = 200;
export const INFORMATION_PERMUTATIONS = 39;
export const CHANNEL_PERMUTATIONS = 499;
/** Probes of either class below which nothing is claimed of layers and channels. */
export const FEWEST_OF_A_CLASS = 20;
/** Channels that are listed, and switched off. */
export const MOST_CONFUSING_CHANNELS = 8;
/** Misread probes that are named of each direction. */
export const MOST_MISREAD = 120;

export const ConfusionQuestion = v.pipe(
  v.object({
    a: count,
    b: count,
    /** Null is the last whole one. */
    epoch: v.nullable(count),
  }),
  v.check(({ a, b }) => a !== b, 'two different classes'),
);
export type ConfusionQuestion = v.InferOutput<typeof ConfusionQuestion>;

const ConfusionCount = v.object({
  epoch: count,
  /** Probes of A that are predicted as B, and of B as A. */
  aAsB: count,
  bAsA: count,
  aRight: count,
  bRight: count,
});
export type ConfusionCount = v.InferOutput<typeof ConfusionCount>;

/** Both measures of one layer at the epoch; `before` are those of epoch 0. */
const ApartLayer = v.object({
  layer: count,
  name: v.string(),
  /** Balanced accuracy of the nearest neighbours, leave-one-out, 0 … 1, and its 95 % interval. */
  accuracy: share,
  low: share,
  high: share,
  before: share,
  /** Accuracy − that of the input on the same probes, and the half width of its paired 95 % interval. */
  difference: share,
  halfWidth: share,
  /** The middle 95 % of the accuracies with permuted labels. */
  chance: v.nullable(v.object({ low: v.number(), high: v.number() })),
  /** I(T;Y) of the two classes in bits: lower bound by kernel density, with its half width. */
  bits: share,
  bitsHalfWidth: share,
  bitsBefore: share,
  /** The largest with permuted labels. */
  bitsChance: share,
  n: count,
  reason: v.nullable(v.string()),
});
export type ApartLayer = v.InferOutput<typeof ApartLayer>;

/** Means of a channel's response by what became of the probes; null where there are none. */
const Responses = v.object({ aRight: share, aAsB: share, bAsA: share, bRight: share });
export type Responses = v.InferOutput<typeof Responses>;

const Row = v.object({
  channels: v.array(count),
  aAsB: count,
  bAsA: count,
  /** Change of A taken for B and B for A together, in probes, and the half width of its paired 95 % interval. */
  mistakes: v.object({ change: v.number(), halfWidth: v.nullable(v.number()) }),
  aRight: count,
  bRight: count,
  /** The same of the right answers to A and B together: mistakes also go when neither is answered any more. */
  right: v.object({ change: v.number(), halfWidth: v.nullable(v.number()) }),
  /** Right answers to all other classes, and the same of their change. */
  othersRight: count,
  others: v.object({ change: v.number(), halfWidth: v.nullable(v.number()) }),
});
export type SwitchedOff = v.InferOutput<typeof Row>;

const ConfusingChannel = v.object({
  channel: count,
  /** Correlation of its spatial mean with log p(A) − log p(B) within the classes. */
  r: v.number(),
  /** The same with the difference of the classes left in. */
  pooled: v.number(),
  /** Chance that any channel reaches |r| when it has nothing to do with the answer. */
  p: v.number(),
  responses: Responses,
});
export type ConfusingChannel = v.InferOutput<typeof ConfusingChannel>;

export const ConfusionNumbers = v.object({
  a: count,
  b: count,
  epoch: count,
  /** Probes that were not trained on; false: all labelled ones. */
  heldOut: v.boolean(),
  /** Labelled probes of each class, and how many of them have maps. */
  probes: Counts,
  mapped: Counts,
  courses: v.array(ConfusionCount),
  layers: v.array(ApartLayer),
  /** What the largest accuracy of all layers does not exceed in 95 % of the permutations. */
  largestByChance: share,
  /** The first layer that is better than the input, and so are all later ones; by either measure. */
  first: v.nullable(count),
  firstByInformation: v.nullable(count),
  /** The layer whose channels are looked at. */
  lookedAt: v.nullable(count),
  channels: v.nullable(
    v.object({
      /** Strongest first, of those beyond `threshold`. */
      list: v.array(ConfusingChannel),
      beyond: count,
      tested: count,
      /** The largest |r| of all channels stays below it in 95 % of the permutations. */
      threshold: v.number(),
      /** What the last layer's values are. */
      answers: v.picklist(['probabilities', 'log-probabilities', 'scores']),
    }),
  ),
  whyNoChannels: v.nullable(v.string()),
  ablation: v.nullable(
    v.object({
      n: Counts,
      others: count,
      whole: v.omit(Row, ['channels', 'mistakes', 'right', 'others']),
      /** Each listed channel by itself, then all together where there are several. */
      rows: v.array(Row),
    }),
  ),
  whyNoAblation: v.nullable(v.string()),
  /** Probes by how sure the mistake is; those whose answers are not kept last. */
  misread: v.object({ aAsB: v.array(count), bAsA: v.array(count) }),
  /** Probes that are surest of the right answer; null where there are none. */
  surest: v.object({ a: v.nullable(count), b: v.nullable(count) }),
  /** At the last epoch of repeated trainings, this one among them; empty for a training alone. */
  trainings: v.array(v.object({ id: v.string(), own: v.boolean(), aAsB: count, bAsA: count, a: count, b: count })),
});
export type ConfusionNumbers = v.InferOutput<typeof ConfusionNumbers>;

export interface ConfusionResult extends ConfusionNumbers {
  /** Mean inputs of right A, A taken for B, B taken for A, right B; `n` says of how many. */
  readonly means: PictureStack;
}

export const ConfusionInputs = { confusion: ConfusionQuestion };
export type ConfusionContract = { confusion: { input: ConfusionQuestion; output: ConfusionResult } };
