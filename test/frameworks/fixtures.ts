/** Networks of PyTorch and Keras as they computed them (test/fixtures/frameworks/make.py), described as recorded ones. */
import { readFileSync } from 'node:fs';
import type { Source } from '../../src/analysis/deconvnet/network.js';
import type { PythonLayer } from '../../src/protocol/pythonRecorder.js';
import type { Layer, RunManifest } from '../../src/protocol/run.js';
import { layersOfPython } from '../../src/recorder/python/layersOfPython.js';
import { HISTOGRAM_BINS, type RunReader } from '../../src/store/format/runAccess.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { createRun } from '../../src/store/writing/createRun.js';
import { floats } from '../deconvnet/fixtures.js';
import { sampleManifest, temporaryRuns } from '../store/sampleRun.js';

type FixtureLayer = Pick<PythonLayer, 'name' | 'className' | 'inputs' | 'config' | 'outputShape'> & {
  readonly activation?: string | null;
  readonly weights: readonly (PythonLayer['weights'][number] & { readonly values: string })[];
  /** (sample, …outputShape) */
  readonly output: string;
};

export interface PythonNetwork {
  readonly name: string;
  readonly framework: { readonly name: 'pytorch' | 'keras'; readonly version: string };
  readonly layers: readonly FixtureLayer[];
  /** The last layer's values with some channels 0. */
  readonly ablations: readonly { readonly layer: number; readonly channels: number[]; readonly output: string }[];
  readonly projections: readonly {
    readonly layer: number;
    readonly channel: number;
    readonly sample: number;
    readonly picture: string;
  }[];
}

export const { networks, twins } = JSON.parse(
  readFileSync(new URL('../fixtures/frameworks/expected.json', import.meta.url), 'utf8'),
) as {
  networks: PythonNetwork[];
  twins: { keras: PythonNetwork; pytorch: PythonNetwork; same: Readonly<Record<string, string>> };
};

export function recordedLayers({ framework, layers }: PythonNetwork): Layer[] {
  const format = framework.name === 'pytorch' ? 'channelsFirst' : 'channelsLast';
  const described = layers.map((layer): PythonLayer => ({
    ...layer,
    weights: [...layer.weights],
    ...{
      bases: [],
      trainable: true,
      activation: layer.activation ?? null,
      source: null,
      calledAt: null,
      askedAt: null,
    },
    format: layer.outputShape.length > 1 ? format : 'channelsLast',
  }));
  return layersOfPython(framework.name, described, (span) => span);
}

export function valuesOf({ layers }: PythonNetwork, layer: number, sample: number): Float32Array {
  const size = layers[layer].outputShape.reduce((product, one) => product * one, 1);
  return floats(layers[layer].output).subarray(sample * size, (sample + 1) * size);
}

export function sampleCountOf(network: PythonNetwork): number {
  return floats(network.layers[0].output).length / valuesOf(network, 0, 0).length;
}

export function sourceOf(network: PythonNetwork, sample: number): Source {
  return {
    values: ({ index }) => valuesOf(network, index, sample),
    weights: ({ index }) => network.layers[index].weights.map((one) => ({ ...one, values: floats(one.values) })),
  };
}

/** Largest difference, as a share of the range of the expected values. */
export function difference(actual: ArrayLike<number>, expected: Float32Array): number {
  if (actual.length !== expected.length) return Infinity;
  const range =
    expected.reduce((a, b) => Math.max(a, b), -Infinity) - expected.reduce((a, b) => Math.min(a, b), Infinity);
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(actual[i] - value)), 0) / Math.max(range, 1e-12);
}

/** A run of one epoch with these values and weights, and statistics that are all 0. */
export async function writtenRun(
  network: PythonNetwork,
  layers: readonly Layer[] = recordedLayers(network),
): Promise<RunReader> {
  const count = sampleCountOf(network);
  const classes = layers.at(-1)!.channelCount;
  const classNames = Array.from({ length: classes }, (_, k) => `class ${k}`);
  const manifest: RunManifest = {
    ...sampleManifest({ classNames, sampleCount: count, lastEpoch: 0 }),
    framework: network.framework,
    platform: { node: '20.19.0', os: 'linux', architecture: 'x64', python: '3.11.7' },
    engine: {
      name: network.framework.name === 'pytorch' ? 'torch' : 'tensorflow',
      version: '',
      threads: 0,
      notice: null,
    },
    layers: [...layers],
  };
  const predictions = Int32Array.from({ length: count }, (_, i) => argmax(valuesOf(network, layers.length - 1, i)));
  const folder = await temporaryRuns();
  const writer = await createRun(folder, manifest, {
    inputs: stored(network, layers[0]),
    labels: predictions.map((answer, i) => (i % 2 === 0 ? answer : (answer + 1) % classes)),
    splits: new Uint8Array(count).fill(1),
  });
  await writer.writeEpoch({
    epoch: 0,
    metrics: manifest.metrics.map(() => null),
    predictions,
    layers: layers.map((layer) => {
      const maps = layer.mapShape.length > 0 ? layer.channelCount : 1;
      return {
        layer: layer.index,
        maps: layer.index > 0 ? stored(network, layer) : null,
        entropy: new Float64Array(2 * 3 * (classes + 1) * maps),
        values: new Float64Array(8 * (classes + 1) * layer.channelCount),
        histogram: new Uint32Array(layer.channelCount * HISTOGRAM_BINS),
        weights: network.layers[layer.index].weights.map(({ values }) => floats(values)),
      };
    }),
  });
  await writer.end({ state: 'finished', stopped: false });
  return openRun(writer.folder);
}

export function argmax(values: Float32Array): number {
  return values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
}

/** (sample, channel, …space) */
function stored(network: PythonNetwork, { index, channelCount, mapShape, format }: Layer): Float32Array {
  const values = floats(network.layers[index].output);
  if (format === 'channelsFirst' || mapShape.length === 0) return values;
  const size = mapShape.reduce((product, one) => product * one, 1);
  return values.map((_, at) => {
    const [sample, rest] = [Math.floor(at / (channelCount * size)), at % (channelCount * size)];
    return values[sample * channelCount * size + (rest % size) * channelCount + Math.floor(rest / size)];
  });
}
