/** One run on its way to disk: layers are reduced to statistics as they come, an epoch is written when all are there. */
import { toChannelMajor } from '../../analysis/kernelHost/channelMajor.js';
import { layerEpochStatistics } from '../../analysis/kernelHost/layerEpochStatistics.js';
import type { Kernels } from '../../analysis/kernelHost/kernels.js';
import { Failure, type FailureParts } from '../../protocol/failure.js';
import { keptSampleCount } from '../../protocol/keptMaps.js';
import type { Layer, PausedEpochs, RunManifest } from '../../protocol/run.js';
import type { LayerEpoch, ProbeRecord, RunWriter } from '../../store/runAccess.js';
import { newRunId } from '../../store/runId.js';
import { createRun } from '../../store/createRun.js';
import { product } from '../model/mapGeometry.js';
import { EpochBudget, type EpochKeeping } from './epochBudget.js';
import type { EndOutcome, FromWriter, RawMaps, ToWriter } from './writerMessages.js';

export interface OutputContext {
  readonly kernels: Promise<Kernels>;
  tell(message: FromWriter): void;
}

type Open = Extract<ToWriter, { type: 'open' }>;
type AddLayer = Extract<ToWriter, { type: 'layer' }>;
type Commit = Extract<ToWriter, { type: 'commit' }>;

interface OpenRun {
  readonly writer: RunWriter;
  readonly manifest: RunManifest;
  readonly labels: Int32Array;
  readonly budget: EpochBudget;
  readonly kernels: Kernels;
}

export class RunOutput {
  #open: OpenRun | null = null;
  #layers: LayerEpoch[] = [];
  /** Why the layers gathered so far are no epoch; null when they may become one. */
  #fault: unknown = null;
  /** Of the epochs on disk. */
  #byteCount = 0;
  /** What is kept of the epoch under way; null: nothing, the budget is spent. */
  #keeping: EpochKeeping | null = null;
  #saidThatMapsAreLeftOut = false;

  constructor(
    private readonly run: number,
    private readonly context: OutputContext,
  ) {}

  async open(message: Open): Promise<void> {
    const doing = `starting a run in ${message.runsFolder}`;
    try {
      const kernels = await this.context.kernels;
      const inputs = inFront(kernels, message.inputs, message.manifest.layers[0] as Layer);
      const { labels, splits, bytesOnce, bytesWithoutMaps } = message;
      const probes = { inputs, labels, splits, ...trainingOf(kernels, message) };
      const id = await newRunId(message.runsFolder, message.manifest.name, new Date());
      const manifest = { ...message.manifest, id };
      const writer = await createRun(message.runsFolder, manifest, probes);
      const budget = new EpochBudget(manifest.plan, { once: bytesOnce, withoutMaps: bytesWithoutMaps });
      this.#open = { writer, manifest, kernels, labels, budget };
      this.context.tell({ type: 'opened', run: this.run, folder: writer.folder });
    } catch (cause) {
      this.context.tell({ type: 'run-lost', run: this.run, failure: partsOf(cause, doing) });
    }
  }

