/**
 * Opens a recorded run for reading, while it records or after. Everything read is checked against a
 * record (recordedArrays.ts); what is missing, torn or altered is a Failure and never data.
 */
import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import type { Layer, RunDescription, RunManifest } from '../../protocol/run.js';
import { describeRun } from './describeRun.js';
import { EpochIndex } from './epochIndex.js';
import type { ValuesOf } from './flatReads.js';
import {
  INPUTS_PATH,
  LABELS_PATH,
  layerArrayPath,
  mapCount,
  METRICS_PATH,
  PREDICTIONS_PATH,
  SPLITS_PATH,
  TRAINING_INPUTS_PATH,
  TRAINING_LABELS_PATH,
  elementCount,
  type ArrayLayout,
  type DataType,
  type LayerArray,
} from '../format/layout.js';
import { openManifest, type OpenedManifest } from './openManifest.js';
import { RecordedArrays } from './recordedArrays.js';
import type { RecordedEntropy, RecordedWeight, RunReader, TrainingSample } from '../format/runAccess.js';
import { runFiles } from '../writing/runEnd.js';
import { runOutcome, type RunOutcome } from './runOutcome.js';
import type { RunFiles } from '../safety/runPaths.js';
import { ROOT_KEY } from '../format/zarrMetadata.js';

/**
 * Opens the run in a folder. Throws a `not-found` Failure where there is none, `damaged` when what it
 * says of itself cannot be believed, `unsupported` when a later version wrote it.
 */
export async function openRun(folder: string): Promise<RunReader> {
  return openReader(folder, false);
}

/** As `openRun`, for lists: `describe` then believes commit records without looking at their files. */
export async function openReader(folder: string, recordsOnly: boolean): Promise<RunReader> {
  const files = await runFiles(folder, `opening the run in ${folder}`);
  return new DiskRunReader(resolve(folder), files, await openManifest(files), recordsOnly);
}

type MapRequest = Parameters<RunReader['readMaps']>[0];

class DiskRunReader implements RunReader {
  readonly manifest: RunManifest;
  readonly #arrays: RecordedArrays;
  readonly #epochs: EpochIndex;

  constructor(
    /** As it was named, links in it not resolved: what others compare it with. */
    readonly folder: string,
    private readonly files: RunFiles,
    private readonly opened: OpenedManifest,
    private readonly recordsOnly: boolean,
  ) {
    // A run is called what its folder is called: a manifest may say anything, and a copy says what the original does.
    this.manifest = { ...opened.manifest, id: basename(folder) };
    this.#epochs = new EpochIndex(files, opened.base.run);
    const isRecording = async (): Promise<boolean> => (await this.describe()).summary.status.state === 'recording';
    this.#arrays = new RecordedArrays(folder, files, opened, this.#epochs, isRecording);
  }

  contentTag(): string {
    const { base, manifest } = this.opened;
    // What a run that is extended writes anew is metadata alone; of the manifest, its plan.
    const listed = [...base.entries].filter(([key]) => !key.endsWith(ROOT_KEY));
    const fixed = listed.map(([key, entries]) => [key, entries.at(-1)]);
    const told = { ...manifest, plan: null };
    return createHash('sha256')
      .update(JSON.stringify([base.run, fixed, told]))
      .digest('hex')
      .slice(0, 32);
  }

