/**
 * Inter-sample entropy of a slice (DESIGN §3; paper eqs. 4–7): for each layer and epoch the chosen
 * channels of a sample, flattened, are one vector.
 */
import * as v from 'valibot';
import type { InterResult, InterValue, MeasureOptions, Provenance } from '../../protocol/measure.js';
import type { CallContext } from '../../protocol/rpc.js';
import { DEFAULT_NEIGHBOURS, graphOptions } from '../measures/interSampleEntropy.js';
import { lengthOf } from '../mapShape.js';
import { withMaps, type SelectedEpoch, type SelectedLayer, type Selection } from '../resolveSelection.js';
import { ANALYSIS_VERSION } from '../version.js';
import type { TaskOptions } from '../worker/handPool.js';
import { interInSlot, interSlotBytes, type InterOptions, type Vectors } from '../worker/interInSlot.js';
import { selectionOf, type OpenedRun } from '../worker/openedRun.js';
import { computeTable, readSlice, type Session } from '../worker/session.js';
import { noiseBits } from './noise.js';
import { reasonOf } from './reason.js';
import { indicesTag } from './sliceText.js';

export interface InterCell {
  readonly layer: SelectedLayer;
  readonly epoch: SelectedEpoch;
}

export async function measureInter(
  session: Session,
  run: OpenedRun,
  text: string,
  options: MeasureOptions,
  context: CallContext,
): Promise<InterResult> {
  const { selection } = await selectionOf(run, text);
  const chosen = checkInterOptions(options);
  const compute = interOfCells(session, run, chosen);
  const values = await computeTable(
    session,
    interCells(selection),
    context,
    compute,
    ({ layer, epoch }) => `${run.manifest.layers[layer.layer].name} at epoch ${epoch.epoch}`,
  );
  return { measure: 'inter', provenance: interProvenance(chosen, values), values };
}

export function interCells({ layers, epochs }: Selection): InterCell[] {
  return layers.flatMap((layer) => epochs.map((epoch) => ({ layer, epoch })));
}

/** Computes cells of one request. The inputs are the same at every epoch and are computed once. */
export function interOfCells(
  session: Session,
  run: OpenedRun,
  chosen: InterOptions,
): (cell: InterCell, options: TaskOptions) => Promise<InterValue> {
  const inputs = new Map<string, Promise<InterValue>>();
  return async (cell, options) => {
    if (cell.layer.layer !== 0 || cell.epoch.damage !== null) return interOfCell(session, run, cell, chosen, options);
    const key = indicesTag(cell.epoch.samples);
    const value = inputs.get(key) ?? interOfCell(session, run, cell, chosen, options);
    inputs.set(key, value);
    return { ...(await value), epoch: cell.epoch.epoch };
  };
}

/** What a cached value hangs on; the inputs hang on the run alone. */
export async function interKey(run: OpenedRun, { layer, epoch }: InterCell, options: InterOptions): Promise<string> {
  const content = layer.layer === 0 ? run.reference.tag : await run.epochTag(epoch.epoch);
  const samples = withMaps(epoch.samples, run.manifest);
  const { k, noise, interval } = options;
  return JSON.stringify([
    'inter',
    ANALYSIS_VERSION,
    content,
    layer.layer,
    indicesTag(layer.channels),
    indicesTag(samples),
    k,
    noise,
    interval,
  ]);
}

