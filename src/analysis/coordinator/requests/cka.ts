/**
 * Linear CKA with the unbiased HSIC: between layers at an epoch, or between the epochs of a layer.
 * Samples with a NaN or ±Inf in any of them are left out of all.
 */
import * as v from 'valibot';
import { Failure } from '../../../protocol/failure.js';
import { cka, type CkaResult, type CkaValue, type OptionsOf, type Provenance } from '../../../protocol/measure.js';
import { chosenOptions } from '../../../protocol/measures/option.js';
import type { CallContext } from '../../../protocol/rpc.js';
import {
  noMapsReason,
  withMaps,
  type Selection,
  type SelectedEpoch,
  type SelectedLayer,
} from '../../run/resolveSelection.js';
import { ANALYSIS_VERSION } from '../../run/version.js';
import type { TaskOptions } from '../dispatch/threadPool.js';
import { finiteRuns, inOwnBlock, type ArraysInput } from '../dispatch/arraysInBlock.js';
import type { MemoryBlock } from '../../memory/memoryBlocks.js';
import { selectionOf, type OpenedRun } from '../../run/openedRun.js';
import { sumPairs } from '../dispatch/pairScratch.js';
import { computeWithParts, readSlice, type Session } from '../dispatch/session.js';
import { alignmentsOf, gramPlacesBytes, placeGrams, type GramPlaces } from './alignments.js';
import { sliceBytes, type LayerSlice } from './layerInBlock.js';
import { lengthOf } from '../../run/mapShape.js';
import { mapsParameters, type MapsParameters } from './mapsParameters.js';
import { wholeLayerCosts, type MeasureAnswer } from './measureAnswer.js';
import { reasonOf } from './reason.js';
import { indicesTag } from './sliceText.js';

/** One matrix: its items are layers at one epoch, or epochs of one layer. */
interface CkaCell {
  readonly epoch: number | null;
  readonly layer: number | null;
  readonly items: readonly { readonly layer: SelectedLayer; readonly epoch: SelectedEpoch }[];
}

const SLACK_BYTES = 2 ** 16;
/** Items of one matrix whose products are kept at once. */
const MOST_ITEMS = 512;
const LEAST_SAMPLES = 4;

export const ckaAnswer: MeasureAnswer<'cka'> = {
  answer: measureCka,
  ofArrays: ckaOfArrays,
  costs: (run, { selection }, { interval }) => wholeLayerCosts(run, selection, (n) => n, interval ? 2 : 1),
};

async function measureCka(
  session: Session,
  run: OpenedRun,
  text: string,
  options: OptionsOf<'cka'>,
  context: CallContext,
): Promise<CkaResult> {
  const { selection } = await selectionOf(run, text);
  const { between = selection.layers.length > 1 ? 'layers' : 'epochs', interval } = chosenOptions(cka, options);
  const values = await computeWithParts(session, ckaCells(selection, between), context, (cell, task) =>
    ckaOfCell(session, run, cell, interval, task),
  );
  return {
    measure: 'cka',
    provenance: ckaProvenance(interval, Math.max(0, ...values.map((value) => value.n)), mapsParameters(selection, run)),
    between,
    values,
  };
}

function ckaProvenance(interval: boolean, n: number, ofMaps: MapsParameters = {}): Provenance {
  return {
    measure: cka.name,
    estimator: 'linear, unbiased HSIC; it can change substantially even if the network’s function does not',
    parameters: { interval, ...ofMaps },
    n,
    unit: cka.unit,
    version: ANALYSIS_VERSION,
  };
}

function ckaCells({ layers, epochs }: Selection, between: CkaResult['between']): CkaCell[] {
  const most = between === 'layers' ? layers.length : epochs.length;
  if (most > MOST_ITEMS) throw tooMany(most, between);
  if (between === 'layers')
    return epochs.map((epoch) => ({
      ...{ epoch: epoch.epoch, layer: null },
      items: layers.map((layer) => ({ layer, epoch })),
    }));
  return layers.map((layer) => ({
    ...{ epoch: null, layer: layer.layer },
    items: epochs.map((epoch) => ({ layer, epoch })),
  }));
}

/** Of several arrays (n, …) of the same samples. */
async function ckaOfArrays(
  session: Session,
  { array, n, parts }: ArraysInput,
  options: OptionsOf<'cka'>,
  context: CallContext,
): Promise<CkaResult> {
  const task = { signal: context.signal, rank: session.nextRank() };
  const { interval } = chosenOptions(cka, options);
  const items = parts.map((_, index) => index);
  const value = await inOwnBlock(session, array, async (block, address) => {
    const { runs, left } = await finiteRuns(session, block, address, n, parts, task);
    const basis = { epoch: -1, layer: null, items, n: left, nonFiniteCount: n - left };
    const nothing = { values: items.flatMap(() => items.map(() => null)), halfWidths: null };
    if (left < 4) return { ...basis, ...nothing, reason: 'fewer than 4 finite samples' };
    const d = Math.max(...runs.map((one) => one.sampleLength));
    const places = placeGrams(session, block, runs.length, left, d, interval);
    for (const [index, one] of runs.entries())
      await sumPairs(session, block, places.scratchAreas, 'product', one, places.grams[index].gram, task);
    const found = await alignmentsOf(session, block, places, items, task);
    return { ...basis, ...found, reason: found.values.includes(null) ? 'undefined: one side is constant' : null };
  });
  return { measure: 'cka', provenance: ckaProvenance(interval, value.n), between: 'layers', values: [value] };
}

