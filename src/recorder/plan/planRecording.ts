/**
 * How much of a training is recorded: how many probes, full maps of which layers, of how many of them, at which
 * epochs and how exactly, and what that takes. A pure function of what the model and the data are; the forecast
 * counts the very files that the store will write.
 */
import type { Layer, RunManifest } from '../../protocol/run.js';
import { runBytes, totalBytes, type RunBytes, type Thinning } from '../../store/runSize.js';
import { chooseKept, type Kept } from './giveUp.js';
import { countProbes, countTrainingSample } from './counts.js';
import { layerSize } from './passes.js';
import { leftOutWords } from './leftOutWords.js';

export interface ModelFacts {
  readonly layers: readonly Layer[];
  /** Layers that cannot be recorded, in words. */
  readonly unrecordable: readonly string[];
  /** Names of layers whose maps are to be whole, the most important first. */
  readonly pinned?: readonly string[];
}

export interface DataFacts {
  readonly task: RunManifest['task'];
  readonly classNames: readonly string[];
  readonly metrics: readonly string[];
  /** Samples that could be probed, and how many the person wants. */
  readonly available: number;
  readonly wanted: number;
  /** Training inputs that could be kept beside, and how many are wanted; none when absent. */
  readonly training?: { readonly available: number; readonly wanted: number };
  /** The model takes batches of this size only; null: any. */
  readonly fixedBatch: number | null;
  /** t runs from 0 to this. */
  readonly lastEpoch: number;
}

export interface Budget {
  /** On disk, for the whole run. */
  readonly bytes: number;
  /** In memory, for the activations that all probes leave behind in one layer. */
  readonly memoryBytes: number;
}

export interface RecordingPlan extends Kept {
  readonly probeCount: number;
  readonly trainingSampleCount: number;
  /** Of an epoch whose maps are kept. */
  readonly bytesPerEpoch: number;
  /** Of what is written once: inputs, metadata and the folders themselves. */
  readonly bytesOnce: number;
  /** Of an epoch whose maps are not kept. */
  readonly bytesWithoutMaps: number;
  /** Of all files of the run. */
  readonly forecastBytes: number;
  /** False when not even statistics of the first and the last epoch fit. */
  readonly fits: boolean;
  readonly leftOut: readonly string[];
}

/** Never refuses: what does not fit is left out, in words. */
export function planRecording(model: ModelFacts, data: DataFacts, budget: Budget): RecordingPlan {
  const { layers } = model;
  const { lastEpoch } = data;
  const probeCount = countProbes(layers, data, budget);
  const trainingSampleCount = countTrainingSample(layers, data, budget);
  const sizes = ({ mapSampleCount, ...thinned }: Kept): RunBytes =>
    runBytes({ layers, ...data, probeCount, mapSampleCount, trainingSampleCount, thinned });
  const pins = pinnedLayers(model);
  const { kept, refusedPins } = chooseKept({
    probeCount,
    lastEpoch,
    byMapSize: byMapSize(layers),
    pinned: pins.found,
    weightBytes: weightBytes(layers),
    budgetBytes: budget.bytes,
    total: (candidate) => totalBytes(sizes(candidate), { ...candidate, lastEpoch }) + sizes(candidate).folders,
  });
  const size = sizes(kept);
  const forecastBytes = totalBytes(size, { ...kept, lastEpoch });
  const plan = {
    ...kept,
    probeCount,
    trainingSampleCount,
    bytesPerEpoch: size.perEpoch,
    bytesOnce: size.once + size.folders,
    bytesWithoutMaps: size.perThinEpoch,
    forecastBytes,
    fits: forecastBytes + size.folders <= budget.bytes,
  };
  const leftOut = [...model.unrecordable, ...leftOutWords(plan, { model, data, budget, pins, refusedPins })];
  return { ...plan, leftOut };
}

/** What of a plan goes into the manifest; what is as it would be without a plan is left away. */
export function thinningOf({ precision, epochStride, mapStride, weights, pinned, withoutMaps }: Kept): Thinning {
  return {
    precision,
    ...(epochStride > 1 ? { epochStride } : {}),
    ...(mapStride > 1 ? { mapStride } : {}),
    ...(weights === 'every' ? {} : { weights }),
    ...(pinned.length > 0 ? { pinned } : {}),
    ...(withoutMaps.length > 0 ? { withoutMaps } : {}),
  };
}

function byMapSize(layers: readonly Layer[]): number[] {
  return layers
    .filter(({ index }) => index > 0)
    .sort((a, b) => layerSize(b) - layerSize(a) || a.index - b.index)
    .map(({ index }) => index);
}

function weightBytes(layers: readonly Layer[]): number {
  return layers.reduce((sum, { parameterCount }) => sum + 4 * parameterCount, 0);
}

export interface Pins {
  readonly found: readonly number[];
  /** Names that no layer has. */
  readonly unknown: readonly string[];
}

function pinnedLayers({ layers, pinned = [] }: ModelFacts): Pins {
  const indicesOf = (name: string): number[] =>
    layers.filter((layer) => layer.index > 0 && layer.name === name).map(({ index }) => index);
  return {
    found: [...new Set(pinned.flatMap(indicesOf))],
    unknown: pinned.filter((name) => !layers.some((layer) => layer.name === name)),
  };
}
