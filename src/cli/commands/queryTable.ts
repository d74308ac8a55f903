/** A measure's result as a table for terminals and CSV, and how its numbers were estimated in one line. */
import { DEAD_LAYER_WORDS } from '../../protocol/deadLayer.js';
import type { InterValue, IntraResult, LabelResult, MeasureResult } from '../../protocol/measure.js';
import { measureTable, noteOf, type MeasureTable, type TableCell } from '../../protocol/measureTables.js';
import type { RunManifest } from '../../protocol/run.js';
import type { Alignment } from '../console.js';

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly TableCell[])[];
  readonly alignments: readonly Alignment[];
}

export function tableOf(result: MeasureResult, manifest: RunManifest): Table {
  switch (result.measure) {
    case 'inter':
      return numericTable(
        ['layer', 'epoch', 'H bits', 'H - log2 N', 'noise bits', 'half width', 'N', 'D', 'k', 'note'],
        result.values.map((value) => interRow(value, manifest)),
      );
    case 'intra':
      return intraTable(result, manifest);
    case 'label':
      return labelTable(result, manifest);
    case 'metrics':
      return numericTable(
        ['epoch', ...result.names],
        result.values.map((value) => [value.epoch, ...value.values]),
      );
    default: {
      const { header, rows } = measureTable(result, manifest.layers);
      return numericTable(header, rows);
    }
  }
}

/** With four digits behind the point; nothing rounds to −0. */
export function cellText(cell: TableCell): string {
  if (typeof cell !== 'number') return cell ?? '–';
  return Number.isInteger(cell) ? String(cell) : cell.toFixed(4).replace(/^-(?=0\.0000$)/, '');
}

/** In every row, as the views save it: a file has no line beneath it. */
export function withEstimator(
  { header, rows }: MeasureTable,
  estimator: string,
): [MeasureTable['header'], MeasureTable['rows']] {
  return [[...header, 'estimator'], rows.map((row) => [...row, estimator])];
}

/** One line under the table: how the numbers were estimated. */
export function provenanceText(result: Pick<MeasureResult, 'provenance' | 'values'>): string {
  const { estimator, parameters, unit } = result.provenance;
  const said = Object.entries(parameters).map(([name, value]) => `${name} = ${value}`);
  const unitText = unit === 'own' ? 'each metric’s own' : unit;
  return [estimator, ...said, `N = ${countText(result)}`, `unit: ${unitText}`].join('; ');
}

/** Rows of several N, as conditions on predictions select them, have both ends told. */
function countText({ provenance, values }: Pick<MeasureResult, 'provenance' | 'values'>): string {
  const counts = values.flatMap((value) => ('n' in value && typeof value.n === 'number' ? [value.n] : []));
  const least = Math.min(provenance.n, ...counts);
  return least === provenance.n ? String(least) : `${least} to ${provenance.n}`;
}

function interRow(value: InterValue, { layers }: RunManifest): TableCell[] {
  const { bits, excessBits, noiseBits, halfWidthBits, tieCount, zeroScaleCount } = value;
  const counted = [
    noteOf(value),
    value.isDead ? DEAD_LAYER_WORDS : '',
    tieCount > 0 ? `${tieCount} tied at the k-th neighbour` : '',
    zeroScaleCount > 0 ? `${zeroScaleCount} without a scale: too many duplicates` : '',
  ];
  const note = counted.filter((part) => part !== '').join('; ');
  const numbers = [bits, excessBits, noiseBits, halfWidthBits, value.n, value.d, value.k];
  return [layers[value.layer].name, value.epoch, ...numbers, note];
}

function intraTable({ values }: IntraResult, { layers, classNames }: RunManifest): Table {
  const rows = values.flatMap((value) =>
    value.channels.map((channel, i): TableCell[] => [
      ...[layers[value.layer].name, value.epoch, classText(value.classIndex, classNames)],
      ...[channel < 0 ? 'units' : channel, value.bits[i], value.variance[i], value.n[i], value.reason ?? ''],
    ]),
  );
  return numericTable(['layer', 'epoch', 'class', 'channel', 'H bits', 'variance', 'N', 'note'], rows);
}

function classText(classIndex: number | null, classNames: readonly string[]): string {
  return classIndex === null ? 'all' : (classNames[classIndex] ?? String(classIndex));
}

function labelTable({ values }: LabelResult, { classNames }: RunManifest): Table {
  const rows = values.flatMap((value) =>
    value.labelGivenPrediction.map((bits, i): TableCell[] => [
      ...[value.epoch, value.split, classText(i, classNames), bits, value.predictionGivenLabel[i]],
      value.counts[i].reduce((sum, count) => sum + count, 0),
      value.counts.reduce((sum, row) => sum + row[i], 0),
      value.reason ?? '',
    ]),
  );
  const header = ['epoch', 'split', 'class', 'H(label|y=i) bits', 'H(y|label=i) bits', 'labelled', 'predicted', 'note'];
  return numericTable(header, rows);
}

/** Columns that hold text left, numbers right. */
function numericTable(header: readonly string[], rows: readonly (readonly TableCell[])[]): Table {
  const alignments = header.map((_, column): Alignment =>
    rows.some((row) => typeof row[column] === 'string') ? 'left' : 'right',
  );
  return { header, rows, alignments };
}
