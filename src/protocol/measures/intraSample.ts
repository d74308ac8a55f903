/** Intra-sample entropy as it is answered. */
import type { EntropyRange } from '../run.js';
import type { Provenance } from './provenance.js';

/**
 * Mean of the maps' entropies over inputs, for each channel: over those of one class, or (null) over
 * all inputs of the slice. A slice of one whole class has its class alone; one of several whole classes
 * has the slice first and then each class.
 */
export interface IntraValue {
  readonly layer: number;
  readonly epoch: number;
  readonly classIndex: number | null;
  /** Which channels `bits` holds, in order; [-1] where the whole vector of units is the one map. */
  readonly channels: readonly number[];
  readonly bits: readonly (number | null)[];
  readonly variance: readonly (number | null)[];
  readonly n: readonly number[];
  /** Mean over the listed channels, dead ones included. */
  readonly meanBits: number | null;
  /** Why there is no value at all: a damaged epoch, no sample. */
  readonly reason?: string | null;
}

export interface IntraResult {
  readonly measure: 'intra';
  readonly provenance: Provenance;
  readonly range: EntropyRange;
  readonly bins: number;
  /** From statistics recorded for every probe in float32, or from kept maps. */
  readonly computedFrom: 'statistics' | 'maps';
  readonly values: readonly IntraValue[];
}
