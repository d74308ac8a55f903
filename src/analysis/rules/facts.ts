/** What rules look at: a recorded training at its last complete epoch. */
import type { LabelValue, MetricsResult, RedundancyValue } from '../../protocol/measure.js';
import type { NotLearned } from '../../protocol/notLearned.js';
import type { Judged, Layer, RunAccuracy, RunManifest } from '../../protocol/run.js';

export interface LayerFacts {
  readonly layer: Layer;
  /** Without those that the layer only passes on, and the epoch since which each is dead without a break. */
  readonly dead: readonly number[];
  readonly deadSince: readonly number[];
  readonly saturated: readonly number[];
  /** Channels whose statistics are equal at all of `comparedEpochs`; empty for layers that are not trained. */
  readonly unchanged: readonly number[];
  readonly comparedEpochs: readonly number[];
  /** NaN and infinite values over all probes. */
  readonly nonFinite: number;
  /** Null where it is not known: not computed, not measured, or of a layer whose size nobody chooses. */
  readonly redundancy: RedundancyValue | null;
}

/** Held-out probes that equal an input that was trained on. */
export interface Duplicates {
  readonly count: number;
  readonly n: number;
  /** Inputs that were trained on and that the held-out probes were compared with. */
  readonly trained: number;
}

export interface TrainingFacts {
  readonly manifest: RunManifest;
  readonly epoch: number;
  /** Complete ones, ascending. */
  readonly epochs: readonly number[];
  readonly accuracy: RunAccuracy | null;
  /** On probes that were trained on, where others were not; null else. */
  readonly trained: Judged | null;
  readonly notLearned: NotLearned | null;
  readonly metrics: Pick<MetricsResult, 'names' | 'values'>;
  /** Confusion counts of the judged split at the last epochs, ascending; empty without classes. */
  readonly answers: readonly LabelValue[];
  /** By layer, those whose channels are their own. */
  readonly layers: readonly LayerFacts[];
  /** Or why none were looked for. */
  readonly duplicates: Duplicates | { readonly reason: string };
  /** Maps were looked at, too. */
  readonly isComputed: boolean;
}

export interface MetricAt {
  readonly epoch: number;
  readonly value: number;
}

/** Values of a metric by epoch, those that are there; empty where the training reports none of that name. */
export function courseOf({ metrics }: TrainingFacts, name: string): MetricAt[] {
  const place = metrics.names.indexOf(name);
  if (place < 0) return [];
  return metrics.values.flatMap(({ epoch, values }) => {
    const value = values[place] ?? null;
    return value === null ? [] : [{ epoch, value }];
  });
}

/** The first of the lowest. */
export function lowestOf(course: readonly MetricAt[]): MetricAt | null {
  return course.reduce<MetricAt | null>((low, one) => (low === null || one.value < low.value ? one : low), null);
}
