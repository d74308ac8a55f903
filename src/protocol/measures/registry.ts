/** The one list of measures; names, results, options, requests, help and the documentation follow from it. */
import * as v from 'valibot';
import { Failure } from '../failure.js';
import { cka } from './cka.js';
import { distanceMi } from './distanceMi.js';
import { inter } from './interSample.js';
import { intra } from './intraSample.js';
import { intrinsic } from './intrinsicDimension.js';
import { label } from './labels.js';
import { layerMi } from './layerMi.js';
import { metrics } from './metrics.js';
import { flagOf, schemaOf, type GivenOptions, type MeasureOption, type OptionTable } from './option.js';
import { redundancy } from './redundancy.js';
import { slice } from './sliceEntropy.js';
import type { MeasureTable, TableNames } from './table.js';

export * from './cka.js';
export * from './distanceMi.js';
export * from './interSample.js';
export * from './intraSample.js';
export * from './intrinsicDimension.js';
export * from './labels.js';
export * from './layerMi.js';
export * from './metrics.js';
export * from './redundancy.js';
export * from './sliceEntropy.js';

const ALL = [inter, intra, label, metrics, distanceMi, layerMi, cka, redundancy, slice, intrinsic] as const;

type Descriptor = (typeof ALL)[number];
export type MeasureName = Descriptor['name'];
/** The descriptor of a name. */
export type Described<M extends MeasureName> = Extract<Descriptor, { readonly name: M }>;
export type ResultOf<M extends MeasureName> = Parameters<Described<M>['table']>[0];
export type OptionsOf<M extends MeasureName> = GivenOptions<Described<M>['options']>;
export type MeasureResult = { [M in MeasureName]: ResultOf<M> }[MeasureName];

type UnionToIntersection<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void ? I : never;
/** What a caller may choose of any measure; everything may be left out. */
export type MeasureOptions = UnionToIntersection<{ [M in MeasureName]: OptionsOf<M> }[MeasureName]>;

/** Names in the order in which they are listed. */
export const MEASURES: readonly MeasureName[] = ALL.map(({ name }) => name);

/** By name. */
export const MEASURE_DESCRIPTORS = Object.fromEntries(ALL.map((one) => [one.name, one])) as {
  readonly [M in MeasureName]: Described<M>; // one entry for each of the list
};

export function measureTable(result: MeasureResult, names: TableNames): MeasureTable {
  const { table } = MEASURE_DESCRIPTORS[result.measure];
  return table(result as never, names); // the table of this very result's measure
}

/** An option that one measure or several take, and what each of them says of it. */
export interface SharedOption {
  readonly name: keyof MeasureOptions;
  readonly measures: readonly { readonly measure: MeasureName; readonly option: MeasureOption }[];
}

/** All options, in the order of the measures that take them. */
export function sharedOptions(): readonly SharedOption[] {
  const names = new Set(ALL.flatMap(({ options }) => Object.keys(options)));
  return [...names].map((name) => ({
    name: name as keyof MeasureOptions, // the key of some measure's options
    measures: ALL.flatMap((one) => {
      const option = (one.options as OptionTable)[name];
      return option ? [{ measure: one.name, option }] : [];
    }),
  }));
}

/** As they cross: numbers are held against a measure's ranges where it is computed. */
export const MeasureOptionsSchema = v.object(
  Object.fromEntries(sharedOptions().map(({ name, measures }) => [name, v.optional(schemaOf(measures[0].option))])),
) as unknown as v.GenericSchema<unknown, MeasureOptions>; // each key with the schema of its option

/** Throws a Failure for an option that the measure, or its estimator, does not take. */
export function checkTaken(measure: MeasureName, given: MeasureOptions): void {
  const taken: OptionTable = MEASURE_DESCRIPTORS[measure].options;
  const names = Object.keys(given);
  const foreign = names.find((name) => taken[name] === undefined || taken[name].isHidden);
  if (foreign !== undefined) {
    const those = Object.keys(taken)
      .filter((name) => !taken[name].isHidden)
      .map(flagOf)
      .join(', ');
    throw notTaken(foreign, measure, those === '' ? 'Omit it.' : `Omit it; ${measure} takes ${those}.`);
  }
  const estimator = given.estimator ?? taken['estimator']?.default;
  for (const name of names) {
    const wanted = taken[name].estimator ?? estimator;
    if (wanted === estimator) continue;
    throw notTaken(name, `the estimator ${estimator}`, `Omit it, or use ${flagOf('estimator')} ${wanted}.`);
  }
}

function notTaken(name: string, whose: string, tryThis: string): Failure {
  const wrong = `${flagOf(name)} is not an option of ${whose}`;
  return new Failure({ kind: 'bad-input', doing: 'reading the options of the measure', wrong, tryThis });
}
