/**
 * Channels of a layer that add nothing (DESIGN §3): dead and saturated ones from the statistics of all
 * probes, pairs that repeat each other and the recommended count from the kept maps.
 */
import * as v from 'valibot';
import { Failure } from '../../protocol/failure.js';
import type { MeasureOptions, RedundancyResult, RedundancyValue, RedundantPairValue } from '../../protocol/measure.js';
import type { CallContext } from '../../protocol/rpc.js';
import { keepsMapsAt, roundedMaps } from '../../protocol/keptMaps.js';
import { VALUE_STATISTICS } from '../../protocol/run.js';
import { pairCountOf } from '../kernelHost/distancePairs.js';
import { channelMomentsBytes } from '../kernelHost/channelMoments.js';
import { cellOf } from '../kernelHost/pairMatrix.js';
import { saturatedChannels } from '../measures/deadChannels.js';
import { upperLimit } from '../measures/matrixStatistics.js';
import { isStable, recommendedCount, redundantPairs, type RedundantPair } from '../measures/redundancy.js';
import { shuffledIndices } from '../measures/standardNormal.js';
import { noMapsReason, withMaps, type SelectedEpoch, type SelectedLayer } from '../resolveSelection.js';
import { lengthOf } from '../mapShape.js';
import { ANALYSIS_VERSION } from '../version.js';
import type { TaskOptions } from '../worker/handPool.js';
import { selectionOf, type OpenedRun } from '../worker/openedRun.js';
import {
  allocateCodes,
  allocateLanes,
  codeBytes,
  codesOfRuns,
  inLanes,
  laneBytes,
  type PairOptions,
} from '../worker/pairLanes.js';
import { permutationSeed } from '../worker/pairStatistics.js';
import { computeTable, type Session } from '../worker/session.js';
import { checkPairOptions } from './distanceMi.js';
import { sliceRefusal, withLayer, type LayerSlice, type MapsInSlot } from './layerInSlot.js';
import { channelState } from './layerReports.js';
import { reasonOf } from './reason.js';
import { indicesTag } from './sliceText.js';

interface Chosen {
  readonly correlation: number;
  readonly traceShare: number;
  readonly pairs: PairOptions;
}

/** What is computed from maps of one layer at one epoch. */
interface FromMaps {
  readonly pairs: readonly RedundantPairValue[];
  readonly recommendedCount: number | null;
  readonly n: number;
  readonly nonFiniteCount: number;
  readonly reason: string | null;
}

/** Pairs that get a distance MI and its null; beyond them r alone is given. */
const MOST_PAIRS = 64;
const DEFAULT_PERMUTATIONS = 39;
/** Epochs over which the recommended count must hold still. */
const STABLE_EPOCHS = 3;

export async function measureRedundancy(
  session: Session,
  run: OpenedRun,
  text: string,
  options: MeasureOptions,
  context: CallContext,
): Promise<RedundancyResult> {
  const { selection } = await selectionOf(run, text);
  const chosen = checkRedundancyOptions(options);
  const cells = selection.layers.flatMap((layer) => selection.epochs.map((epoch) => ({ layer, epoch })));
  const values = await computeTable(
    session,
    cells,
    context,
    ({ layer, epoch }, task) => redundancyOf(session, run, layer, epoch, chosen, task),
    ({ layer, epoch }) => `${run.manifest.layers[layer.layer].name} at epoch ${epoch.epoch}`,
  );
  const { correlation, traceShare, pairs } = chosen;
  return {
    measure: 'redundancy',
    provenance: {
      measure: 'redundancy',
      estimator: `|r| ≥ ${correlation} of centred maps; rank that holds ${100 * traceShare} % of the trace of the spatial means’ covariance`,
      parameters: {
        ...{ correlation, traceShare, bins: pairs.bins, permutations: pairs.permutations, seed: pairs.seed },
        ...roundedMaps(
          run.manifest.plan,
          selection.layers.map(({ layer }) => layer),
        ),
      },
      n: Math.max(0, ...values.map((value) => value.n)),
      unit: 'share',
      version: ANALYSIS_VERSION,
    },
    values,
  };
}

