/**
 * How far two classes are apart: leave-one-out nearest neighbours with the null of permuted labels, and which
 * numbers of a layer go with the answer within the classes.
 */
import { accuracyChange } from '../compare/changes.js';
import { wilsonInterval } from '../../protocol/accuracy.js';
import { shuffledIndices } from './standardNormal.js';
import { seedOf } from './informationStatistics.js';
import { upperLimit } from './matrixStatistics.js';

/** Neighbours of each sample, nearest first: (sample, length). */
export interface Neighbours {
  readonly indices: ArrayLike<number>;
  readonly length: number;
}

/** Whether most of the k nearest (k odd) have the sample's own class; `classes` are 0 and 1. */
export function votes({ indices, length }: Neighbours, k: number, classes: Uint8Array): boolean[] {
  return Array.from(classes, (own, i) => {
    let ones = 0;
    for (let place = 0; place < k; place++) ones += classes[indices[i * length + place]];
    return (2 * ones > k ? 1 : 0) === own;
  });
}

/** Mean of the two classes' shares; NaN where one has no sample. */
export function balancedAccuracy(right: readonly boolean[], classes: Uint8Array): number {
  const counts = [0, 0];
  const hits = [0, 0];
  right.forEach((one, i) => {
    counts[classes[i]]++;
    if (one) hits[classes[i]]++;
  });
  return (hits[0] / counts[0] + hits[1] / counts[1]) / 2;
}

/** 95 %: Wilson's intervals of both shares put together (MOVER; Zou and Donner 2008). */
export function balancedInterval(right: readonly boolean[], classes: Uint8Array): readonly [low: number, high: number] {
  const sides = [0, 1].map((side) => {
    const own = right.filter((_, i) => classes[i] === side);
    const correct = own.filter(Boolean).length;
    const [low, high] = wilsonInterval({ correct, n: own.length });
    return { share: correct / own.length, low, high };
  });
  const share = (sides[0].share + sides[1].share) / 2;
  const below = Math.hypot(...sides.map((side) => side.share - side.low)) / 2;
  const above = Math.hypot(...sides.map((side) => side.high - side.share)) / 2;
  return [Math.max(0, share - below), Math.min(1, share + above)];
}

/** `to` − `from` of the same samples: matched proportions of each class (Agresti and Min 2005), variances added. */
export function balancedChange(
  from: readonly boolean[],
  to: readonly boolean[],
  classes: Uint8Array,
): { readonly difference: number; readonly halfWidth: number } {
  const sides = [0, 1].map((side) => {
    const of = (right: readonly boolean[]): boolean[] => right.filter((_, i) => classes[i] === side);
    return accuracyChange(of(from), of(to), true);
  });
  return {
    difference: sides.reduce((sum, side) => sum + (side.difference ?? NaN), 0) / 2,
    halfWidth: Math.hypot(...sides.map((side) => side.halfWidth ?? NaN)) / 2,
  };
}

/** The classes of one permutation: the same for every layer. */
export function permutedClasses(classes: Uint8Array, seed: number, index: number): Uint8Array {
  const order = shuffledIndices(classes.length, seedOf(seed, index));
  return classes.map((_, i) => classes[order[i]]);
}

/** Values (sample, channel) and one number a sample, both about the mean of the sample's class. */
export interface WithinClasses {
  /** Null for a channel that does not vary. */
  readonly r: readonly (number | null)[];
  readonly p: readonly (number | null)[];
  /** The largest |r| of all channels stays below it in 95 % of the permutations. */
  readonly threshold: number;
  /** Largest |r| of each permutation, ascending. */
  readonly maxima: readonly number[];
}

/**
 * Correlation of each channel with `margin` (sample) within the classes: of what is left when each class has lost its
 * mean, so that a channel does not count for telling the classes apart. Null: margins permuted within the classes,
 * largest |r| of all channels (Westfall and Young 1993).
 */
export function withinClassCorrelations(
  values: ArrayLike<number>,
  margin: ArrayLike<number>,
  classes: Uint8Array,
  { permutations, seed }: { readonly permutations: number; readonly seed: number },
): WithinClasses {
  const n = classes.length;
  const channelCount = values.length / n;
  const columns = Array.from({ length: channelCount }, (_, channel) =>
    unit(
      about(
        Float64Array.from({ length: n }, (_value, i) => values[i * channelCount + channel]),
        classes,
      ),
    ),
  );
  const target = unit(
    about(
      Float64Array.from({ length: n }, (_, i) => margin[i]),
      classes,
    ),
  );
  const withEach = (side: Float64Array | null): (number | null)[] => columns.map((column) => product(column, side));
  const r = withEach(target);
  const maxima = Array.from({ length: permutations }, (_, index) => {
    const order = withinOrder(classes, seedOf(seed, index));
    const shuffled = target && target.map((_value, i) => target[order[i]]);
    return Math.max(0, ...withEach(shuffled).map((one) => Math.abs(one ?? 0)));
  }).sort((a, b) => a - b);
  return {
    r,
    p: r.map((one) =>
      one === null ? null : (1 + maxima.filter((most) => most >= Math.abs(one)).length) / (1 + permutations),
    ),
    threshold: upperLimit(maxima, 0.05),
    maxima,
  };
}

/** Pearson's r of one channel over all samples; null where either does not vary. */
export function pooledCorrelation(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  const one = new Uint8Array(x.length);
  return product(unit(about(Float64Array.from(x), one)), unit(about(Float64Array.from(y), one)));
}

/** Samples shuffled among those of their class. */
function withinOrder(classes: Uint8Array, seed: number): Int32Array {
  const order = new Int32Array(classes.length);
  for (const side of [0, 1]) {
    const own = [...classes.keys()].filter((i) => classes[i] === side);
    const shuffled = shuffledIndices(own.length, seedOf(seed, side));
    own.forEach((i, place) => (order[i] = own[shuffled[place]]));
  }
  return order;
}

function about(values: Float64Array, classes: Uint8Array): Float64Array {
  const [sums, counts] = [
    [0, 0],
    [0, 0],
  ];
  values.forEach((value, i) => {
    sums[classes[i]] += value;
    counts[classes[i]]++;
  });
  return values.map((value, i) => value - sums[classes[i]] / counts[classes[i]]);
}

/** Of length 1; null where nothing varies beyond the rounding of float32. */
function unit(values: Float64Array): Float64Array | null {
  const length = Math.hypot(...values);
  return length > 1e-9 && Number.isFinite(length) ? values.map((value) => value / length) : null;
}

function product(a: Float64Array | null, b: Float64Array | null): number | null {
  if (!a || !b) return null;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
