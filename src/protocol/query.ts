/**
 * The paper's notation dCNN(X, L, C, T) as data. Text and data convert both ways in queryText.ts;
 * what a term selects in a given run is decided in src/analysis/run/resolveSelection.ts.
 * Ranges are inclusive. `all` is the paper's "-".
 */

export type IndexRange = readonly [from: number, to: number];

export interface AllTerm {
  readonly kind: 'all';
}

/** Indices as sorted, disjoint, non-adjacent ranges: {0..7, 12}. `last` stands for the last epoch. */
export interface RangesTerm {
  readonly kind: 'ranges';
  readonly ranges: readonly IndexRange[];
}

export interface LastTerm {
  readonly kind: 'last';
}

export type SampleField = 'label' | 'prediction' | 'split';

/** One condition on samples; several are joined by "and". `right` may be the other field: label ≠ y. */
export interface SampleCondition {
  readonly field: SampleField;
  readonly operator: '=' | '≠';
  readonly right:
    | { readonly kind: 'classes'; readonly ranges: readonly IndexRange[] }
    | { readonly kind: 'field'; readonly field: SampleField }
    | { readonly kind: 'split'; readonly split: 'train' | 'validation' };
}

export interface ConditionsTerm {
  readonly kind: 'where';
  readonly conditions: readonly SampleCondition[];
}

export type LayerItem =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'range'; readonly range: IndexRange }
  | { readonly kind: 'layerKind'; readonly layerKind: string };

export interface LayersTerm {
  readonly kind: 'layers';
  readonly items: readonly LayerItem[];
}

export type SampleTerm = AllTerm | RangesTerm | ConditionsTerm;
export type LayerTerm = AllTerm | LayersTerm;
export type ChannelTerm = AllTerm | RangesTerm;
export type EpochTerm = AllTerm | RangesTerm | LastTerm;

export interface Query {
  readonly samples: SampleTerm;
  readonly layers: LayerTerm;
  readonly channels: ChannelTerm;
  readonly epochs: EpochTerm;
}

export const ALL: AllTerm = { kind: 'all' };
export const WHOLE_CUBE: Query = { samples: ALL, layers: ALL, channels: ALL, epochs: ALL };
