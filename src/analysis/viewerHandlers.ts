/** Answers what views ask (src/protocol/viewer.ts), for the panel in the editor and for the view server. */
import { basename } from 'node:path';
import type { CallContext, Handlers } from '../protocol/rpc.js';
import { ViewerInputs, type ViewerContract } from '../protocol/viewer.js';
import type { Layer } from '../protocol/run.js';
import type { CoordinatorContract } from './coordinator/coordinatorRequests.js';
import type { AboutRun, AnalysisEngine, Asked } from './engine.js';

/** What only the place that shows the view can do. */
export interface ViewerHost {
  /** Shows the line that defines the layer; a layer without one is refused before this is asked. */
  openSource(layer: Layer): Promise<void> | void;
  saveFile(file: ViewerContract['saveFile']['input']): Promise<void> | void;
}

/** Not answered by the engine alone. */
const OWN = ['compare', 'openSource', 'saveFile'] as const;

/** Questions that the engine answers as they are, by their names; `run` names another run of the group. */
type Passed = Exclude<keyof ViewerContract, (typeof OWN)[number]>;
type AnsweredByEngine = {
  [M in Passed]: M extends AboutRun
    ? { input: ViewerContract[M]['input'] & Asked<M>; output: CoordinatorContract[M]['output'] }
    : { input: never; output: symbol };
};

export function viewerHandlers(engine: AnalysisEngine, folder: string, host: ViewerHost): Handlers<ViewerContract> {
  const isOwn = (run: string | null): boolean => run === null || run === basename(folder);
  const ofGroup = async (run: string | null, context: CallContext): Promise<string> =>
    isOwn(run) ? folder : engine.about('groupFolder', folder, { run: run! }, context);
  const beside = async (run: string | null, context: CallContext): Promise<string> =>
    isOwn(run) ? folder : engine.about('folderBeside', folder, { run: run! }, context);
  return {
    ...passedHandlers(engine, ofGroup),
    compare: {
      input: ViewerInputs.compare,
      handle: async ({ from, to }, context) => {
        const [a, b] = await Promise.all([beside(from.run, context), beside(to.run, context)]);
        return engine.compare({ folder: a, epoch: from.epoch }, { folder: b, epoch: to.epoch }, context);
      },
    },
    openSource: {
      input: ViewerInputs.openSource,
      handle: async (asked, context) => {
        await host.openSource(await engine.about('layerWithSource', folder, asked, context));
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

/** The names that no handler above has; a question that the engine does not answer, or answers otherwise, is no type. */
function passedHandlers(
  engine: AnalysisEngine,
  folderOf: (run: string | null, context: CallContext) => Promise<string>,
): Handlers<AnsweredByEngine> {
  const passed = (name: Passed) => ({
    input: ViewerInputs[name],
    handle: async ({ run = null, ...asked }: { run?: string | null }, context: CallContext) =>
      engine.about(name, await folderOf(run, context), asked as Asked<Passed>, context),
  });
  const names = Object.keys(ViewerInputs).filter((name) => !OWN.some((own) => own === name)) as Passed[];
  return Object.fromEntries(names.map((name) => [name, passed(name)])) as unknown as Handlers<AnsweredByEngine>;
}
