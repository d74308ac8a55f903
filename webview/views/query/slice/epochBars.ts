/** The bars of the epoch strip: accuracy where the run has one, else a loss; which of them, in words. */
import { HELD_OUT_METRIC, TRAINED_METRIC } from '../../../../src/protocol/accuracy.js';
import type { MetricsResult } from '../../../../src/protocol/measure.js';

export interface EpochBars {
  readonly words: string;
  readonly first: number;
  readonly last: number;
  readonly byEpoch: ReadonlyMap<number, { readonly share: number; readonly text: string }>;
}

/** From the most to the least telling. */
const PREFERRED = [
  { name: HELD_OUT_METRIC, words: 'held-out accuracy' },
  { name: 'val_acc', words: 'validation accuracy' },
  { name: 'val_accuracy', words: 'validation accuracy' },
  { name: TRAINED_METRIC, words: 'training accuracy' },
  { name: 'acc', words: 'training accuracy' },
  { name: 'accuracy', words: 'training accuracy' },
  { name: 'val_loss', words: 'validation loss' },
  { name: 'loss', words: 'training loss' },
];

export function epochBars(metrics: MetricsResult): EpochBars | null {
  const choice = PREFERRED.find(({ name }) => valuesOf(metrics, name).length > 0);
  if (!choice) return null;
  const values = valuesOf(metrics, choice.name);
  const isShare = !choice.words.endsWith('loss');
  const largest = isShare ? 1 : Math.max(...values.map(({ value }) => value)) || 1;
  return {
    words: choice.words,
    first: values[0].epoch,
    last: values[values.length - 1].epoch,
    byEpoch: new Map(
      values.map(({ epoch, value }) => [
        epoch,
        {
          share: Math.max(0, Math.min(1, value / largest)),
          text: isShare ? `${Math.round(100 * value)}%` : value.toFixed(2),
        },
      ]),
    ),
  };
}

function valuesOf(metrics: MetricsResult, name: string): { epoch: number; value: number }[] {
  const place = metrics.names.indexOf(name);
  if (place < 0) return [];
  return metrics.values.flatMap(({ epoch, values }) => {
    const value = values[place];
    return value === null || value === undefined ? [] : [{ epoch, value }];
  });
}
