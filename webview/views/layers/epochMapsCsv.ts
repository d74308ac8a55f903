/** Matrices of several epochs as a table: a row a cell. */
import type { DistanceMiValue } from '../../../src/protocol/measure.js';
import type { Layer } from '../../../src/protocol/run.js';
import { table, type Cell } from '../query/results/csv.js';

export function epochMapsCsv(values: readonly DistanceMiValue[], layers: readonly Layer[]): string {
  const rows = values.flatMap(({ epoch, rows: as, columns: bs, bits }) =>
    as.flatMap((a, i) =>
      bs.map((b, j): Cell[] => [
        ...[epoch, layers[a.layer].name, a.channel, layers[b.layer].name, b.channel],
        bits[i * bs.length + j] ?? null,
      ]),
    ),
  );
  return table(['epoch', 'layer_a', 'channel_a', 'layer_b', 'channel_b', 'bits'], rows);
}
