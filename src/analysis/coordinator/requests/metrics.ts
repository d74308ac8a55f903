/** Losses and accuracies by epoch: as the training reported them, and on the probes that were not trained on. */
import {
  HELD_OUT_METRIC,
  judge,
  judgedProbes,
  PROBE_ACCURACY,
  shareRight,
  TRAINED_METRIC,
} from '../../../protocol/accuracy.js';
import { lossUnit } from '../../../protocol/lossUnit.js';
import type { MetricsResult, OptionsOf, Provenance } from '../../../protocol/measure.js';
import type { CallContext } from '../../../protocol/rpc.js';
import type { RunManifest } from '../../../protocol/run.js';
import type { SelectedEpoch } from '../../run/resolveSelection.js';
import { ANALYSIS_VERSION } from '../../run/version.js';
import { selectionOf, type OpenedRun } from '../../run/openedRun.js';
import { computeTable, type Session } from '../dispatch/session.js';
import { small, type MeasureAnswer } from './measureAnswer.js';
import { reasonOf } from './reason.js';

export const metricsAnswer: MeasureAnswer<'metrics'> = {
  answer: readMetrics,
  costs: ({ manifest }, { selection }) => selection.epochs.map(() => small(8 * manifest.metrics.length)),
};

/**
 * Only the epochs of the query matter. An epoch that cannot be read has null for every metric. Instead of the
 * accuracy on all probes stands that on those that were not trained on; where all were, that on those.
 */
export async function readMetrics(
  session: Session,
  run: OpenedRun,
  text: string,
  _options: OptionsOf<'metrics'>,
  context: CallContext,
): Promise<MetricsResult> {
  const { manifest } = run;
  const { selection } = await selectionOf(run, text);
  const labelled = manifest.metrics.includes(PROBE_ACCURACY) ? await labelledOf(run) : null;
  const { probes, heldOut } = judgedProbes(labelled?.labels ?? [], labelled?.splits ?? []);
  const values = await computeTable(
    session,
    selection.epochs,
    context,
    (epoch) => metricsAt(run, epoch, labelled),
    ({ epoch }) => `epoch ${epoch}`,
  );
  return {
    measure: 'metrics',
    provenance: {
      measure: 'metrics',
      estimator: 'as the training reported them',
      parameters: { ...metricParameters(manifest), ...(labelled ? { judgedCount: probes.length } : {}) },
      n: manifest.data.trainCount ?? manifest.probes.count,
      unit: 'own',
      version: ANALYSIS_VERSION,
    },
    names: manifest.metrics.map((name) =>
      name !== PROBE_ACCURACY ? name : heldOut ? HELD_OUT_METRIC : TRAINED_METRIC,
    ),
    values: selection.epochs.map(({ epoch }, index) => ({ epoch, values: values[index] })),
  };
}

/** What each metric is of: the loss and its unit, and beside N, which is of the training data, the other sizes. */
function metricParameters({ model, data, probes }: RunManifest): Provenance['parameters'] {
  return {
    ...(model.loss === '' ? {} : { loss: model.loss }),
    ...(lossUnit(model.loss) === 'nats' ? { lossUnit: 'nats' } : {}),
    ...(data.validationCount === null ? {} : { validationCount: data.validationCount }),
    probeCount: probes.count,
  };
}

interface Labelled {
  readonly labels: Int32Array;
  readonly splits: Uint8Array;
}

async function labelledOf({ reader }: OpenedRun): Promise<Labelled> {
  return { labels: await reader.readLabels(), splits: await reader.readSplits() };
}

async function metricsAt(
  { manifest, reader }: OpenedRun,
  { epoch, damage }: SelectedEpoch,
  labelled: Labelled | null,
): Promise<readonly (number | null)[]> {
  const nothing = manifest.metrics.map(() => null);
  if (damage !== null) return nothing;
  try {
    const values = await reader.readMetrics(epoch);
    if (!labelled) return values;
    const judged = judge(labelled.labels, await reader.readPredictions(epoch), labelled.splits);
    return manifest.metrics.map((name, place) =>
      name !== PROBE_ACCURACY ? values[place] : judged && shareRight(judged),
    );
  } catch (error) {
    reasonOf(error); // throws what is not about the data
    return nothing;
  }
}
