/** The entropy of a slice as it is answered. */
import { describeMeasure } from './descriptor.js';
import type { Provenance } from './provenance.js';
import { layerName, type MeasureTable, type TableCell, type TableNames } from './table.js';

/** The entropy of all values of a layer at an epoch, in the bins of the whole slice. */
export interface SliceEntropyValue {
  readonly layer: number;
  readonly epoch: number;
  readonly bits: number | null;
  readonly millerMadowBits: number | null;
  readonly valueCount: number;
  /** NaN and ±Inf, left out. */
  readonly nonFiniteCount: number;
  readonly n: number;
  readonly reason: string | null;
}

/** The paper's H(dCNN(x, −, −, −)): of all values of the slice as one set. */
export interface SliceEntropyResult {
  readonly measure: 'slice';
  readonly provenance: Provenance;
  readonly bits: number | null;
  readonly millerMadowBits: number | null;
  readonly valueCount: number;
  readonly values: readonly SliceEntropyValue[];
}

export const slice = describeMeasure({
  name: 'slice',
  label: 'Entropy of the slice',
  doing: 'computing the entropy of a slice',
  summary: 'the entropy of all values of a slice together',
  unit: 'bits',
  needs: 'maps',
  options: { bins: { kind: 'count', ...{ default: 32, least: 1, most: 65_536 }, text: 'bins' } },
  table: sliceTable,
});

function sliceTable(
  { bits, millerMadowBits, valueCount, values }: SliceEntropyResult,
  names: TableNames,
): MeasureTable {
  const rows = values.map((value): TableCell[] => [
    ...[layerName(value.layer, names), value.epoch, value.bits, value.millerMadowBits, value.valueCount],
    ...[value.nonFiniteCount, value.n, value.reason ?? ''],
  ]);
  const whole: TableCell[] = ['all', null, bits, millerMadowBits, valueCount, null, null, 'the whole slice'];
  const header = ['layer', 'epoch', 'entropy bits', 'Miller-Madow', 'values', 'not finite', 'N', 'note'];
  return { header, rows: [...rows, whole] };
}
