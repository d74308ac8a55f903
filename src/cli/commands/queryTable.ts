/** A measure's result as a table for terminals and CSV, and how its numbers were estimated in one line. */
import {
  measureTable,
  type MeasureResult,
  type MeasureTable,
  type TableCell,
  type TableNames,
} from '../../protocol/measure.js';
import type { Alignment } from '../console.js';

export interface Table extends MeasureTable {
  readonly alignments: readonly Alignment[];
}

export function tableOf(result: MeasureResult, names: TableNames): Table {
  return numericTable(measureTable(result, names));
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

/** Columns that hold text left, numbers right. */
function numericTable({ header, rows }: MeasureTable): Table {
  const alignments = header.map((_, column): Alignment =>
    rows.some((row) => typeof row[column] === 'string') ? 'left' : 'right',
  );
  return { header, rows, alignments };
}
