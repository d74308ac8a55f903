/** Losses and accuracies by epoch, as the training reported them. */
import type { MetricsResult } from '../../protocol/measure.js';
import type { CallContext } from '../../protocol/rpc.js';
import type { SelectedEpoch } from '../resolveSelection.js';
import { ANALYSIS_VERSION } from '../version.js';
import { selectionOf, type OpenedRun } from '../worker/openedRun.js';
import { computeTable, type Session } from '../worker/session.js';
import { reasonOf } from './reason.js';

/** Only the epochs of the query matter. An epoch that cannot be read has null for every metric. */
export async function readMetrics(
  session: Session,
  run: OpenedRun,
  text: string,
  context: CallContext,
): Promise<MetricsResult> {
  const { manifest } = run;
  const { selection } = await selectionOf(run, text);
  const values = await computeTable(
    session,
    selection.epochs,
    context,
    (epoch) => metricsAt(run, epoch),
    ({ epoch }) => `epoch ${epoch}`,
  );
  return {
    measure: 'metrics',
    provenance: {
      measure: 'metrics',
      estimator: 'as the training reported them',
      parameters: { loss: manifest.model.loss },
      n: manifest.data.trainCount ?? manifest.probes.count,
      // Losses of classifications are in nats; accuracies are shares.
      unit: manifest.metrics.every((name) => /acc/i.test(name)) ? 'share' : 'nats',
      version: ANALYSIS_VERSION,
    },
    names: manifest.metrics,
    values: selection.epochs.map(({ epoch }, index) => ({ epoch, values: values[index] })),
  };
}

async function metricsAt(run: OpenedRun, { epoch, damage }: SelectedEpoch): Promise<readonly (number | null)[]> {
  const nothing = run.manifest.metrics.map(() => null);
  if (damage !== null) return nothing;
  try {
    return await run.reader.readMetrics(epoch);
  } catch (error) {
    reasonOf(error); // throws what is not about the data
    return nothing;
  }
}
