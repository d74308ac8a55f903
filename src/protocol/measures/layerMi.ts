/** Layer and unit mutual information with input and label as they are answered. */
import { describeMeasure } from './descriptor.js';
import { PERMUTATIONS } from './distanceMi.js';
import { INTERVAL, SEED } from './option.js';
import type { Provenance } from './provenance.js';
import { epochCell, layerName, noteOf, type MeasureTable, type TableCell, type TableNames } from './table.js';

const INFORMATION_ESTIMATORS = ['binned', 'kde', 'ksg'] as const;
export type InformationEstimator = (typeof INFORMATION_ESTIMATORS)[number];

/** Between which limits an estimate lies with 95 % or more where there is nothing to find; of 39 permutations or more. */
export interface NullBand {
  readonly permutations: number;
  readonly seed: number;
  readonly meanBits: number;
  readonly lowBits: number;
  readonly highBits: number;
  /** The largest of the permutations: with 39 of them a value above it is significant at 2.5 %. */
  readonly maximumBits: number;
}

/** I(T; X) and I(T; Y) of a layer or a single unit at one epoch. */
export interface LayerMiValue {
  readonly layer: number;
  readonly epoch: number;
  /** Channel, where the value is of one alone (its maps' means stand for it); null for the whole layer. */
  readonly unit: number | null;
  /** I(T; X): for binned the plug-in, for kde the lower bound; null for ksg and where undefined. */
  readonly inputBits: number | null;
  /** I(T; Y); null without labels. */
  readonly labelBits: number | null;
  /** The upper bounds of kde; null for the others. */
  readonly inputUpperBits: number | null;
  readonly labelUpperBits: number | null;
  /** Miller–Madow of the binned plug-in; null for the others. */
  readonly inputMillerMadowBits: number | null;
  readonly labelMillerMadowBits: number | null;
  /** log2 N, which I(T; X) cannot exceed. */
  readonly inputCeilingBits: number;
  /** H(Y) of these samples, which I(T; Y) cannot exceed; null without labels. */
  readonly labelCeilingBits: number | null;
  /** Binned: every unit permuted by itself, 39 times at most: what is left without joint states. Null unless asked for, and of a single unit. */
  readonly inputNull: NullBand | null;
  /** Labels permuted. Null unless asked for. */
  readonly labelNull: NullBand | null;
  /** The same of the upper bound of kde; null for the others. */
  readonly labelUpperNull: NullBand | null;
  /** Half widths of 95 % intervals (delete-a-group jackknife); null unless asked for. */
  readonly inputHalfWidthBits: number | null;
  readonly labelHalfWidthBits: number | null;
  /** The same of the upper bounds of kde; null for the others. */
  readonly inputUpperHalfWidthBits: number | null;
  readonly labelUpperHalfWidthBits: number | null;
  /** Variance of the noise that kde adds to every unit; null for the others. */
  readonly noiseVariance: number | null;
  readonly n: number;
  readonly d: number;
  readonly nonFiniteCount: number;
  readonly reason: string | null;
}

/** I of two single units by KSG; near independence it scatters around 0. */
export interface UnitPairValue {
  readonly layer: number;
  readonly epoch: number;
  readonly a: number;
  readonly b: number;
  readonly bits: number;
  readonly null: NullBand | null;
}

/** First epoch after which I stays within 5 % of its last value; null where it has none. */
export interface Convergence {
  readonly layer: number;
  readonly unit: number | null;
  readonly input: number | null;
  readonly label: number | null;
  /** Of the upper bounds of kde. */
  readonly inputUpper?: number | null;
  readonly labelUpper?: number | null;
}

export interface LayerMiResult {
  readonly measure: 'layer-mi';
  readonly provenance: Provenance;
  readonly estimator: InformationEstimator;
  readonly values: readonly LayerMiValue[];
  /** KSG of all pairs of the slice's units, where they are few. */
  readonly pairs: readonly UnitPairValue[];
  readonly converged: readonly Convergence[];
}

/** Of bands with two sides. */
const LEAST_PERMUTATIONS = 39;

export const layerMi = describeMeasure({
  name: 'layer-mi',
  label: 'Layer mutual information',
  doing: 'computing layer mutual information',
  summary: 'what a layer or a unit knows about the input and the label',
  unit: 'bits',
  needs: 'maps',
  options: {
    estimator: { kind: 'choice', values: INFORMATION_ESTIMATORS, default: 'binned', text: 'estimator' },
    bins: { kind: 'count', ...{ default: 30, least: 1, most: 65_536 }, text: 'bins', estimator: 'binned' },
    noiseShare: {
      kind: 'share',
      ...{ default: 0.05, most: Infinity },
      text: 'noise variance ÷ total variance',
      estimator: 'kde',
    },
    units: { kind: 'switch', default: false, text: 'each channel by itself' },
    pairs: {
      kind: 'switch',
      default: true,
      text: 'ksg: all pairs of a layer’s units too, where they are few',
      isHidden: true,
    },
    permutations: {
      ...PERMUTATIONS,
      least: LEAST_PERMUTATIONS,
      why: `fewer than ${LEAST_PERMUTATIONS} cannot give a 5 % level`,
    },
    seed: SEED,
    interval: INTERVAL,
  },
  table: layerMiTable,
});

function layerMiTable({ values, pairs, converged }: LayerMiResult, names: TableNames): MeasureTable {
  const header = ['layer', 'epoch', 'unit', 'I(T;X) bits', 'upper X', 'I(T;Y) bits', 'upper Y', 'log2 N', 'H(Y)'];
  const rows = values.map((value): TableCell[] => {
    const settled = converged.find(({ layer, unit }) => layer === value.layer && unit === value.unit);
    return [
      ...[layerName(value.layer, names), epochCell(value.epoch), value.unit ?? 'all'],
      ...[value.inputBits, value.inputUpperBits, value.labelBits, value.labelUpperBits],
      ...[value.n > 0 ? value.inputCeilingBits : null, value.labelCeilingBits],
      ...[value.inputHalfWidthBits, value.labelHalfWidthBits, value.inputNull?.meanBits ?? null],
      ...[value.labelNull?.meanBits ?? null, settled?.input ?? null, settled?.label ?? null, value.n, value.d],
      ...[value.inputMillerMadowBits, value.labelMillerMadowBits, noteOf(value)],
    ];
  });
  const ofPairs = pairs.map((pair): TableCell[] => [
    ...[layerName(pair.layer, names), epochCell(pair.epoch), `${pair.a};${pair.b}`, pair.bits],
    ...[null, null, null, null, null, null, null],
    ...[pair.null?.meanBits ?? null, null, null, null, values[0]?.n ?? null, 2, null, null],
    'I of the two units',
  ]);
  const rest = ['half width X', 'half width Y', 'null X', 'null Y', 'converged X', 'converged Y', 'N', 'D'];
  return { header: [...header, ...rest, 'Miller-Madow X', 'Miller-Madow Y', 'note'], rows: [...rows, ...ofPairs] };
}