  describe(): Promise<RunDescription> {
    const { folder, files, manifest, recordsOnly } = this;
    const outcome = (whole: readonly number[]): Promise<RunOutcome> => runOutcome(this, whole);
    const { base } = this.opened;
    return describeRun({ folder, files, manifest, base, epochs: this.#epochs, recordsOnly, outcome });
  }

  async readMaps(request: MapRequest, target: Float32Array): Promise<void> {
    const layer = this.#layer(request.layer);
    const path = layer.index === 0 ? INPUTS_PATH : layerArrayPath(layer, 'activations');
    const epoch = layer.index === 0 ? null : request.epoch;
    const what = layer.index === 0 ? 'the probe inputs' : `the maps of ${ofLayer(layer, request.epoch)}`;
    const array = this.#arrays.layout(path, what);
    checkRequest(request, array, target);
    await this.#arrays.maps(array, epoch, what, request, target);
  }

  async keepsMaps(layerIndex: number, epoch: number): Promise<boolean> {
    const layer = this.#layer(layerIndex);
    return layer.index === 0 || this.#arrays.keeps(layerArrayPath(layer, 'activations'), epoch);
  }

  async readEntropy(layerIndex: number, epoch: number): Promise<RecordedEntropy> {
    const layer = this.#layer(layerIndex);
    const values = await this.#layerArray<'float64'>(layer, 'entropy', epoch, 'the entropies');
    return { classCount: this.manifest.classNames.length, mapCount: mapCount(layer), values };
  }

  readValues(layer: number, epoch: number): Promise<Float64Array> {
    return this.#layerArray<'float64'>(this.#layer(layer), 'values', epoch, 'the statistics');
  }

  readHistogram(layer: number, epoch: number): Promise<Uint32Array> {
    return this.#layerArray<'uint32'>(this.#layer(layer), 'histogram', epoch, 'the histograms');
  }

  async readWeights(layerIndex: number, epoch: number): Promise<readonly RecordedWeight[]> {
    const layer = this.#layer(layerIndex);
    return Promise.all(
      layer.weights.map(async ({ name, shape, path }) => {
        const what = `the weight "${name}" of ${ofLayer(layer, epoch)}`;
        return { name, shape, values: await this.#arrays.flat<'float32'>(path, epoch, what) };
      }),
    );
  }

  readLabels(): Promise<Int32Array> {
    return this.#optional<'int32'>(LABELS_PATH, null, 'the labels', new Int32Array(0));
  }

  async readTrainingSample(): Promise<TrainingSample | null> {
    if (!this.#arrays.has(TRAINING_INPUTS_PATH)) return null;
    const what = 'the training inputs';
    const array = this.#arrays.layout(TRAINING_INPUTS_PATH, what);
    const [sampleCount = 0, channelCount = 0] = array.shape;
    const inputs = new Float32Array(elementCount(array));
    const whole = { samples: upTo(sampleCount), channels: upTo(channelCount) };
    await this.#arrays.maps(array, null, what, whole, inputs);
    return { inputs, labels: await this.#optional<'int32'>(TRAINING_LABELS_PATH, null, what, new Int32Array(0)) };
  }

  readSplits(): Promise<Uint8Array> {
    return this.#optional<'uint8'>(SPLITS_PATH, null, 'the splits', new Uint8Array(0));
  }

  readPredictions(epoch: number): Promise<Int32Array> {
    return this.#optional<'int32'>(PREDICTIONS_PATH, epoch, `the predictions at epoch ${epoch}`, new Int32Array(0));
  }

  async readMetrics(epoch: number): Promise<readonly (number | null)[]> {
    const values = await this.#optional<'float64'>(
      METRICS_PATH,
      epoch,
      `the metrics at epoch ${epoch}`,
      new Float64Array(0),
    );
    return Array.from(values, (value) => (Number.isNaN(value) ? null : value));
  }

  #layer(index: number): Layer {
    const layer = this.manifest.layers[index];
    if (!layer) throw new RangeError(`layer ${index} of ${this.manifest.layers.length}`);
    return layer;
  }

  #layerArray<D extends DataType>(layer: Layer, array: LayerArray, epoch: number, what: string): Promise<ValuesOf<D>> {
    return this.#arrays.flat<D>(layerArrayPath(layer, array), epoch, `${what} of ${ofLayer(layer, epoch)}`);
  }

  /** Empty when this run has no such array. */
  #optional<D extends DataType>(
    path: string,
    epoch: number | null,
    what: string,
    empty: ValuesOf<D>,
  ): Promise<ValuesOf<D>> {
    return this.#arrays.has(path) ? this.#arrays.flat<D>(path, epoch, what) : Promise.resolve(empty);
  }
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function ofLayer(layer: Layer, epoch: number): string {
  return `layer "${layer.name}" (l = ${layer.index}) at epoch ${epoch}`;
}

/** A request that no run could answer is a bug of the caller. */
function checkRequest({ samples, channels }: MapRequest, array: ArrayLayout, target: Float32Array): void {
  const [sampleCount = 0, channelCount = 0, ...mapShape] = array.shape;
  const isIndexBelow = (limit: number) => (index: number) => Number.isInteger(index) && index >= 0 && index < limit;
  if (!samples.every(isIndexBelow(sampleCount))) throw new RangeError(`${sampleCount} samples have maps`);
  if (!channels.every(isIndexBelow(channelCount))) throw new RangeError(`there are ${channelCount} channels`);
  const length = mapShape.reduce((product, side) => product * side, samples.length * channels.length);
  if (target.length !== length)
    throw new RangeError(`the target holds ${target.length} values, the maps are ${length}`);
}
