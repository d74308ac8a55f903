/**
 * Intra-sample entropy of a slice: from the statistics that were recorded for all probes in float32
 * where the slice is whole classes over 32 bins, else from the kept maps.
 */
import * as v from 'valibot';
import { Failure } from '../../protocol/failure.js';
import type { IntraResult, IntraValue, MeasureOptions, Provenance } from '../../protocol/measure.js';
import type { CallContext } from '../../protocol/rpc.js';
import { VALUE_STATISTICS, type EntropyRange, type Layer } from '../../protocol/run.js';
import { HISTOGRAM_BINS } from '../../store/runAccess.js';
import { entropyMoments } from '../measures/intraSampleEntropy.js';
import { withMaps, type SelectedEpoch, type SelectedLayer, type Selection } from '../resolveSelection.js';
import { ANALYSIS_VERSION } from '../version.js';
import { lengthOf } from '../mapShape.js';
import { selectionOf, type OpenedRun } from '../worker/openedRun.js';
import type { TaskOptions } from '../worker/handPool.js';
import { computeTable, readSlice, type Session } from '../worker/session.js';
import { rowsOf, wholeClassesOf, type WholeClasses } from './classGroups.js';
import { reasonOf } from './reason.js';
import { meanOver, momentsOf, pooled, recordedMoments, type Moments } from './recordedEntropy.js';
import { indicesTag } from './sliceText.js';

export const MOST_BINS = 65_536;
/** Values read at once: a slice of any size is worked through in batches of samples. */
const BATCH_BYTES = 128 * 2 ** 20;

/** One layer at one epoch of the table; every group is a row of the result. */
interface IntraCell {
  readonly layer: SelectedLayer;
  readonly epoch: SelectedEpoch;
}

interface IntraPlan {
  readonly run: OpenedRun;
  readonly labels: Int32Array;
  readonly classes: WholeClasses | undefined;
  readonly range: EntropyRange;
  readonly bins: number;
}

export async function measureIntra(
  session: Session,
  run: OpenedRun,
  text: string,
  options: MeasureOptions,
  context: CallContext,
): Promise<IntraResult> {
  const { query, selection, labels } = await selectionOf(run, text);
  const { bins, range } = checkIntraOptions(options);
  const plan: IntraPlan = { run, labels, bins, range, classes: wholeClassesOf(query, run.manifest.classNames.length) };
  const computedFrom = intraSource(plan, selection);
  const compute = computedFrom === 'statistics' ? fromStatistics : fromMaps;
  const values = await computeTable(
    session,
    intraCells(selection),
    context,
    (cell, task) =>
      cell.epoch.damage === null
        ? compute(session, plan, cell, task)
        : Promise.resolve(noValues(plan, cell, cell.epoch.damage)),
    ({ layer, epoch }) => `${run.manifest.layers[layer.layer].name} at epoch ${epoch.epoch}`,
  );
  const flat = values.flat();
  return { measure: 'intra', provenance: intraProvenance(flat, bins, range), range, bins, computedFrom, values: flat };
}

export function intraCells({ layers, epochs }: Selection): IntraCell[] {
  return layers.flatMap((layer) => epochs.map((epoch) => ({ layer, epoch })));
}

/** Statistics answer for whole classes, the recorded bin count, and whole vectors of units. */
export function intraSource(
  { classes, bins, run }: Pick<IntraPlan, 'classes' | 'bins' | 'run'>,
  { layers }: Selection,
): 'statistics' | 'maps' {
  const recorded = layers.every(({ layer, isWhole }) => isWhole || !isUnits(run.manifest.layers[layer]));
  return classes !== undefined && bins === HISTOGRAM_BINS && recorded ? 'statistics' : 'maps';
}

export function checkIntraOptions({ bins = HISTOGRAM_BINS, range = 'map' }: MeasureOptions): {
  bins: number;
  range: EntropyRange;
} {
  if (Number.isSafeInteger(bins) && bins >= 1 && bins <= MOST_BINS) return { bins, range };
  throw new Failure({
    kind: 'bad-input',
    doing: 'computing intra-sample entropy',
    wrong: `${bins} bins are asked for`,
    tryThis: `Ask for 1 to ${MOST_BINS} bins; 32 is the default.`,
  });
}

