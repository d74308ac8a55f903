/**
 * How much of a training is recorded: how many probes, full maps of how many of them, and what that takes.
 * A pure function of what the model and the data are; the forecast counts the very files that the store
 * will write.
 */
import type { Layer, RunManifest } from '../../protocol/run.js';
import { runBytes, type RunBytes } from '../../store/runSize.js';
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
  const { layers } = model;
  const sizes = (mapSampleCount: number): RunBytes => runBytes({ layers, ...data, probeCount, mapSampleCount });
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

function totalBytes({ once, perEpoch }: RunBytes, lastEpoch: number): number {
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
