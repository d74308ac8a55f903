/**
 * What a caller may choose of a measure: its default, its range, and what is said of it. The schema of a request, the
 * flags of the command line, their help and the check before a computation all come from here.
 */
import * as v from 'valibot';
import { Failure } from '../failure.js';

interface Said {
  /** What it is, as `--help` says it, without its default. */
  readonly text: string;
  /** What holds where nothing is chosen, in words, where no single value says it. */
  readonly defaultText?: string;
  /** The one estimator that takes it. */
  readonly estimator?: string;
  /** Chosen by programs only, not on the command line. */
  readonly isHidden?: boolean;
  /** About a run's layers or epochs: arrays have none. */
  readonly ofRuns?: boolean;
}

export interface CountOption<D extends number | undefined = number | undefined> extends Said {
  readonly kind: 'count';
  readonly default: D;
  readonly least: number;
  readonly most: number;
  /** 0 is allowed too, below `least`. */
  readonly orZero?: boolean;
  /** Why no number below `least` has a meaning. */
  readonly why?: string;
}

/** A number above 0. */
export interface ShareOption<D extends number | undefined = number | undefined> extends Said {
  readonly kind: 'share';
  readonly default: D;
  readonly most: number;
}

export interface SwitchOption<D extends boolean = boolean> extends Said {
  readonly kind: 'switch';
  readonly default: D;
}

export interface ChoiceOption<
  T extends string = string,
  D extends string | undefined = string | undefined,
> extends Said {
  readonly kind: 'choice';
  readonly values: readonly T[];
  readonly default: D;
}

/** A layer, by name or index. */
export interface LayerOption extends Said {
  readonly kind: 'layer';
  readonly default: undefined;
}

export type MeasureOption = CountOption | ShareOption | SwitchOption | ChoiceOption | LayerOption;
export type OptionTable = Readonly<Record<string, MeasureOption>>;

type ValueOf<O extends MeasureOption> =
  O extends ChoiceOption<infer T> ? T : O extends LayerOption ? string : O extends SwitchOption ? boolean : number;

/** What a request holds: everything may be left out. */
export type GivenOptions<O extends OptionTable> = { readonly [K in keyof O]?: ValueOf<O[K]> | undefined };

/** With defaults; undefined is left where there is none. */
export type ChosenOptions<O extends OptionTable> = {
  readonly [K in keyof O]: O[K]['default'] extends undefined ? ValueOf<O[K]> | undefined : ValueOf<O[K]>;
};

/** Whole samples, bins or seeds cross as numbers that are held against a measure's range where it is computed. */
export function schemaOf(option: MeasureOption): v.GenericSchema {
  switch (option.kind) {
    case 'count':
      return v.pipe(v.number(), v.safeInteger(), v.minValue(0));
    case 'share':
      return v.pipe(v.number(), v.finite());
    case 'switch':
      return v.boolean();
    case 'choice':
      return v.picklist(option.values);
    case 'layer':
      return v.pipe(v.string(), v.maxLength(4096));
  }
}

/** Fills in the defaults. Throws a Failure for a number out of its range; `doing` is "computing …". */
export function chosenOptions<O extends OptionTable>(
  { options, doing }: { readonly options: O; readonly doing: string },
  given: GivenOptions<O>,
): ChosenOptions<O> {
  const chosen = Object.entries(options).map(([name, option]) => {
    const value: unknown = given[name] ?? option.default;
    if (typeof value === 'number') checkRange(name, option, value, doing);
    return [name, value];
  });
  return Object.fromEntries(chosen) as ChosenOptions<O>; // one entry for each option of the table
}

function checkRange(name: string, option: MeasureOption, value: number, doing: string): void {
  if (isInRange(option, value)) return;
  const because = option.kind === 'count' && option.why !== undefined ? `: ${option.why}` : '';
  const instead = option.default === undefined ? '' : ` The default is ${option.default}.`;
  const tryThis = `Specify ${rangeWords(option)}${because}.${instead}`;
  throw new Failure({ kind: 'bad-input', doing, wrong: `${name} is ${value}`, tryThis });
}

function isInRange(option: MeasureOption, value: number): boolean {
  if (option.kind === 'share') return value > 0 && value <= option.most;
  if (option.kind !== 'count') return true;
  const { least, most, orZero = false } = option;
  return Number.isSafeInteger(value) && ((value >= least && value <= most) || (orZero && value === 0));
}

/** "a whole number from 1 to 256", as errors and the documentation say it. */
export function rangeWords(option: MeasureOption): string {
  switch (option.kind) {
    case 'count': {
      const most = Number.isFinite(option.most) ? ` to ${option.most}` : '';
      return `a whole number from ${option.least}${most}${option.orZero ? ', or 0' : ''}`;
    }
    case 'share':
      return `a number above 0${Number.isFinite(option.most) ? ` and at most ${option.most}` : ''}`;
    case 'switch':
      return 'yes or no';
    case 'choice':
      return option.values.join(', ');
    case 'layer':
      return 'the name or index of a layer';
  }
}

/** As it is typed on the command line: nullPairs is --null-pairs. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What several measures take alike. */
export const INTERVAL = { kind: 'switch', default: false, text: 'add 95 % jackknife intervals' } as const;
export const SEED = {
  kind: 'count',
  ...{ default: 1, least: 0, most: 2 ** 32 - 1 },
  text: 'seed of the permutations',
} as const;
