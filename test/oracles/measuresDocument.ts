/** docs/measures.md, from the comparisons: words from here, numbers from running. */
import { MEASURE_DESCRIPTORS, MEASURES } from '../../src/protocol/measure.js';
import { flagOf, rangeWords, type MeasureOption } from '../../src/protocol/measures/option.js';
import { MEASURE_TITLES, type Comparison } from './comparison.js';
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
    'In bits, log base 2, unless a measure has another unit. Written by `npx tsx test/oracles/writeMeasures.ts` from the comparisons of',
    '`test/oracles`; a test fails when a number here is not what running gives. Plain TypeScript and WebAssembly',
    'are both held against the oracles where there are both; that they agree on NaN, ±Inf, constants, duplicates',
    'and few samples, and the bounds, symmetries and invariances of every measure, are tried on a thousand random',
    'arrays each in `test/properties`, where the nulls also hold their rate on independent data.',
    '',
    '## Definitions',
    '',
    ...table(
      ['measure', 'definition', 'source', 'estimator', 'known bias', 'cost'],
      MEASURE_TITLES.map((title) => {
        const { definition, source, estimator, bias, cost } = DEFINITIONS[title];
        return [title, definition, source, estimator, bias, cost];
      }),
    ),
    '',
    '## Held against',
    '',
    'Scripts and fixtures: `test/fixtures/measures`, `test/fixtures/information`.',
    '',
    ...table(
      ['measure', 'oracle', 'values', 'largest difference', 'a test fails above'],
      comparisons.map(({ measure, oracle, count, largest, allowed }) => [
        ...[measure, oracle, String(count), differenceText(largest), allowed === 0 ? '0' : allowed.toExponential(0)],
      ]),
    ),
    '',
    '## Known information: correlated normal pairs',
    '',
    `Bits, against −½ log2(1 − ρ²); means of ${DRAWS} draws of N = ${SAMPLES}. KSG with k = 3 and the standard error of`,
    'its mean: at ρ = 0 it has no bias beyond scatter, as its authors published.',
    'KDE bounds are of X with noise such that the correlation is ρ; beside them their own limits for N without end.',
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
    '## Bias of counted entropies',
    '',
    `Mean error in bits of ${BIAS_DRAWS} estimates from N draws of ${STATES} equally likely states, beside the first order of Miller (1955).`,
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

function normalsLines(): string[] {
  return [
    '## Known dimensions: normal samples',
    '',
    `Of ${NORMALS_SAMPLES} samples of d independent standard normal values, means of a few draws.`,
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
    'As `cnnslicer query --measure NAME` takes them; `--help` says the same.',
    '',
    ...table(
      ['measure', 'option', 'what it is', 'values', 'default'],
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
    '## Known information: values that repeat',
    '',
    'Bits, with k = 3 and the standard error of the mean: four mixtures of Gao, Kannan, Oh and Viswanath (2017, section 5),',
    'and a unit that is 0 for most inputs beside a class. A value that repeats draws down what is close to it: in the',
    'fourth the points ±1 lie amid the normal ones. Truth is by formula, of the Poisson mixtures by quadrature. The',
    `formula of the paper for the third, 0.85 times the second, gives ${bits(published)}: as if a zero told of which kind it is.`,
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
