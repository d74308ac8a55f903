/** One run on its way to disk: layers are reduced to statistics as they come, an epoch is written when all are there. */
import { toChannelMajor } from '../../analysis/kernelHost/channelMajor.js';
import type { Kernels } from '../../analysis/kernelHost/kernels.js';
import { bytesText } from '../../protocol/bytesText.js';
import { Failure, type FailureParts } from '../../protocol/failure.js';
import type { Layer, PausedEpochs, RunManifest } from '../../protocol/run.js';
import type { EpochRecord, ProbeRecord, RunWriter } from '../../store/format/runAccess.js';
import { beginRun } from '../../store/writing/beginRun.js';
import { product, type DataFormat } from '../model/mapGeometry.js';
import { EpochBudget, type EpochKeeping } from '../plan/epochBudget.js';
import { areInFront, EpochGathering, thinned } from './epochGathering.js';
import type { EndOutcome, FromWriter, RawMaps, ToWriter } from './writerMessages.js';

export interface OutputContext {
  readonly kernels: Promise<Kernels>;
  tell(message: FromWriter): void;
}

type Open = Extract<ToWriter, { type: 'open' }>;
type AddMaps = Extract<ToWriter, { type: 'maps' }>;
type Commit = Extract<ToWriter, { type: 'commit' }>;

interface OpenRun {
  readonly writer: RunWriter;
  readonly manifest: RunManifest;
  readonly labels: Int32Array;
  readonly budget: EpochBudget;
  readonly kernels: Kernels;
  readonly formats: readonly DataFormat[];
  readonly readings: 1 | 2;
}

/** The newest epoch with all that could be kept of it, where less than that is on disk, or nothing. */
interface HeldEpoch {
  readonly record: EpochRecord;
  readonly isWritten: boolean;
}

