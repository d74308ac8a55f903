/**
 * Which arrays a run has, as a pure function of its manifest: path, axes, type and how each is cut
 * into files (docs/recording-format.md). Writer and reader both start from here.
 */
import {
  ENTROPY_MOMENTS,
  ENTROPY_RANGES,
  SPLITS,
  VALUE_STATISTICS,
  type Layer,
  type RunManifest,
} from '../../protocol/run.js';
import { keptSampleCount, mapPrecision } from '../../protocol/keptMaps.js';
import { HISTOGRAM_BINS } from './runAccess.js';
import { innerChunk } from './chunkShape.js';
import { MAP_VALUE_BYTES, type MapGeometry, type MapType } from './shard.js';

export type DataType = 'float32' | 'float16' | 'float64' | 'int32' | 'uint32' | 'uint8';

export const BYTES_PER_ELEMENT = {
  float32: 4,
  float16: 2,
  float64: 8,
  int32: 4,
  uint32: 4,
  uint8: 1,
} as const satisfies Record<DataType, number>;

/** One array of a run. A file holds all of it at one epoch, or all of it when it has no epoch axis. */
export interface ArrayLayout {
  /** Folder inside the run: "layers/001-conv2d_1/values". */
  readonly path: string;
  readonly dataType: DataType;
  /** Whether `epoch` is its first axis. */
  readonly byEpoch: boolean;
  /** Without the epoch axis. */
  readonly shape: readonly number[];
  /** Names of the axes of `shape`; null where an axis has none. */
  readonly axes: readonly (string | null)[];
  readonly attributes: Readonly<Record<string, unknown>>;
  /** How maps are cut into inner chunks; null for arrays whose file is one chunk. */
  readonly maps: MapGeometry | null;
}

export const INPUTS_PATH = 'probes/inputs';
export const LABELS_PATH = 'probes/labels';
export const SPLITS_PATH = 'probes/splits';
export const TRAINING_INPUTS_PATH = 'training/inputs';
export const TRAINING_LABELS_PATH = 'training/labels';
export const METRICS_PATH = 'epochs/metrics';
export const PREDICTIONS_PATH = 'epochs/predictions';

export type LayerArray = 'activations' | 'entropy' | 'values' | 'histogram';

export function layerArrayPath(layer: Layer, array: LayerArray): string {
  return `${layer.path}/${array}`;
}

/** Every array of the run; those that would hold no element are left out. */
export function runArrays(manifest: RunManifest): readonly ArrayLayout[] {
  // One list for all layers: there may be thousands of both.
  const classes = [...manifest.classNames, 'all'];
  const arrays = [
    ...probeArrays(manifest),
    ...trainingArrays(manifest),
    ...epochArrays(manifest),
    ...manifest.layers.flatMap((layer) => layerArrays(manifest, layer, classes)),
  ];
  return arrays.filter((array) => array.shape.every((length) => length > 0));
}

function probeArrays(manifest: RunManifest): ArrayLayout[] {
  const { count } = manifest.probes;
  const labels = manifest.task === 'classification' ? [flat(LABELS_PATH, 'int32', [count], ['sample'], false)] : [];
  return [
    mapArray(INPUTS_PATH, manifest.layers[0]!, { sampleCount: count, byEpoch: false, dataType: 'float32' }),
    ...labels,
    flat(SPLITS_PATH, 'uint8', [count], ['sample'], false, { split: SPLITS }),
  ];
}

/** A sample of what the network is trained on. */
function trainingArrays({ trainingSample, layers, task }: RunManifest): ArrayLayout[] {
  const sampleCount = trainingSample?.count ?? 0;
  const labels =
    task === 'classification' ? [flat(TRAINING_LABELS_PATH, 'int32', [sampleCount], ['sample'], false)] : [];
  return [mapArray(TRAINING_INPUTS_PATH, layers[0]!, { sampleCount, byEpoch: false, dataType: 'float32' }), ...labels];
}

