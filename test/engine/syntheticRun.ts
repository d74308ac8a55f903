/**
 * A small recorded run whose values are known: the maps are drawn from a seeded generator and the
 * statistics are those of the plain twins. Channel 2 of layer 1 is dead from epoch 1 on, and sample 5
 * of layer 2 holds a NaN at epoch 2.
 */
import { createRun } from '../../src/store/writing/createRun.js';
import { fillStandardNormal } from '../../src/analysis/measures/standardNormal.js';
import { plainMapReader, statisticsOfLayer } from '../../src/analysis/measures/layerEpochStatistics.js';
import { lengthOf } from '../../src/analysis/run/mapShape.js';
import type { Layer, RunManifest } from '../../src/protocol/run.js';
import type { EpochRecord, LayerEpoch, ProbeRecord } from '../../src/store/format/runAccess.js';
import { sampleManifest, temporaryRuns, type SampleOptions } from '../store/sampleRun.js';

const SHAPES = [[1, 6, 6], [4, 5, 5], [4, 3], [5]] as const;
export const CLASS_NAMES = ['cat', 'dog', 'eel'] as const;
export const SAMPLE_COUNT = 60;
export const MAP_SAMPLE_COUNT = 48;
export const LAST_EPOCH = 3;
export const DEAD_CHANNEL = 2;

export interface SyntheticRun {
  readonly folder: string;
  readonly manifest: RunManifest;
  readonly labels: Int32Array;
  readonly splits: Uint8Array;
  /** (sample, channel, ...map) of all probes: more than the run keeps. */
  mapsOf(layer: number, epoch: number): Float32Array;
  predictionsOf(epoch: number): Int32Array;
}

/** `alter` may change the maps of a layer at an epoch before they are recorded. */
export async function syntheticRun(
  options: SampleOptions = {},
  alter: (maps: Float32Array, layer: Layer, epoch: number) => void = () => undefined,
): Promise<SyntheticRun> {
  const manifest = syntheticManifest(options);
  const { count } = manifest.probes;
  const isClassification = manifest.task === 'classification';
  const labels = Int32Array.from({ length: isClassification ? count : 0 }, (_, i) => i % manifest.classNames.length);
  const splits = Uint8Array.from({ length: count }, (_, i) => (i < 20 ? 0 : 1));
  const mapsOf = (layer: number, epoch: number): Float32Array => {
    const maps = syntheticMaps(manifest.layers[layer], epoch, count);
    alter(maps, manifest.layers[layer], epoch);
    return maps;
  };
  const predictionsOf = (epoch: number): Int32Array =>
    labels.map((label, i) => (i % (2 + epoch) === 0 ? (label + 1) % manifest.classNames.length : label));
  const probes: ProbeRecord = { inputs: mapsOf(0, 0), labels, splits };
  const writer = await createRun(await temporaryRuns(), manifest, probes);
  for (let epoch = 0; epoch <= manifest.plan.lastEpoch; epoch++) {
    const layers = manifest.layers.map((layer) => layerEpoch(manifest, layer, mapsOf(layer.index, epoch), labels));
    const metrics = manifest.metrics.map((_, i) => (epoch === 0 ? null : 1 / (epoch + i)));
    const record: EpochRecord = {
      epoch,
      metrics,
      predictions: isClassification ? predictionsOf(epoch) : labels,
      layers,
    };
    await writer.writeEpoch(record);
  }
  await writer.end({ state: 'finished', stopped: false });
  return { folder: writer.folder, manifest, labels, splits, mapsOf, predictionsOf };
}

export function syntheticManifest(options: SampleOptions = {}): RunManifest {
  const manifest = sampleManifest({
    id: '20250131-120000-synthetic',
    sampleCount: SAMPLE_COUNT,
    mapSampleCount: MAP_SAMPLE_COUNT,
    lastEpoch: LAST_EPOCH,
    classNames: CLASS_NAMES,
    shapes: SHAPES,
    ...options,
  });
  const layers = manifest.layers.map((layer) => ({ ...layer, weights: [] }));
  return { ...manifest, layers };
}

/** Rows of the chosen samples and channels, as `readMaps` gives them. */
export function sliceMaps(
  maps: Float32Array,
  { channelCount, mapShape }: Layer,
  samples: readonly number[],
  channels: readonly number[],
): Float32Array {
  const length = lengthOf(mapShape);
  const slice = new Float32Array(samples.length * channels.length * length);
  samples.forEach((sample, i) =>
    channels.forEach((channel, c) => {
      const from = (sample * channelCount + channel) * length;
      slice.set(maps.subarray(from, from + length), (i * channels.length + c) * length);
    }),
  );
  return slice;
}

function syntheticMaps({ index, channelCount, mapShape }: Layer, epoch: number, sampleCount: number): Float32Array {
  const length = lengthOf(mapShape);
  const maps = new Float32Array(sampleCount * channelCount * length);
  fillStandardNormal(maps, 1 + index + 100 * (index === 0 ? 0 : epoch));
  if (index === 1 && epoch >= 1) {
    for (let sample = 0; sample < sampleCount; sample++) {
      const from = (sample * channelCount + DEAD_CHANNEL) * length;
      maps.fill(0.5, from, from + length);
    }
  }
  if (index === 2 && epoch === 2 && sampleCount > 5) maps[5 * channelCount * length + 1] = NaN;
  return maps;
}

function layerEpoch(manifest: RunManifest, layer: Layer, maps: Float32Array, labels: Int32Array): LayerEpoch {
  const { channelCount, mapShape, index } = layer;
  const mapLength = lengthOf(mapShape);
  const sampleCount = manifest.probes.count;
  const classCount = manifest.classNames.length;
  const shape = { maps, sampleCount, channelCount, mapLength, labels, classCount, activation: layer.activation };
  const statistics = statisticsOfLayer({ ...shape, units: mapShape.length === 0 }, plainMapReader);
  const kept = maps.slice(0, manifest.plan.mapSampleCount * channelCount * mapLength);
  return { layer: index, maps: index === 0 ? null : kept, ...statistics, weights: [] };
}
