/** docs/measures.md, from the comparisons: words from here, numbers from running. */
import { MEASURE_TITLES, type Comparison, type MeasureTitle } from './comparison.js';
import { biasRows, DRAWS as BIAS_DRAWS, STATES } from './countBias.js';
import { DRAWS, SAMPLES, type GridRow } from './normalPairs.js';

interface Definition {
  readonly definition: string;
  readonly source: string;
  readonly estimator: string;
  readonly bias: string;
  readonly cost: string;
}

const PLUG_IN_BIAS = '−(m − 1)/(2N) nats for m states seen; Miller–Madow adds it back';
const KNN_PRODUCT = 'O(N² D) time in WebAssembly, O(N k) memory';
const PAIRS =
  'distances O(N² D) for each channel, then O(N²) for each cell; a byte a pair and channel; above 4,096 samples of the pairs of 4,096 chosen ones';

const DEFINITIONS: Readonly<Record<MeasureTitle, Definition>> = {
  'Inter-sample entropy': {
    definition: 'H = −Σ P_ij log2 P_ij of the symmetrised graph of k = 15 nearest others, Σ_j P(j\\|i) = log2 k',
    source: 'Shen and Shen, eqs. 4–7; McInnes, Healy and Melville 2018 (ρ and union, as options)',
    estimator: 'exact neighbours, distances in float64; σ by bisection; delete-a-group jackknife of 20',
    bias: 'grows as log2 N by construction, noise too: H − log2 N and noise of equal N and D stand beside it',
    cost: KNN_PRODUCT,
  },
  'Intra-sample entropy': {
    definition: 'H of one map’s values in B = 32 equal bins over the map’s or the channel’s range; mean over inputs',
    source: 'Shen and Shen, §4.4.2 and §5.4.1',
    estimator: 'plug-in, from float32 as it was computed',
    bias: PLUG_IN_BIAS,
    cost: 'O(N D), once over the values',
  },
  'Entropy of a slice': {
    definition: 'H(dCNN(x, −, −, −)): of all values of a slice in B = 32 equal bins over their range',
    source: 'Shen and Shen, §4.3',
    estimator: 'plug-in and Miller–Madow',
    bias: PLUG_IN_BIAS,
    cost: 'O(N D), twice over the values',
  },
  'Label entropies': {
    definition: 'H(x.label \\| y = i) from columns and H(y \\| x.label = i) from rows of the confusion counts',
    source: 'Shen and Shen, §5.2',
    estimator: 'plug-in and Miller–Madow; no value for a class that is never predicted',
    bias: PLUG_IN_BIAS,
    cost: 'O(N + classes²)',
  },
  'Distance mutual information': {
    definition:
      'H(A) − H(A\\|B) of all pairs’ distances in channel A and in channel B, each in 32 bins (channel capacity)',
    source: 'Shen and Shen, eq. 3 and §5.3.1; Mantel 1967 (null); Westfall and Young 1993 (maximum)',
    estimator: 'plug-in and Miller–Madow; null by permuted samples; jackknife over samples',
    bias: 'above 0 for independent channels, since bins are many and pairs share samples: held against the null',
    cost: PAIRS,
  },
  'Layer mutual information, binned': {
    definition: 'I(T; X) = H(T) and I(T; Y) of the layer’s joint state, 30 bins a unit',
    source: 'Shwartz-Ziv and Tishby 2017; caution: Saxe et al. 2018, Goldfeld et al. 2019',
    estimator: 'plug-in and Miller–Madow; nulls by permuted units and labels',
    bias: 'near log2 N as soon as states are unique: a measure of clustering, not of information lost',
    cost: 'O(N D)',
  },
  'Layer mutual information, KDE bounds': {
    definition: 'bounds of I(T; X) and I(T; Y) with Gaussian noise on every unit, 5 % of the layer’s variance',
    source: 'Kolchinsky and Tracey 2017, eqs. 10–12',
    estimator: 'pairwise Bhattacharyya (below) and Kullback–Leibler (above) distances',
    bias: 'bounds, both under log2 N; see the grid below',
    cost: 'O(N² D) time in WebAssembly: float32 products about the mean, summed in float64, within 10⁻⁶ bits of the twin; O(N²) memory',
  },
  'Unit mutual information, KSG': {
    definition: 'I of two single units from the k = 3 nearest neighbours in the maximum norm',
    source: 'Kraskov, Stögbauer and Grassberger 2004, first estimator',
    estimator: 'not clipped at 0; null by the second unit permuted',
    bias: 'none at independence beyond scatter (their abstract); see the grid below for dependence',
    cost: 'O(N²) a pair',
  },
  'Unit and label, Ross': {
    definition: 'I of a single unit and a class from the k = 3 nearest neighbours within the class',
    source: 'Ross 2014',
    estimator: 'classes that occur once are left out; null by permuted labels',
    bias: 'scatters around 0 at independence',
    cost: 'O(N²)',
  },
  CKA: {
    definition: 'linear centred kernel alignment of two layers’ flattened activations, or of one layer at two epochs',
    source: 'Kornblith et al. 2019; Song et al. 2012, eq. 5; caution: Davari et al. 2023',
    estimator: 'unbiased HSIC, so that it does not grow with D; may be slightly negative',
    bias: 'the ratio of unbiased terms is not itself unbiased; deviations from the mean are float32, so a sample ten thousand times as far out as the others costs digits (1e-5 seen)',
    cost: 'O(N² D) time in WebAssembly, about the mean; O(N²) memory a layer',
  },
  Redundancy: {
    definition: 'pairs with \\|r\\| ≥ 0.95 over all maps; the rank that holds 99 % of the variance of spatial means',
    source: 'principal filter analysis as in DNIKit',
    estimator: 'Pearson’s r about the means, within 10⁻⁶ of float64; eigenvalues of the covariance',
    bias: 'r of few samples is too large in size: its distance MI and null stand beside it',
    cost: 'O(N D C) for C channels, then O(C³)',
  },
};

/** The whole text. */
export function measuresDocument(comparisons: readonly Comparison[], grid: readonly GridRow[]): string {
  return [
    '# Measures',
    '',
    'All in bits, log base 2. Written by `npx tsx test/oracles/writeMeasures.ts` from the comparisons of',
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
