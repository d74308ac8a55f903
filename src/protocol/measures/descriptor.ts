/**
 * What everyone knows of a measure: its names, what may be chosen, what it needs of a run and its results as a table.
 * The command line, the views, requests and the documentation derive theirs from it; how it is computed is in
 * src/analysis/measures.
 */
import type { OptionTable } from './option.js';
import type { Provenance } from './provenance.js';
import type { MeasureTable, TableNames } from './table.js';

export interface MeasureDescriptor<N extends string, O extends OptionTable, R> {
  /** As it is asked for: "cka". */
  readonly name: N;
  /** As views call it: "Centred kernel alignment". */
  readonly label: string;
  /** As errors and progress call what is under way: "computing CKA". */
  readonly doing: string;
  /** A line for the documentation. */
  readonly summary: string;
  readonly unit: Provenance['unit'];
  /** What a run must hold for it: kept maps of the slice, classes, metrics of the training, or only statistics. */
  readonly needs: 'maps' | 'classes' | 'metrics' | 'statistics';
  readonly options: O;
  readonly table: (result: R, names: TableNames) => MeasureTable;
}

/** Keeps the literal types of name, options and result. */
export function describeMeasure<const N extends string, const O extends OptionTable, R extends { readonly measure: N }>(
  descriptor: MeasureDescriptor<N, O, R>,
): MeasureDescriptor<N, O, R> {
  return descriptor;
}
