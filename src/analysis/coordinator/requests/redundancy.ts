/**
 * Channels of a layer that add nothing: dead and saturated ones from the statistics of all
 * probes, pairs that repeat each other and the recommended count from the kept maps.
 */
import * as v from 'valibot';
import { redundancy, type OptionsOf, type RedundancyResult, type RedundancyValue } from '../../../protocol/measure.js';
import { chosenOptions } from '../../../protocol/measures/option.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { VALUE_STATISTICS } from '../../../protocol/run.js';
import { lengthOf } from '../../run/mapShape.js';
import { saturatedChannels } from '../../measures/deadChannels.js';
import { isStable } from '../../measures/redundancy.js';
import { noMapsReason, withMaps, type SelectedEpoch, type SelectedLayer } from '../../run/resolveSelection.js';
import { ANALYSIS_VERSION } from '../../run/version.js';
import type { TaskOptions } from '../dispatch/threadPool.js';
import { selectionOf, type OpenedRun } from '../../run/openedRun.js';
import { computeTable, type Session } from '../dispatch/session.js';
import { sliceRefusal, withLayer, type LayerSlice } from './layerInBlock.js';
import { channelState } from './layerReports.js';
import { mapsParameters } from './mapsParameters.js';
import { cellName, layerCells, wholeLayerCosts, type MeasureAnswer } from './measureAnswer.js';
import { reasonOf } from './reason.js';
import {
  KeptRedundancy,
  noMaps,
  recommendedInBlock,
  redundancyBytes,
  redundancyInBlock,
  type ChosenRedundancy,
  type FromMaps,
} from './redundancyInBlock.js';
import { indicesTag } from './sliceText.js';

/** Epochs over which the recommended count must hold still. */
const STABLE_EPOCHS = 3;

export const redundancyAnswer: MeasureAnswer<'redundancy'> = {
  answer: measureRedundancy,
  costs: (run, { selection }) => wholeLayerCosts(run, selection, (_n, channelCount) => channelCount),
};

async function measureRedundancy(
  session: Session,
  run: OpenedRun,
  text: string,
  options: OptionsOf<'redundancy'>,
  context: CallContext,
): Promise<RedundancyResult> {
  const { selection } = await selectionOf(run, text);
  const chosen = checkRedundancyOptions(options);
  const values = await computeTable(
    session,
    layerCells(selection),
    context,
    ({ layer, epoch }, task) => redundancyOf(session, run, layer, epoch, chosen, task),
    cellName(run),
  );
  const { correlation, traceShare, pairs } = chosen;
  return {
    measure: 'redundancy',
    provenance: {
      measure: 'redundancy',
      estimator: `|r| ≥ ${correlation} of centred maps; rank that holds ${100 * traceShare} % of the trace of the spatial means’ covariance`,
      parameters: {
        ...{ correlation, traceShare, bins: pairs.bins, permutations: pairs.permutations, seed: pairs.seed },
        ...mapsParameters(selection, run),
      },
      n: Math.max(0, ...values.map((value) => value.n)),
      unit: 'share',
      version: ANALYSIS_VERSION,
    },
    values,
  };
}

function checkRedundancyOptions(options: OptionsOf<'redundancy'>): ChosenRedundancy {
  const { correlation, traceShare, ...pairs } = chosenOptions(redundancy, options);
  return { correlation, traceShare, pairs: { ...pairs, interval: false, sensitivity: false } };
}

async function redundancyOf(
  session: Session,
  run: OpenedRun,
  layer: SelectedLayer,
  epoch: SelectedEpoch,
  chosen: ChosenRedundancy,
  task: TaskOptions,
): Promise<RedundancyValue> {
  const place = { layer: layer.layer, epoch: epoch.epoch, channelCount: layer.channels.length };
  const nothing = { dead: [], deadSince: [], saturated: [], stable: false, ...noMaps(0, '') };
  if (epoch.damage !== null) return { ...nothing, ...place, reason: epoch.damage };
  try {
    const state = await channelState(run, layer.layer, epoch.epoch);
    const chosenDead = state.dead.flatMap((channel, i) => (layer.channels.includes(channel) ? [i] : []));
    const saturated = await saturatedAt(run, layer.layer, epoch.epoch);
    const found = await fromMaps(session, run, layer, epoch, chosen, task);
    return {
      ...place,
      ...found,
      dead: chosenDead.map((i) => state.dead[i]),
      deadSince: chosenDead.map((i) => state.deadSince[i]),
      saturated: saturated.filter((channel) => layer.channels.includes(channel)),
      stable: found.recommendedCount !== null && (await isStableAt(session, run, layer, epoch, found, chosen, task)),
    };
  } catch (error) {
    return { ...nothing, ...place, reason: reasonOf(error) };
  }
}

