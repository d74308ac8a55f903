/** Ablations as a table for other programs. */
import type { AblationResult } from '../../../src/protocol/ablation.js';
import type { Layer } from '../../../src/protocol/run.js';
import { table } from '../query/results/csv.js';

export function ablationCsv(results: readonly AblationResult[], layers: readonly Layer[]): string {
  const head = ['layer', 'layer_name', 'epoch', 'channels', 'accuracy', 'change', 'half_width', 'changed_answers', 'n', 'estimator']; // prettier-ignore
  const rows = results.flatMap(({ layer, epoch, n, provenance, values }) =>
    values.map((value) => [
      ...[layer, layers[layer]?.name ?? '', epoch, value.channels.join(' '), value.accuracy, value.change],
      ...[value.halfWidth, value.changedAnswers, n, provenance.estimator],
    ]),
  );
  return table(head, rows);
}
