/** Intra-sample entropy as it is answered. */
import { MAP_ENTROPY_IN_FULL } from '../entropyNames.js';
import { ENTROPY_RANGES, type EntropyRange } from '../run.js';
import { describeMeasure } from './descriptor.js';
import type { Provenance } from './provenance.js';
import { className, layerName, type MeasureTable, type TableCell, type TableNames } from './table.js';

/**
 * Mean of the maps' entropies over inputs, for each channel: over those of one class, or (null) over
 * all inputs of the slice. A slice of one whole class has its class alone; one of several whole classes
 * has the slice first and then each class.
 */
export interface IntraValue {
  readonly layer: number;
  readonly epoch: number;
  readonly classIndex: number | null;
  /** Which channels `bits` holds, in order; [-1] where the whole vector of units is the one map. */
  readonly channels: readonly number[];
  readonly bits: readonly (number | null)[];
  readonly variance: readonly (number | null)[];
  readonly n: readonly number[];
  /** Mean over the listed channels, dead ones included. */
  readonly meanBits: number | null;
  /** Why there is no value at all: a damaged epoch, no sample. */
  readonly reason?: string | null;
}

export interface IntraResult {
  readonly measure: 'intra';
  readonly provenance: Provenance;
  readonly range: EntropyRange;
  readonly bins: number;
  /** From statistics recorded for every probe in float32, or from kept maps. */
  readonly computedFrom: 'statistics' | 'maps';
  readonly values: readonly IntraValue[];
}

export const intra = describeMeasure({
  name: 'intra',
  label: MAP_ENTROPY_IN_FULL,
  doing: 'computing map entropy',
  summary: 'how widely the values of a single map spread',
  unit: 'bits',
  needs: 'statistics',
  options: {
    bins: { kind: 'count', ...{ default: 32, least: 1, most: 65_536 }, text: 'bins' },
    range: { kind: 'choice', values: ENTROPY_RANGES, default: 'map', text: 'range of the bins' },
  },
  table: intraTable,
});

function intraTable({ values }: IntraResult, names: TableNames): MeasureTable {
  const rows = values.flatMap((value) =>
    value.channels.map((channel, i): TableCell[] => [
      ...[layerName(value.layer, names), value.epoch, className(value.classIndex, names)],
      ...[channel < 0 ? 'units' : channel, value.bits[i], value.variance[i], value.n[i], value.reason ?? ''],
    ]),
  );
  return { header: ['layer', 'epoch', 'class', 'channel', 'entropy bits', 'variance', 'N', 'note'], rows };
}
