/**
 * Mixtures of values that repeat and values that do not, whose information is known (Gao, Kannan, Oh and Viswanath
 * 2017, section 5), and one like a ReLU unit beside a label: what the estimators by nearest neighbours find of them.
 */
import { readFileSync } from 'node:fs';
import { ksg, ross } from '../../src/analysis/measures/nearestNeighbourMutualInformation.js';
import { fillStandardNormal, seededWords } from '../../src/analysis/measures/standardNormal.js';
import { compared, type Comparison } from './comparison.js';
import { float32Of } from './entropies.js';

/** One draw of a mixture by the fixture's script, in bits. */
interface Case {
  readonly x: string;
  readonly y: string;
  readonly truth: number;
  readonly estimate: number;
  /** What the paper says the truth is, for its Poisson mixtures. */
  readonly published?: number;
}
type MixtureName = 'steps' | 'planeAndPoints' | 'poisson' | 'inflated' | 'silent';

export const mixtureCases = JSON.parse(
  readFileSync(new URL('../fixtures/measures/mixtures.json', import.meta.url), 'utf8'),
) as Readonly<Record<MixtureName, Case>>;

/** Samples of a draw, and how many draws: the cost of one grows with the square of its samples. */
export const SIZES = [
  { samples: 400, draws: 40 },
  { samples: 1600, draws: 10 },
] as const;

interface Uniform {
  (): number;
}
type Draw = (uniform: Uniform, seed: number, n: number) => { readonly x: Float64Array; readonly y: Float64Array };

interface Mixture {
  readonly name: MixtureName;
  readonly text: string;
  readonly draw: Draw;
  /** KSG of two units, or Ross of a unit and a class. */
  readonly estimator: 'KSG' | 'Ross';
}

/** Pairs drawn one after another. */
const inTurn =
  (pair: (uniform: Uniform) => readonly [x: number, y: number]): Draw =>
  (uniform, _seed, n) => {
    const pairs = Array.from({ length: n }, () => pair(uniform));
    return { x: Float64Array.from(pairs, ([x]) => x), y: Float64Array.from(pairs, ([, y]) => y) };
  };

const inflatedPoisson = (share: number): Draw =>
  inTurn((uniform) => {
    const x = -Math.log(uniform());
    return [x, uniform() < share ? 0 : poisson(x, uniform)];
  });

const MIXTURES: readonly Mixture[] = [
  {
    name: 'steps',
    text: 'X one of 5 numbers, Y uniform on [X, X + 2]',
    draw: inTurn((uniform) => {
      const x = Math.floor(5 * uniform());
      return [x, x + 2 * uniform()];
    }),
    estimator: 'KSG',
  },
  { name: 'poisson', text: 'X exponential, Y Poisson of mean X', draw: inflatedPoisson(0), estimator: 'KSG' },
  { name: 'inflated', text: 'the same, with 15 % of Y set to 0', draw: inflatedPoisson(0.15), estimator: 'KSG' },
  {
    name: 'planeAndPoints',
    text: 'half normal with ρ = 0.9, half ±1, equal in 9 of 10',
    draw: (uniform, seed, n) => {
      const normal = new Float64Array(2 * n);
      fillStandardNormal(normal, seed);
      const [x, y] = [new Float64Array(n), new Float64Array(n)];
      for (let i = 0; i < n; i++) {
        const [sign, alike] = [uniform() < 0.5 ? -1 : 1, uniform() < 0.9 ? 1 : -1];
        const [a, b] = [normal[i], normal[n + i]];
        [x[i], y[i]] = uniform() < 0.5 ? [sign, sign * alike] : [a, 0.9 * a + Math.sqrt(0.19) * b];
      }
      return { x, y };
    },
    estimator: 'KSG',
  },
  {
    name: 'silent',
    text: 'class 1 of 3; unit 0 for 60 %, else uniform on [class, class + 2]',
    draw: inTurn((uniform) => {
      const label = Math.floor(3 * uniform());
      return [uniform() < 0.6 ? 0 : label + 2 * uniform(), label];
    }),
    estimator: 'Ross',
  },
];

export interface MixtureRow {
  readonly name: MixtureName;
  readonly text: string;
  readonly estimator: string;
  readonly truth: number;
  /** One for each of `SIZES`. */
  readonly found: readonly { readonly mean: number; readonly standardError: number }[];
}

export function mixtureRows(): MixtureRow[] {
  return MIXTURES.map(({ name, text, estimator, draw }) => ({
    ...{ name, text, estimator, truth: mixtureCases[name].truth },
    found: SIZES.map(({ samples, draws }) =>
      momentsOf(Array.from({ length: draws }, (_, at) => estimate(estimator, draw(uniformOf(at), at + 1, samples)))),
    ),
  }));
}

export function mixtureComparisons(): Comparison[] {
  const pairs = MIXTURES.map(({ name, estimator }) => {
    const { x, y, estimate: wanted } = mixtureCases[name];
    const drawn = { x: Float64Array.from(float32Of(x)), y: Float64Array.from(float32Of(y)) };
    return { estimator, pair: [estimate(estimator, drawn), wanted] as const };
  });
  const of = (wanted: string) => pairs.filter(({ estimator }) => estimator === wanted).map(({ pair }) => pair);
  const oracle = 'scipy’s trees on mixtures with values that repeat';
  return [
    compared('Unit mutual information, KSG', oracle, 1e-9, of('KSG')),
    compared('Unit and label, Ross', oracle, 1e-9, of('Ross')),
  ];
}

const estimate = (estimator: Mixture['estimator'], { x, y }: ReturnType<Draw>): number =>
  estimator === 'KSG' ? ksg(x, y) : ross(x, Int32Array.from(y));

function momentsOf(values: readonly number[]): MixtureRow['found'][number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, standardError: Math.sqrt(variance / values.length) };
}

/** Above 0 and below 1. */
function uniformOf(draw: number): Uniform {
  const words = seededWords(1000 + draw);
  return () => (words() + 0.5) / 2 ** 32;
}

/** By products of uniform numbers (Knuth), for small means. */
function poisson(mean: number, uniform: Uniform): number {
  const least = Math.exp(-mean);
  let [count, product] = [0, uniform()];
  for (; product > least; count++) product *= uniform();
  return count;
}
