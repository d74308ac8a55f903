/**
 * Every request that the coordinator answers, and by that the contract between the engine and it: a request about a
 * run is added here, and views ask it by its name (src/protocol/viewer.ts).
 */
import type { Estimate, MeasureRequest, MeasureResult } from '../../protocol/measure.js';
import type { ControlQuestion, ControlResult } from '../../protocol/control.js';
import type { CompareCandidate } from '../../protocol/compare.js';
import type { ConfusionQuestion, ConfusionResult } from '../../protocol/confusion.js';
import type { NetworkContract } from '../../protocol/network.js';
import type { CallContext } from '../../protocol/rpc.js';
import type { Layer, RunDescription } from '../../protocol/run.js';
import type {
  ConfusedQuestion,
  ConfusedSamples,
  GroupRun,
  MixedQuestion,
  TrainingEntropy,
} from '../../protocol/trainingRuns.js';
import type { Summary, SummaryQuestion } from '../../protocol/summary.js';
import type { PictureStack, ViewerContract } from '../../protocol/viewer.js';
import { measureAblation } from './requests/ablation.js';
import { controlExperiment } from './requests/control.js';
import { confusionOf } from './requests/confusion.js';
import { compareStates, type StateInFolder } from './requests/compare.js';
import { estimate } from './requests/estimate.js';
import { layerReports } from './requests/layerReports.js';
import { measureArrays, measureSlice } from './requests/measureAnswers.js';
import { networkAt } from './requests/network.js';
import { networkPatches } from './requests/networkPatches.js';
import { channelStates, strongestSamples } from './requests/channelDetails.js';
import { deconvnet } from './requests/deconvnet.js';
import { groupFolder, groupRuns } from './requests/groupRuns.js';
import { channelMeans, classMeans, featureMaps, probePictures } from './requests/pictures.js';
import { describedRun, layerWithSource, probeLabels } from './requests/recordedRun.js';
import { compareCandidates, folderBeside } from './requests/runsBeside.js';
import { summaryOf } from './requests/summary.js';
import { confusedSamples, mixedSamples, trainingEntropy } from './requests/trainingSamples.js';
import { estimatedInterOfArray, intraOfArray } from './requests/arrayMeasures.js';
import { openedRun, type OpenedRun } from '../run/openedRun.js';
import type { Session } from './dispatch/session.js';

/** What a request must know beside its input: the session may still be starting. */
type Answer<I, O> = (session: Promise<Session>, input: I, context: CallContext) => Promise<O>;

/** Of the run in a folder, which is opened while the session starts. */
function ofRun<I, O>(answer: (session: Session, run: OpenedRun, asked: I, context: CallContext) => Promise<O> | O) {
  return async (started: Promise<Session>, { folder, ...asked }: { folder: string } & I, context: CallContext) => {
    const [session, run] = await Promise.all([started, openedRun(folder)]);
    return answer(session, run, asked as I & object, context); // what is left of the input without the folder
  };
}

/** Of what is in a folder now: nothing is computed, and no session is waited for. */
function ofFolder<I, O>(answer: (folder: string, asked: I) => Promise<O>) {
  const request = (started: Promise<Session>, { folder, ...asked }: { folder: string } & I): Promise<O> => {
    // Why a session did not start is told to those who need one.
    started.catch(() => undefined);
    return answer(folder, asked as I & object); // what is left of the input without the folder
  };
  return Object.assign(request, { isOfFolder: true as const });
}

function ofArray<I, O>(answer: (session: Session, input: I, context: CallContext) => Promise<O>): Answer<I, O> {
  return async (started, input, context) => answer(await started, input, context);
}

type FromViewer<M extends keyof ViewerContract> = ViewerContract[M]['input'];

export const coordinatorRequests = {
  measure: ofRun<MeasureRequest, MeasureResult>(measureSlice),
  estimate: ofRun<MeasureRequest, Estimate>(estimate),
  report: ofRun((session, run, { epoch }: { epoch: number | null }, context) =>
    layerReports(session, run, epoch, context),
  ),
  summary: ofRun<SummaryQuestion, Summary>(summaryOf),
  classMeans: ofRun((session, run, _asked: object, context) => classMeans(session, run, context)),
  channelMeans: ofRun((session, run, { query, epoch }: { query: string; epoch: number }, context) =>
    channelMeans(session, run, query, epoch, context),
  ),
  featureMaps: ofRun<FromViewer<'featureMaps'>, PictureStack>(featureMaps),
  ablation: ofRun<FromViewer<'ablation'>, ViewerContract['ablation']['output']>(measureAblation),
  deconvnet: ofRun<FromViewer<'deconvnet'>, ViewerContract['deconvnet']['output']>(deconvnet),
  strongestSamples: ofRun<FromViewer<'strongestSamples'>, ViewerContract['strongestSamples']['output']>(
    strongestSamples,
  ),
  channelStates: ofRun<FromViewer<'channelStates'>, ViewerContract['channelStates']['output']>(channelStates),
  network: ofRun<NetworkContract['network']['input'], NetworkContract['network']['output']>(networkAt),
  networkPatches: ofRun<NetworkContract['networkPatches']['input'], NetworkContract['networkPatches']['output']>(
    networkPatches,
  ),
  control: ofRun<ControlQuestion, ControlResult>(controlExperiment),
  confusion: ofRun<ConfusionQuestion, ConfusionResult>(confusionOf),
  probePictures: ofRun<Omit<FromViewer<'probePictures'>, 'run'>, PictureStack>(probePictures),
  trainingEntropy: ofRun<object, TrainingEntropy>(trainingEntropy),
  describe: ofFolder<object, RunDescription>(describedRun),
  probeLabels: ofFolder<object, number[]>(probeLabels),
  layerWithSource: ofFolder<{ layer: number }, Layer>(layerWithSource),
  groupRuns: ofFolder<object, GroupRun[]>(groupRuns),
  groupFolder: ofFolder<{ run: string }, string>(groupFolder),
  confusedSamples: ofFolder<Omit<ConfusedQuestion, 'run'>, ConfusedSamples>(confusedSamples),
  mixedSamples: ofFolder<MixedQuestion, number[][]>(mixedSamples),
  compareCandidates: ofFolder<object, CompareCandidate[]>(compareCandidates),
  folderBeside: ofFolder<{ run: string }, string>(folderBeside),
  /** Two recorded states against each other; `epoch` null is the last whole one. */
  compare: async (
    started: Promise<Session>,
    { from, to }: { from: StateInFolder; to: StateInFolder },
    context: CallContext,
  ) => {
    const [session, a, b] = await Promise.all([started, openedRun(from.folder), openedRun(to.folder)]);
    return compareStates(session, { from: a, to: b }, { from: from.epoch, to: to.epoch }, context);
  },
  interOfArray: ofArray(estimatedInterOfArray),
  intraOfArray: ofArray(intraOfArray),
  measureArrays: ofArray(measureArrays),
};

type Requests = typeof coordinatorRequests;

/** Requests of what is in a folder now. */
export type OfFolder = {
  [M in keyof Requests]: Requests[M] extends { readonly isOfFolder: true } ? M : never;
}[keyof Requests];

export type CoordinatorContract = {
  [M in keyof Requests]: { input: Parameters<Requests[M]>[1]; output: Awaited<ReturnType<Requests[M]>> };
};
