/** A small run whose every value tells where it belongs, for tests of the store. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepsMapsAt, keepsWeightsAt, keptSampleCount } from '../../src/protocol/keptMaps.js';
import {
  ENTROPY_MOMENTS,
  ENTROPY_RANGES,
  FORMAT_NAME,
  FORMAT_VERSION,
  VALUE_STATISTICS,
  type Layer,
  type RunManifest,
} from '../../src/protocol/run.js';
import {
  HISTOGRAM_BINS,
  type EpochRecord,
  type LayerEpoch,
  type ProbeRecord,
  type TrainingSample,
} from '../../src/store/format/runAccess.js';

export interface SampleOptions {
  readonly id?: string;
  readonly sampleCount?: number;
  readonly mapSampleCount?: number;
  readonly lastEpoch?: number;
  readonly classNames?: readonly string[];
  /** Channels and map shape of layers 0, 1, …. */
  readonly shapes?: readonly (readonly number[])[];
  readonly metrics?: readonly string[];
  readonly loss?: string;
  /** Training inputs that are kept; none by default. */
  readonly trainingCount?: number;
  /** What the plan says besides. */
  readonly plan?: Partial<RunManifest['plan']>;
}

const DEFAULTS = {
  id: '20250131-120000-sample',
  sampleCount: 7,
  lastEpoch: 3,
  classNames: ['cat', 'dog', 'eel'],
  shapes: [[1, 6, 6], [4, 5, 5], [4, 3], [5]],
  metrics: ['loss', 'val_loss', 'probe_accuracy'],
} as const;

export function sampleManifest(options: SampleOptions = {}): RunManifest {
  const { id, sampleCount, lastEpoch, classNames, shapes, metrics } = { ...DEFAULTS, ...options };
  return {
    format: { name: FORMAT_NAME, version: FORMAT_VERSION },
    id,
    name: 'sample',
    createdAt: '2025-01-31T12:00:00.000Z',
    workspace: '/home/user/project',
    script: { file: 'train.ts', arguments: ['--epochs', '3'] },
    files: [{ path: 'train.ts', sha256: 'ab'.repeat(32) }],
    git: { commit: 'cd'.repeat(20), branch: 'main', dirty: true },
    engine: { name: 'wasm', version: '4.22.0', threads: 2, notice: null },
    platform: { node: '20.19.0', os: 'linux', architecture: 'x64' },
    packages: { '@tensorflow/tfjs': '4.22.0' },
    task: classNames.length > 0 ? 'classification' : 'regression',
    classNames: [...classNames],
    model: { name: 'sequential', optimizer: 'adam', loss: options.loss ?? 'mse', metrics: ['acc'], parameterCount: 99 },
    layers: shapes.map(sampleLayer),
    probes: { count: sampleCount, seed: 7, trainCount: 0, validationCount: sampleCount },
    data: { trainCount: 100, validationCount: 20 },
    ...(options.trainingCount === undefined ? {} : { trainingSample: { count: options.trainingCount, seed: 7 } }),
    plan: {
      lastEpoch,
      precision: 'float32',
      mapSampleCount: options.mapSampleCount ?? sampleCount,
      byteBudget: 2 ** 30,
      bytesPerEpoch: 12345,
      leftOut: [],
      ...options.plan,
    },
    metrics: [...metrics],
  };
}

function sampleLayer([channelCount = 1, ...mapShape]: readonly number[], index: number): Layer {
  const path = `layers/${String(index).padStart(3, '0')}-layer_${index}`;
  const weights = [
    { name: 'kernel', shape: [2, channelCount], path: `${path}/kernel` },
    { name: 'bias', shape: [channelCount], path: `${path}/bias` },
    { name: 'scale', shape: [], path: `${path}/scale` },
  ];
  return {
    index,
    name: `layer_${index}`,
    className: index === 0 ? 'InputLayer' : 'Conv2D',
    kind: index === 0 ? 'input' : 'conv',
    outputShape: [...mapShape, channelCount],
    channelCount,
    mapShape,
    parameterCount: 3 * channelCount,
    trainable: true,
    activation: 'relu',
    inputs: index === 0 ? [] : [index - 1],
    config: { filters: channelCount, strides: [1, 1] },
    source: { file: 'train.ts', line: 10 + index, column: 3 },
    path,
    weights: index === 0 ? [] : weights,
  };
}