function checkRedundancyOptions(options: MeasureOptions): Chosen {
  const { correlation = 0.95, traceShare = 0.99 } = options;
  for (const [name, value] of Object.entries({ correlation, traceShare })) {
    if (value > 0 && value <= 1) continue;
    throw new Failure({
      kind: 'bad-input',
      doing: 'looking for redundant channels',
      wrong: `${name} is ${value}`,
      tryThis: 'Give a share above 0 and at most 1.',
    });
  }
  const pairs = checkPairOptions({ permutations: DEFAULT_PERMUTATIONS, ...options, sensitivity: false });
  return { correlation, traceShare, pairs };
}

async function redundancyOf(
  session: Session,
  run: OpenedRun,
  layer: SelectedLayer,
  epoch: SelectedEpoch,
  chosen: Chosen,
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
  chosen: Chosen,
  task: TaskOptions,
): Promise<boolean> {
  const { plan } = run.manifest;
  // A thinned recording has maps of some epochs only; the count is compared over those.
  const whole = run.epochStates.filter(
    (one) => one.state === 'whole' && one.epoch < epoch.epoch && keepsMapsAt(plan, layer.layer, one.epoch),
  );
  const counts: number[] = [];
  for (const earlier of whole.slice(1 - STABLE_EPOCHS)) {
    const cell = { ...epoch, epoch: earlier.epoch };
    const { recommendedCount: count } = await fromMaps(session, run, layer, cell, chosen, task);
    if (count !== null) counts.push(count);
  }
  return isStable([...counts, found.recommendedCount!]);
}

async function fromMaps(
  session: Session,
  run: OpenedRun,
  layer: SelectedLayer,
  epoch: SelectedEpoch,
  chosen: Chosen,
  task: TaskOptions,
): Promise<FromMaps> {
  const samples = withMaps(epoch.samples, run.manifest);
  if (samples.length === 0) return noMaps(0, noMapsReason(epoch.samples, run.manifest));
  const slice: LayerSlice = { run, layer, epoch: epoch.epoch, samples };
  const { channels } = layer;
  const key = JSON.stringify([
    ...['redundancy', ANALYSIS_VERSION, await run.epochTag(epoch.epoch), layer.layer, indicesTag(channels)],
    ...[indicesTag(samples), chosen],
  ]);
  const kept = await run.cache.get(key, Kept);
  if (kept) return kept;
  const mapLength = lengthOf(run.manifest.layers[layer.layer].mapShape);
  const extra =
    extraBytes(session, channels.length, samples.length, chosen) + channelMomentsBytes(channels.length, mapLength);
  const refusal = sliceRefusal(session, slice, extra);
  if (refusal !== null) return noMaps(samples.length, refusal);
  const value = await withLayer(session, slice, extra, task, (maps) =>
    redundancyInSlot(session, maps, channels, samples.length, chosen, task),
  );
  await run.cache.put(key, value);
  return value;
}

async function redundancyInSlot(
  session: Session,
  maps: MapsInSlot,
  channels: readonly number[],
  sampleCount: number,
  chosen: Chosen,
  task: TaskOptions,
): Promise<FromMaps> {
  const { slot, address, n, channelCount, mapLength } = maps;
  if (n < 2) return { ...noMaps(n, 'fewer than 2 finite samples'), nonFiniteCount: sampleCount - n };
  const target = { slot: slot.slot, memory: slot.memory };
  const place = { target, address, scratch: slot.regions.mark(), sampleCount: n, channelCount, mapLength };
  const { correlations, means } = await session.pool.run('channelMoments', place, task);
  const pairs = redundantPairs(correlations, channelCount, chosen.correlation);
  const shares = n < 3 ? [] : await sharesOf(session, maps, pairs.slice(0, MOST_PAIRS), chosen.pairs, task);
  return {
    pairs: pairs.map(({ a, b, r }, index) => ({
      ...{ a: channels[a], b: channels[b], r },
      ...(shares[index] ?? { bits: null, share: null, nullShare: null }),
    })),
    recommendedCount: recommendedCount(means, n, channelCount, chosen.traceShare),
    n,
    nonFiniteCount: sampleCount - n,
    reason: null,
  };
}

