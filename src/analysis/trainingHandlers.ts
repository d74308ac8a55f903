/** Answers what the training view asks beside measures (src/protocol/trainingRuns.ts), of a run and of its group. */
import { basename } from 'node:path';
import type { CallContext, Handlers } from '../protocol/rpc.js';
import { TrainingInputs, type TrainingContract } from '../protocol/trainingRuns.js';
import { ViewerInputs, type ViewerContract } from '../protocol/viewer.js';
import type { AnalysisEngine } from './engine.js';

type Answered = TrainingContract & Pick<ViewerContract, 'runMeasure' | 'probePictures'>;

export function trainingHandlers(engine: AnalysisEngine, folder: string): Handlers<Answered> {
  const folderOf = async (run: string | null, context: CallContext): Promise<string> =>
    run === null || run === basename(folder) ? folder : engine.groupFolder(folder, { run }, context);
  return {
    groupRuns: { input: TrainingInputs.groupRuns, handle: (_, context) => engine.groupRuns(folder, {}, context) },
    runMeasure: {
      input: ViewerInputs.runMeasure,
      handle: async ({ run, request }, context) => engine.measure(await folderOf(run, context), request, context),
    },
    trainingEntropy: {
      input: TrainingInputs.trainingEntropy,
      handle: async ({ run }, context) => engine.trainingEntropy(await folderOf(run, context), {}, context),
    },
    confusedSamples: {
      input: TrainingInputs.confusedSamples,
      handle: async ({ run, ...asked }, context) =>
        engine.confusedSamples(await folderOf(run, context), asked, context),
    },
    probePictures: {
      input: ViewerInputs.probePictures,
      handle: async ({ run, samples }, context) =>
        engine.probePictures(await folderOf(run, context), { samples }, context),
    },
    mixedSamples: {
      input: TrainingInputs.mixedSamples,
      handle: (asked, context) => engine.mixedSamples(folder, asked, context),
    },
  };
}
