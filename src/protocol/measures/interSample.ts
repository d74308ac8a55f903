/** Inter-sample entropy as it is answered. */
import { DEAD_LAYER_WORDS } from '../deadLayer.js';
import { DIVERSITY_IN_FULL } from '../entropyNames.js';
import { describeMeasure } from './descriptor.js';
import { INTERVAL } from './option.js';
import type { Provenance } from './provenance.js';
import { layerName, noteOf, type MeasureTable, type TableCell, type TableNames } from './table.js';

/** Inter-sample entropy of one layer at one epoch (paper eqs. 4–7). */
export interface InterValue {
  readonly layer: number;
  readonly epoch: number;
  /** H; null with `reason` where it is undefined (N too small, damaged, all values NaN). */
  readonly bits: number | null;
  /** H − log2 N. */
  readonly excessBits: number | null;
  /** H of standard normal noise of equal N and D, and the same less log2 N; null unless asked for. */
  readonly noiseBits: number | null;
  /** Half width of the 95 % jackknife interval; null unless asked for. */
  readonly halfWidthBits: number | null;
  readonly n: number;
  readonly d: number;
  readonly k: number;
  /** Samples whose k-th neighbour was tied with an excluded one. */
  readonly tieCount: number;
  /** Samples with m ≥ log2 k neighbours at distance 0, so that no σ exists. */
  readonly zeroScaleCount: number;
  /** Samples left out because a value was NaN or ±Inf. */
  readonly nonFiniteCount: number;
  readonly reason: string | null;
  /** All chosen channels are constant over the probes: the vectors are copies of one, and H says nothing. Else absent. */
  readonly isDead?: boolean;
  /** Share of the nearest neighbours that were found, measured on 64 samples; absent where all are exact. */
  readonly recall?: number;
}

const NEIGHBOUR_SEARCHES = ['exact', 'approximate'] as const;

export interface InterResult {
  readonly measure: 'inter';
  readonly provenance: Provenance;
  readonly values: readonly InterValue[];
}

export const inter = describeMeasure({
  name: 'inter',
  label: DIVERSITY_IN_FULL,
  doing: 'computing diversity',
  summary: 'how different a set of inputs is to a layer',
  unit: 'bits',
  needs: 'maps',
  options: {
    k: { kind: 'count', ...{ default: 15, least: 2, most: Infinity }, text: 'nearest neighbours' },
    neighbours: {
      kind: 'choice',
      values: NEIGHBOUR_SEARCHES,
      default: 'exact',
      text: 'exact search, or a faster one that finds at least 99 % of them',
    },
    noise: { kind: 'switch', default: false, text: 'add the diversity of noise of equal N and D' },
    interval: INTERVAL,
  },
  table: ({ values }: InterResult, names) => ({
    header: [
      'layer',
      'epoch',
      'diversity bits',
      'diversity - log2 N',
      'noise bits',
      'half width',
      'N',
      'D',
      'k',
      'note',
    ],
    rows: values.map((value) => interRow(value, names)),
  }),
});

function interRow(value: InterValue, names: TableNames): MeasureTable['rows'][number] {
  const { bits, excessBits, noiseBits, halfWidthBits, tieCount, zeroScaleCount } = value;
  const counted = [
    noteOf(value),
    value.isDead ? DEAD_LAYER_WORDS : '',
    tieCount > 0 ? `${tieCount} tied at the k-th neighbour` : '',
    zeroScaleCount > 0 ? `${zeroScaleCount} without a scale: too many duplicates` : '',
  ];
  const note = counted.filter((part) => part !== '').join('; ');
  const numbers: TableCell[] = [bits, excessBits, noiseBits, halfWidthBits, value.n, value.d, value.k];
  return [layerName(value.layer, names), value.epoch, ...numbers, note];
}
