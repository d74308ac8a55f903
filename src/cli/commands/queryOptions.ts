/** The flags of measures, with their defaults and help, from what src/protocol/measures says of them. */
import { Option } from 'commander';
import {
  MEASURE_DESCRIPTORS,
  sharedOptions,
  type MeasureName,
  type MeasureOptions,
  type SharedOption,
} from '../../protocol/measure.js';
import { flagOf, type MeasureOption, type OptionTable } from '../../protocol/measures/option.js';
import { countOption, numberOption } from '../optionParsers.js';

const LEAST_SHARE = 1e-9;

/** Of `query`, for all measures. */
export function queryFlags(): Option[] {
  return sharedOptions()
    .filter(({ measures }) => measures.some(({ option }) => !option.isHidden))
    .map(({ name, measures }) =>
      flagFor(
        name,
        measures.map(({ option }) => option),
        helpOf(measures),
      ),
    );
}

/** Of a command that measures arrays, which have neither layers nor epochs. */
export function arrayFlags(measure: MeasureName): Option[] {
  return Object.entries<MeasureOption>(MEASURE_DESCRIPTORS[measure].options as OptionTable)
    .filter(([, option]) => isOfArrays(option))
    .map(([name, option]) => flagFor(name, [option], helpOf([{ measure, option }], false)));
}

/** The options of a measure among all that a command was given. */
export function optionsOfArrays(measure: MeasureName, given: object): MeasureOptions {
  const options: OptionTable = MEASURE_DESCRIPTORS[measure].options;
  const isTaken = ([name, value]: [string, unknown]): boolean =>
    value !== undefined && options[name] !== undefined && isOfArrays(options[name]);
  return Object.fromEntries(Object.entries(given).filter(isTaken));
}

function isOfArrays({ isHidden = false, ofRuns = false }: MeasureOption): boolean {
  return !isHidden && !ofRuns;
}

function flagFor(name: string, options: readonly MeasureOption[], help: string): Option {
  const [option] = options;
  const flag = flagOf(name);
  switch (option.kind) {
    case 'count':
      return new Option(`${flag} <count>`, help).argParser(countOption(flag, leastOf(options), mostOf(options)));
    case 'share':
      return new Option(`${flag} <share>`, help).argParser(numberOption(flag, LEAST_SHARE, mostOf(options)));
    case 'switch':
      return new Option(flag, help);
    case 'choice':
      return new Option(`${flag} <name>`, help).choices([...option.values]);
    case 'layer':
      return new Option(`${flag} <layer>`, help);
  }
}

function leastOf(options: readonly MeasureOption[]): number {
  return Math.min(...options.map((one) => (one.kind !== 'count' || one.orZero ? 0 : one.least)));
}

function mostOf(options: readonly MeasureOption[]): number {
  return Math.max(...options.map((one) => (one.kind === 'count' || one.kind === 'share' ? one.most : Infinity)));
}

/** "inter, cka: add 95 % jackknife intervals", "intra, layer-mi: bins (default 32; 30 for layer-mi)". */
function helpOf(measures: SharedOption['measures'], isNamed = true): string {
  const [{ option }] = measures;
  const estimator = measures.length === 1 && option.estimator !== undefined ? [option.estimator] : [];
  const names = [...(isNamed ? measures.map(({ measure }) => measure) : []), ...estimator];
  const said = names.length > 0 ? `${names.join(', ')}: ${option.text}` : option.text;
  const words = defaultWords(measures);
  return words === '' ? said : `${said} (default ${words})`;
}

function defaultWords(measures: SharedOption['measures']): string {
  const words = measures.map(({ option }) =>
    option.kind === 'switch' ? '' : (option.defaultText ?? String(option.default ?? '')),
  );
  const others = measures.flatMap(({ measure }, i) => (words[i] === words[0] ? [] : [`${words[i]} for ${measure}`]));
  return [words[0], ...others].join('; ');
}
