/** Composes docs/measures.md from the definitions and the results of the comparisons. */
import { MEASURE_DESCRIPTORS, MEASURES } from '../../src/protocol/measure.js';
import { flagOf, rangeWords, type MeasureOption } from '../../src/protocol/measures/option.js';
import { MEASURE_TITLES, type Comparison, type MeasureTitle } from './comparison.js';
import { biasRows, DRAWS as BIAS_DRAWS, STATES } from './countBias.js';
import { DEFINITIONS } from './definitions.js';
import { NORMALS_SAMPLES, normalsRows } from './intrinsic.js';
import { mixtureCases, SIZES, type MixtureRow } from './mixtures.js';
import { DRAWS, SAMPLES, type GridRow } from './normalPairs.js';

/** The whole text. */
export function measuresDocument(
  comparisons: readonly Comparison[],
  grid: readonly GridRow[],
  mixtures: readonly MixtureRow[],
): string {
  return [
    '# Measures',
    '',
    'This page defines each measure, with its source, estimator, bias and cost, and compares it with independent',
    'libraries. Values are in bits (log base 2) unless a measure has another unit.',
    '',
    '`npx tsx test/oracles/writeMeasures.ts` writes this page from the comparisons in `test/oracles`. A test fails if a',
    'number differs from what it computes. `test/properties` checks every measure on a thousand random arrays: NaN, ±Inf,',
    'constants, duplicates and few samples; bounds, symmetries and invariances; agreement of TypeScript and WebAssembly; and',
    'the rate at which nulls reject independent data.',
    '',
    '## Definitions',
    '',
    ...MEASURE_TITLES.flatMap(definitionLines),
    '## Comparison with other libraries',
    '',
    'A test fails if a difference exceeds the last column. Scripts and fixtures are in `test/fixtures/measures` and',
    '`test/fixtures/information`.',
    '',
    ...table(
      ['measure', 'compared with', 'values', 'largest difference', 'allowed'],
      comparisons.map(({ measure, oracle, count, largest, allowed }) => [
        ...[measure, oracle, String(count), differenceText(largest), allowed === 0 ? '0' : allowed.toExponential(0)],
      ]),
    ),
    '',
    '## Accuracy: correlated normal pairs',
    '',
    `Bits; the truth is −½ log2(1 − ρ²). Means of ${DRAWS} draws of N = ${SAMPLES}; KSG with k = 3 and the standard error of its mean.`,
    'KDE bounds are for X with noise such that the correlation is ρ; *limit* is their value for infinite N.',
    '',
    ...table(
      ['ρ', 'truth', 'KSG', 'bias', 'KDE lower', 'limit', 'KDE upper', 'limit'],
      grid.map(({ rho, truth, ksg, kde }) => [
        ...[rho.toFixed(2), bits(truth), bits(ksg.mean), `${bits(ksg.mean - truth)} ± ${bits(ksg.standardError)}`],
        ...(kde ? [kde.lower, kde.lowerLimit, kde.upper, kde.upperLimit].map(bits) : ['–', '–', '–', '–']),
      ]),
    ),
    '',
    ...mixtureLines(mixtures),
    '',
    ...normalsLines(),
    '',
    ...optionLines(),
    '',
    '## Bias of plug-in entropies',
    '',
    `Mean error in bits of ${BIAS_DRAWS} estimates from N draws of ${STATES} equally likely states, and the first-order term of Miller (1955).`,
    '',
    ...table(
      ['N', 'plug-in', 'first order', 'Miller–Madow'],
      biasRows().map(({ n, plugIn, firstOrder, millerMadow }) => [
        String(n),
        ...[plugIn, firstOrder, millerMadow].map(bits),
      ]),
    ),
    '',
  ].join('\n');
}

function definitionLines(title: MeasureTitle): string[] {
  const { definition, source, estimator, bias, cost } = DEFINITIONS[title];
  return [
    `### ${title}`,
    '',
    definition,
    '',
    `- Source: ${source}`,
    `- Estimator: ${estimator}`,
    `- Bias: ${bias}`,
    `- Cost: ${cost}`,
    '',
  ];
}

