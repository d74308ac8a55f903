/** Distance MI, layer MI and CKA of arrays that no run holds: what `cnnslicer measure` computes. */
import type { CkaResult, DistanceMiResult, LayerMiResult, MapsReference } from '../../protocol/measure.js';
import type { CallContext } from '../../protocol/rpc.js';
import type { SampleRuns } from '../kernelHost/distancePairs.js';
import { KernelMemory } from '../kernelHost/kernelMemory.js';
import { pairedSamples } from '../measures/chosenSamples.js';
import { matrixStatistics, nullBytes } from './pairStatistics.js';
import { alignmentsOf, placeGrams } from '../requests/alignments.js';
import { ckaProvenance } from '../requests/cka.js';
import { checkPairOptions, distanceMiProvenance } from '../requests/distanceMi.js';
import { distanceMiValue, noDistanceMi } from '../requests/distanceMiValues.js';
import { informationInSlot } from '../requests/layerMiInSlot.js';
import { checkInformationOptions, layerMiProvenance } from '../requests/layerMiOptions.js';
import type { TaskOptions } from './handPool.js';
import { dropRows } from './interInSlot.js';
import type { ArrayInMemory, ArraysInput, LayerMiArrayInput } from './leadContract.js';
import type { PairOptions } from './pairLanes.js';
import type { Slot } from './memorySlots.js';
import { allocateCodes, allocateLanes, codeBytes, codesOfRuns, laneBytes, sumPairs } from './pairLanes.js';
import { runAll, type Session } from './session.js';

/** One array of several that lie one after another: (n, channelCount, mapLength). */
export interface ArrayPart {
  readonly channelCount: number;
  readonly mapLength: number;
}

/** A's channels against B's; without B against A's own. */
export async function distanceMiOfArrays(
  session: Session,
  { array, n, parts, options }: ArraysInput,
  context: CallContext,
): Promise<DistanceMiResult> {
  const chosen = checkPairOptions(options);
  const task = { signal: context.signal, rank: session.nextRank() };
  const [rows, columns] = [parts[0], parts.at(-1)!].map(({ channelCount }) => channelReferences(channelCount));
  const value = await inOwnSlot(session, array, async (slot, address) => {
    const refusal = pairsRefusal(session, array, n, parts, chosen);
    if (refusal !== null) return noDistanceMi(-1, { rows, columns }, n, refusal);
    const used = pairedSamples(n);
    const { runs, left } = await finiteRuns(session, slot, address, n, parts, task, used);
    if (left < 3)
      return {
        ...noDistanceMi(-1, { rows, columns }, left, 'fewer than 3 finite samples'),
        nonFiniteCount: used.length - left,
      };
    const lanes = allocateLanes(session, slot, left, chosen.bins);
    const sets = [];
    for (const one of runs) {
      const set = allocateCodes(slot, one.runCount, left, chosen);
      await codesOfRuns(session, slot, lanes, one, set, 0, task);
      sets.push(set);
    }
    const onPart = (fraction: number): void => context.progress({ fraction });
    const sides = { n: left, a: sets[0], b: sets.at(-1)! };
    const found = await matrixStatistics(session, slot, lanes, sides, chosen, task, onPart);
    return distanceMiValue(-1, { rows, columns }, left, used.length - left, found);
  });
  const { bins } = chosen;
  const provenance = distanceMiProvenance(chosen, value.n, n);
  return { measure: 'distance-mi', provenance, of: 'channels', bins, values: [value] };
}

/** Why the codes of the arrays' pairs do not fit into memory beside them; null when they do. */
function pairsRefusal(
  session: Session,
  { length }: ArrayInMemory,
  n: number,
  parts: readonly ArrayPart[],
  chosen: PairOptions,
): string | null {
  const used = pairedSamples(n).length;
  const channels = parts.reduce((sum, { channelCount }) => sum + channelCount, 0);
  const lanes = session.pool.size * laneBytes(used, chosen.bins);
  return session.slots.refusal(
    4 * length + codeBytes(channels, used, chosen) + nullBytes(channels, used, chosen) + lanes,
  );
}