export function intraProvenance(values: readonly IntraValue[], bins: number, range: EntropyRange): Provenance {
  const n = values.reduce((most, value) => value.n.reduce((a, b) => Math.max(a, b), most), 0);
  const over = range === 'map' ? 'each map’s own range' : 'each channel’s range over the epoch’s probes';
  return {
    measure: 'intra',
    estimator: `plug-in, ${bins} equal bins over ${over}`,
    parameters: { bins, range },
    n,
    unit: 'bits',
    version: ANALYSIS_VERSION,
  };
}

async function fromStatistics(_session: Session, plan: IntraPlan, cell: IntraCell): Promise<IntraValue[]> {
  const { run, classes, range } = plan;
  try {
    const recorded = await run.reader.readEntropy(cell.layer.layer, cell.epoch.epoch);
    const moments = (row: number | null, map: number): Moments =>
      row !== null || classes === null || classes === undefined
        ? recordedMoments(recorded, range, row, map)
        : pooled(classes.map((one) => recordedMoments(recorded, range, one, map)));
    return rowsOf(classes, recorded.classCount).map((row) =>
      valueOf(
        plan,
        cell,
        row,
        mapsOf(plan, cell).map((map) => moments(row, map)),
      ),
    );
  } catch (error) {
    return noValues(plan, cell, reasonOf(error));
  }
}

/** What a cached value from maps hangs on. */
export async function intraKey(
  { run, classes, bins, range }: Omit<IntraPlan, 'labels'>,
  { layer, epoch }: IntraCell,
): Promise<string> {
  const rows = rowsOf(classes, run.manifest.classNames.length);
  const samples = indicesTag(withMaps(epoch.samples, run.manifest));
  const content = await run.epochTag(epoch.epoch);
  return JSON.stringify([
    'intra',
    ANALYSIS_VERSION,
    content,
    layer.layer,
    indicesTag(layer.channels),
    samples,
    rows,
    bins,
    range,
  ]);
}

const KeptMoments = v.array(
  v.array(v.object({ mean: v.nullable(v.number()), variance: v.nullable(v.number()), n: v.number() })),
);

async function fromMaps(
  session: Session,
  plan: IntraPlan,
  cell: IntraCell,
  options: TaskOptions,
): Promise<IntraValue[]> {
  const { run, classes } = plan;
  const rows = rowsOf(classes, run.manifest.classNames.length);
  const samples = withMaps(cell.epoch.samples, run.manifest);
  if (samples.length === 0) return noValues(plan, cell, 'no sample of the slice has kept maps');
  try {
    const key = await intraKey(plan, cell);
    const kept = await run.cache.get(key, KeptMoments);
    const table = kept ?? (await momentsFromMaps(session, plan, cell, samples, options));
    if (!kept) await run.cache.put(key, table);
    return rows.map((row, index) => valueOf(plan, cell, row, table[index]));
  } catch (error) {
    return noValues(plan, cell, reasonOf(error));
  }
}

/** Moments by row of the result and by map. */
async function momentsFromMaps(
  session: Session,
  plan: IntraPlan,
  cell: IntraCell,
  samples: readonly number[],
  options: TaskOptions,
): Promise<Moments[][]> {
  const entropies = await entropiesOfSlice(session, plan, cell, samples, options);
  const mapCount = mapsOf(plan, cell).length;
  const classCount = plan.run.manifest.classNames.length;
  const labels = samples.map((sample) => plan.labels[sample] ?? -1);
  const table = entropyMoments(entropies, mapCount, labels, classCount);
  const size = (classCount + 1) * mapCount;
  return rowsOf(plan.classes, classCount).map((row) =>
    Array.from({ length: mapCount }, (_, map) => {
      const at = (row ?? classCount) * mapCount + map;
      return momentsOf(table[at], table[size + at], table[2 * size + at]);
    }),
  );
}

