/**
 * How much of a training is recorded: how many probes, full maps of how many of them, and what that takes.
 * A pure function of what the model and the data are; the forecast counts the very files that the store
 * will write.
 */
import type { Layer, RunManifest } from '../../protocol/run.js';
import { BYTES_PER_ELEMENT, elementCount, runArrays, type ArrayLayout } from '../../store/layout.js';
import { shardGeometry } from '../../store/shard.js';
import { product } from '../model/mapGeometry.js';

export interface ModelFacts {
  readonly layers: readonly Layer[];
  /** Layers that cannot be recorded, in words. */
  readonly unrecordable: readonly string[];
}

export interface DataFacts {
  readonly task: RunManifest['task'];
  readonly classNames: readonly string[];
  readonly metrics: readonly string[];
  /** Samples that could be probed, and how many the person wants. */
  readonly available: number;
  readonly wanted: number;
  /** The model takes batches of this size only; null: any. */
  readonly fixedBatch: number | null;
  /** t runs from 0 to this. */
  readonly lastEpoch: number;
}

export interface Budget {
  /** On disk, for the whole run. */
  readonly bytes: number;
  /** In memory, for the activations that one forward pass over all probes leaves behind. */
  readonly memoryBytes: number;
}

export interface RecordingPlan {
  readonly probeCount: number;
  /** Full maps are kept of the first so many probes. */
  readonly mapSampleCount: number;
  readonly precision: 'float32';
  readonly bytesPerEpoch: number;
  /** Of what is written once: inputs and metadata. */
  readonly bytesOnce: number;
  /** Of an epoch whose maps are not kept. */
  readonly bytesWithoutMaps: number;
  /** Of the whole run. */
  readonly forecastBytes: number;
  /** Layers whose activations are gathered in one pass: as many as fit in memory together. */
  readonly passes: readonly (readonly number[])[];
  readonly leftOut: readonly string[];
}

/** Never refuses: what does not fit is left out, in words. */
export function planRecording(model: ModelFacts, data: DataFacts, budget: Budget): RecordingPlan {
  const probeCount = countProbes(model, data, budget);
  const sizes = (mapSampleCount: number): Sizes => runSizes(model, data, probeCount, mapSampleCount);
  const mapSampleCount = largest(probeCount, (count) => totalBytes(sizes(count), data.lastEpoch) <= budget.bytes);
  const chosen = sizes(mapSampleCount);
  const forecastBytes = totalBytes(chosen, data.lastEpoch);
  return {
    probeCount,
    mapSampleCount,
    precision: 'float32',
    bytesPerEpoch: chosen.perEpoch,
    bytesOnce: chosen.once,
    bytesWithoutMaps: sizes(0).perEpoch,
    forecastBytes,
    passes: groupPasses(model.layers, probeCount, budget.memoryBytes),
    leftOut: [...model.unrecordable, ...omissions(data, budget, probeCount, mapSampleCount, forecastBytes)],
  };
}

interface Sizes {
  readonly once: number;
  readonly perEpoch: number;
}

function totalBytes({ once, perEpoch }: Sizes, lastEpoch: number): number {
  return once + perEpoch * (lastEpoch + 1);
}

/** As many as are wanted and there, whose activations of the largest layer fit in memory. */
function countProbes(model: ModelFacts, data: DataFacts, budget: Budget): number {
  const largestLayer = Math.max(...model.layers.map(layerSize));
  const fitting = Math.max(1, Math.floor(budget.memoryBytes / (4 * largestLayer)));
  const count = Math.min(data.wanted, data.available, fitting);
  if (data.fixedBatch === null) return count;
  return Math.max(data.fixedBatch, count - (count % data.fixedBatch));
}

