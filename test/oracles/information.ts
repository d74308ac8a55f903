/** Mutual information, CKA and redundancy against scikit-learn, scipy, numpy, closed forms and a published table. */
import { readFileSync } from 'node:fs';
import { alignment, hollowGram } from '../../src/analysis/measures/centredKernelAlignment.js';
import {
  binDistances,
  distanceMutualInformation,
  mutualInformationOfCounts,
} from '../../src/analysis/measures/distanceMutualInformation.js';
import {
  binnedInformation,
  jointStates,
  kernelDensityBounds,
} from '../../src/analysis/measures/layerMutualInformation.js';
import { digamma, ksg, ross } from '../../src/analysis/measures/nearestNeighbourMutualInformation.js';
import { channelCorrelations, channelMoments, recommendedCount } from '../../src/analysis/measures/redundancy.js';
import { digitImages, digitLabels } from '../digits.js';
import { compared, zipped, type Comparison } from './comparison.js';
import { float32Of, oracles } from './entropies.js';

interface Expected {
  readonly distance: Readonly<Record<string, { bits: number; entropyA: number; entropyB: number }>>;
  readonly kde: Readonly<Record<'lower' | 'upper', { withInput: number; withLabel: number }>>;
  readonly kdeNoise: number;
  readonly binned: { withInput: number; withLabel: number };
  readonly ksg: Readonly<Record<string, number>>;
  readonly ross: Readonly<Record<string, number>>;
  readonly cka: Readonly<Record<string, number>>;
  readonly recommended: Readonly<Record<string, number>>;
  readonly correlations: readonly number[];
}
const expected = JSON.parse(
  readFileSync(new URL('../fixtures/information/expected.json', import.meta.url), 'utf8'),
) as Expected;

const images = digitImages();
const labels = digitLabels();
const N = 120;

/** Columns from…to of the first N images. */
function columns(from: number, to: number): Float32Array {
  const out = new Float32Array(N * (to - from));
  for (let i = 0; i < N; i++) out.set(images.subarray(i * 64 + from, i * 64 + to), i * (to - from));
  return out;
}

/** The fixture's equidistributed values in [0, 1). */
const weyl = (count: number, step: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => ((i + 1) * step) % 1);

export function distanceComparisons(): Comparison[] {
  const bins = (from: number, count?: number) => binDistances(columns(from, from + 32), N, 32, count);
  const [halves, itself, eight] = [
    distanceMutualInformation(bins(0), bins(32)),
    distanceMutualInformation(bins(0), bins(0)),
    distanceMutualInformation(bins(0, 8), bins(32, 8)),
  ];
  const wanted = expected.distance;
  // Cover and Thomas, Elements of Information Theory (2nd edition, 2006), example 2.2.1, in thirty-seconds.
  const published = mutualInformationOfCounts(Uint32Array.of(4, 2, 1, 1, 2, 4, 1, 1, 2, 2, 2, 2, 8, 0, 0, 0), 4, 4);
  const values = [
    published.bits,
    published.entropyA,
    published.entropyB,
    published.conditionalA,
    published.conditionalB,
  ];
  return [
    compared('Distance mutual information', 'scipy’s pdist and scikit-learn’s mutual_info_score', 1e-9, [
      [halves.bits, wanted['halves'].bits],
      [halves.entropyA, wanted['halves'].entropyA],
      [halves.entropyB, wanted['halves'].entropyB],
      [itself.bits, wanted['itself'].bits],
      [eight.bits, wanted['eightBins'].bits],
    ]),
    compared(
      'Distance mutual information',
      'published: Cover and Thomas 2006, example 2.2.1 (3/8, 2, 7/4, 13/8 and 11/8 bits)',
      1e-12,
      zipped(values, [3 / 8, 2, 7 / 4, 13 / 8, 11 / 8]),
    ),
  ];
}

