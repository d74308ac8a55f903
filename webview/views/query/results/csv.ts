/** Results as tables for other programs: a row a value, undefined as an empty cell, provenance in each row. */
import {
  measureTable,
  type InterResult,
  type IntraResult,
  type LabelResult,
  type MeasureResult,
  type MetricsResult,
  type Provenance,
} from '../../../../src/protocol/measure.js';
import { csvField } from '../../../../src/protocol/csvField.js';
import type { Layer } from '../../../../src/protocol/run.js';

export type Cell = string | number | null;

export function csvOf(result: MeasureResult, layers: readonly Layer[]): string {
  switch (result.measure) {
    case 'inter':
      return interCsv(result, layers);
    case 'intra':
      return intraCsv(result, layers);
    case 'label':
      return labelCsv(result);
    case 'metrics':
      return metricsCsv(result);
    default:
      return measuredCsv(result, layers);
  }
}

function measuredCsv(result: MeasureResult, layers: readonly Layer[]): string {
  const { header, rows } = measureTable(result, { layers, classNames: [] });
  const { estimator } = result.provenance;
  return table(
    [...header, 'estimator'],
    rows.map((row) => [...row, estimator]),
  );
}

function interCsv(result: InterResult, layers: readonly Layer[]): string {
  const head = [
    'layer',
    'layer_name',
    'epoch',
    'bits',
    'bits_minus_log2_n',
    'noise_bits',
    'half_width_bits',
    'n',
    'd',
    'k',
    'ties',
    'zero_scale',
    'non_finite',
    'reason',
    'estimator',
  ];
  const rows = result.values.map((one): Cell[] => [
    ...[one.layer, layers[one.layer]?.name ?? '', one.epoch, one.bits, one.excessBits, one.noiseBits],
    ...[one.halfWidthBits, one.n, one.d, one.k, one.tieCount, one.zeroScaleCount, one.nonFiniteCount],
    ...[one.reason, result.provenance.estimator],
  ]);
  return table(head, rows);
}

function intraCsv(result: IntraResult, layers: readonly Layer[]): string {
  const head = [
    'layer',
    'layer_name',
    'epoch',
    'class',
    'channel',
    'bits',
    'variance',
    'n',
    'bins',
    'range',
    'computed_from',
    'estimator',
  ];
  const rows = result.values.flatMap((one) =>
    one.channels.map((channel, i): Cell[] => [
      ...[
        one.layer,
        layers[one.layer]?.name ?? '',
        one.epoch,
        one.classIndex ?? 'all',
        channel < 0 ? 'whole' : channel,
      ],
      ...[one.bits[i], one.variance[i], one.n[i], result.bins, result.range, result.computedFrom],
      result.provenance.estimator,
    ]),
  );
  return table(head, rows);
}

function labelCsv(result: LabelResult): string {
  const head = [
    'epoch',
    'split',
    'class',
    'bits_label_given_prediction',
    'bits_prediction_given_label',
    'labelled',
    'predicted',
    'estimator',
  ];
  const rows = result.values.flatMap((one) =>
    one.predictionGivenLabel.map((bits, i): Cell[] => [
      ...[one.epoch, one.split, i, one.labelGivenPrediction[i], bits],
      ...[sum(one.counts[i] ?? []), sum(one.counts.map((row) => row[i] ?? 0)), result.provenance.estimator],
    ]),
  );
  return table(head, rows);
}

function metricsCsv(result: MetricsResult): string {
  const rows = result.values.map(({ epoch, values }): Cell[] => [epoch, ...values]);
  return table(['epoch', ...result.names], rows);
}

/** What a result rests on, for the end of a caption. */
export function provenanceWords({ estimator, n }: Provenance): string {
  return `${estimator}; N = ${n.toLocaleString('en')}`;
}

/** Rows under their names, as every file of ours has them. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return `${[head, ...rows].map((row) => row.map(csvField).join(',')).join('\n')}\n`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