export class RunOutput {
  #open: OpenRun | null = null;
  /** The epoch under way. */
  #gathering: EpochGathering | null = null;
  /** Why what was gathered so far is no epoch; null when it may become one. */
  #fault: unknown = null;
  /** Of the epochs on disk. */
  #byteCount = 0;
  #held: HeldEpoch | null = null;
  #saidThatMapsAreLeftOut = false;
  /** What the run's metadata has still to say. */
  #owed: { readonly lastEpoch?: number; readonly paused?: readonly PausedEpochs[] } = {};

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
      const { manifest, writer } = await beginRun(message.runsFolder, message.manifest, probes);
      const budget = new EpochBudget(manifest.plan, { once: bytesOnce, withoutMaps: bytesWithoutMaps });
      const { formats, readings } = message;
      this.#open = { writer, manifest, kernels, labels, budget, formats, readings };
      this.context.tell({ type: 'opened', run: this.run, folder: writer.folder });
    } catch (cause) {
      this.context.tell({ type: 'run-lost', run: this.run, failure: partsOf(cause, doing) });
    }
  }

  /** Never throws: what goes wrong is told when the epoch is to be written. */
  addMaps(message: AddMaps): Promise<void> {
    try {
      if (this.#open && this.#fault === null) this.#gatheringOf(this.#open).add(message);
    } catch (cause) {
      this.#fault = cause;
      this.#gathering = null;
    }
    return Promise.resolve();
  }

  #gatheringOf(open: OpenRun): EpochGathering {
    return (this.#gathering ??= new EpochGathering(open));
  }

  /** What was gathered of the epoch under way is no part of the next one. */
  abandon(): Promise<void> {
    this.#gathering = null;
    this.#fault = null;
    return Promise.resolve();
  }

  async commit({ epoch, metrics, predictions, weights }: Commit): Promise<void> {
    const gathering = this.#gathering;
    const fault = this.#fault;
    this.#gathering = null;
    this.#fault = null;
    if (!this.#open) return;
    const doing = `recording epoch ${epoch}`;
    try {
      if (fault !== null) throw fault as Error;
      const { budget, manifest } = this.#open;
      const { lastEpoch, byteBudget } = manifest.plan;
      if (!gathering) throw new Error('no probe was read');
      const record = { epoch, metrics, predictions, layers: gathering.layers(weights) };
      const keeping = budget.keeping(epoch);
      this.#held = { record, isWritten: false };
      if (!keeping) throw budgetSpent(epoch, byteBudget);
      if (!keeping.maps && epoch > lastEpoch) this.#sayThatMapsAreLeftOut(epoch);
      await this.#write(this.#open, record, keeping);
    } catch (cause) {
      this.context.tell({ type: 'epoch-lost', run: this.run, epoch, failure: partsOf(cause, doing) });
    }
  }

  async #write({ writer, budget, manifest }: OpenRun, record: EpochRecord, keeping: EpochKeeping): Promise<void> {
    await this.#payOwed();
    // What fails is not tried again.
    this.#held = null;
    const layers = thinned(record.layers, keeping, manifest.plan.pinned);
    const { byteCount } = await writer.writeEpoch({ ...record, layers });
    if (!keeping.maps) this.#held = { record, isWritten: true };
    this.#byteCount += byteCount;
    budget.spend(Math.max(keeping.cost, byteCount));
    this.context.tell({ type: 'whole', run: this.run, epoch: record.epoch, byteCount: this.#byteCount });
  }

  /** A fit is over, and perhaps all training: its last epoch gets its maps, unless another could then have none. */
  rest(): Promise<void> {
    return this.#completeLast(true, Infinity);
  }

  /** What cannot be written of the last epoch is as if it had not been kept. */
  async #completeLast(mayGoOn: boolean, mostBytes: number): Promise<void> {
    const held = this.#held;
    if (!this.#open || !held) return;
    const { budget, writer } = this.#open;
    const keeping = budget.keepingLast(held.isWritten, mayGoOn);
    if (!keeping || keeping.cost > mostBytes) return;
    try {
      if (!held.isWritten) return await this.#write(this.#open, held.record, keeping);
      this.#held = null;
      const { byteCount } = await writer.complete(held.record);
      this.#byteCount += byteCount;
      budget.spend(Math.max(keeping.cost, byteCount));
    } catch (cause) {
      const { epoch } = held.record;
      const failure = partsOf(cause, `recording epoch ${epoch}, the last`);
      this.context.tell({ type: held.isWritten ? 'maps-lost' : 'epoch-lost', run: this.run, epoch, failure });
    }
  }

  /** What a full disk refuses is tried again before the next epoch, which says so if it is refused again. */
  async extend(lastEpoch: number): Promise<void> {
    this.#open?.budget.extend(lastEpoch);
    this.#owed = { ...this.#owed, lastEpoch };
    await this.#payOwed().catch(() => undefined);
  }

  async notePauses(paused: readonly PausedEpochs[]): Promise<void> {
    this.#owed = { ...this.#owed, paused };
    await this.#payOwed().catch(() => undefined);
  }

  async #payOwed(): Promise<void> {
    const { lastEpoch, paused } = this.#owed;
    if (!this.#open) return;
    const { writer, budget } = this.#open;
    if (lastEpoch !== undefined) budget.spend((await writer.extend(lastEpoch)).byteCount);
    if (paused !== undefined) budget.spend((await writer.notePauses(paused)).byteCount);
    this.#owed = {};
  }

  /** Once: what is asked for afterwards is not done. `mostBytes`: that maps of the last epoch may take. */
  async end(outcome: EndOutcome, mostBytes = Infinity): Promise<void> {
    if (!this.#open) return;
    const { writer } = this.#open;
    try {
      await this.#payOwed().catch(() => undefined); // metadata of epochs that are not there
      await this.#completeLast(false, mostBytes);
      this.#open = null;
      this.#held = null;
      await writer.end(outcome);
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
    wrong: `the budget of ${bytesText(byteBudget)} is used up`,
    tryThis: 'Raise the byte budget to record more epochs',
  });
}

function trainingOf(kernels: Kernels, { training, manifest }: Open): Pick<ProbeRecord, 'training'> {
  if (!training) return {};
  const { inputs, labels } = training;
  return { training: { inputs: inFront(kernels, inputs, manifest.layers[0] as Layer), labels } };
}

function inFront(kernels: Kernels, { values, format }: RawMaps, { channelCount, mapShape }: Layer): Float32Array {
  const length = product(mapShape);
  if (areInFront(format, channelCount, length)) return values;
  return toChannelMajor(kernels, values, {
    sampleCount: values.length / (length * channelCount),
    length,
    channelCount,
  });
}

function partsOf(cause: unknown, doing: string): FailureParts {
  if (cause instanceof Failure) return cause.parts;
  const wrong = cause instanceof Error ? cause.message : String(cause);
  return {
    kind: 'environment',
    doing,
    wrong,
    tryThis: 'Record again. If the error returns, please report it with this message',
  };
}
