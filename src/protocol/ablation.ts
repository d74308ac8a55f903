/**
 * Ablation: what becomes of the network's answers on the probes when channels of one layer, or of several
 * together, say nothing. The layers above are computed anew from the recorded weights; nothing of the recorded model is executed.
 */
import * as v from 'valibot';
import type { Provenance } from './measure.js';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Sets of channels in one question: every channel of a layer by itself, and a few sets. */
const MOST_ABLATIONS = 1025;

/** An ablated channel is 0 everywhere, or its mean over the probes and places everywhere. */
export const REPLACEMENTS = ['zero', 'mean'] as const;
export type Replacement = (typeof REPLACEMENTS)[number];

/** Layers of one question. */
const MOST_TOGETHER = 256;
const Channels = v.pipe(v.array(count), v.maxLength(65_536));

/** Channels of one layer that are ablated together. */
export const AblatedChannels = v.object({ layer: count, channels: Channels });
export type AblatedChannels = v.InferOutput<typeof AblatedChannels>;

export const AblationQuestion = v.object({
  layer: count,
  epoch: count,
  /** Each set of channels is ablated together; the empty one changes nothing. */
  sets: v.pipe(v.array(Channels), v.minLength(1), v.maxLength(MOST_ABLATIONS)),
  /** Channels of other layers that are ablated with every set, so that a set can span layers. */
  together: v.optional(v.pipe(v.array(AblatedChannels), v.maxLength(MOST_TOGETHER))),
  /** Default zero. */
  replacement: v.optional(v.picklist(REPLACEMENTS)),
});
export type AblationQuestion = v.InferOutput<typeof AblationQuestion>;

/** Answers of the network on n probes. */
export interface AblationCounts {
  /** Probes whose largest output is their label; null without labels. */
  readonly correct: number | null;
  /** correct ÷ n */
  readonly accuracy: number | null;
}

export interface AblationValue extends AblationCounts {
  readonly channels: readonly number[];
  /** accuracy − that of the whole network. */
  readonly change: number | null;
  /** Half width of the 95 % interval of the change: the same probes before and after (paired, normal). */
  readonly halfWidth: number | null;
  /** Probes that get another class than without ablation. */
  readonly changedAnswers: number;
  /** How many probes each class is given. */
  readonly answers: readonly number[];
}

export interface AblationResult {
  readonly measure: 'ablation';
  readonly provenance: Provenance;
  readonly layer: number;
  readonly epoch: number;
  readonly replacement: Replacement;
  /** Ablated with every set; empty where only the layer's own channels are. */
  readonly together: readonly AblatedChannels[];
  /** Probes that were answered: those that were not trained on, where there are such. */
  readonly n: number;
  readonly heldOut: boolean;
  /** Without ablation, computed by the same arithmetic. */
  readonly whole: AblationCounts;
  /** Probes whose computed class is not the recorded one (ties of the last digit of float32). */
  readonly otherThanRecorded: number;
  readonly values: readonly AblationValue[];
}

export const AblationInputs = { ablation: AblationQuestion };
export type AblationContract = { ablation: { input: AblationQuestion; output: AblationResult } };
