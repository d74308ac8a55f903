/** Confusion counts and label entropies as they are answered. */
import { describeMeasure } from './descriptor.js';
import type { Provenance } from './provenance.js';
import { className, type MeasureTable, type TableCell, type TableNames } from './table.js';

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

export const label = describeMeasure({
  name: 'label',
  label: 'Label entropies',
  doing: 'computing label entropies',
  summary: 'which classes are confused',
  unit: 'bits',
  needs: 'classes',
  options: {},
  table: labelTable,
});

function labelTable({ values }: LabelResult, names: TableNames): MeasureTable {
  const rows = values.flatMap((value) =>
    value.labelGivenPrediction.map((bits, i): TableCell[] => [
      ...[value.epoch, value.split, className(i, names), bits, value.predictionGivenLabel[i]],
      value.counts[i].reduce((sum, count) => sum + count, 0),
      value.counts.reduce((sum, row) => sum + row[i], 0),
      value.reason ?? '',
    ]),
  );
  const header = ['epoch', 'split', 'class', 'H(label|y=i) bits', 'H(y|label=i) bits', 'labelled', 'predicted', 'note'];
  return { header, rows };
}
