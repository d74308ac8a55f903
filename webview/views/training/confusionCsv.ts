/** A confusion matrix as a table: a row a label, a column a prediction, the label entropies at the edges. */
import type { LabelValue } from '../../../src/protocol/measure.js';
import { table } from '../query/results/csv.js';

export function confusionCsv(value: LabelValue, classNames: readonly string[]): string {
  const head = [
    'epoch',
    'split',
    'label',
    ...classNames.map((name) => `predicted ${name}`),
    'bits_prediction_given_label',
  ];
  const rows = classNames.map((name, i) => [
    ...[value.epoch, value.split, name],
    ...(value.counts[i] ?? []),
    value.predictionGivenLabel[i] ?? null,
  ]);
  const last = [value.epoch, value.split, 'bits_label_given_prediction', ...value.labelGivenPrediction, null];
  return table(head, [...rows, last]);
}
