/** Intra-sample entropies of any slice, computed from the maps that were kept. */
import { targetOf } from '../../memory/memoryBlocks.js';
import * as v from 'valibot';
import type { IntraValue } from '../../../protocol/measure.js';
import { VALUE_STATISTICS } from '../../../protocol/run.js';
import { lengthOf } from '../../run/mapShape.js';
import { entropyMoments } from '../../measures/intraSampleEntropy.js';
import { noMapsReason, withMaps, type SelectedLayer } from '../../run/resolveSelection.js';
import { ANALYSIS_VERSION } from '../../run/version.js';
import type { TaskOptions } from '../dispatch/threadPool.js';
import type { OpenedRun } from '../../run/openedRun.js';
import { readSlice, type Session } from '../dispatch/session.js';
import { rowsOf } from './classGroups.js';
import { isUnits, mapsOf, noValues, valueOf, type IntraCell, type IntraPlan } from './intraValues.js';
import { reasonOf } from './reason.js';
import { momentsOf, type Moments } from './recordedEntropy.js';
import { indicesTag } from './sliceText.js';

/** Values read at once: a slice of any size is worked through in batches of samples. */
const BATCH_BYTES = 128 * 2 ** 20;

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

export async function intraFromMaps(
  session: Session,
  plan: IntraPlan,
  cell: IntraCell,
  options: TaskOptions,
): Promise<IntraValue[]> {
  const { run, classes } = plan;
  const rows = rowsOf(classes, run.manifest.classNames.length);
  const samples = withMaps(cell.epoch.samples, run.manifest);
  if (samples.length === 0) return noValues(plan, cell, noMapsReason(cell.epoch.samples, run.manifest));
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

/** Entropy of every map of the slice (sample, map), read in batches; NaN where a value is not finite. */
export async function entropiesOfSlice(
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
  const batchSize = Math.max(1, Math.floor(Math.min(BATCH_BYTES, session.blocks.largest) / sampleBytes));
  const entropies = new Float64Array(samples.length * channelCount);
  for (let from = 0; from < samples.length; from += batchSize) {
    const batch = samples.slice(from, from + batchSize);
    const block = await session.blocks.acquire(batch.length * sampleBytes, options.signal);
    try {
      const address = block.regions.allocate(batch.length * sampleBytes);
      const slice = {
        run: run.reference,
        layer: layer.layer,
        epoch: epoch.epoch,
        samples: batch,
        channels: layer.channels,
      };
      await readSlice(session, slice, channelCount * mapLength, block, address, options);
      const target = targetOf(block);
      const place = {
        target,
        address,
        scratch: block.regions.mark(),
        sampleCount: batch.length,
        channelCount,
        mapLength,
      };
      entropies.set(await session.pool.run('intra', { ...place, bins, ranges }, options), from * channelCount);
    } finally {
      session.blocks.release(block);
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
