/** What a person chose in the information view; it is part of the view's link. */
import * as v from 'valibot';

/** How a layer's information is estimated: the bounds by kernel density, or joint states of bins. */
export const INFORMATION_CURVES = ['lower', 'upper', 'binned'] as const;
export type InformationCurve = (typeof INFORMATION_CURVES)[number];

/** Fewer give no band of 95 %. */
const LEAST_PERMUTATIONS = 39;
const MOST_PERMUTATIONS = 999;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** As many as a person picks by hand. */
const MOST_PICKED = 4096;

const UnitPlace = v.tuple([count, count]);
/** [layer, channel] */
export type UnitPlace = v.InferOutput<typeof UnitPlace>;

export const InformationChoice = v.object({
  curve: v.fallback(v.picklist(INFORMATION_CURVES), 'lower'),
  /** Noise variance as a share of the layer's total variance; of the bounds alone. */
  noiseShare: v.fallback(v.pipe(v.number(), v.minValue(1e-6), v.maxValue(10)), 0.05),
  /** Labels are permuted so many times for the null; 0 draws none. */
  permutations: v.fallback(
    v.union([
      v.literal(0),
      v.pipe(v.number(), v.safeInteger(), v.minValue(LEAST_PERMUTATIONS), v.maxValue(MOST_PERMUTATIONS)),
    ]),
    LEAST_PERMUTATIONS,
  ),
  /** CKA between the layers of an epoch, or between the epochs of a layer. */
  similarity: v.fallback(v.picklist(['layers', 'epochs']), 'layers'),
  /** What takes an ablated channel's place. */
  replacement: v.fallback(v.picklist(['zero', 'mean']), 'zero'),
  /** Units that are ablated together. */
  picked: v.fallback(v.pipe(v.array(UnitPlace), v.maxLength(MOST_PICKED)), []),
});
export type InformationChoice = v.InferOutput<typeof InformationChoice>;
