/**
 * The analysis of recorded runs, for the extension, the command line and the view server. All work is
 * done in worker threads; this side only asks. Equal requests in flight are computed once, and a worker
 * that dies is started again and asked once more.
 */
import { resolve } from 'node:path';
import type { Comparison } from '../protocol/compare.js';
import type {
  Estimate,
  LayerReport,
  MeasureName,
  MeasureOptions,
  MeasureRequest,
  MeasureResult,
  OptionsOf,
  ResultOf,
} from '../protocol/measure.js';
import { parseQuery, printQuery } from '../protocol/queryText.js';
import type { CallContext } from '../protocol/rpc.js';
import { checkLength, checkParts } from './caller/arrayInput.js';
import { CoordinatorThread, type EngineOptions } from './caller/coordinatorThread.js';
import { SharedCalls } from './calls/sharedCalls.js';
import type { ArrayPart } from './coordinator/dispatch/arraysInBlock.js';
import type { InterArrayResult, IntraArrayResult, IntraArrayShape } from './coordinator/requests/arrayMeasures.js';
import type { StateInFolder } from './coordinator/requests/compare.js';
import { inMemory } from './memory/arrayInMemory.js';
import type { CoordinatorContract, OfFolder } from './coordinator/coordinatorRequests.js';

export type { EngineOptions } from './caller/coordinatorThread.js';

/** Requests whose input is the folder of a run and what is asked of it. */
export type AboutRun = {
  [M in keyof CoordinatorContract]: CoordinatorContract[M]['input'] extends { folder: string } ? M : never;
}[keyof CoordinatorContract];
export type Asked<M extends AboutRun> = Omit<CoordinatorContract[M]['input'], 'folder'>;

/** Values of arrays one after another. */
export interface GivenArrays {
  readonly values: Float32Array;
  readonly n: number;
  readonly parts: readonly ArrayPart[];
  /** Class of each sample. */
  readonly labels?: Int32Array | null;
}

/** Each of these is answered for itself: what was asked before may have been read before the run grew. */
const ON_DISK = {
  describe: true,
  probeLabels: true,
  layerWithSource: true,
  groupRuns: true,
  groupFolder: true,
  confusedSamples: true,
  mixedSamples: true,
  compareCandidates: true,
  folderBeside: true,
} satisfies Record<OfFolder, true>;

const NOBODY: CallContext = {
  signal: { aborted: false, addEventListener: () => undefined, removeEventListener: () => undefined },
  progress: () => undefined,
};

export class AnalysisEngine {
  private readonly shared = new SharedCalls();
  private readonly coordinator: CoordinatorThread;

  constructor(options: EngineOptions) {
    this.coordinator = new CoordinatorThread(options);
  }

  /** Throws a Failure for a text that is no query (it names the column), and for what the run does not have. */
  async measure(folder: string, request: MeasureRequest, context: CallContext = NOBODY): Promise<MeasureResult> {
    return this.about('measure', folder, request, context);
  }

  /** What `measure` would read and cost. */
  async estimate(folder: string, request: MeasureRequest, context: CallContext = NOBODY): Promise<Estimate> {
    return this.about('estimate', folder, request, context);
  }

  /** The table of layers at an epoch; null is the last whole one. */
  async report(folder: string, epoch: number | null, context: CallContext = NOBODY): Promise<readonly LayerReport[]> {
    return this.about('report', folder, { epoch }, context);
  }

  /**
   * Any other request about the run in a folder (coordinatorRequests.ts), such as "ablation" or "channelStates". A Failure
   * for what the run does not have.
   */
  async about<M extends AboutRun>(
    method: M,
    folder: string,
    asked: Asked<M>,
    context: CallContext = NOBODY,
  ): Promise<CoordinatorContract[M]['output']> {
    return this.ask(method, { ...canonical(asked), folder: resolve(folder) }, context);
  }

  /** Two recorded states against each other, layer by layer; `epoch` null is the last whole one. */
  async compare(from: StateInFolder, to: StateInFolder, context: CallContext = NOBODY): Promise<Comparison> {
    const state = ({ folder, epoch }: StateInFolder): StateInFolder => ({ folder: resolve(folder), epoch });
    return this.ask('compare', { from: state(from), to: state(to) }, context);
  }

  /** Inter-sample entropy of samples (n, d); `layer` and `epoch` of the value are −1. */
  async interOfArray(
    samples: Float32Array,
    n: number,
    d: number,
    options: MeasureOptions = {},
    context: CallContext = NOBODY,
  ): Promise<InterArrayResult> {
    checkLength(samples, n * d, `(${n}, ${d})`);
    return this.coordinator.call(
      'interOfArray',
      async () => ({ array: await inMemory(samples, context), n, d, options }),
      context,
    );
  }

  /** Intra-sample entropies of maps (sample, channel, mapLength), as means by channel and class. */
  async intraOfArray(
    maps: Float32Array,
    shape: IntraArrayShape,
    context: CallContext = NOBODY,
  ): Promise<IntraArrayResult> {
    const { sampleCount, channelCount, mapLength } = shape;
    checkLength(maps, sampleCount * channelCount * mapLength, `(${sampleCount}, ${channelCount}, ${mapLength})`);
    return this.coordinator.call(
      'intraOfArray',
      async () => ({ array: await inMemory(maps, context), shape }),
      context,
    );
  }

  /**
   * A measure of one or two arrays of the same n samples, whose values follow each other, each (n, channelCount,
   * mapLength). `layer` and `epoch` are −1. A Failure for a measure that needs a run.
   */
  async measureArrays<M extends MeasureName>(
    measure: M,
    { values, n, parts, labels = null }: GivenArrays,
    options: OptionsOf<M> = {},
    context: CallContext = NOBODY,
  ): Promise<ResultOf<M>> {
    checkParts(values, n, parts);
    const answer = await this.coordinator.call(
      'measureArrays',
      async () => ({ measure, array: await inMemory(values, context), n, parts, labels, options }),
      context,
    );
    return answer as ResultOf<M>; // the answer of the very measure that was asked
  }

  /** Ends all threads; what waits is answered with `cancelled`. */
  async dispose(): Promise<void> {
    await this.coordinator.dispose();
  }

  private ask<M extends keyof CoordinatorContract & string>(
    method: M,
    input: CoordinatorContract[M]['input'],
    context: CallContext,
  ): Promise<CoordinatorContract[M]['output']> {
    const start = (all: CallContext): Promise<CoordinatorContract[M]['output']> =>
      this.coordinator.call(method, () => input, all);
    if (Object.hasOwn(ON_DISK, method)) return start(context);
    return this.shared.run(JSON.stringify([method, sorted(input)]), context, start);
  }
}

/** So that requests that say the same in other words are one. */
function canonical<Input extends object>(asked: Input): Input {
  const { query, measure, options = {} } = asked as { query?: string; measure?: string; options?: object };
  return {
    ...asked,
    ...(query === undefined ? {} : { query: canonicalText(query) }),
    ...(measure === undefined ? {} : { options: sorted(options) }),
  };
}

/** Keys in a fixed order, and none without a value. */
function sorted(values: unknown): unknown {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return values;
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What cannot be read here may still be read where the run's class names are known. */
function canonicalText(query: string): string {
  try {
    return printQuery(parseQuery(query));
  } catch {
    return query;
  }
}