  /** Never throws: what goes wrong is told when the epoch is to be written. */
  addLayer(message: AddLayer): Promise<void> {
    try {
      if (this.#open && this.#layers.length === 0) this.#keeping = this.#open.budget.keeping(message.epoch);
      if (this.#open) this.#layers.push(reduceLayer(this.#open, message, this.#keeping));
    } catch (cause) {
      this.#fault ??= cause;
    }
    return Promise.resolve();
  }

  async commit({ epoch, metrics, predictions }: Commit): Promise<void> {
    const layers = this.#layers;
    const fault = this.#fault;
    this.#layers = [];
    this.#fault = null;
    if (!this.#open) return;
    const doing = `recording epoch ${epoch}`;
    try {
      if (fault !== null) throw fault as Error;
      const { writer, budget, manifest } = this.#open;
      if (!this.#keeping) throw budgetSpent(epoch, manifest.plan.byteBudget);
      const { cost, maps } = this.#keeping;
      if (!maps && epoch > manifest.plan.lastEpoch) this.#sayThatMapsAreLeftOut(epoch);
      const { byteCount } = await writer.writeEpoch({ epoch, metrics, predictions, layers });
      this.#byteCount += byteCount;
      budget.spend(Math.max(cost, byteCount));
      this.context.tell({ type: 'whole', run: this.run, epoch, byteCount: this.#byteCount });
    } catch (cause) {
      this.context.tell({ type: 'epoch-lost', run: this.run, epoch, failure: partsOf(cause, doing) });
    }
  }

  async extend(lastEpoch: number): Promise<void> {
    try {
      this.#open?.budget.extend(lastEpoch);
      const amended = await this.#open?.writer.extend(lastEpoch);
      this.#open?.budget.spend(amended?.byteCount ?? 0);
    } catch (cause) {
      this.context.tell({
        type: 'run-lost',
        run: this.run,
        failure: partsOf(cause, `extending the run to ${lastEpoch} epochs`),
      });
    }
  }

  async notePauses(paused: readonly PausedEpochs[]): Promise<void> {
    try {
      const amended = await this.#open?.writer.notePauses(paused);
      this.#open?.budget.spend(amended?.byteCount ?? 0);
    } catch (cause) {
      this.context.tell({
        type: 'run-lost',
        run: this.run,
        failure: partsOf(cause, 'noting that recording is paused'),
      });
    }
  }

  async end(outcome: EndOutcome): Promise<void> {
    if (!this.#open) return;
    try {
      await this.#open.writer.end(outcome);
      this.context.tell({ type: 'ended', run: this.run });
    } catch (cause) {
      this.context.tell({ type: 'run-lost', run: this.run, failure: partsOf(cause, 'ending the run') });
    }
  }

  #sayThatMapsAreLeftOut(epoch: number): void {
    if (!this.#saidThatMapsAreLeftOut) this.context.tell({ type: 'maps-left-out', run: this.run, epoch });
    this.#saidThatMapsAreLeftOut = true;
  }
}

function budgetSpent(epoch: number, byteBudget: number): Failure {
  return new Failure({
    kind: 'environment',
    doing: `recording epoch ${epoch}`,
    wrong: `the run's ${Math.round(byteBudget / 2 ** 20)} MiB are spent`,
    tryThis: 'Raise the byte budget to record more epochs',
  });
}

function reduceLayer(
  { manifest, labels, kernels }: OpenRun,
  { layer: index, maps: raw, weights }: AddLayer,
  keeping: EpochKeeping | null,
): LayerEpoch {
  const layer = manifest.layers[index] as Layer;
  const maps = inFront(kernels, raw, layer);
  const statistics = layerEpochStatistics(kernels, {
    maps,
    sampleCount: manifest.probes.count,
    channelCount: layer.channelCount,
    mapLength: product(layer.mapShape),
    labels,
    classCount: manifest.classNames.length,
    activation: layer.activation,
    units: layer.mapShape.length === 0,
  });
  const kept = keeping?.maps || manifest.plan.pinned?.includes(index) ? keptMaps(manifest, layer, maps) : null;
  return { layer: index, maps: kept, ...statistics, weights: keeping?.weights ? weights : null };
}

/** A copy, so that the memory of the others can be freed; none of the inputs, which are stored once. */
function keptMaps(
  manifest: RunManifest,
  { index, channelCount, mapShape }: Layer,
  maps: Float32Array,
): Float32Array | null {
  const sampleCount = keptSampleCount(manifest, index);
  if (index === 0 || sampleCount === 0) return null;
  const length = sampleCount * channelCount * product(mapShape);
  return length === maps.length ? maps : maps.slice(0, length);
}

function trainingOf(kernels: Kernels, { training, manifest }: Open): Pick<ProbeRecord, 'training'> {
  if (!training) return {};
  const { inputs, labels } = training;
  return { training: { inputs: inFront(kernels, inputs, manifest.layers[0] as Layer), labels } };
}

function inFront(kernels: Kernels, { values, format }: RawMaps, { channelCount, mapShape }: Layer): Float32Array {
  const length = product(mapShape);
  if (format === 'channelsFirst' || channelCount === 1 || length === 1) return values;
  return toChannelMajor(kernels, values, {
    sampleCount: values.length / (length * channelCount),
    length,
    channelCount,
  });
}

function partsOf(cause: unknown, doing: string): FailureParts {
  if (cause instanceof Failure) return cause.parts;
  const wrong = cause instanceof Error ? cause.message : String(cause);
  return { kind: 'environment', doing, wrong, tryThis: 'Record again; if it stays, report it with this text' };
}