/** Samples (n, d) as one layer, or as d units. */
export async function layerMiOfArray(
  session: Session,
  { array, n, d, labels, options }: LayerMiArrayInput,
  context: CallContext,
): Promise<LayerMiResult> {
  const chosen = checkInformationOptions(options);
  const task = { signal: context.signal, rank: session.nextRank() };
  const channels = Array.from({ length: d }, (_, channel) => channel);
  const found = await inOwnSlot(session, array, async (slot, address) => {
    const { kept, left } = await finiteRuns(session, slot, address, n, [{ channelCount: d, mapLength: 1 }], task);
    const target = { slot: slot.slot, memory: slot.memory };
    const all = { target, address, scratch: slot.regions.mark(), sampleCount: left, channelCount: 1, mapLength: d };
    const [minimum, maximum] = await session.pool.run('channelRanges', all, task);
    const maps = { slot, address, n: left, kept, channelCount: d, mapLength: 1 };
    const known = labels ? Int32Array.from(kept, (i) => labels[i]) : new Int32Array(0);
    const place = { layer: -1, epoch: -1 };
    return informationInSlot(
      session,
      maps,
      place,
      channels,
      known,
      n,
      { ...chosen, range: { minimum, maximum } },
      task,
    );
  });
  return {
    measure: 'layer-mi',
    provenance: layerMiProvenance(chosen, found.values[0].n),
    estimator: chosen.estimator,
    ...found,
    converged: [],
  };
}

/** Of several arrays (n, …) of the same samples. */
export async function ckaOfArrays(
  session: Session,
  { array, n, parts, options }: ArraysInput,
  context: CallContext,
): Promise<CkaResult> {
  const task = { signal: context.signal, rank: session.nextRank() };
  const interval = options.interval ?? false;
  const items = parts.map((_, index) => index);
  const value = await inOwnSlot(session, array, async (slot, address) => {
    const { runs, left } = await finiteRuns(session, slot, address, n, parts, task);
    const basis = { epoch: -1, layer: null, items, n: left, nonFiniteCount: n - left };
    const nothing = { values: items.flatMap(() => items.map(() => null)), halfWidths: null };
    if (left < 4) return { ...basis, ...nothing, reason: 'fewer than 4 finite samples' };
    const d = Math.max(...runs.map((one) => one.sampleLength));
    const places = placeGrams(session, slot, runs.length, left, d, interval);
    for (const [index, one] of runs.entries())
      await sumPairs(session, slot, places.lanes, 'product', one, places.grams[index].gram, task);
    const found = await alignmentsOf(session, slot, places, items, task);
    return { ...basis, ...found, reason: found.values.includes(null) ? 'undefined: a side is constant' : null };
  });
  return { measure: 'cka', provenance: ckaProvenance(interval, value.n), between: 'layers', values: [value] };
}

function channelReferences(count: number): MapsReference[] {
  return Array.from({ length: count }, (_, channel) => ({ layer: -1, channel }));
}

/** The arrays' runs of some samples, ascending, without those that are not finite in one of the arrays. */
async function finiteRuns(
  session: Session,
  slot: Slot,
  address: number,
  n: number,
  parts: readonly ArrayPart[],
  task: TaskOptions,
  used: readonly number[] = Array.from({ length: n }, (_, i) => i),
): Promise<{ runs: SampleRuns[]; kept: number[]; left: number }> {
  const target = { slot: slot.slot, memory: slot.memory };
  let at = address;
  const placed = parts.map(({ channelCount, mapLength }) => {
    const one = { address: at, d: channelCount * mapLength, runCount: channelCount, length: mapLength };
    at += 4 * n * one.d;
    return one;
  });
  const found = await runAll(
    placed.map((one) =>
      session.pool.run('nonFiniteRows', { target, address: one.address, rowCount: n, d: one.d }, task),
    ),
  );
  const dropped = new Set(found.flat());
  const kept = used.filter((i) => !dropped.has(i));
  const stays = new Set(kept);
  const drop = Array.from({ length: n }, (_, i) => i).filter((i) => !stays.has(i));
  for (const one of placed) dropRows(slot.regions.float32(one.address, n * one.d), one.d, drop);
  const runs = placed.map(({ d, ...one }) => ({ ...one, n: kept.length, sampleLength: d }));
  return { runs, kept, left: kept.length };
}

/** The array's memory as a slot of its own: the first region is what the caller has filled. */
export async function inOwnSlot<R>(
  session: Session,
  { memory, length }: ArrayInMemory,
  work: (slot: Slot, address: number) => Promise<R>,
): Promise<R> {
  const regions = new KernelMemory(memory);
  const start = regions.mark();
  const slot: Slot = { slot: session.slots.newSlotNumber(), memory, regions, start };
  try {
    return await work(slot, regions.allocate(4 * length));
  } finally {
    session.pool.forgetMemory(slot.slot);
  }
}
