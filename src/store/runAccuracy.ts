/** How often a recorded network is right, read from its predictions. */
import { judge } from '../protocol/accuracy.js';
import type { RunAccuracy } from '../protocol/run.js';
import type { RunReader } from './runAccess.js';

/** A metric of validation data that counts right answers, as TensorFlow.js names it. */
const VALIDATION_ACCURACY = /^val_(.*_)?(acc|accuracy|\w+Accuracy)$/;

/** Null for other tasks than classification, and without labels. Throws a Failure for what cannot be read. */
export async function runAccuracy(reader: RunReader, epoch: number): Promise<RunAccuracy | null> {
  const { metrics, task } = reader.manifest;
  if (task !== 'classification') return null;
  const [labels, splits, predictions] = [await reader.readLabels(), await reader.readSplits(), await reader.readPredictions(epoch)]; // prettier-ignore
  const judged = judge(labels, predictions, splits);
  if (!judged) return null;
  const name = metrics.find((metric) => VALIDATION_ACCURACY.test(metric));
  const value = name === undefined ? null : (await reader.readMetrics(epoch))[metrics.indexOf(name)];
  return { ...judged, reported: name === undefined || value == null ? null : { name, value } };
}
