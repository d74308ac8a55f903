/**
 * One epoch on its way to disk: batches of probes become statistics and kept maps of every layer. What is held
 * of an epoch is its kept maps and, where the probes are read once only, all of them until the last has come.
 */
import { forEachChannelMajor } from '../../analysis/kernelHost/channelMajor.js';
import type { Kernels } from '../../analysis/kernelHost/kernels.js';
import { layerStatistics } from '../../analysis/kernelHost/layerEpochStatistics.js';
import type { LayerStatistics } from '../../analysis/measures/layerEpochStatistics.js';
import { keptSampleCount, mapPrecision } from '../../protocol/keptMaps.js';
import type { Layer, RunManifest } from '../../protocol/run.js';
import { toFloat16 } from '../../store/format/float16.js';
import type { LayerEpoch } from '../../store/format/runAccess.js';
import { product, type DataFormat } from '../model/mapGeometry.js';
import { layerSize } from '../plan/passes.js';
import type { EpochKeeping } from '../plan/epochBudget.js';
import type { ToWriter } from './writerMessages.js';

/** What of a manifest says how an epoch is gathered. */
export interface GatheredManifest extends Pick<RunManifest, 'layers' | 'classNames'> {
  readonly probes: Pick<RunManifest['probes'], 'count'>;
  readonly plan: Pick<RunManifest['plan'], 'precision' | 'mapSampleCount' | 'withoutMaps' | 'pinned' | 'weights'>;
}

export interface GatheredRun {
  readonly kernels: Kernels;
  readonly manifest: GatheredManifest;
  readonly labels: Int32Array;
  /** By layer. */
  readonly formats: readonly DataFormat[];
  readonly readings: 1 | 2;
}

type Batch = Pick<Extract<ToWriter, { type: 'maps' }>, 'reading' | 'firstSample' | 'sampleCount' | 'values'>;

export class EpochGathering {
  readonly #layers: readonly LayerGathering[];

  constructor(private readonly run: GatheredRun) {
    this.#layers = run.manifest.layers.map((layer) => new LayerGathering(run, layer, this.#keptSamples(layer)));
  }

  add({ reading, firstSample, sampleCount, values }: Batch): void {
    let place = 0;
    for (const layer of this.#layers) {
      const length = sampleCount * layer.size;
      const part = values.subarray(place, place + length);
      if (reading === 1) layer.readFirst(part, firstSample);
      else layer.readAgain(part, firstSample);
      place += length;
    }
  }

  /**
   * When all probes have been read as often as the run says. It has the maps and weights that an epoch of the run
   * keeps at most.
   */
  layers(weights: readonly (readonly Float32Array[])[]): LayerEpoch[] {
    return this.#layers.map((layer, index) => ({
      layer: index,
      ...layer.finish(),
      weights: this.run.manifest.plan.weights === 'none' ? null : (weights[index] ?? []),
    }));
  }

  /** None of the inputs, which are stored once. */
  #keptSamples({ index }: Layer): number {
    return index > 0 ? keptSampleCount(this.run.manifest, index) : 0;
  }
}

/** Without the maps, but for those of pinned layers, and the weights that are not to be kept. */
export function thinned(
  layers: readonly LayerEpoch[],
  { maps, weights }: EpochKeeping,
  pinned: readonly number[] = [],
): LayerEpoch[] {
  return layers.map((part) => ({
    ...part,
    maps: maps || pinned.includes(part.layer) ? part.maps : null,
    weights: weights ? part.weights : null,
  }));
}

/** Second readings need no cache between transposing and counting, but the kernels' tables cost less in long blocks. */
const LONG_BLOCK_VALUES = 2 ** 19;

class LayerGathering {
  /** Values of one sample. */
  readonly size: number;
  readonly #statistics: LayerStatistics;
  /** (sample, channel, …mapShape) of all samples; empty where they are read twice. */
  #held: Float32Array;
  /** Of those to keep, as they will be stored. */
  readonly #kept: Float32Array | Uint16Array;

  constructor(
    private readonly run: GatheredRun,
    private readonly layer: Layer,
    private readonly keptSamples: number,
  ) {
    const { manifest, kernels, labels, readings } = run;
    const { channelCount, mapShape, activation } = layer;
    const sampleCount = manifest.probes.count;
    const classCount = manifest.classNames.length;
    const units = mapShape.length === 0;
    const facts = { sampleCount, channelCount, mapLength: product(mapShape), labels, classCount, activation, units };
    this.size = layerSize(layer);
    this.#statistics = layerStatistics(kernels, facts);
    this.#held = new Float32Array(readings === 1 ? this.size * sampleCount : 0);
    const Kept = mapPrecision(manifest.plan, layer.index) === 'float16' ? Uint16Array : Float32Array;
    const isHeld = readings === 1 && keptSamples === sampleCount && Kept === Float32Array;
    this.#kept = isHeld ? this.#held : new Kept(this.size * keptSamples);
  }

  readFirst(values: Float32Array, firstSample: number): void {
    this.#forEachBlock(values, (maps, sample) => {
      this.#statistics.summarise(maps, firstSample + sample);
      const place = (firstSample + sample) * this.size;
      if (this.run.readings === 1) this.#held.set(maps, place);
      if (this.#kept !== this.#held) keep(maps, this.#kept, place);
    });
  }

  readAgain(values: Float32Array, firstSample: number): void {
    const measure = (maps: Float32Array, sample: number): void => this.#statistics.measure(maps, firstSample + sample);
    this.#forEachBlock(values, measure, LONG_BLOCK_VALUES);
  }

  finish(): Pick<LayerEpoch, 'maps' | 'entropy' | 'values' | 'histogram'> {
    if (this.run.readings === 1) this.#statistics.measure(this.#held, 0);
    this.#held = new Float32Array(0);
    return { maps: this.keptSamples > 0 ? this.#kept : null, ...this.#statistics.result() };
  }

  #forEachBlock(values: Float32Array, visit: (maps: Float32Array, sample: number) => void, blockValues?: number): void {
    const { channelCount, mapShape, index } = this.layer;
    const length = product(mapShape);
    const shape = { sampleCount: values.length / this.size, length, channelCount };
    const isInFront = areInFront(this.run.formats[index] ?? 'channelsLast', channelCount, length);
    forEachChannelMajor(this.run.kernels, values, shape, visit, { isInFront, blockValues });
  }
}

/** As much as there is room for. */
function keep(maps: Float32Array, kept: Float32Array | Uint16Array, place: number): void {
  const length = Math.min(maps.length, kept.length - place);
  if (length <= 0) return;
  if (kept instanceof Uint16Array) toFloat16(maps, 0, length, kept, place);
  else kept.set(maps.subarray(0, length), place);
}

/** Whether channels already lie in front of space. */
export function areInFront(format: DataFormat, channelCount: number, length: number): boolean {
  return format === 'channelsFirst' || channelCount === 1 || length === 1;
}
