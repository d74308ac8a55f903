/** The probes that a question about two classes is about, and how they were predicted at every epoch. */
import { basename, dirname } from 'node:path';
import { judgedProbes } from '../../../protocol/accuracy.js';
import type { ConfusionCount, ConfusionNumbers, ConfusionQuestion } from '../../../protocol/confusion.js';
import { Failure } from '../../../protocol/failure.js';
import { listRuns } from '../../../store/runs/listRuns.js';
import { openRun } from '../../../store/reading/openRun.js';
import type { RunReader } from '../../../store/format/runAccess.js';
import { whyNotClassified } from '../../run/notClassified.js';
import type { OpenedRun } from '../../run/openedRun.js';

export interface PairOfClasses {
  readonly a: number;
  readonly b: number;
  readonly epoch: number;
  readonly heldOut: boolean;
  /** Of A and B, ascending. */
  readonly probes: readonly number[];
  readonly labels: Int32Array;
  readonly predictions: Int32Array;
}

/** Throws a Failure for runs without these classes, and for an epoch that is not complete. */
export async function pairOfClasses(run: OpenedRun, asked: ConfusionQuestion): Promise<PairOfClasses> {
  const { manifest, reader, epochStates } = run;
  const { a, b } = asked;
  if (manifest.task !== 'classification') throw refused(whyNotClassified(manifest.task));
  const missing = [a, b].find((one) => one >= manifest.classNames.length);
  if (missing !== undefined)
    throw refused(`there is no class ${missing}: the run has 0 to ${manifest.classNames.length - 1}`);
  const state =
    asked.epoch === null
      ? epochStates.findLast((one) => one.state === 'whole')
      : epochStates.find((one) => one.epoch === asked.epoch);
  if (!state) throw refused(asked.epoch === null ? 'it has no complete epoch' : `epoch ${asked.epoch} is not recorded`);
  if (state.state === 'damaged') throw refused(state.reason);
  const labels = await reader.readLabels();
  const judged = judgedProbes(labels, await reader.readSplits());
  return {
    ...{ a, b, epoch: state.epoch, heldOut: judged.heldOut, labels },
    probes: judged.probes.filter((probe) => labels[probe] === a || labels[probe] === b),
    predictions: await reader.readPredictions(state.epoch),
  };
}

/** Epochs whose predictions cannot be read are left out. */
export async function coursesOf({ reader, epochStates }: OpenedRun, pair: PairOfClasses): Promise<ConfusionCount[]> {
  const courses: ConfusionCount[] = [];
  for (const { epoch, state } of epochStates) {
    const predictions = state === 'whole' ? await reader.readPredictions(epoch).catch(() => null) : null;
    if (predictions) courses.push({ epoch, ...mistakesOf(pair, pair.probes, pair.labels, predictions) });
  }
  return courses;
}

export function mistakesOf(
  { a, b }: Pick<PairOfClasses, 'a' | 'b'>,
  probes: readonly number[],
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
): Omit<ConfusionCount, 'epoch'> {
  const counted = (label: number, prediction: number): number =>
    probes.filter((probe) => labels[probe] === label && predictions[probe] === prediction).length;
  return { aAsB: counted(a, b), bAsA: counted(b, a), aRight: counted(a, a), bRight: counted(b, b) };
}

/** Finished trainings of the same text on as many samples: the direction of a mistake in each; empty for one alone. */
export async function repeatedTrainings(
  run: OpenedRun,
  { a, b }: PairOfClasses,
): Promise<ConfusionNumbers['trainings']> {
  const { group, classNames } = run.manifest;
  if (!group) return [];
  const own = basename(run.reader.folder);
  const all = await listRuns(dirname(run.reader.folder));
  const members = all.filter((one) => one.group?.id === group.id && one.group.size === group.size);
  const found: ConfusionNumbers['trainings'] = [];
  for (const { folder, epochs } of members) {
    const reader = await openRun(folder).catch(() => null);
    if (!reader || epochs.length === 0 || reader.manifest.classNames.join('\n') !== classNames.join('\n')) continue;
    found.push({
      id: basename(folder),
      own: basename(folder) === own,
      ...(await directionOf(reader, a, b, epochs.at(-1)!)),
    });
  }
  return found.length > 1 ? found : [];
}

async function directionOf(reader: RunReader, a: number, b: number, epoch: number) {
  const [labels, splits] = [await reader.readLabels(), await reader.readSplits()];
  const { probes } = judgedProbes(labels, splits);
  const { aAsB, bAsA } = mistakesOf({ a, b }, probes, labels, await reader.readPredictions(epoch));
  const ofClass = (label: number): number => probes.filter((probe) => labels[probe] === label).length;
  return { aAsB, bAsA, a: ofClass(a), b: ofClass(b) };
}

function refused(wrong: string): Failure {
  return new Failure({
    kind: 'not-found',
    doing: 'finding out why two classes are confused',
    wrong,
    tryThis: 'Choose two classes and a complete epoch of a run that classifies.',
  });
}