/** Entropy of every map of the slice (sample, map), read in batches. */
async function entropiesOfSlice(
  session: Session,
  plan: IntraPlan,
  { layer, epoch }: IntraCell,
  samples: readonly number[],
  options: TaskOptions,
): Promise<Float64Array> {
  const { run, bins, range } = plan;
  const { mapShape } = run.manifest.layers[layer.layer];
  const units = isUnits(run.manifest.layers[layer.layer]);
  const channelCount = units ? 1 : layer.channels.length;
  const mapLength = units ? layer.channels.length : lengthOf(mapShape);
  const ranges = range === 'channel' ? await recordedRanges(run, layer, epoch.epoch) : null;
  const sampleBytes = 4 * channelCount * mapLength;
  const batchSize = Math.max(1, Math.floor(Math.min(BATCH_BYTES, session.slots.largest) / sampleBytes));
  const entropies = new Float64Array(samples.length * channelCount);
  for (let from = 0; from < samples.length; from += batchSize) {
    const batch = samples.slice(from, from + batchSize);
    const slot = await session.slots.acquire(batch.length * sampleBytes, options.signal);
    try {
      const address = slot.regions.allocate(batch.length * sampleBytes);
      const slice = {
        run: run.reference,
        layer: layer.layer,
        epoch: epoch.epoch,
        samples: batch,
        channels: layer.channels,
      };
      await readSlice(session, slice, channelCount * mapLength, slot, address, options);
      const target = { slot: slot.slot, memory: slot.memory };
      const place = {
        target,
        address,
        scratch: slot.regions.mark(),
        sampleCount: batch.length,
        channelCount,
        mapLength,
      };
      entropies.set(await session.pool.run('intra', { ...place, bins, ranges }, options), from * channelCount);
    } finally {
      session.slots.release(slot);
    }
  }
  return entropies;
}

/** The channels' ranges over all probes of the epoch (map, 2); one for a vector of units. */
async function recordedRanges(
  run: OpenedRun,
  { layer, channels }: SelectedLayer,
  epoch: number,
): Promise<Float32Array> {
  const values = await run.reader.readValues(layer, epoch);
  const { channelCount } = run.manifest.layers[layer];
  const rows = run.manifest.classNames.length + 1;
  const valueOf = (statistic: 'minimum' | 'maximum', channel: number): number =>
    values[(VALUE_STATISTICS.indexOf(statistic) * rows + rows - 1) * channelCount + channel];
  const ranges = channels.map((channel) => [valueOf('minimum', channel), valueOf('maximum', channel)] as const);
  if (!isUnits(run.manifest.layers[layer])) return Float32Array.from(ranges.flat());
  const finite = ranges.filter(([low]) => Number.isFinite(low));
  return Float32Array.of(Math.min(...finite.map(([low]) => low)), Math.max(...finite.map(([, high]) => high)));
}

function valueOf(plan: IntraPlan, cell: IntraCell, classIndex: number | null, moments: readonly Moments[]): IntraValue {
  const bits = moments.map(({ mean }) => mean);
  return {
    layer: cell.layer.layer,
    epoch: cell.epoch.epoch,
    classIndex,
    channels: isUnits(plan.run.manifest.layers[cell.layer.layer]) ? [-1] : cell.layer.channels,
    bits,
    variance: moments.map(({ variance }) => variance),
    n: moments.map(({ n }) => n),
    meanBits: meanOver(bits),
  };
}

function noValues(plan: IntraPlan, cell: IntraCell, reason: string): IntraValue[] {
  const nothing: Moments = { mean: null, variance: null, n: 0 };
  return rowsOf(plan.classes, plan.run.manifest.classNames.length).map((row) => ({
    ...valueOf(
      plan,
      cell,
      row,
      mapsOf(plan, cell).map(() => nothing),
    ),
    reason,
  }));
}

/** Which recorded maps the channels are: the whole vector of a layer of units is one. */
function mapsOf({ run }: IntraPlan, { layer }: IntraCell): readonly number[] {
  return isUnits(run.manifest.layers[layer.layer]) ? [0] : layer.channels;
}

function isUnits({ mapShape }: Layer): boolean {
  return mapShape.length === 0;
}