type Share = Pick<RedundantPairValue, 'bits' | 'share' | 'nullShare'>;

/** Distance MI of each pair and its null, from the maps in the slot. */
async function sharesOf(
  session: Session,
  { slot, address, n, channelCount, mapLength }: MapsInSlot,
  pairs: readonly RedundantPair[],
  chosen: PairOptions,
  task: TaskOptions,
): Promise<Share[]> {
  const lanes = allocateLanes(session, slot, n, chosen.bins);
  const members = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))];
  const set = allocateCodes(slot, members.length, n, chosen);
  const runs = { address, n, sampleLength: channelCount * mapLength, runCount: channelCount, length: mapLength };
  await codesOfRuns(session, slot, lanes, runs, set, 0, task, members);
  const orders = Array.from({ length: chosen.permutations }, (_, i) =>
    shuffledIndices(n, permutationSeed(chosen.seed, i)),
  );
  const shares = new Array<Share>(pairs.length);
  await inLanes(lanes, [...pairs.keys()], async (index, lane) => {
    const codes = [pairs[index].a, pairs[index].b].map((channel) => set.codes[members.indexOf(channel)]);
    const sides = { n, bins: chosen.bins, rows: [codes[0]], columns: [codes[1]], symmetric: false, shift: 0 };
    const measured = async (order: Int32Array | null) => {
      const matrix = { ...sides, order, rowsToo: false, chosen: null, region: lane.region };
      const target = { slot: slot.slot, memory: slot.memory };
      return cellOf(
        await session.pool.run('pairMatrix', { target, scratch: lane.scratch, matrix }, task),
        0,
        pairCountOf(n),
      );
    };
    const { bits, shareOfSmaller: share } = await measured(null);
    const permuted: number[] = [];
    for (const order of orders) permuted.push((await measured(order)).shareOfSmaller ?? 0);
    permuted.sort((a, b) => a - b);
    shares[index] = { bits, share, nullShare: permuted.length > 0 ? upperLimit(permuted, 0.05) : null };
  });
  return shares;
}

function extraBytes(session: Session, channelCount: number, n: number, { pairs }: Chosen): number {
  const codes = codeBytes(Math.min(channelCount, 2 * MOST_PAIRS), n, pairs);
  return codes + session.pool.size * laneBytes(n, pairs.bins);
}

async function saturatedAt(run: OpenedRun, layer: number, epoch: number): Promise<number[]> {
  const values = await run.reader.readValues(layer, epoch);
  const { channelCount } = run.manifest.layers[layer];
  const rows = run.manifest.classNames.length + 1;
  const from = (VALUE_STATISTICS.indexOf('saturated_fraction') * rows + rows - 1) * channelCount;
  return saturatedChannels(values.subarray(from, from + channelCount));
}

function noMaps(n: number, reason: string): FromMaps {
  return { pairs: [], recommendedCount: null, n, nonFiniteCount: 0, reason };
}

const Kept = v.object({
  pairs: v.array(
    v.object({
      a: v.number(),
      b: v.number(),
      r: v.number(),
      bits: v.nullable(v.number()),
      share: v.nullable(v.number()),
      nullShare: v.nullable(v.number()),
    }),
  ),
  recommendedCount: v.nullable(v.number()),
  n: v.number(),
  nonFiniteCount: v.number(),
  reason: v.nullable(v.string()),
});
