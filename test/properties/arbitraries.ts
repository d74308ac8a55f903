/**
 * Small arrays for properties: a shape, a kind of data and a seed. Kinds are what estimators stumble over:
 * constants, duplicates, ties, values far apart, and NaN or ±Inf where they are asked for.
 */
import fc from 'fast-check';
import { fillStandardNormal, seededWords } from '../../src/analysis/measures/standardNormal.js';

/** Every property is tried on so many cases. */
export const CASES = { numRuns: 1000 } as const;

/** Samples (n, d), row-major. */
export interface Samples {
  readonly n: number;
  readonly d: number;
  readonly kind: string;
  readonly values: Float32Array;
}

type Change = (value: number, at: number, word: number) => number;

const FINITE: Readonly<Record<string, Change>> = {
  normal: (value) => value,
  constant: () => 0.1,
  'few values': (value) => Math.round(value),
  binary: (value) => (value > 0 ? 1 : 0),
  rectified: (value) => Math.max(0, value),
  offset: (value) => value + 1000,
  large: (value) => value * 1e12,
  'far outliers': (value, _, word) => (word % 11 === 0 ? value * 1e6 : value),
};
const NOT_FINITE: Readonly<Record<string, Change>> = {
  'with NaN': (value, _, word) => (word % 13 === 0 ? NaN : value),
  'with Infinity': (value, _, word) => (word % 13 === 0 ? Infinity : word % 13 === 1 ? -Infinity : value),
  'all NaN': () => NaN,
};

interface Wanted {
  readonly n: readonly [least: number, most: number];
  readonly d: readonly [least: number, most: number];
  /** Kinds with NaN and ±Inf too; default false. */
  readonly notFinite?: boolean;
}

/** Samples of all kinds, also with all samples in twos. */
export function samples({ n, d, notFinite = false }: Wanted): fc.Arbitrary<Samples> {
  const kinds = [...Object.keys(FINITE), 'duplicates', ...(notFinite ? Object.keys(NOT_FINITE) : [])];
  return fc
    .record({ n: between(n), d: between(d), kind: fc.constantFrom(...kinds), seed: fc.nat(2 ** 20) })
    .map(({ seed, ...shape }) => ({ ...shape, values: valuesOf(shape, seed) }));
}

/** Two arrays of the same samples, in dependence or not. */
export function pairs(wanted: Wanted): fc.Arbitrary<{ readonly a: Samples; readonly b: Samples }> {
  return fc.tuple(samples(wanted), between(wanted.d), fc.boolean(), fc.nat(2 ** 20)).map(([a, d, isCopy, seed]) => {
    const shape = { n: a.n, d, kind: a.kind };
    return { a, b: isCopy ? a : { ...shape, values: valuesOf(shape, seed) } };
  });
}

/** So many labels of up to `classes` classes, drawn from the seed. */
export function labelsOf(n: number, classes: number, seed: number): Int32Array {
  const words = seededWords(seed);
  return Int32Array.from({ length: n }, () => words() % classes);
}

/** The rows of samples (n, d) in another order. */
export function reordered({ values, d }: Samples, order: Int32Array): Float32Array {
  const out = new Float32Array(order.length * d);
  order.forEach((from, to) => out.set(values.subarray(from * d, (from + 1) * d), to * d));
  return out;
}

function valuesOf({ n, d, kind }: Omit<Samples, 'values'>, seed: number): Float32Array {
  const values = new Float32Array(n * d);
  fillStandardNormal(values, seed);
  const words = seededWords(seed + 1);
  if (kind !== 'duplicates') return values.map((value, at) => (FINITE[kind] ?? NOT_FINITE[kind])(value, at, words()));
  for (let i = 1; i < n; i += 2) values.copyWithin(i * d, (i - 1) * d, i * d);
  return values;
}

function between([min, max]: readonly [number, number]): fc.Arbitrary<number> {
  return fc.integer({ min, max });
}
