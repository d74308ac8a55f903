/**
 * The analysis of recorded runs, for the extension, the command line and the view server. All work is
 * done in worker threads; this side only asks. Equal requests in flight are computed once, and a worker
 * that dies is started again and asked once more.
 */
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { cancelled, Failure, throwIfCancelled } from '../protocol/failure.js';
import type {
  CkaResult,
  DistanceMiResult,
  Estimate,
  InterValue,
  LayerMiResult,
  LayerReport,
  MeasureOptions,
  MeasureRequest,
  MeasureResult,
} from '../protocol/measure.js';
import { parseQuery, printQuery } from '../protocol/queryText.js';
import { connect, type CallContext, type Client } from '../protocol/rpc.js';
import type { NetworkContract, NetworkResult, PatchSheet } from '../protocol/network.js';
import type { PictureStack, ViewerContract } from '../protocol/viewer.js';
import type { ControlQuestion, ControlResult } from '../protocol/control.js';
import type { Comparison } from '../protocol/compare.js';
import { KernelMemory } from './kernelHost/kernelMemory.js';
import { SharedCalls } from './sharedCalls.js';
import type { ArrayPart } from './worker/arrayInformation.js';
import type { IntraArrayResult, IntraArrayShape } from './worker/arrayMeasures.js';
import type { ArrayInMemory, LeadContract, LeadData, StateInFolder } from './worker/leadContract.js';
import { portOfWorker } from './worker/workerPort.js';

export type { IntraArrayResult, IntraArrayShape } from './worker/arrayMeasures.js';

export interface EngineOptions {
  /** dist/analysisWorker.cjs */
  readonly workerFile: string;
  /** Folder of the compiled kernels; `kernels` beside the worker file unless given. */
  readonly kernelsFolder?: string;
  /** Threads that compute; as many as the machine runs at once, at most 8, unless given. */
  readonly threads?: number;
  /** The most that values under way take together; a quarter of the machine's, at most 2 GiB, unless given. */
  readonly memoryLimitBytes?: number;
  /** Whether results are kept in the run folders, for the next time; unless given, they are. */
  readonly keepsResults?: boolean;
  /** How the lead thread is started; for tests. */
  readonly createWorker?: (file: string, data: LeadData) => Worker;
}

interface Lead {
  readonly worker: Worker;
  readonly client: Client<LeadContract>;
  /** Resolves when the thread runs, or has ended. */
  readonly started: Promise<unknown>;
  exitCode: number | null;
}

const MOST_THREADS = 8;
const MOST_ATTEMPTS = 2;
/** Copied between turns of the event loop, so that no turn takes long: about 1 ms, page faults included. */
const COPY_VALUES = 2 ** 19;
const NOBODY: CallContext = {
  signal: { aborted: false, addEventListener: () => undefined, removeEventListener: () => undefined },
  progress: () => undefined,
};

export class AnalysisEngine {
  private readonly shared = new SharedCalls();
  private lead: Lead | undefined;
  private disposed = false;

  constructor(private readonly options: EngineOptions) {}

  /** Throws a Failure for a text that is no query (it names the column), and for what the run does not have. */
  async measure(folder: string, request: MeasureRequest, context: CallContext = NOBODY): Promise<MeasureResult> {
    return this.ask('measure', { folder: resolve(folder), request: canonical(request) }, context);
  }

  /** What `measure` would read and cost. */
  async estimate(folder: string, request: MeasureRequest, context: CallContext = NOBODY): Promise<Estimate> {
    return this.ask('estimate', { folder: resolve(folder), request: canonical(request) }, context);
  }

  /** The table of layers at an epoch; null is the last whole one. */
  async report(folder: string, epoch: number | null, context: CallContext = NOBODY): Promise<readonly LayerReport[]> {
    return this.ask('report', { folder: resolve(folder), epoch }, context);
  }

  /** Mean input of each class, over the probes. */
  async classMeans(folder: string, context: CallContext = NOBODY): Promise<PictureStack> {
    return this.ask('classMeans', { folder: resolve(folder) }, context);
  }

  /** Mean map of each channel of the query's first layer at an epoch, over the query's samples. */
  async channelMeans(
    folder: string,
    query: string,
    epoch: number,
    context: CallContext = NOBODY,
  ): Promise<PictureStack> {
    return this.ask('channelMeans', { folder: resolve(folder), query: canonicalText(query), epoch }, context);
  }

  /** Single maps of samples and channels; a Failure for what the run does not have or does not keep. */
  async featureMaps(
    folder: string,
    asked: ViewerContract['featureMaps']['input'],
    context: CallContext = NOBODY,
  ): Promise<PictureStack> {
    return this.ask('featureMaps', { folder: resolve(folder), ...asked }, context);
  }

