/** The intrinsic dimension of a layer as it is answered. */
import { describeMeasure, type CoursePoint } from './descriptor.js';
import { INTERVAL } from './option.js';
import type { Provenance } from './provenance.js';
import { epochCell, layerName, noteOf } from './table.js';

/** Of one layer at one epoch; a sample is the vector of its chosen channels' values. */
export interface IntrinsicValue {
  readonly layer: number;
  readonly epoch: number;
  /** TwoNN; null where fewer than 5 samples have a nearest neighbour at a distance above 0. */
  readonly twoNN: number | null;
  /** Half width of its 95 % jackknife interval; null unless asked for. */
  readonly halfWidth: number | null;
  /** (Σλ)² ÷ Σλ² of the covariance, at most N − 1; null where all samples are equal. */
  readonly participationRatio: number | null;
  readonly n: number;
  readonly d: number;
  /** Samples left out of TwoNN because another one equals them. */
  readonly duplicateCount: number;
  /** Samples left out because a value was NaN or ±Inf. */
  readonly nonFiniteCount: number;
  readonly reason: string | null;
}

export interface IntrinsicResult {
  readonly measure: 'intrinsic';
  readonly provenance: Provenance;
  readonly values: readonly IntrinsicValue[];
}

export const intrinsic = describeMeasure({
  name: 'intrinsic',
  label: 'Intrinsic dimension',
  doing: 'computing the intrinsic dimension',
  summary: 'along how many directions the samples of a layer vary',
  unit: 'dimensions',
  needs: 'maps',
  options: { interval: INTERVAL },
  table: ({ values }: IntrinsicResult, names) => ({
    header: ['layer', 'epoch', 'TwoNN', 'half width', 'participation ratio', 'N', 'D', 'duplicates', 'note'],
    rows: values.map((value) => [
      ...[layerName(value.layer, names), epochCell(value.epoch), value.twoNN, value.halfWidth],
      ...[value.participationRatio, value.n, value.d, value.duplicateCount, noteOf(value)],
    ]),
  }),
  courses: [
    {
      title: 'Intrinsic dimension (TwoNN)',
      caption: 'from the two nearest neighbours of each sample; too low for few samples',
      unit: 'dimensions',
      points: ({ values }) => values.map((value) => pointOf(value, value.twoNN, value.halfWidth)),
    },
    {
      title: 'Participation ratio',
      caption: 'how many directions share the variance evenly; at most N − 1',
      unit: 'dimensions',
      points: ({ values }) => values.map((value) => pointOf(value, value.participationRatio, null)),
    },
  ],
  ofArrays: {
    summary: 'intrinsic dimension of samples (N, D…): TwoNN and the participation ratio',
    shape: '(N, D…)',
    leastAxes: 2,
    // Arrays have neither a layer nor an epoch, and JSON leaves out what is undefined.
    json: ({ values: [value] }) => ({ ...value, layer: undefined, epoch: undefined }),
  },
});

function pointOf({ layer, epoch }: IntrinsicValue, value: number | null, halfWidth: number | null): CoursePoint {
  return { layer, epoch, value, halfWidth };
}
