/** Ablations as a table for other programs. */
import type { AblationResult } from '../../../src/protocol/ablation.js';
import type { Layer } from '../../../src/protocol/run.js';
import { table } from '../query/results/csv.js';

export function ablationCsv(results: readonly AblationResult[], layers: readonly Layer[]): string {
  const head = [
    'layer',
    'layer_name',
    'epoch',
    'channels',
    'together',
    'accuracy',
    'change',
    'half_width',
    'changed_answers',
    'n',
    'estimator',
  ];
  const nameOf = (layer: number): string => layers[layer]?.name ?? '';
  const rows = results.flatMap(({ layer, epoch, n, provenance, values, together }) =>
    values.map((value) => [
      ...[layer, nameOf(layer), epoch, value.channels.join(' ')],
      together.map((one) => `${nameOf(one.layer)}: ${one.channels.join(' ')}`).join('; '),
      ...[value.accuracy, value.change],
      ...[value.halfWidth, value.changedAnswers, n, provenance.estimator],
    ]),
  );
  return table(head, rows);
}