export function layerComparisons(): Comparison[] {
  const states = jointStates(columns(18, 22), N, 4, { minimum: 0, maximum: 16 }, 5);
  const binned = binnedInformation(states, labels.subarray(0, N));
  const bounds = kernelDensityBounds(images.subarray(0, N * 64), N, 64, labels.subarray(0, N), expected.kdeNoise);
  const kde = (['lower', 'upper'] as const).flatMap(
    (side) =>
      [
        [bounds[side].withInput, expected.kde[side].withInput],
        [bounds[side].withLabel, expected.kde[side].withLabel],
      ] as const,
  );
  const xor = Int32Array.of(0, 1, 1, 0);
  const both = binnedInformation(Int32Array.of(0, 1, 2, 3), xor);
  const one = binnedInformation(Int32Array.of(0, 0, 1, 1), xor);
  return [
    compared('Layer mutual information, binned', 'numpy and scikit-learn’s mutual_info_score', 1e-9, [
      [binned.withInput, expected.binned.withInput],
      [binned.withLabel, expected.binned.withLabel],
    ]),
    compared('Layer mutual information, binned', 'closed form: XOR, 1 bit for both parts and 0 for one', 1e-12, [
      [both.withLabel, 1],
      [one.withLabel, 0],
    ]),
    compared('Layer mutual information, KDE bounds', 'numpy', 1e-9, kde),
  ];
}

export function neighbourComparisons(): Comparison[] {
  const noisy = (column: number, step: number) =>
    Float64Array.from(weyl(500, step), (value, i) => images[i * 64 + column] + 0.01 * value);
  const [unit, other] = [noisy(20, 0.7320508075688772), noisy(28, 0.23606797749978969)];
  const [u, v] = [weyl(400, 0.6180339887498949), weyl(400, 0.41421356237309515)];
  const related = u.map((value, i) => (value + 0.1 * v[i]) % 1);
  const normal = oracles.normal.map(
    ({ x, y, ksg: wanted }) => [ksg(Float64Array.from(float32Of(x)), Float64Array.from(float32Of(y))), wanted] as const,
  );
  const classes = labels.subarray(0, 500);
  return [
    compared('Unit mutual information, KSG', 'scikit-learn’s trees, without its clipping at 0', 1e-9, [
      [ksg(u, v), expected.ksg['independent']],
      [ksg(u, related), expected.ksg['related']],
      [ksg(unit, other), expected.ksg['units']],
      [ksg(unit, other, 5), expected.ksg['fiveNeighbours']],
    ]),
    compared('Unit mutual information, KSG', 'scikit-learn’s trees on correlated normal pairs', 1e-9, normal),
    // Abramowitz and Stegun 1964, 6.3.2, 6.3.3 and table 6.1, to its ten places.
    compared('Unit mutual information, KSG', 'published: Abramowitz and Stegun 1964, ψ(1), ψ(½), ψ(2), ψ(1.5)', 1e-10, [
      [digamma(1), -0.5772156649],
      [digamma(0.5), -1.96351002602],
      [digamma(2), 0.4227843351],
      [digamma(1.5), 0.036489974],
    ]),
    compared('Unit and label, Ross', 'scikit-learn’s mutual information of a variable and a class', 1e-9, [
      [ross(unit, classes), expected.ross['unit']],
      [ross(other, classes, 5), expected.ross['otherFive']],
    ]),
  ];
}

export function similarityComparisons(): Comparison[] {
  const gram = (from: number) => hollowGram(columns(from, from + 32), N, 32);
  const maps = images.subarray(0, 60 * 64);
  const means = channelMoments(images.subarray(0, 300 * 64), 300, 16, 4).means;
  const counts = Object.entries(expected.recommended).map(
    ([share, count]) => [recommendedCount(means, 300, 16, Number(share)), count] as const,
  );
  return [
    compared('CKA', 'numpy, the unbiased HSIC in matrix form', 1e-9, [
      [alignment(gram(0), gram(32), N), expected.cka['halves']],
      [alignment(gram(0), gram(0), N), expected.cka['itself']],
    ]),
    compared('Redundancy', 'numpy.corrcoef, differences of r', 1e-9, [
      ...zipped(channelCorrelations(maps, 60, 4, 16), expected.correlations),
      ...zipped(channelMoments(maps, 60, 4, 16).correlations, expected.correlations),
    ]),
    compared('Redundancy', 'scikit-learn’s PCA, differences of the recommended count', 0, counts),
  ];
}
