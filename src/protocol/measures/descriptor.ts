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
  /** Charts of the query view, each with lines over epochs; absent where a view draws it in a way of its own. */
  readonly courses?: readonly Course<R>[];
  /** `cnnslicer measure NAME`; absent where a run is needed, or where the command has a form of its own. */
  readonly ofArrays?: OfArrays<R>;
}

export interface Course<R> {
  readonly title: string;
  /** What it is, for the line below the chart. */
  readonly caption: string;
  readonly unit: string;
  /** One value a layer and epoch. */
  readonly points: (result: R) => readonly CoursePoint[];
}

export interface CoursePoint {
  readonly layer: number;
  readonly epoch: number;
  readonly value: number | null;
  /** Half width of its 95 % interval; null where there is none. */
  readonly halfWidth: number | null;
}

export interface OfArrays<R> {
  /** The line that its help begins with. */
  readonly summary: string;
  /** The shape of --samples, "(N, …)", and its least number of axes. */
  readonly shape: string;
  readonly leastAxes: 1 | 2;
  /** The second array, --other, where there is one. */
  readonly other?: { readonly text: string; readonly isOptional: boolean };
  /** What is printed, less `provenance`, which stands in all of it. */
  readonly json: (result: R) => object;
}

/** Keeps the literal types of name, options and result. */
export function describeMeasure<const N extends string, const O extends OptionTable, R extends { readonly measure: N }>(
  descriptor: MeasureDescriptor<N, O, R>,
): MeasureDescriptor<N, O, R> {
  return descriptor;
}
