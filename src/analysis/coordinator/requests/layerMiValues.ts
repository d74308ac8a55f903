/** Values of layer mutual information: undefined ones, from which epoch on they hardly change, and how they are cached. */
import * as v from 'valibot';
import type { Convergence, LayerMiValue, UnitPairValue } from '../../../protocol/measure.js';
import { convergedAt, NO_NUMBERS } from '../../measures/layerInformation.js';

/** Where values belong. */
export interface LayerPlace {
  readonly layer: number;
  readonly epoch: number;
}

/** Values of one layer at one epoch: one, or one a unit. */
export interface LayerMiCell {
  readonly values: LayerMiValue[];
  readonly pairs: UnitPairValue[];
}

/** A value that is undefined, and why. */
export function noInformation(place: LayerPlace, n: number, d: number, reason: string): LayerMiValue {
  const ceilings = { inputCeilingBits: n > 0 ? Math.log2(n) : 0, labelCeilingBits: null };
  return { ...place, ...NO_NUMBERS, ...ceilings, unit: null, n, d, nonFiniteCount: 0, reason };
}

/** From which epoch on each layer's or unit's values hardly change. */
export function convergenceOf(values: readonly LayerMiValue[]): Convergence[] {
  const courses = new Map<string, LayerMiValue[]>();
  for (const value of values) {
    const key = `${value.layer} ${value.unit}`;
    courses.set(key, [...(courses.get(key) ?? []), value]);
  }
  return [...courses.values()].map((course) => ({
    layer: course[0].layer,
    unit: course[0].unit,
    input: convergedAt(course.map(({ epoch, inputBits }) => ({ epoch, bits: inputBits }))),
    label: convergedAt(course.map(({ epoch, labelBits }) => ({ epoch, bits: labelBits }))),
    inputUpper: convergedAt(course.map(({ epoch, inputUpperBits }) => ({ epoch, bits: inputUpperBits }))),
    labelUpper: convergedAt(course.map(({ epoch, labelUpperBits }) => ({ epoch, bits: labelUpperBits }))),
  }));
}

const bits = v.nullable(v.number());
const band = v.nullable(
  v.object({
    permutations: v.number(),
    seed: v.number(),
    meanBits: v.number(),
    lowBits: v.number(),
    highBits: v.number(),
    maximumBits: v.number(),
  }),
);

/** A cell in the cache of results. */
export const KeptLayerMi = v.object({
  values: v.array(
    v.object({
      layer: v.number(),
      epoch: v.number(),
      unit: bits,
      inputBits: bits,
      labelBits: bits,
      inputUpperBits: bits,
      labelUpperBits: bits,
      inputMillerMadowBits: bits,
      labelMillerMadowBits: bits,
      inputCeilingBits: v.number(),
      labelCeilingBits: bits,
      inputNull: band,
      labelNull: band,
      labelUpperNull: band,
      inputHalfWidthBits: bits,
      labelHalfWidthBits: bits,
      inputUpperHalfWidthBits: bits,
      labelUpperHalfWidthBits: bits,
      noiseVariance: bits,
      n: v.number(),
      d: v.number(),
      nonFiniteCount: v.number(),
      reason: v.nullable(v.string()),
    }),
  ),
  pairs: v.array(
    v.object({
      layer: v.number(),
      epoch: v.number(),
      a: v.number(),
      b: v.number(),
      bits: v.number(),
      null: band,
    }),
  ),
});
