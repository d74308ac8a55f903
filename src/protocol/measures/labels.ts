/** Confusion counts, label entropies and the training's own metrics as they are answered. */
import type { Provenance } from './provenance.js';

/** Confusion counts and the two label entropies at one epoch of one split. */
export interface LabelValue {
  readonly epoch: number;
  readonly split: 'train' | 'validation' | 'all';
  /** counts[label][prediction] */
  readonly counts: readonly (readonly number[])[];
  /** H(x.label | y = i) by predicted class i; null where i is never predicted. */
  readonly labelGivenPrediction: readonly (number | null)[];
  /** H(y | x.label = i) by label i; null where no sample has label i. */
  readonly predictionGivenLabel: readonly (number | null)[];
  /** Why there is no value at all (all counts are 0): a damaged epoch. */
  readonly reason?: string | null;
}

export interface LabelResult {
  readonly measure: 'label';
  readonly provenance: Provenance;
  readonly values: readonly LabelValue[];
}

/** Losses and accuracies as the training reported them, and the accuracy on the probes. */
export interface MetricsResult {
  readonly measure: 'metrics';
  readonly provenance: Provenance;
  readonly names: readonly string[];
  readonly values: readonly { readonly epoch: number; readonly values: readonly (number | null)[] }[];
}
