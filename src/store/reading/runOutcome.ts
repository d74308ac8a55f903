/** What a recorded training came to: how often the network is right, and whether it has learned at all. */
import { judge } from '../../protocol/accuracy.js';
import { notLearned } from '../../protocol/notLearned.js';
import type { RunSummary } from '../../protocol/run.js';
import type { RunReader } from '../format/runAccess.js';

export type RunOutcome = Pick<RunSummary, 'accuracy' | 'notLearned'>;

/** A metric of validation data that counts right answers, as TensorFlow.js names it. */
const VALIDATION_ACCURACY = /^val_(.*_)?(acc|accuracy|\w+Accuracy)$/;
/** Epochs that are looked at for the first loss: before training there is none, and the first may be NaN. */
const FIRST_EPOCHS = 3;

/** `epochs` are the whole ones. Throws a Failure for what cannot be read. */
export async function runOutcome(reader: RunReader, epochs: readonly number[]): Promise<RunOutcome> {
  const last = epochs.at(-1);
  if (last === undefined) return { accuracy: null };
  const [labels, splits] = [await reader.readLabels(), await reader.readSplits()];
  const predictions = await reader.readPredictions(last);
  const metrics = await reader.readMetrics(last);
  const judged = judge(labels, predictions, splits);
  const found =
    last === 0 ? null : notLearned({ labels, predictions, splits, losses: await lossesOf(reader, epochs, metrics) });
  return {
    accuracy: judged && { ...judged, reported: reportedAccuracy(reader.manifest.metrics, metrics) },
    ...(found ? { notLearned: found } : {}),
  };
}

type Metrics = readonly (number | null)[];

function reportedAccuracy(names: readonly string[], values: Metrics): { name: string; value: number } | null {
  const place = names.findIndex((name) => VALIDATION_ACCURACY.test(name));
  const value = values[place] ?? null;
  return value === null ? null : { name: names[place] ?? '', value };
}

async function lossesOf(
  reader: RunReader,
  epochs: readonly number[],
  metrics: Metrics,
): Promise<{ from: number; to: number } | null> {
  const place = reader.manifest.metrics.indexOf('loss');
  const to = metrics[place] ?? null;
  if (to === null) return null;
  for (const epoch of epochs.slice(0, Math.min(FIRST_EPOCHS, epochs.length - 1))) {
    const from = (await reader.readMetrics(epoch))[place] ?? null;
    if (from !== null) return { from, to };
  }
  return null;
}
