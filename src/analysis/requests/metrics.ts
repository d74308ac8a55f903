/** Losses and accuracies by epoch, as the training reported them. */
import { lossUnit } from '../../protocol/lossUnit.js';
import type { MetricsResult, Provenance } from '../../protocol/measure.js';
import type { CallContext } from '../../protocol/rpc.js';
import type { RunManifest } from '../../protocol/run.js';
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
      parameters: metricParameters(manifest),
      n: manifest.data.trainCount ?? manifest.probes.count,
      unit: 'own',
      version: ANALYSIS_VERSION,
    },
    names: manifest.metrics,
    values: selection.epochs.map(({ epoch }, index) => ({ epoch, values: values[index] })),
  };
}

/** What each metric is of: the loss and its unit, and beside N, which is of the training data, the other sizes. */
function metricParameters({ model, data, probes }: RunManifest): Provenance['parameters'] {
  return {
    loss: model.loss,
    ...(lossUnit(model.loss) === 'nats' ? { lossUnit: 'nats' } : {}),
    ...(data.validationCount === null ? {} : { validationCount: data.validationCount }),
    probeCount: probes.count,
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
