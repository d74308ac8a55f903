/** Centred kernel alignment as it is answered. */
import type { Provenance } from './provenance.js';

/** Linear CKA with the unbiased HSIC, items × items row-major; may be slightly negative. */
export interface CkaValue {
  /** The epoch, where items are layers; null where they are epochs. */
  readonly epoch: number | null;
  /** The layer, where items are epochs; null where they are layers. */
  readonly layer: number | null;
  readonly items: readonly number[];
  /** Null for fewer than 4 samples, for a constant layer and for a damaged epoch. */
  readonly values: readonly (number | null)[];
  /** Half widths of 95 % jackknife intervals; null unless asked for. */
  readonly halfWidths: readonly (number | null)[] | null;
  readonly n: number;
  readonly nonFiniteCount: number;
  readonly reason: string | null;
}

export interface CkaResult {
  readonly measure: 'cka';
  readonly provenance: Provenance;
  readonly between: 'layers' | 'epochs';
  readonly values: readonly CkaValue[];
}
