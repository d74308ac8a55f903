/** Centred kernel alignment as it is answered. */
import { describeMeasure } from './descriptor.js';
import { INTERVAL } from './option.js';
import type { Provenance } from './provenance.js';
import { epochCell, layerName, noteOf, type MeasureTable, type TableCell, type TableNames } from './table.js';

/** Linear CKA with the unbiased HSIC, items × items row-major; may be slightly negative. */
export interface CkaValue {
  /** The epoch, where items are layers; null where they are epochs. */
  readonly epoch: number | null;
  /** The layer, where items are epochs; null where they are layers. */
  readonly layer: number | null;
  readonly items: readonly number[];
  /** Null for fewer than 4 samples, for a constant layer and for a damaged epoch. */
  readonly values: readonly (number | null)[];
  /** Half widths of 95 % jackknife intervals; null unless asked for. */
  readonly halfWidths: readonly (number | null)[] | null;
  readonly n: number;
  readonly nonFiniteCount: number;
  readonly reason: string | null;
}

export interface CkaResult {
  readonly measure: 'cka';
  readonly provenance: Provenance;
  readonly between: 'layers' | 'epochs';
  readonly values: readonly CkaValue[];
}

const NO_ALIGNMENT = 'undefined: one side is constant, or its epoch is damaged';

export const cka = describeMeasure({
  name: 'cka',
  label: 'Centred kernel alignment',
  doing: 'computing CKA',
  summary: 'how similar two layers are, or one layer at two epochs',
  unit: 'share',
  needs: 'maps',
  options: {
    between: {
      kind: 'choice',
      values: ['layers', 'epochs'],
      default: undefined,
      ofRuns: true,
      text: 'between layers or epochs',
      defaultText: 'layers where the query selects several',
    },
    interval: INTERVAL,
  },
  table: ckaTable,
  ofArrays: {
    summary: 'linear centred kernel alignment (unbiased HSIC) of activations (N, …) and (N, …)',
    shape: '(N, …)',
    leastAxes: 1,
    other: { text: '.npy array (N, …) of the same samples', isOptional: false },
    json: ({ values: [{ values, halfWidths, n, nonFiniteCount, reason }] }) => {
      return { cka: values[1], halfWidth: halfWidths?.[1] ?? null, n, nonFiniteCount, reason };
    },
  },
});

function ckaTable({ between, values }: CkaResult, names: TableNames): MeasureTable {
  const itemName = (item: number): TableCell => (between === 'layers' ? layerName(item, names) : item);
  const rows = values.flatMap((value) =>
    value.items.flatMap((a, row) =>
      value.items.map((b, column): TableCell[] => {
        const at = row * value.items.length + column;
        const whole = value.layer === null ? epochCell(value.epoch) : layerName(value.layer, names);
        const [alike, halfWidth] = [value.values[at] ?? null, value.halfWidths?.[at] ?? null];
        const note = alike === null && value.reason === null ? NO_ALIGNMENT : noteOf(value);
        return [whole, itemName(a), itemName(b), alike, halfWidth, value.n, note];
      }),
    ),
  );
  const header = between === 'layers' ? ['epoch', 'layer A', 'layer B'] : ['layer', 'epoch A', 'epoch B'];
  return { header: [...header, 'CKA', 'half width', 'N', 'note'], rows };
}
