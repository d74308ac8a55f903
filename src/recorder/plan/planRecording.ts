/**
 * How much of a training is recorded: how many probes, full maps of which layers, of how many of them, at which
 * epochs and how exactly, and what that takes. A pure function of what the model and the data are; the forecast
 * counts the very files that the store will write.
 */
import { layersCalled } from '../../protocol/layerNames.js';
import type { Layer, RunManifest } from '../../protocol/run.js';
import { runBytes, totalBytes, type RunBytes, type Thinning } from '../../store/format/runSize.js';
import { EpochBudget } from './epochBudget.js';
import { chooseKept, type Answer, type Kept, type Question } from './giveUp.js';
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
  /** How many can be recorded in the time that recording may take; any number when absent. */
  readonly inTime?: number;
  /** Since the process is told to end. */
  readonly isStopping?: boolean;
  /** Training inputs that could be kept beside, and how many are wanted; none when absent. */
  readonly training?: { readonly available: number; readonly wanted: number };
  /** The model takes batches of this size only; null: any. */
  readonly fixedBatch: number | null;
  /** t runs from 0 to this. */
  readonly lastEpoch: number;
  /** Nobody has said so: it is assumed, for statistics alone. */
  readonly openEnded?: boolean;
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
  /** Of a training without a stated end: the first of the assumed epochs whose maps are not kept; null: none. */
  readonly firstWithoutMaps: number | null;
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
  const { kept, refusedPins, isOpen } = choose(sizes, data, {
    probeCount,
    byMapSize: byMapSize(layers),
    pinned: pins.found,
    weightBytes: weightBytes(layers),
    budgetBytes: budget.bytes,
  });
  const size = sizes(kept);
  const planned = totalBytes(size, { ...kept, lastEpoch });
  const forecast = isOpen ? openEndedForecast(kept, size, lastEpoch, budget.bytes) : null;
  const forecastBytes = forecast?.bytes ?? planned;
  const plan = {
    ...kept,
    probeCount,
    trainingSampleCount,
    bytesPerEpoch: size.perEpoch,
    bytesOnce: size.once + size.folders,
    bytesWithoutMaps: size.perThinEpoch,
    forecastBytes,
    firstWithoutMaps: forecast?.firstWithoutMaps ?? null,
    fits: forecastBytes + size.folders <= budget.bytes,
  };
  const leftOut = [...model.unrecordable, ...leftOutWords(plan, { model, data, budget, pins, refusedPins })];
  return { ...plan, leftOut };
}

/** Of a training without a stated end so many epochs can keep maps at least: the first, the last and one between. */
const FEW_EPOCHS = 3;

type SizesOf = (kept: Kept) => RunBytes;
type Facts = Omit<Question, 'lastEpoch' | 'epochCount' | 'total'>;

/** `isOpen`: maps are kept as long as there is room, and then of some epochs and the last (epochBudget.ts). */
function choose(sizes: SizesOf, { lastEpoch, openEnded }: DataFacts, facts: Facts): Answer & { isOpen: boolean } {
  const epochCount = lastEpoch + 1;
  if (openEnded) {
    const later = Math.max(0, lastEpoch + 1 - FEW_EPOCHS);
    const few = { ...facts, epochCount, lastEpoch: lastEpoch - later };
    const total = (kept: Kept): number => bytesOf(sizes(kept), kept, few.lastEpoch) + later * sizes(kept).perThinEpoch;
    const { kept, refusedPins } = chooseKept({ ...few, total });
    if (kept.epochStride === 1 && total(kept) <= facts.budgetBytes)
      return { kept: { ...kept, mapStride: 1 }, refusedPins, isOpen: true };
  }
  // Later fits need room for one epoch more, whose maps take the place of those of the last one (epochBudget.ts).
  const total = (kept: Kept): number => bytesOf(sizes(kept), kept, lastEpoch) + sizes(kept).perThinEpoch;
  return { ...chooseKept({ ...facts, epochCount, lastEpoch, total }), isOpen: false };
}

function bytesOf(size: RunBytes, kept: Kept, lastEpoch: number): number {
  return totalBytes(size, { ...kept, lastEpoch }) + size.folders;
}

/** What the epochs up to the assumed last would take. */
function openEndedForecast(
  { weights }: Kept,
  { once, perEpoch, perThinEpoch, folders }: RunBytes,
  lastEpoch: number,
  byteBudget: number,
): { bytes: number; firstWithoutMaps: number | null } {
  const plan = { byteBudget, bytesPerEpoch: perEpoch, lastEpoch, openEnded: true, weights };
  const budget = new EpochBudget(plan, { once: once + folders, withoutMaps: perThinEpoch });
  let bytes = once;
  let firstWithoutMaps: number | null = null;
  for (let epoch = 0; epoch <= lastEpoch; epoch++) {
    const keeping = budget.keeping(epoch);
    if (!keeping?.maps) firstWithoutMaps ??= epoch;
    budget.spend(keeping?.cost ?? 0);
    bytes += keeping?.cost ?? 0;
  }
  return { bytes, firstWithoutMaps };
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
    layersCalled(layers, name).flatMap(({ index }) => (index > 0 ? [index] : []));
  return {
    found: [...new Set(pinned.flatMap(indicesOf))],
    unknown: pinned.filter((name) => layersCalled(layers, name).length === 0),
  };
}
