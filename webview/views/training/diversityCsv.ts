/** Entropies of inputs as a table: a row a run. */
import { table, type Cell } from '../query/results/csv.js';
import type { TrainedRun } from './trainingSeries.js';

export function diversityCsv(runs: readonly TrainedRun[]): string {
  const rows = runs.flatMap(({ id, size, inputs }): Cell[][] =>
    inputs
      ? [
          [
            id,
            size,
            inputs.n,
            inputs.d,
            inputs.k,
            inputs.bits,
            inputs.halfWidthBits,
            inputs.excessBits,
            inputs.noiseBits,
          ],
        ]
      : [],
  );
  return table(['run', 'train_count', 'n', 'd', 'k', 'bits', 'half_width_bits', 'excess_bits', 'noise_bits'], rows);
}
