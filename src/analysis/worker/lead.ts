/**
 * The lead thread: opens runs, resolves queries, keeps the cache and gives out work to the hands. It
 * computes nothing large itself, so that it can always hear that a request was cancelled.
 */
import { setMaxListeners } from 'node:events';
import { Worker, type MessagePort } from 'node:worker_threads';
import type { MeasureRequest, MeasureResult } from '../../protocol/measure.js';
import { serve, type CallContext, type Handlers } from '../../protocol/rpc.js';
import { compileKernels } from '../kernelHost/kernels.js';
import { measureAblation } from '../requests/ablation.js';
import { measureCka } from '../requests/cka.js';
import { measureLayerMi } from '../requests/layerMi.js';
import { measureDistanceMi } from '../requests/distanceMi.js';
import { controlExperiment } from '../requests/control.js';
import { compareStates } from '../requests/compare.js';
import { estimate } from '../requests/estimate.js';
import { measureInter } from '../requests/inter.js';
import { measureIntra } from '../requests/intra.js';
import { measureLabels } from '../requests/labels.js';
import { layerReports } from '../requests/layerReports.js';
import { networkAt } from '../requests/network.js';
import { networkPatches } from '../requests/networkPatches.js';
import { measureSliceEntropy } from '../requests/sliceEntropy.js';
import { measureRedundancy } from '../requests/redundancy.js';
import { readMetrics } from '../requests/metrics.js';
import { channelStates, strongestSamples } from '../requests/channelDetails.js';
import { deconvnet } from '../requests/deconvnet.js';
import { channelMeans, classMeans, featureMaps } from '../requests/pictures.js';
import { ckaOfArrays, distanceMiOfArrays, layerMiOfArray } from './arrayInformation.js';
import { interOfArray, intraOfArray } from './arrayMeasures.js';
import type { HandData } from './hand.js';
import { HandPool } from './handPool.js';
import { internalInput } from './internalInput.js';
import type { LeadContract, LeadData } from './leadContract.js';
import { MemorySlots } from './memorySlots.js';
import { keepResults, openedRun, type OpenedRun } from './openedRun.js';
import type { Session } from './session.js';
import { portOfParent } from './workerPort.js';

/** Memory that no value has used for so long is given back. */
const IDLE_MILLISECONDS = 15_000;

export function startLead(parent: MessagePort, data: LeadData): void {
  keepResults(data.keepsResults);
  // Compiled once; the first request that needs it waits for it, and hears why if it fails.
  let session: Promise<Session> | undefined;
  const started = (): Promise<Session> => (session ??= startSession(data));
  let active = 0;
  let idle: NodeJS.Timeout | undefined;

  /** Every request: a session, and memory given back when nothing has been asked for a while. */
  function request<I, O>(handle: (session: Session, input: I, context: CallContext) => Promise<O>) {
    return {
      input: internalInput<I>(),
      handle: async (input: I, context: CallContext): Promise<O> => {
        clearTimeout(idle);
        active++;
        // A large slice is many tasks at once, each of which hears of the end.
        if (context.signal instanceof AbortSignal) setMaxListeners(0, context.signal);
        try {
          return await handle(await started(), input, context);
        } finally {
          if (--active === 0)
            idle = setTimeout(() => void session?.then(({ slots }) => slots.trim()), IDLE_MILLISECONDS).unref();
        }
      },
    };
  }

  const handlers: Handlers<LeadContract> = {
    measure: request(async (s, { folder, request: asked }, context) =>
      measure(s, await openedRun(folder), asked, context),
    ),
    estimate: request(async (s, { folder, request: asked }) => estimate(s, await openedRun(folder), asked)),
    report: request(async (s, { folder, epoch }, context) => layerReports(s, await openedRun(folder), epoch, context)),
    classMeans: request(async (s, { folder }, context) => classMeans(s, await openedRun(folder), context)),
    channelMeans: request(async (s, { folder, query, epoch }, context) =>
      channelMeans(s, await openedRun(folder), query, epoch, context),
    ),
    featureMaps: request(async (s, { folder, ...asked }, context) =>
      featureMaps(s, await openedRun(folder), asked, context),
    ),
    ablation: request(async (s, { folder, ...asked }, context) =>
      measureAblation(s, await openedRun(folder), asked, context),
    ),
    deconvnet: request(async (s, { folder, ...asked }, context) =>
      deconvnet(s, await openedRun(folder), asked, context),
    ),
    strongestSamples: request(async (s, { folder, ...asked }, context) =>
      strongestSamples(s, await openedRun(folder), asked, context),
    ),
    channelStates: request(async (s, { folder, ...asked }) => channelStates(s, await openedRun(folder), asked)),
    network: request(async (s, { folder, ...asked }, context) => networkAt(s, await openedRun(folder), asked, context)),
    networkPatches: request(async (s, { folder, ...asked }, context) =>
      networkPatches(s, await openedRun(folder), asked, context),
    ),
    compare: request(async (s, { from, to }, context) => {
      const [a, b] = await Promise.all([openedRun(from.folder), openedRun(to.folder)]);
      return compareStates(s, { from: a, to: b }, { from: from.epoch, to: to.epoch }, context);
    }),
    control: request(async (s, { folder, ...asked }, context) =>
      controlExperiment(s, await openedRun(folder), asked, context),
    ),
    interOfArray: request(interOfArray),
    intraOfArray: request(intraOfArray),
    distanceMiOfArrays: request(distanceMiOfArrays),
    layerMiOfArray: request(layerMiOfArray),
    ckaOfArrays: request(ckaOfArrays),
  };
  serve(portOfParent(parent), handlers);
}

async function startSession({ workerFile, kernelsFolder, threads, memoryLimitBytes }: LeadData): Promise<Session> {
  const workerData: HandData = { role: 'hand', modules: await compileKernels(kernelsFolder) };
  const pool = new HandPool(
    threads,
    () => new Worker(workerFile, { workerData, execArgv: [], name: 'cnnslicer hand' }),
  );
  const slots = new MemorySlots(memoryLimitBytes, (slot) => pool.forgetMemory(slot));
  let rank = 0;
  return { pool, slots, nextRank: () => rank++ };
}

function measure(
  session: Session,
  run: OpenedRun,
  request: MeasureRequest,
  context: CallContext,
): Promise<MeasureResult> {
  const { query, options = {} } = request;
  switch (request.measure) {
    case 'inter':
      return measureInter(session, run, query, options, context);
    case 'intra':
      return measureIntra(session, run, query, options, context);
    case 'label':
      return measureLabels(session, run, query, context);
    case 'metrics':
      return readMetrics(session, run, query, context);
    case 'distance-mi':
      return measureDistanceMi(session, run, query, options, context);
    case 'redundancy':
      return measureRedundancy(session, run, query, options, context);
    case 'layer-mi':
      return measureLayerMi(session, run, query, options, context);
    case 'slice':
      return measureSliceEntropy(session, run, query, options, context);
    case 'cka':
      return measureCka(session, run, query, options, context);
  }
}