function normalsLines(): string[] {
  return [
    '## Accuracy: intrinsic dimension',
    '',
    `${NORMALS_SAMPLES} samples of d independent standard normal values, means of a few draws.`,
    '',
    ...table(
      ['d', 'TwoNN', 'participation ratio'],
      normalsRows().map((row) => [String(row.d), row.twoNN.toFixed(1), row.participationRatio.toFixed(1)]),
    ),
  ];
}

/** From src/protocol/measures, as --help has them. */
function optionLines(): string[] {
  return [
    '## Options',
    '',
    'Options of `cnnslicer query --measure NAME`.',
    '',
    ...table(
      ['measure', 'option', 'meaning', 'values', 'default'],
      MEASURES.flatMap((measure) =>
        Object.entries<MeasureOption>(MEASURE_DESCRIPTORS[measure].options)
          .filter(([, option]) => !option.isHidden)
          .map(([name, option]) => [
            ...[`\`${measure}\``, `\`${flagOf(name)}\``, option.text.replaceAll('|', '\\|')],
            ...[rangeWords(option), defaultText(option)],
          ]),
      ),
    ),
  ];
}

function defaultText(option: MeasureOption): string {
  if (option.kind === 'switch') return option.default ? 'yes' : 'no';
  return option.defaultText ?? String(option.default ?? '–');
}

function mixtureLines(rows: readonly MixtureRow[]): string[] {
  const { truth, published = truth } = mixtureCases.inflated;
  return [
    '## Accuracy: repeated values',
    '',
    'Bits, with k = 3 and the standard error of the mean: four mixtures of Gao, Kannan, Oh and Viswanath (2017, section 5),',
    'and a unit that is 0 for most inputs with a class. In the fourth mixture, the repeated values ±1 lie among normal values',
    'and lower the estimate. The truth is a formula, or quadrature for the Poisson mixtures. The formula in the paper for the',
    `third mixture, 0.85 times the second, gives ${bits(published)}: it assumes that a zero shows whether it was added.`,
    '',
    ...table(
      [
        'mixture',
        'estimator',
        'truth',
        ...SIZES.flatMap(({ samples, draws }) => [`N = ${samples}, ${draws} draws`, 'bias']),
      ],
      rows.map((row) => [
        ...[row.text, row.estimator, bits(row.truth)],
        ...row.found.flatMap(({ mean, standardError }) => [
          bits(mean),
          `${bits(mean - row.truth)} ± ${bits(standardError)}`,
        ]),
      ]),
    ),
  ];
}

/**
 * Where two texts differ by more than the rounding of their numbers: a line of each, or null. Numbers may
 * differ by one in their last place.
 */
export function firstDifference(text: string, wanted: string): { text: string; wanted: string } | null {
  const [lines, wantedLines] = [text.split('\n'), wanted.split('\n')];
  for (let line = 0; line < Math.max(lines.length, wantedLines.length); line++) {
    const [one, other] = [lines[line] ?? '', wantedLines[line] ?? ''];
    if (!isSame(one, other)) return { text: one, wanted: other };
  }
  return null;
}

const NUMBER = /(\d+(?:\.\d+)?(?:e[-+]?\d+)?)/;

function isSame(one: string, other: string): boolean {
  const [parts, wanted] = [one.split(NUMBER), other.split(NUMBER)];
  return parts.length === wanted.length && parts.every((part, i) => part === wanted[i] || isRounding(part, wanted[i]));
}

function isRounding(one: string, other: string): boolean {
  if (!/[.e]/.test(one) || !NUMBER.test(other)) return false;
  const [mantissa, exponent = '0'] = other.split('e');
  const lastPlace = 10 ** (Number(exponent) - (mantissa.split('.')[1]?.length ?? 0));
  return Math.abs(Number(one) - Number(other)) <= 1.0001 * lastPlace;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)];
}

/** What is under 1e-12 is rounding, which differs between machines. */
function differenceText(largest: number): string {
  if (largest === 0) return '0';
  return largest < 1e-12 ? '< 1e-12' : largest.toExponential(1);
}

function bits(value: number): string {
  const text = value.toFixed(3);
  return text === '-0.000' ? '0.000' : text.replace('-', '−');
}
