/** Answers what views ask (src/protocol/viewer.ts), for the panel in the editor and for the view server. */
import type { Handlers } from '../protocol/rpc.js';
import { ViewerInputs, type ViewerContract } from '../protocol/viewer.js';
import type { Layer } from '../protocol/run.js';
import type { AnalysisEngine } from './engine.js';
import { compareHandlers } from './compareHandlers.js';
import { trainingHandlers } from './trainingHandlers.js';

/** What only the place that shows the view can do. */
export interface ViewerHost {
  /** Shows the line that defines the layer; a layer without one is refused before this is asked. */
  openSource(layer: Layer): Promise<void> | void;
  saveFile(file: ViewerContract['saveFile']['input']): Promise<void> | void;
}

export function viewerHandlers(engine: AnalysisEngine, folder: string, host: ViewerHost): Handlers<ViewerContract> {
  return {
    describe: { input: ViewerInputs.describe, handle: (_, context) => engine.describe(folder, {}, context) },
    report: { input: ViewerInputs.report, handle: ({ epoch }, context) => engine.report(folder, epoch, context) },
    estimate: { input: ViewerInputs.estimate, handle: (request, context) => engine.estimate(folder, request, context) },
    measure: { input: ViewerInputs.measure, handle: (request, context) => engine.measure(folder, request, context) },
    classMeans: { input: ViewerInputs.classMeans, handle: (_, context) => engine.classMeans(folder, context) },
    channelMeans: {
      input: ViewerInputs.channelMeans,
      handle: ({ query, epoch }, context) => engine.channelMeans(folder, query, epoch, context),
    },
    featureMaps: {
      input: ViewerInputs.featureMaps,
      handle: (asked, context) => engine.featureMaps(folder, asked, context),
    },
    ablation: { input: ViewerInputs.ablation, handle: (asked, context) => engine.ablation(folder, asked, context) },
    deconvnet: { input: ViewerInputs.deconvnet, handle: (asked, context) => engine.deconvnet(folder, asked, context) },
    strongestSamples: {
      input: ViewerInputs.strongestSamples,
      handle: (asked, context) => engine.strongestSamples(folder, asked, context),
    },
    channelStates: {
      input: ViewerInputs.channelStates,
      handle: (asked, context) => engine.channelStates(folder, asked, context),
    },
    probeLabels: { input: ViewerInputs.probeLabels, handle: (_, context) => engine.keptLabels(folder, {}, context) },
    network: { input: ViewerInputs.network, handle: (asked, context) => engine.network(folder, asked, context) },
    networkPatches: {
      input: ViewerInputs.networkPatches,
      handle: (asked, context) => engine.networkPatches(folder, asked, context),
    },
    ...trainingHandlers(engine, folder),
    ...compareHandlers(engine, folder),
    control: { input: ViewerInputs.control, handle: (asked, context) => engine.control(folder, asked, context) },
    openSource: {
      input: ViewerInputs.openSource,
      handle: async (asked, context) => {
        await host.openSource(await engine.layerWithSource(folder, asked, context));
        return null;
      },
    },
    saveFile: {
      input: ViewerInputs.saveFile,
      handle: async (file) => {
        await host.saveFile(file);
        return null;
      },
    },
  };
}