  /** Accuracy on the probes without channels of a layer; a Failure for layers that cannot be computed anew. */
  async ablation(
    folder: string,
    asked: ViewerContract['ablation']['input'],
    context: CallContext = NOBODY,
  ): Promise<ViewerContract['ablation']['output']> {
    return this.ask('ablation', { folder: resolve(folder), ...asked }, context);
  }

  /** One channel of a layer projected back to the input; a Failure for layers that nothing passes through. */
  async deconvnet(
    folder: string,
    asked: ViewerContract['deconvnet']['input'],
    context: CallContext = NOBODY,
  ): Promise<ViewerContract['deconvnet']['output']> {
    return this.ask('deconvnet', { folder: resolve(folder), ...asked }, context);
  }

  /** The samples, of those whose maps are kept, that a channel answers most strongly. */
  async strongestSamples(
    folder: string,
    asked: ViewerContract['strongestSamples']['input'],
    context: CallContext = NOBODY,
  ): Promise<ViewerContract['strongestSamples']['output']> {
    return this.ask('strongestSamples', { folder: resolve(folder), ...asked }, context);
  }

  /** Dead and saturated channels of a layer at every epoch. */
  async channelStates(
    folder: string,
    asked: ViewerContract['channelStates']['input'],
    context: CallContext = NOBODY,
  ): Promise<ViewerContract['channelStates']['output']> {
    return this.ask('channelStates', { folder: resolve(folder), ...asked }, context);
  }

  /** The network at an epoch: clusters of channels, their orders, bundled weights between them. */
  async network(
    folder: string,
    asked: NetworkContract['network']['input'],
    context: CallContext = NOBODY,
  ): Promise<NetworkResult> {
    return this.ask('network', { folder: resolve(folder), ...asked }, context);
  }

  /** The input patches that channels of a shown layer answer most. */
  async networkPatches(
    folder: string,
    asked: NetworkContract['networkPatches']['input'],
    context: CallContext = NOBODY,
  ): Promise<PatchSheet> {
    return this.ask('networkPatches', { folder: resolve(folder), ...asked }, context);
  }

  /** The recorded network on masked probes and on noise; a Failure for layers that cannot be computed anew. */
  async control(folder: string, asked: ControlQuestion, context: CallContext = NOBODY): Promise<ControlResult> {
    return this.ask('control', { folder: resolve(folder), ...asked }, context);
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
  ): Promise<InterValue> {
    checkLength(samples, n * d, `(${n}, ${d})`);
    return this.call('interOfArray', async () => ({ array: await inMemory(samples, context), n, d, options }), context);
  }

  /** Intra-sample entropies of maps (sample, channel, mapLength), as means by channel and class. */
  async intraOfArray(
    maps: Float32Array,
    shape: IntraArrayShape,
    context: CallContext = NOBODY,
  ): Promise<IntraArrayResult> {
    const { sampleCount, channelCount, mapLength } = shape;
    checkLength(maps, sampleCount * channelCount * mapLength, `(${sampleCount}, ${channelCount}, ${mapLength})`);
    return this.call('intraOfArray', async () => ({ array: await inMemory(maps, context), shape }), context);
  }

  /**
   * Distance MI between the channels of two arrays of the same n samples, whose values follow each
   * other, each (n, channelCount, mapLength); of one array between its own. `layer` and `epoch` are −1.
   */
  async distanceMiOfArrays(
    values: Float32Array,
    n: number,
    parts: readonly ArrayPart[],
    options: MeasureOptions = {},
    context: CallContext = NOBODY,
  ): Promise<DistanceMiResult> {
    checkParts(values, n, parts);
    return this.call(
      'distanceMiOfArrays',
      async () => ({ array: await inMemory(values, context), n, parts, options }),
      context,
    );
  }

  /** Layer MI of samples (n, d) with the classes of all samples, or without. */
  async layerMiOfArray(
    samples: Float32Array,
    n: number,
    d: number,
    labels: Int32Array | null,
    options: MeasureOptions = {},
    context: CallContext = NOBODY,
  ): Promise<LayerMiResult> {
    checkLength(samples, n * d, `(${n}, ${d})`);
    return this.call(
      'layerMiOfArray',
      async () => ({ array: await inMemory(samples, context), n, d, labels, options }),
      context,
    );
  }

  /** CKA of every two of several arrays of the same n samples, laid out as for `distanceMiOfArrays`. */
  async ckaOfArrays(
    values: Float32Array,
    n: number,
    parts: readonly ArrayPart[],
    options: MeasureOptions = {},
    context: CallContext = NOBODY,
  ): Promise<CkaResult> {
    checkParts(values, n, parts);
    return this.call(
      'ckaOfArrays',
      async () => ({ array: await inMemory(values, context), n, parts, options }),
      context,
    );
  }

  /** Ends all threads; what waits is answered with `cancelled`. */
  async dispose(): Promise<void> {
    this.disposed = true;
    const { lead } = this;
    this.lead = undefined;
    lead?.client.close();
    await lead?.worker.terminate();
  }

