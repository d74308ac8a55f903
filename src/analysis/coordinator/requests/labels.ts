/** Confusion counts and label entropies of a slice's samples, by epoch, for each split and for all. */
import { Failure } from '../../../protocol/failure.js';
import { label, type LabelResult, type LabelValue, type OptionsOf } from '../../../protocol/measure.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { SPLITS, type RunManifest } from '../../../protocol/run.js';
import { confusionCounts, labelEntropies } from '../../measures/labelEntropies.js';
import { whyNotClassified } from '../../run/notClassified.js';
import type { SelectedEpoch } from '../../run/resolveSelection.js';
import { ANALYSIS_VERSION } from '../../run/version.js';
import { selectionOf, type OpenedRun } from '../../run/openedRun.js';
import { computeTable, type Session } from '../dispatch/session.js';
import { small, type MeasureAnswer } from './measureAnswer.js';
import { reasonOf } from './reason.js';

export const labelAnswer: MeasureAnswer<'label'> = {
  answer: measureLabels,
  costs: ({ manifest }, { selection }) => selection.epochs.map(() => small(4 * manifest.probes.count)),
};

/** Layers and channels of the query do not matter: predictions are the whole network's. */
async function measureLabels(
  session: Session,
  run: OpenedRun,
  text: string,
  _options: OptionsOf<'label'>,
  context: CallContext,
): Promise<LabelResult> {
  const { manifest, reader } = run;
  if (manifest.task !== 'classification') throw noClassification(manifest.task);
  const { selection, labels } = await selectionOf(run, text);
  const splits = await reader.readSplits();
  const values = await computeTable(
    session,
    selection.epochs,
    context,
    (epoch) => labelsAt(run, epoch, labels, splits),
    ({ epoch }) => `epoch ${epoch}`,
  );
  const n = Math.max(0, ...selection.epochs.map(({ samples }) => samples.length));
  return {
    measure: 'label',
    provenance: {
      measure: 'label',
      estimator: 'plug-in, from hard counts of labels and predictions',
      parameters: { classes: manifest.classNames.length },
      n,
      unit: 'bits',
      version: ANALYSIS_VERSION,
    },
    values: values.flat(),
  };
}

async function labelsAt(
  run: OpenedRun,
  epoch: SelectedEpoch,
  labels: Int32Array,
  splits: Uint8Array,
): Promise<LabelValue[]> {
  const classCount = run.manifest.classNames.length;
  if (epoch.damage !== null) return [nothingAt(epoch.epoch, classCount, epoch.damage)];
  try {
    const predictions = await run.reader.readPredictions(epoch.epoch);
    const parts = [
      ...SPLITS.map((split, index) => ({ split, samples: epoch.samples.filter((sample) => splits[sample] === index) })),
      { split: 'all' as const, samples: epoch.samples },
    ].filter(({ split, samples }) => split === 'all' || samples.length > 0);
    return parts.map(({ split, samples }) => {
      const chosen = (values: Int32Array): Int32Array => Int32Array.from(samples, (sample) => values[sample]);
      return valueOf(epoch.epoch, split, confusionCounts(chosen(labels), chosen(predictions), classCount));
    });
  } catch (error) {
    return [nothingAt(epoch.epoch, classCount, reasonOf(error))];
  }
}

function valueOf(epoch: number, split: LabelValue['split'], counts: number[][]): LabelValue {
  const { labelGivenPrediction, predictionGivenLabel } = labelEntropies(counts);
  return { epoch, split, counts, labelGivenPrediction, predictionGivenLabel };
}

function nothingAt(epoch: number, classCount: number, reason: string): LabelValue {
  const none = Array.from({ length: classCount }, () => null);
  const counts = none.map(() => none.map(() => 0));
  return { epoch, split: 'all', counts, labelGivenPrediction: none, predictionGivenLabel: none, reason };
}

function noClassification(task: RunManifest['task']): Failure {
  return new Failure({
    kind: 'unsupported',
    doing: label.doing,
    wrong: whyNotClassified(task),
    tryThis: 'Use inter, intra or metrics.',
  });
}
