/**
 * Control experiments: the recorded network on the same probes with the object or what is around it taken
 * away, or on noise. Does the network look at the object? (Sanity checks as of Adebayo et al. 2018, with
 * inputs altered in place of weights.)
 */
import * as v from 'valibot';
import type { PictureStack } from './viewer.js';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const bits = v.nullable(v.number());

/** What is taken away: the object, all but the object, or everything. */
export const MASKS = ['foreground', 'background', 'noise'] as const;
export type Mask = (typeof MASKS)[number];
export type Condition = 'original' | Mask;

export const CONDITION_WORDS: Readonly<Record<Condition, string>> = {
  original: 'as recorded',
  foreground: 'object masked',
  background: 'background masked',
  noise: 'noise',
};

export const FEWEST_CONTROL_PROBES = 32;
export const USUAL_CONTROL_PROBES = 300;

export const ControlQuestion = v.object({
  /** Null is the last whole one. */
  epoch: v.nullable(count),
  /** The first so many probes; fewer where there are fewer. */
  samples: v.pipe(count, v.minValue(FEWEST_CONTROL_PROBES)),
  masks: v.pipe(v.array(v.picklist(MASKS)), v.minLength(1), v.maxLength(MASKS.length)),
});
export type ControlQuestion = v.InferOutput<typeof ControlQuestion>;

const condition = v.picklist(['original', ...MASKS]);
const Change = v.object({
  from: bits,
  to: bits,
  difference: bits,
  halfWidth: bits,
  n: count,
  paired: v.boolean(),
});

/** One layer under one condition. */
export const ControlValue = v.object({
  condition,
  /** Inter-sample entropy and the half width of its 95 % jackknife interval. */
  interBits: bits,
  interHalfWidthBits: bits,
  /** I(T;Y), the lower bound by kernel density at the noise of the original condition, and its half width. */
  labelBits: bits,
  labelHalfWidthBits: bits,
  /** The same with labels permuted: the largest. What is not above it tells nothing of the class. */
  labelNullBits: bits,
  reason: v.nullable(v.string()),
});
export type ControlValue = v.InferOutput<typeof ControlValue>;

export const ControlNumbers = v.object({
  epoch: count,
  n: count,
  /** Accuracies are of probes that were not trained on; false: of all, since all were. */
  heldOut: v.boolean(),
  conditions: v.array(
    v.object({
      condition,
      /** From the original condition to this one, paired by probe, its own n; null without labels. */
      accuracy: v.nullable(Change),
      /** Mean share of pixels that were replaced. */
      replacedShare: v.number(),
      /** Pictures without contrast, in which no object was found. */
      withoutObject: count,
    }),
  ),
  layers: v.array(v.object({ layer: count, name: v.string(), values: v.array(ControlValue) })),
  /** H(Y) of these probes: the ceiling of I(T;Y); null without labels. */
  labelCeilingBits: bits,
  /** Probes that the recorded weights, computed anew, answer otherwise than was recorded. */
  otherThanRecorded: v.nullable(count),
  /** How the numbers were made, a sentence each. */
  methods: v.array(v.string()),
});
export type ControlNumbers = v.InferOutput<typeof ControlNumbers>;

export interface ControlResult extends ControlNumbers {
  /** Probes in the pictures. */
  readonly shown: readonly number[];
  /** Inputs as the network got them: picture `condition * shown.length + i`. */
  readonly pictures: PictureStack;
}

export const ControlInputs = { control: ControlQuestion };

export type ControlContract = { control: { input: ControlQuestion; output: ControlResult } };
