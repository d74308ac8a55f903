/** What the training view asks of a run's own samples: how they were predicted, and what the network was trained on. */
import type { CallContext } from '../../../protocol/rpc.js';
import { SPLITS } from '../../../protocol/run.js';
import type {
  ConfusedQuestion,
  ConfusedSamples,
  MixedQuestion,
  TrainingEntropy,
} from '../../../protocol/trainingRuns.js';
import { openRun } from '../../../store/reading/openRun.js';
import { inMemory } from '../../memory/arrayInMemory.js';
import { mixedDraws } from '../../run/mixedDraws.js';
import { interOfArray } from './arrayMeasures.js';
import type { OpenedRun } from '../../run/openedRun.js';
import type { Session } from '../dispatch/session.js';

/** Inter-sample entropy of the training inputs that the run keeps. */
export async function trainingEntropy(
  session: Session,
  { reader, manifest }: OpenedRun,
  _asked: object,
  context: CallContext,
): Promise<TrainingEntropy> {
  const { trainCount } = manifest.data;
  const n = manifest.trainingSample?.count ?? 0;
  const sample = n === 0 ? null : await reader.readTrainingSample();
  if (!sample) return { value: null, trainCount };
  const array = await inMemory(sample.inputs, context);
  const options = { noise: true, interval: true };
  return {
    value: await interOfArray(session, { array, n, d: sample.inputs.length / n, options }, context),
    trainCount,
  };
}

/** Probes with a label that were predicted as a class at an epoch. */
export async function confusedSamples(
  folder: string,
  { epoch, label, prediction, split, most }: Omit<ConfusedQuestion, 'run'>,
): Promise<ConfusedSamples> {
  const reader = await openRun(folder);
  const [labels, splits, predictions] = await Promise.all([
    reader.readLabels(),
    reader.readSplits(),
    reader.readPredictions(epoch),
  ]);
  const wanted = split === 'all' ? null : SPLITS.indexOf(split);
  const all = Array.from(labels.keys()).filter(
    (i) => labels[i] === label && predictions[i] === prediction && (wanted === null || splits[i] === wanted),
  );
  return { samples: all.slice(0, most), total: all.length };
}

/** `draws` sets of probes, in each equally many of every class. */
export async function mixedSamples(folder: string, { count, draws }: MixedQuestion): Promise<number[][]> {
  const reader = await openRun(folder);
  return mixedDraws(await reader.readLabels(), count, draws, reader.manifest.probes.seed);
}
