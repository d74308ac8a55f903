/** Losses and accuracies as lines, apart: they have different units. */
import { isCrossEntropy, lossUnit } from '../../../../src/protocol/lossUnit.js';
import type { MetricsResult } from '../../../../src/protocol/measure.js';
import type { LineSeries } from '../../../marks/lineChart.js';

export type MetricKind = 'loss' | 'accuracy' | 'other';

export function metricKind(name: string): MetricKind {
  if (/loss|error|mse|mae/i.test(name)) return 'loss';
  return /acc|precision|recall|auc/i.test(name) ? 'accuracy' : 'other';
}

export function metricSeries(result: MetricsResult, kind: MetricKind): LineSeries[] {
  return result.names.flatMap((name, place): LineSeries[] => {
    if (metricKind(name) !== kind) return [];
    const points = result.values.map(({ epoch, values }) => ({ epoch, value: values[place] ?? null }));
    if (points.every((point) => point.value === null)) return [];
    return [{ id: name, label: metricWords(name), tone: toneOf(name), points }];
  });
}

/** What a loss is called by those who read it; an output's each, where there are several. */
export function lossWords(loss: string): string {
  const each = loss.split(', ').map((one) => (isCrossEntropy(one) ? 'cross-entropy' : (LOSSES[one] ?? one)));
  const unit = lossUnit(loss) === 'nats' ? ', nats' : '';
  return loss === '' ? 'the script’s own loss' : `${[...new Set(each)].join(' and ')}${unit}`;
}

const LOSSES: Readonly<Partial<Record<string, string>>> = {
  meanSquaredError: 'mean squared error',
  meanAbsoluteError: 'mean absolute error',
};

function toneOf(name: string): LineSeries['tone'] {
  if (name.startsWith('val_')) return 'accent';
  return name.startsWith('probe_') ? 'plain' : 'muted';
}

function metricWords(name: string): string {
  const [, prefix, rest] = /^(val_|probe_)?(.*)$/.exec(name) ?? [];
  const what = rest === 'acc' ? 'accuracy' : rest.replaceAll('_', ' ');
  return `${prefix === 'val_' ? 'validation' : prefix === 'probe_' ? 'probe' : 'training'} ${what}`;
}
