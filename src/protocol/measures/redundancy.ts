/** Redundant channels as they are answered. */
import type { Provenance } from './provenance.js';

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

/** Channels of one layer at one epoch that add nothing (DESIGN §3, redundancy). */
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