/** Deterministic values in −1…1 that differ from file to file. */
export function noise(length: number, seed: number): Float64Array {
  const values = new Float64Array(length);
  let state = (seed * 2654435761 + 12345) >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = state / 2 ** 31 - 1;
  }
  return values;
}

const size = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

export function sampleProbes(manifest: RunManifest): ProbeRecord {
  const { count } = manifest.probes;
  const [input] = manifest.layers as [Layer];
  const isClassification = manifest.task === 'classification';
  return {
    inputs: Float32Array.from(noise(count * input.channelCount * size(input.mapShape), 1)),
    labels: isClassification
      ? Int32Array.from({ length: count }, (_, i) => (i % (manifest.classNames.length + 1)) - 1)
      : new Int32Array(0),
    splits: Uint8Array.from({ length: count }, (_, i) => i % 2),
    ...(manifest.trainingSample ? { training: trainingSample(manifest, manifest.trainingSample.count) } : {}),
  };
}

function trainingSample(manifest: RunManifest, count: number): TrainingSample {
  const [input] = manifest.layers as [Layer];
  const labels = Int32Array.from({ length: manifest.task === 'classification' ? count : 0 }, (_, i) => i % 2);
  return { inputs: Float32Array.from(noise(count * input.channelCount * size(input.mapShape), 2)), labels };
}

/** Maps as float32, to be rounded by the store where the plan says so. */
export interface SampleEpoch extends EpochRecord {
  readonly layers: readonly SampleLayerEpoch[];
}

type SampleLayerEpoch = LayerEpoch & { readonly maps: Float32Array | null };

export function sampleEpoch(manifest: RunManifest, epoch: number): SampleEpoch {
  const { count } = manifest.probes;
  const isClassification = manifest.task === 'classification';
  return {
    epoch,
    metrics: manifest.metrics.map((_, i) => (epoch === 0 && i < 2 ? null : 1 / (1 + epoch + i))),
    predictions: isClassification
      ? Int32Array.from({ length: count }, (_, i) => (i * 7 + epoch) % manifest.classNames.length)
      : new Int32Array(0),
    layers: manifest.layers.map((layer) => sampleLayerEpoch(manifest, layer, epoch)),
  };
}

function sampleLayerEpoch(manifest: RunManifest, layer: Layer, epoch: number): SampleLayerEpoch {
  const seed = 1000 * epoch + 10 * layer.index;
  const classes = manifest.classNames.length + 1;
  const maps = layer.mapShape.length > 0 ? layer.channelCount : 1;
  const mapValues = keptSampleCount(manifest, layer.index) * layer.channelCount * size(layer.mapShape);
  const keepsMaps = layer.index > 0 && mapValues > 0 && keepsMapsAt(manifest.plan, layer.index, epoch);
  return {
    layer: layer.index,
    maps: keepsMaps ? Float32Array.from(noise(mapValues, seed + 2)) : null,
    entropy: noise(ENTROPY_RANGES.length * ENTROPY_MOMENTS.length * classes * maps, seed + 3),
    values: noise(VALUE_STATISTICS.length * classes * layer.channelCount, seed + 4),
    histogram: Uint32Array.from(
      noise(layer.channelCount * HISTOGRAM_BINS, seed + 5),
      (value) => Math.abs(value) * 1000,
    ),
    weights: keepsWeightsAt(manifest.plan, epoch)
      ? layer.weights.map((weight, i) => Float32Array.from(noise(size(weight.shape), seed + 6 + i)))
      : null,
  };
}

const folders: string[] = [];

/** A folder for runs that `removeFolders` takes away. */
export async function temporaryRuns(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cnnslicer-store-'));
  folders.push(folder);
  return join(folder, '.cnnslicer', 'runs');
}

export async function removeFolders(): Promise<void> {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}
