/** Answers what the training view asks beside measures (src/protocol/trainingRuns.ts), of a run and of its group. */
import { basename, dirname, join } from 'node:path';
import { Failure } from '../protocol/failure.js';
import type { Handlers } from '../protocol/rpc.js';
import { SPLITS, type RunSummary } from '../protocol/run.js';
import {
  TrainingInputs,
  type ConfusedQuestion,
  type ConfusedSamples,
  type GroupRun,
  type MixedQuestion,
  type TrainingContract,
  type TrainingEntropy,
} from '../protocol/trainingRuns.js';
import { ViewerInputs, type ViewerContract } from '../protocol/viewer.js';
import { listRuns } from '../store/listRuns.js';
import { openRun } from '../store/openRun.js';
import type { AnalysisEngine } from './engine.js';
import { mixedDraws } from './mixedDraws.js';

type Answered = TrainingContract & Pick<ViewerContract, 'runMeasure' | 'probePictures'>;

export function trainingHandlers(engine: AnalysisEngine, folder: string): Handlers<Answered> {
  return {
    groupRuns: { input: TrainingInputs.groupRuns, handle: () => groupRuns(folder) },
    runMeasure: {
      input: ViewerInputs.runMeasure,
      handle: async ({ run, request }, context) => engine.measure(await folderOf(folder, run), request, context),
    },
    trainingEntropy: {
      input: TrainingInputs.trainingEntropy,
      handle: async ({ run }, context) => trainingEntropy(engine, await folderOf(folder, run), context),
    },
    confusedSamples: {
      input: TrainingInputs.confusedSamples,
      handle: async (asked) => confusedSamples(await folderOf(folder, asked.run), asked),
    },
    probePictures: {
      input: TrainingInputs.probePictures,
      handle: async ({ run, samples }, context) => {
        const of = await folderOf(folder, run);
        const { layers } = (await openRun(of)).manifest;
        const channels = layers[0]?.channelCount === 3 ? [0, 1, 2] : [0];
        return engine.featureMaps(of, { layer: 0, epoch: 0, channels, samples }, context);
      },
    },
    mixedSamples: { input: TrainingInputs.mixedSamples, handle: (asked) => mixedSamples(folder, asked) },
  };
}

/** One run a size, the newest where a size was trained twice, but always the one that is shown. */
async function groupRuns(folder: string): Promise<GroupRun[]> {
  const members = await membersOf(folder);
  const own = basename(folder);
  const bySize = new Map<number, RunSummary>();
  for (const summary of members) {
    const size = summary.group?.size ?? 0;
    if (!bySize.has(size) || basename(summary.folder) === own) bySize.set(size, summary);
  }
  return [...bySize]
    .sort(([a], [b]) => a - b)
    .map(([size, summary]) => ({
      ...{ id: basename(summary.folder), name: summary.name, size },
      ...{ own: basename(summary.folder) === own, epochs: summary.epochs },
    }));
}

/** Readable runs of the folder's group, newest first. */
async function membersOf(folder: string): Promise<RunSummary[]> {
  const { group } = (await openRun(folder)).manifest;
  if (!group) return [];
  const all = await listRuns(dirname(folder));
  return all.filter((summary) => summary.group?.id === group.id && summary.epochs.length > 0);
}

/** The folder of a run of the same group by its id; nothing else on the disk can be named. */
async function folderOf(folder: string, run: string | null): Promise<string> {
  if (run === null || run === basename(folder)) return folder;
  const member = (await membersOf(folder)).find((summary) => basename(summary.folder) === run);
  if (member) return join(dirname(folder), basename(member.folder));
  throw new Failure({
    kind: 'not-found',
    doing: 'opening another run of the group',
    wrong: `no run of this group is named ${run}`,
    tryThis: 'Choose one of the sizes that are shown.',
  });
}

async function trainingEntropy(
  engine: AnalysisEngine,
  folder: string,
  context: Parameters<AnalysisEngine['interOfArray']>[4],
): Promise<TrainingEntropy> {
  const reader = await openRun(folder);
  const { trainCount } = reader.manifest.data;
  const n = reader.manifest.trainingSample?.count ?? 0;
  const sample = n === 0 ? null : await reader.readTrainingSample();
  if (!sample) return { value: null, trainCount };
  const options = { noise: true, interval: true };
  return { value: await engine.interOfArray(sample.inputs, n, sample.inputs.length / n, options, context), trainCount };
}

/** Probes with a label that were predicted as a class at an epoch. */
async function confusedSamples(
  folder: string,
  { epoch, label, prediction, split, most }: ConfusedQuestion,
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

async function mixedSamples(folder: string, { count, draws }: MixedQuestion): Promise<number[][]> {
  const reader = await openRun(folder);
  return mixedDraws(await reader.readLabels(), count, draws, reader.manifest.probes.seed);
}