  private ask<M extends keyof LeadContract & string>(
    method: M,
    input: LeadContract[M]['input'],
    context: CallContext,
  ): Promise<LeadContract[M]['output']> {
    const start = (all: CallContext): Promise<LeadContract[M]['output']> => this.call(method, () => input, all);
    return this.shared.run(JSON.stringify([method, input]), context, start);
  }

  /** `makeInput` is asked again for a second attempt: the first may have written to memory that it shared. */
  private async call<M extends keyof LeadContract & string>(
    method: M,
    makeInput: () => LeadContract[M]['input'] | Promise<LeadContract[M]['input']>,
    context: CallContext,
  ): Promise<LeadContract[M]['output']> {
    for (let attempt = 1; ; attempt++) {
      const lead = this.running();
      // A thread that finds no addresses left for its code takes the process with it: it comes before the memory.
      await lead.started;
      const input = await makeInput();
      try {
        const onProgress = (progress: Parameters<CallContext['progress']>[0]): void => context.progress(progress);
        return await lead.client.call(method, input, { signal: context.signal, onProgress });
      } catch (error) {
        if (lead.exitCode === null || this.disposed || context.signal.aborted) throw error;
        if (attempt === MOST_ATTEMPTS) throw workerDied(lead.exitCode);
      }
    }
  }

  private running(): Lead {
    if (this.disposed) throw cancelled('analysing');
    return (this.lead ??= this.start());
  }

  private start(): Lead {
    const { workerFile, createWorker = startWorker } = this.options;
    const worker = createWorker(workerFile, {
      role: 'lead',
      workerFile,
      kernelsFolder: this.options.kernelsFolder ?? join(dirname(workerFile), 'kernels'),
      threads: this.options.threads ?? Math.min(availableParallelism(), MOST_THREADS),
      memoryLimitBytes: this.options.memoryLimitBytes ?? Math.min(totalmem() / 4, 2 * 2 ** 30),
      keepsResults: this.options.keepsResults ?? true,
    });
    const started = new Promise((resolve) => worker.once('online', resolve).once('exit', resolve));
    const lead: Lead = { worker, client: connect<LeadContract>(portOfWorker(worker)), started, exitCode: null };
    // An uncaught error is followed by `exit`, which is what counts.
    worker.on('error', () => undefined);
    // Put before the client's own listener: calls that it rejects then know why.
    worker.prependListener('exit', (code: number) => {
      lead.exitCode = code;
      if (this.lead === lead) this.lead = undefined;
    });
    return lead;
  }
}

/** Without the flags of this process: loaders and inspectors are not for the worker. */
function startWorker(file: string, workerData: LeadData): Worker {
  return new Worker(file, { workerData, execArgv: [], name: 'cnnslicer analysis' });
}

/** So that requests that say the same in other words are one; the keys of options in a fixed order. */
function canonical({ query, measure, options = {} }: MeasureRequest): MeasureRequest {
  const given = Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { query: canonicalText(query), measure, options: Object.fromEntries(given) };
}

/** What cannot be read here may still be read where the run's class names are known. */
function canonicalText(query: string): string {
  try {
    return printQuery(parseQuery(query));
  } catch {
    return query;
  }
}

/** A copy in memory that the threads see, made in small steps. */
async function inMemory(values: Float32Array, context: CallContext): Promise<ArrayInMemory> {
  const regions = new KernelMemory();
  const address = regions.allocate(values.byteLength);
  for (let from = 0; from < values.length; from += COPY_VALUES) {
    throwIfCancelled(context.signal, 'handing over the array');
    const part = values.subarray(from, from + COPY_VALUES);
    regions.float32(address + 4 * from, part.length).set(part);
    await new Promise((done) => setImmediate(done));
  }
  return { memory: regions.memory, length: values.length };
}

function checkParts(values: Float32Array, n: number, parts: readonly ArrayPart[]): void {
  const shapes = parts.map(({ channelCount, mapLength }) => `(${n}, ${channelCount}, ${mapLength})`);
  const wanted = parts.reduce((sum, { channelCount, mapLength }) => sum + n * channelCount * mapLength, 0);
  checkLength(values, wanted, shapes.join(' and '));
}

function checkLength(values: Float32Array, wanted: number, shape: string): void {
  if (values.length === wanted) return;
  throw new Failure({
    kind: 'bad-input',
    doing: 'measuring an array',
    wrong: `it holds ${values.length} values, and the shape ${shape} says ${wanted}`,
    tryThis: 'Give the shape of the array as it is.',
  });
}

function workerDied(exitCode: number): Failure {
  return new Failure({
    kind: 'environment',
    doing: 'analysing a run',
    wrong: `the analysis thread ended twice over the same request (exit code ${exitCode})`,
    tryThis: 'Ask for a smaller slice: it may be out of memory.',
  });
}
