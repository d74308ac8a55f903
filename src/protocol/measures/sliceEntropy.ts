/** The entropy of a slice as it is answered. */
import type { Provenance } from './provenance.js';

/** The entropy of all values of a layer at an epoch, in the bins of the whole slice. */
export interface SliceEntropyValue {
  readonly layer: number;
  readonly epoch: number;
  readonly bits: number | null;
  readonly millerMadowBits: number | null;
  readonly valueCount: number;
  /** NaN and ±Inf, left out. */
  readonly nonFiniteCount: number;
  readonly n: number;
  readonly reason: string | null;
}

/** The paper's H(dCNN(x, −, −, −)): of all values of the slice as one set. */
export interface SliceEntropyResult {
  readonly measure: 'slice';
  readonly provenance: Provenance;
  readonly bits: number | null;
  readonly millerMadowBits: number | null;
  readonly valueCount: number;
  readonly values: readonly SliceEntropyValue[];
}
