/** What two whole layers have and share at one epoch as a table: a row a quantity. */
import type { LayerPair } from '../../../src/protocol/viewState.js';
import type { Layer } from '../../../src/protocol/run.js';
import { table, type Cell } from '../query/results/csv.js';

/** Bits of the two layers' entropies and of their distance MI. */
export interface WholePair {
  readonly a: number;
  readonly b: number;
  readonly mutual: number;
}

export function wholePairCsv(
  { a, b, mutual }: WholePair,
  pair: LayerPair,
  { epoch, n, estimator }: { readonly epoch: number; readonly n: number; readonly estimator: string },
  layers: readonly Layer[],
): string {
  const quantities = { 'H(A)': a, 'H(B)': b, MI: mutual, 'H(A|B)': a - mutual, 'H(B|A)': b - mutual };
  const rows = Object.entries(quantities).map(([name, bits]): Cell[] => [
    ...[epoch, layers[pair.a].name, layers[pair.b].name, name, bits, n, estimator],
  ]);
  return table(['epoch', 'layer_a', 'layer_b', 'quantity', 'bits', 'n', 'estimator'], rows);
}
