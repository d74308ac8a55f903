/** Statistics that a run's writer left out are computed from its maps when they are asked for. */
import { Failure } from '../../protocol/failure.js';
import { keptSampleCount } from '../../protocol/keptMaps.js';
import type { RunReader } from '../../store/format/runAccess.js';
import { LayerStatistics, plainMapReader, type LayerEpochStatistics } from '../measures/layerEpochStatistics.js';
import { lengthOf } from './mapShape.js';

/** Values read at once. */
const BATCH_VALUES = 2 ** 21;

/** The same reader, but for statistics that are not recorded at a whole epoch: those of the maps of all probes. */
export function withComputedStatistics(reader: RunReader): RunReader {
  const computed = new Map<string, Promise<LayerEpochStatistics>>();
  const recordedOr = async <T>(
    [layer, epoch]: readonly [layer: number, epoch: number],
    recorded: Promise<T>,
    from: (statistics: LayerEpochStatistics) => T,
  ): Promise<T> => {
    try {
      return await recorded;
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== 'not-found' || !(await isWhole(reader, epoch))) throw error;
      const key = `${layer} ${epoch}`;
      const statistics = computed.get(key) ?? statisticsFromMaps(reader, layer, epoch);
      computed.set(key, statistics);
      return from(await statistics);
    }
  };
  const own: Partial<RunReader> = {
    readEntropy: (layer, epoch) =>
      recordedOr([layer, epoch], reader.readEntropy(layer, epoch), ({ entropy }) => {
        const { channelCount, mapShape } = reader.manifest.layers[layer];
        const mapCount = mapShape.length > 0 ? channelCount : 1;
        return { classCount: reader.manifest.classNames.length, mapCount, values: entropy };
      }),
    readValues: (layer, epoch) => recordedOr([layer, epoch], reader.readValues(layer, epoch), ({ values }) => values),
    readHistogram: (layer, epoch) =>
      recordedOr([layer, epoch], reader.readHistogram(layer, epoch), ({ histogram }) => histogram),
  };
  return new Proxy(reader, {
    get: (target, key) => {
      const value: unknown = Reflect.get(own, key) ?? Reflect.get(target, key);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

async function isWhole(reader: RunReader, epoch: number): Promise<boolean> {
  const { epochStates } = await reader.describe();
  return epochStates.some((one) => one.epoch === epoch && one.state === 'whole');
}

async function statisticsFromMaps(reader: RunReader, layer: number, epoch: number): Promise<LayerEpochStatistics> {
  const { manifest } = reader;
  const { name, channelCount, mapShape, activation } = manifest.layers[layer];
  const { count } = manifest.probes;
  const kept = layer === 0 ? count : keptSampleCount(manifest, layer);
  if (kept < count || !(await reader.keepsMaps(layer, epoch))) {
    throw new Failure({
      kind: 'not-found',
      doing: `computing the statistics of ${name} at epoch ${epoch}`,
      wrong: `the run has neither these statistics nor the maps of all ${count} probes`,
      tryThis: 'Choose another layer or epoch, or record again with a larger byte budget.',
    });
  }
  const mapLength = lengthOf(mapShape);
  const sampleLength = channelCount * mapLength;
  const statistics = new LayerStatistics(
    {
      ...{ sampleCount: count, channelCount, mapLength, activation, units: mapShape.length === 0 },
      ...{ labels: await reader.readLabels(), classCount: manifest.classNames.length },
    },
    plainMapReader,
  );
  const channels = [...Array(channelCount).keys()];
  const batch = Math.max(1, Math.floor(BATCH_VALUES / sampleLength));
  for (const reading of ['summarise', 'measure'] as const) {
    for (let from = 0; from < count; from += batch) {
      const samples = Array.from({ length: Math.min(batch, count - from) }, (_, i) => from + i);
      const maps = new Float32Array(samples.length * sampleLength);
      await reader.readMaps({ layer, epoch, samples, channels }, maps);
      statistics[reading](maps, from);
    }
  }
  return statistics.result();
}