/** The largest count from 0 to `upTo` that `fits`, where fewer fit whenever more do; 0 when none does. */
function largest(upTo: number, fits: (count: number) => boolean): number {
  let low = 0;
  let high = upTo;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A file's entry in the record that lists it (key, length, checksums); measured, 97 on average. */
const ENTRY_BYTES = 100;
/** An array's zarr.json, its entry, and its share of those of groups; measured, 650 on average. */
const METADATA_BYTES = 700;
/** The root's zarr.json without its layers, the owner and the end. */
const ROOT_BYTES = 3000;

function runSizes(model: ModelFacts, data: DataFacts, probeCount: number, mapSampleCount: number): Sizes {
  const arrays = runArrays(draftManifest(model, data, probeCount, mapSampleCount));
  const bytes = (chosen: readonly ArrayLayout[]): number =>
    chosen.reduce((sum, array) => sum + fileBytes(array) + ENTRY_BYTES, 0);
  return {
    once:
      bytes(arrays.filter((array) => !array.byEpoch)) +
      arrays.length * METADATA_BYTES +
      JSON.stringify(model.layers).length +
      ROOT_BYTES,
    perEpoch: bytes(arrays.filter((array) => array.byEpoch)),
  };
}

function fileBytes(array: ArrayLayout): number {
  if (array.maps) return shardGeometry(array.maps).fileBytes;
  return elementCount(array) * BYTES_PER_ELEMENT[array.dataType] + 4;
}

/** The parts of a manifest that decide which arrays a run has. */
function draftManifest(model: ModelFacts, data: DataFacts, count: number, mapSampleCount: number): RunManifest {
  const decisive: Pick<RunManifest, 'layers' | 'task' | 'classNames' | 'metrics' | 'probes' | 'plan'> = {
    layers: [...model.layers],
    task: data.task,
    classNames: [...data.classNames],
    metrics: [...data.metrics],
    probes: { count, seed: 0, trainCount: 0, validationCount: 0 },
    plan: {
      lastEpoch: data.lastEpoch,
      precision: 'float32',
      mapSampleCount,
      byteBudget: 0,
      bytesPerEpoch: 0,
      leftOut: [],
    },
  };
  // runArrays reads nothing else of a manifest.
  return decisive as RunManifest;
}

/** Layers in order, gathered until the next would not fit; one that fits nowhere stands alone. */
function groupPasses(layers: readonly Layer[], probeCount: number, memoryBytes: number): number[][] {
  const passes: number[][] = [];
  let room = 0;
  for (const layer of layers) {
    if (layer.index === 0) continue;
    const bytes = layerSize(layer) * probeCount * 4;
    if (passes.length === 0 || bytes > room) {
      passes.push([]);
      room = memoryBytes;
    }
    passes[passes.length - 1]?.push(layer.index);
    room -= bytes;
  }
  return passes;
}

/** Values of one sample. */
export function layerSize({ channelCount, mapShape }: Pick<Layer, 'channelCount' | 'mapShape'>): number {
  return channelCount * product(mapShape);
}

function omissions(
  data: DataFacts,
  budget: Budget,
  probeCount: number,
  mapSampleCount: number,
  forecast: number,
): string[] {
  const reasons: string[] = [];
  const possible = Math.min(data.wanted, data.available);
  if (probeCount < possible) {
    reasons.push(
      data.fixedBatch !== null && possible - probeCount < data.fixedBatch
        ? `${possible - probeCount} of ${possible} probes: the model takes batches of ${data.fixedBatch} only`
        : `${possible - probeCount} of ${possible} probes: the largest layer's activations of more do not fit in ${mebibytes(budget.memoryBytes)} of memory`,
    );
  }
  if (mapSampleCount < probeCount) {
    const kept = mapSampleCount === 0 ? 'all maps' : `maps of ${probeCount - mapSampleCount} of ${probeCount} probes`;
    reasons.push(`${kept}: the budget is ${mebibytes(budget.bytes)}; statistics are of every probe`);
  }
  if (forecast > budget.bytes)
    reasons.push(`the last epochs: statistics and weights alone take ${mebibytes(forecast)}`);
  return reasons;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20).toLocaleString('en')} MiB`;
}