/** Whether the count held still over this epoch and the whole ones before it, of the same samples. */
async function isStableAt(
  session: Session,
  run: OpenedRun,
  layer: SelectedLayer,
  epoch: SelectedEpoch,
  found: FromMaps,
  chosen: ChosenRedundancy,
  task: TaskOptions,
): Promise<boolean> {
  const counts: number[] = [];
  for (const earlier of await earlierWithMaps(run, layer, epoch, STABLE_EPOCHS - 1)) {
    const cell = { ...epoch, epoch: earlier };
    const count = await countOf(session, run, layer, cell, chosen, task);
    if (count !== null) counts.push(count);
  }
  return isStable([...counts, found.recommendedCount!]);
}

/** A thinned recording has maps of some epochs only: the last `count` of them before this one. */
async function earlierWithMaps(
  run: OpenedRun,
  { layer }: SelectedLayer,
  { epoch }: SelectedEpoch,
  count: number,
): Promise<number[]> {
  const found: number[] = [];
  for (const one of run.epochStates.filter((earlier) => earlier.state === 'whole' && earlier.epoch < epoch).reverse()) {
    if (found.length === count) break;
    if (await run.reader.keepsMaps(layer, one.epoch)) found.unshift(one.epoch);
  }
  return found;
}

async function fromMaps(
  session: Session,
  run: OpenedRun,
  layer: SelectedLayer,
  epoch: SelectedEpoch,
  chosen: ChosenRedundancy,
  task: TaskOptions,
): Promise<FromMaps> {
  const samples = withMaps(epoch.samples, run.manifest);
  if (samples.length === 0) return noMaps(0, noMapsReason(epoch.samples, run.manifest));
  const slice: LayerSlice = { run, layer, epoch: epoch.epoch, samples };
  const key = await keyOf('redundancy', slice, chosen);
  const kept = await run.cache.get(key, KeptRedundancy);
  if (kept) return kept;
  const extra = bytesBeside(session, slice, chosen);
  const refusal = sliceRefusal(session, slice, extra);
  if (refusal !== null) return noMaps(samples.length, refusal);
  const value = await withLayer(session, slice, extra, task, (maps) =>
    redundancyInBlock(session, maps, layer.channels, samples.length, chosen, task),
  );
  await run.cache.put(key, value);
  return value;
}

/** The recommended count of an earlier epoch: pairs and their nulls, which cost most, are not asked for. */
async function countOf(
  session: Session,
  run: OpenedRun,
  layer: SelectedLayer,
  epoch: SelectedEpoch,
  chosen: ChosenRedundancy,
  task: TaskOptions,
): Promise<number | null> {
  const samples = withMaps(epoch.samples, run.manifest);
  const slice: LayerSlice = { run, layer, epoch: epoch.epoch, samples };
  const whole = await run.cache.get(await keyOf('redundancy', slice, chosen), KeptRedundancy);
  if (whole) return whole.recommendedCount;
  const key = await keyOf('recommended-count', slice, { traceShare: chosen.traceShare });
  const kept = await run.cache.get(key, KeptCount);
  if (kept) return kept.count;
  const extra = bytesBeside(session, slice, chosen);
  if (samples.length === 0 || sliceRefusal(session, slice, extra) !== null) return null;
  const count = await withLayer(session, slice, extra, task, (maps) => recommendedInBlock(session, maps, chosen, task));
  await run.cache.put(key, { count });
  return count;
}

const KeptCount = v.object({ count: v.nullable(v.number()) });

async function keyOf(what: string, { run, layer, epoch, samples }: LayerSlice, chosen: object): Promise<string> {
  return JSON.stringify([
    ...[what, ANALYSIS_VERSION, await run.epochTag(epoch), layer.layer, indicesTag(layer.channels)],
    ...[indicesTag(samples), chosen],
  ]);
}

function bytesBeside(session: Session, { run, layer, samples }: LayerSlice, chosen: ChosenRedundancy): number {
  const mapLength = lengthOf(run.manifest.layers[layer.layer].mapShape);
  return redundancyBytes(session, layer.channels.length, mapLength, samples.length, chosen);
}

async function saturatedAt(run: OpenedRun, layer: number, epoch: number): Promise<number[]> {
  const values = await run.reader.readValues(layer, epoch);
  const { channelCount } = run.manifest.layers[layer];
  const rows = run.manifest.classNames.length + 1;
  const from = (VALUE_STATISTICS.indexOf('saturated_fraction') * rows + rows - 1) * channelCount;
  return saturatedChannels(values.subarray(from, from + channelCount));
}