async function interOfCell(
  session: Session,
  run: OpenedRun,
  cell: InterCell,
  chosen: InterOptions,
  options: TaskOptions,
): Promise<InterValue> {
  const { layer, epoch } = cell;
  const d = layer.channels.length * lengthOf(run.manifest.layers[layer.layer].mapShape);
  const place = { layer: layer.layer, epoch: epoch.epoch, d };
  const samples = withMaps(epoch.samples, run.manifest);
  if (epoch.damage !== null) return noValue(place, samples.length, chosen.k, epoch.damage);
  const tooLarge = session.slots.refusal(interSlotBytes(session, samples.length, d, chosen.k));
  if (tooLarge !== null) return noValue(place, samples.length, chosen.k, tooLarge);
  try {
    const key = await interKey(run, cell, chosen);
    const kept = await run.cache.get(key, KeptValue);
    if (kept) return { ...kept, ...place };
    const bare = await interOfSlice(session, run, cell, place, samples, chosen, options);
    const value = await withNoise(session, bare, chosen, options);
    await run.cache.put(key, value);
    return value;
  } catch (error) {
    return noValue(place, samples.length, chosen.k, reasonOf(error));
  }
}

async function interOfSlice(
  session: Session,
  run: OpenedRun,
  { layer, epoch }: InterCell,
  place: InterPlace,
  samples: readonly number[],
  chosen: InterOptions,
  options: TaskOptions,
): Promise<InterValue> {
  const slot = await session.slots.acquire(interSlotBytes(session, samples.length, place.d, chosen.k), options.signal);
  try {
    const address = slot.regions.allocate(4 * samples.length * place.d);
    const slice = { run: run.reference, layer: layer.layer, epoch: epoch.epoch, samples, channels: layer.channels };
    const nonFinite = await readSlice(session, slice, place.d, slot, address, options);
    return await interInMemory(
      session,
      place,
      { slot, address, n: samples.length, d: place.d, nonFinite },
      chosen,
      options,
    );
  } finally {
    session.slots.release(slot);
  }
}

/** Where a value belongs, and the length of its vectors. */
export interface InterPlace {
  readonly layer: number;
  readonly epoch: number;
  readonly d: number;
}

/** Of vectors that lie in a slot; without noise, which needs a slot of its own. */
export async function interInMemory(
  session: Session,
  place: InterPlace,
  vectors: Vectors,
  chosen: InterOptions,
  options: TaskOptions,
): Promise<InterValue> {
  const { bits, n, ...found } = await interInSlot(session, vectors, chosen, options);
  return { ...found, ...place, bits, n, excessBits: bits === null ? null : bits - Math.log2(n), noiseBits: null };
}

/** Adds H of noise of equal N and D where it is asked for. No slot may be held meanwhile. */
export async function withNoise(
  session: Session,
  value: InterValue,
  chosen: InterOptions,
  options: TaskOptions,
): Promise<InterValue> {
  if (!chosen.noise || value.bits === null) return value;
  return { ...value, noiseBits: await noiseBits(session, value.n, value.d, chosen.k, options) };
}

export function checkInterOptions({
  k = DEFAULT_NEIGHBOURS,
  noise = false,
  interval = false,
}: MeasureOptions): InterOptions {
  graphOptions(0, { k }); // throws for a k that no graph can have
  return { k, noise, interval };
}

function noValue(place: InterPlace, n: number, k: number, reason: string): InterValue {
  const nothing = { bits: null, excessBits: null, noiseBits: null, halfWidthBits: null };
  return { ...place, ...nothing, n, k, tieCount: 0, zeroScaleCount: 0, nonFiniteCount: 0, reason };
}

export function interProvenance({ k, noise, interval }: InterOptions, values: readonly InterValue[]): Provenance {
  return {
    measure: 'inter',
    estimator: 'k-nearest-neighbour graph, exact Euclidean',
    parameters: { k, noise, interval },
    n: values.reduce((most, value) => Math.max(most, value.n), 0),
    unit: 'bits',
    version: ANALYSIS_VERSION,
  };
}

const finite = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const KeptValue = v.object({
  bits: v.nullable(finite),
  excessBits: v.nullable(finite),
  noiseBits: v.nullable(finite),
  halfWidthBits: v.nullable(finite),
  n: count,
  k: count,
  tieCount: count,
  zeroScaleCount: count,
  nonFiniteCount: count,
  reason: v.nullable(v.string()),
});
