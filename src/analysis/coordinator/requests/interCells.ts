/** Inter-sample entropy of one layer at one epoch: from the cache, or from the maps of the slice. */
import * as v from 'valibot';
import type { InterValue } from '../../../protocol/measure.js';
import { lengthOf } from '../../run/mapShape.js';
import { noMapsReason, withMaps, type SelectedEpoch, type SelectedLayer } from '../../run/resolveSelection.js';
import { ANALYSIS_VERSION } from '../../run/version.js';
import type { TaskOptions } from '../dispatch/threadPool.js';
import { interBlockBytes, type InterOptions } from '../dispatch/interInBlock.js';
import type { OpenedRun } from '../../run/openedRun.js';
import { readSlice, type Session } from '../dispatch/session.js';
import { interInMemory, noValue, withNoise, type InterPlace } from './interValues.js';
import { reasonOf } from './reason.js';
import { indicesTag } from './sliceText.js';

export interface InterCell {
  readonly layer: SelectedLayer;
  readonly epoch: SelectedEpoch;
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
  const { k, noise, interval, approximate } = options;
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
    approximate,
  ]);
}

function placeOf(run: OpenedRun, { layer, epoch }: InterCell): { place: InterPlace; samples: readonly number[] } {
  const d = layer.channels.length * lengthOf(run.manifest.layers[layer.layer].mapShape);
  return { place: { layer: layer.layer, epoch: epoch.epoch, d }, samples: withMaps(epoch.samples, run.manifest) };
}

async function interOfCell(
  session: Session,
  run: OpenedRun,
  cell: InterCell,
  chosen: InterOptions,
  options: TaskOptions,
): Promise<InterValue> {
  const { epoch } = cell;
  const { place, samples } = placeOf(run, cell);
  const { d } = place;
  if (epoch.damage !== null) return noValue(place, samples.length, chosen.k, epoch.damage);
  if (samples.length === 0) return noValue(place, 0, chosen.k, noMapsReason(epoch.samples, run.manifest));
  const tooLarge = session.blocks.refusal(interBlockBytes(session, samples.length, d, chosen));
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
  cell: InterCell,
  place: InterPlace,
  samples: readonly number[],
  chosen: InterOptions,
  options: TaskOptions,
): Promise<InterValue> {
  const { layer, epoch } = cell;
  const block = await session.blocks.acquire(interBlockBytes(session, samples.length, place.d, chosen), options.signal);
  try {
    const address = block.regions.allocate(4 * samples.length * place.d);
    const slice = { run: run.reference, layer: layer.layer, epoch: epoch.epoch, samples, channels: layer.channels };
    const nonFinite = await readSlice(session, slice, place.d, block, address, options);
    return await interInMemory(
      session,
      place,
      { block, address, n: samples.length, d: place.d, nonFinite },
      chosen,
      options,
    );
  } finally {
    session.blocks.release(block);
  }
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
  recall: v.optional(finite),
});
