/** Why a run has no classes, as the end of "x.label: …". */
import type { RunManifest } from '../../protocol/run.js';

export function whyNotClassified(task: RunManifest['task']): string {
  return task === 'none' ? 'the inputs of this run have no labels' : `this run is a ${task}, not a classification`;
}
