/** Inter-sample entropy as it is answered. */
import type { Provenance } from './provenance.js';

/** Inter-sample entropy of one layer at one epoch (DESIGN §3; paper eqs. 4–7). */
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

export const NEIGHBOUR_SEARCHES = ['exact', 'approximate'] as const;
export type NeighbourSearch = (typeof NEIGHBOUR_SEARCHES)[number];

export interface InterResult {
  readonly measure: 'inter';
  readonly provenance: Provenance;
  readonly values: readonly InterValue[];
}
