/** Redundant channels as they are answered. */
import { describeMeasure } from './descriptor.js';
import { DISTANCE_BINS, NULL_PAIRS, PERMUTATIONS } from './distanceMi.js';
import { SEED } from './option.js';
import type { Provenance } from './provenance.js';
import { layerName, noteOf, type MeasureTable, type TableCell, type TableNames } from './table.js';

/** Two channels that repeat each other, with the distance MI of their maps beside the correlation. */
export interface RedundantPairValue {
  readonly a: number;
  readonly b: number;
  /** Pearson's r of the maps over all samples and places, each channel centred. */
  readonly r: number;
  readonly bits: number | null;
  /** MI ÷ min(H) of the distances, and the 95th percentile of the same with samples permuted. */
  readonly share: number | null;
  readonly nullShare: number | null;
}

/** Channels of one layer at one epoch that add nothing. */
export interface RedundancyValue {
  readonly layer: number;
  readonly epoch: number;
  readonly channelCount: number;
  /** max − min ≤ 1e-6 × the layer's range over all probes, and the epoch since which without a break. */
  readonly dead: readonly number[];
  readonly deadSince: readonly number[];
  /** ≥ 99 % of values within 1 % of the activation's bounds. */
  readonly saturated: readonly number[];
  /** |r| ≥ the threshold, strongest first. */
  readonly pairs: readonly RedundantPairValue[];
  /** Smallest rank that holds the share of the trace of the channels' spatial means' covariance. */
  readonly recommendedCount: number | null;
  /** The recommended count moved by at most 1 over this epoch and the two before it. */
  readonly stable: boolean;
  readonly n: number;
  readonly nonFiniteCount: number;
  readonly reason: string | null;
}

export interface RedundancyResult {
  readonly measure: 'redundancy';
  readonly provenance: Provenance;
  readonly values: readonly RedundancyValue[];
}

export const redundancy = describeMeasure({
  name: 'redundancy',
  label: 'Redundant channels',
  doing: 'looking for redundant channels',
  summary: 'which channels repeat others, and how many are needed',
  unit: 'share',
  needs: 'maps',
  options: {
    correlation: { kind: 'share', ...{ default: 0.95, most: 1 }, text: '|r| of a redundant pair' },
    traceShare: { kind: 'share', ...{ default: 0.99, most: 1 }, text: 'share of the variance' },
    bins: DISTANCE_BINS,
    permutations: { ...PERMUTATIONS, default: 39 },
    nullPairs: NULL_PAIRS,
    seed: SEED,
  },
  table: redundancyTable,
});

function redundancyTable({ values }: RedundancyResult, names: TableNames): MeasureTable {
  const list = (channels: readonly number[]): string => channels.join(' ');
  const rows = values.map((value): TableCell[] => [
    ...[layerName(value.layer, names), value.epoch, value.channelCount, value.recommendedCount],
    ...[value.stable ? 'yes' : 'no', list(value.dead), list(value.deadSince), list(value.saturated)],
    value.pairs.map((pair) => `${pair.a}~${pair.b} r=${pair.r.toFixed(3)}${shareText(pair)}`).join(' | '),
    ...[value.n, noteOf(value)],
  ]);
  const header = ['layer', 'epoch', 'channels', 'recommended', 'stable', 'dead', 'dead since', 'saturated', 'pairs'];
  return { header: [...header, 'N', 'note'], rows };
}

/** MI ÷ min(H), and beside it what permuted samples leave of it in 95 of 100 cases. */
function shareText({ share, nullShare }: RedundantPairValue): string {
  if (share === null) return '';
  return ` MI/H=${share.toFixed(3)}${nullShare === null ? '' : ` null=${nullShare.toFixed(3)}`}`;
}