async function ckaOfCell(
  session: Session,
  run: OpenedRun,
  cell: CkaCell,
  interval: boolean,
  task: TaskOptions,
): Promise<CkaValue> {
  const whole = cell.items.filter(({ epoch }) => epoch.damage === null);
  const samples = commonSamples(run, whole);
  const none = (reason: string): CkaValue => nothing(cell, samples.length, reason);
  if (whole.length === 0) return none(cell.items[0].epoch.damage ?? '');
  if (samples.length === 0) return none(noMapsReason(whole[0].epoch.samples, run.manifest));
  try {
    const contents = await Promise.all(whole.map(({ epoch }) => run.epochTag(epoch.epoch)));
    const layers = cell.items.map(({ layer }) => [layer.layer, indicesTag(layer.channels)]);
    const epochs = cell.items.map(({ epoch }) => [epoch.epoch, epoch.damage === null]);
    const parts = ['cka', ANALYSIS_VERSION, contents, layers, epochs, indicesTag(samples), interval];
    const key = JSON.stringify(parts);
    const kept = await run.cache.get(key, Kept);
    if (kept) return { ...nothing(cell, 0, ''), ...kept };
    const value = await ckaOfSlices(session, run, cell, samples, interval, task);
    const { values, halfWidths, n, nonFiniteCount, reason } = value;
    if (reason === null) await run.cache.put(key, { values, halfWidths, n, nonFiniteCount, reason });
    return value;
  } catch (error) {
    return none(reasonOf(error));
  }
}

async function ckaOfSlices(
  session: Session,
  run: OpenedRun,
  cell: CkaCell,
  samples: readonly number[],
  interval: boolean,
  task: TaskOptions,
): Promise<CkaValue> {
  if (samples.length < LEAST_SAMPLES) return nothing(cell, samples.length, 'fewer than 4 samples');
  const slices = cell.items.map(({ layer, epoch }) =>
    epoch.damage === null ? { run, layer, epoch: epoch.epoch, samples } : null,
  );
  const largest = Math.max(...slices.map((slice) => (slice ? sliceBytes(slice) : 0)));
  const d = largest / (4 * samples.length);
  const bytes = largest + gramPlacesBytes(session, slices.length, samples.length, d, interval) + SLACK_BYTES;
  const refusal = session.blocks.refusal(bytes);
  if (refusal !== null) return nothing(cell, samples.length, refusal);
  const block = await session.blocks.acquire(bytes, task.signal);
  try {
    for (let used = samples; ;) {
      const mark = block.regions.mark();
      const places = placeGrams(session, block, slices.length, used.length, d, interval);
      const nonFinite = new Set<number>();
      for (const [index, slice] of slices.entries())
        if (slice) await sumGram(session, block, places, index, { ...slice, samples: used }, nonFinite, task);
      if (nonFinite.size === 0) {
        const there = slices.flatMap((slice, index) => (slice ? [index] : []));
        const found = await alignmentsOf(session, block, places, there, task);
        return {
          ...nothing(cell, used.length, ''),
          ...found,
          nonFiniteCount: samples.length - used.length,
          reason: null,
        };
      }
      block.regions.release(mark);
      used = used.filter((_, position) => !nonFinite.has(position));
      if (used.length < LEAST_SAMPLES)
        return {
          ...nothing(cell, used.length, `fewer than 4 samples are finite in all ${cell.items.length} compared`),
          nonFiniteCount: samples.length - used.length,
        };
    }
  } finally {
    session.blocks.release(block);
  }
}

/** The slice's products of pairs, to their place. */
async function sumGram(
  session: Session,
  block: MemoryBlock,
  { n, scratchAreas, grams }: GramPlaces,
  index: number,
  { run, layer, epoch, samples }: LayerSlice,
  nonFinite: Set<number>,
  task: TaskOptions,
): Promise<void> {
  const mark = block.regions.mark();
  const length = layer.channels.length * lengthOf(run.manifest.layers[layer.layer].mapShape);
  const address = block.regions.allocate(4 * n * length);
  const reference = { run: run.reference, layer: layer.layer, epoch, samples, channels: layer.channels };
  for (const position of await readSlice(session, reference, length, block, address, task)) nonFinite.add(position);
  const runs = { address, n, sampleLength: length, runCount: 1, length };
  await sumPairs(session, block, scratchAreas, 'product', runs, grams[index].gram, task);
  block.regions.release(mark);
}

/** Kept samples that every item selects: conditions on predictions differ from epoch to epoch. */
function commonSamples(run: OpenedRun, items: CkaCell['items']): readonly number[] {
  const [first, ...rest] = items.map(({ epoch }) => withMaps(epoch.samples, run.manifest));
  if (!first) return [];
  return rest
    .filter((samples) => samples !== first)
    .map((samples) => new Set(samples))
    .reduce<readonly number[]>((common, samples) => common.filter((sample) => samples.has(sample)), first);
}

function nothing({ epoch, layer, items }: CkaCell, n: number, reason: string): CkaValue {
  const names = items.map((item) => (layer === null ? item.layer.layer : item.epoch.epoch));
  const values = new Array<null>(items.length ** 2).fill(null);
  return { epoch, layer, items: names, values, halfWidths: null, n, nonFiniteCount: 0, reason };
}

function tooMany(count: number, between: string): Failure {
  return new Failure({
    kind: 'bad-input',
    doing: cka.doing,
    wrong: `${count} ${between} are selected; at most ${MOST_ITEMS} can be compared at once`,
    tryThis: `Select fewer ${between}.`,
  });
}

const numbers = v.array(v.nullable(v.number()));
const Kept = v.object({
  values: numbers,
  halfWidths: v.nullable(numbers),
  n: v.number(),
  nonFiniteCount: v.number(),
  reason: v.nullable(v.string()),
});
