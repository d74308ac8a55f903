/** Losses and accuracies as lines, apart: they have different units. */
import { accuracyWithInterval, HELD_OUT_METRIC, TRAINED_METRIC } from '../../../../src/protocol/accuracy.js';
import { isCrossEntropy, lossUnit } from '../../../../src/protocol/lossUnit.js';
import type { MetricsResult } from '../../../../src/protocol/measure.js';
import type { LineSeries } from '../../../marks/lineChart.js';

export type MetricKind = 'loss' | 'accuracy' | 'other';

function metricKind(name: string): MetricKind {
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
  return isOfProbes(name) ? 'plain' : 'muted';
}

/** What CNNSlicer counted on the probes itself. */
export function isOfProbes(name: string): boolean {
  return name === HELD_OUT_METRIC || name === TRAINED_METRIC;
}

/** "held-out accuracy 93.4 % (95 %: 90.9 to 95.3 %), 500 probes at epoch 10"; null where nothing was counted. */
export function probesWords({ names, values, provenance }: MetricsResult): string | null {
  const place = names.findIndex(isOfProbes);
  const last = values.findLast((one) => one.values[place] != null);
  const n = Number(provenance.parameters['judgedCount'] ?? 0);
  if (!last || n === 0) return null;
  const correct = Math.round((last.values[place] ?? 0) * n);
  return `${accuracyWithInterval({ correct, n, heldOut: names[place] === HELD_OUT_METRIC })} at epoch ${last.epoch}`;
}

function metricWords(name: string): string {
  if (name === HELD_OUT_METRIC) return 'held-out accuracy';
  if (name === TRAINED_METRIC) return 'training accuracy, probes';
  const [, prefix, rest] = /^(val_)?(.*)$/.exec(name) ?? [];
  const what = rest === 'acc' ? 'accuracy' : rest.replaceAll('_', ' ');
  return `${prefix === 'val_' ? 'validation' : 'training'} ${what}`;
}