function epochArrays(manifest: RunManifest): ArrayLayout[] {
  const { metrics, probes } = manifest;
  const predictions =
    manifest.task === 'classification' ? [flat(PREDICTIONS_PATH, 'int32', [probes.count], ['sample'], true)] : [];
  return [flat(METRICS_PATH, 'float64', [metrics.length], ['metric'], true, { metric: metrics }), ...predictions];
}

function layerArrays(manifest: RunManifest, layer: Layer, classes: readonly string[]): ArrayLayout[] {
  const { channelCount } = layer;
  const path = (array: LayerArray) => layerArrayPath(layer, array);
  const entropyShape = [ENTROPY_RANGES.length, ENTROPY_MOMENTS.length, classes.length, mapCount(layer)];
  return [
    ...(layer.index === 0 ? [] : [activationsArray(manifest, layer)]),
    flat(path('entropy'), 'float64', entropyShape, ['range', 'moment', 'class', 'map'], true, {
      range: ENTROPY_RANGES,
      moment: ENTROPY_MOMENTS,
      class: classes,
      unit: 'bits',
    }),
    flat(
      path('values'),
      'float64',
      [VALUE_STATISTICS.length, classes.length, channelCount],
      ['statistic', 'class', 'channel'],
      true,
      { statistic: VALUE_STATISTICS, class: classes },
    ),
    flat(path('histogram'), 'uint32', [channelCount, HISTOGRAM_BINS], ['channel', 'bin'], true),
    ...(manifest.plan.weights === 'none' ? [] : layer.weights).map(({ path, shape }) => weightArray(path, shape)),
  ];
}

/** Maps whose entropy is measured: a layer of units is one map, the vector of all of them. */
export function mapCount(layer: Layer): number {
  return layer.mapShape.length > 0 ? layer.channelCount : Math.min(1, layer.channelCount);
}

function weightArray(path: string, shape: readonly number[]): ArrayLayout {
  return flat(
    path,
    'float32',
    shape,
    shape.map(() => null),
    true,
  );
}

function activationsArray(manifest: RunManifest, layer: Layer): ArrayLayout {
  return mapArray(layerArrayPath(layer, 'activations'), layer, {
    sampleCount: keptSampleCount(manifest, layer.index),
    byEpoch: true,
    dataType: mapPrecision(manifest.plan, layer.index),
  });
}

interface MapOptions {
  readonly sampleCount: number;
  readonly byEpoch: boolean;
  readonly dataType: MapType;
}

function mapArray(path: string, layer: Layer, { sampleCount, byEpoch, dataType }: MapOptions): ArrayLayout {
  const { channelCount, mapShape } = layer;
  const spaceAxes = ['z', 'y', 'x'].slice(3 - mapShape.length);
  const axes = ['sample', mapShape.length > 0 ? 'channel' : 'unit', ...spaceAxes];
  const chunk = innerChunk(sampleCount, channelCount, mapShape, MAP_VALUE_BYTES[dataType]);
  const maps = { dataType, sampleCount, channelCount, mapShape, ...chunk };
  const shape = [sampleCount, channelCount, ...mapShape];
  return { path, dataType, byEpoch, shape, axes, attributes: {}, maps };
}

function flat(
  path: string,
  dataType: DataType,
  shape: readonly number[],
  axes: readonly (string | null)[],
  byEpoch: boolean,
  attributes: Readonly<Record<string, unknown>> = {},
): ArrayLayout {
  return { path, dataType, byEpoch, shape, axes, attributes, maps: null };
}

/** The key of the file that holds an array at an epoch: its one chunk or shard. */
export function chunkKey(array: ArrayLayout, epoch: number | null): string {
  const rest = array.shape.map(() => 0);
  return `${array.path}/c.${(epoch === null ? rest : [epoch, ...rest]).join('.')}`;
}

/** Elements of the array in one file. */
export function elementCount(array: ArrayLayout): number {
  return array.shape.reduce((product, length) => product * length, 1);
}
