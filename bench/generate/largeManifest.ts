/** What a generated run says of itself: a chain of equal convolutions, as large as wanted. */
import { createHash } from 'node:crypto';
import { FORMAT_NAME, FORMAT_VERSION, type Layer, type RunManifest } from '../../src/protocol/run.js';
import type { LargeRunSizes } from './largeRun.js';
import { layerName, layerScript, type LayerScript } from './layerScript.js';

/** Runs of one workspace differ by their number: a second apart, so that the list has an order. */
export function largeManifest(workspace: string, number: number, sizes: LargeRunSizes): RunManifest {
  const script = layerScript(sizes);
  const createdAt = new Date(Date.UTC(2026, 0, 1) + 1000 * number);
  const stamp = createdAt.toISOString().replace(/[-:]/g, '').slice(0, 15).replace('T', '-');
  return {
    format: { name: FORMAT_NAME, version: FORMAT_VERSION },
    id: `${stamp}-generated-${number}`,
    name: `generated ${number}`,
    createdAt: createdAt.toISOString(),
    workspace,
    script: { file: 'large.js', arguments: [] },
    files: [{ path: 'large.js', sha256: createHash('sha256').update(script.text).digest('hex') }],
    git: null,
    engine: { name: 'cpu', version: 'none: generated', threads: 1, notice: null },
    platform: { node: process.versions.node, os: process.platform, architecture: process.arch },
    packages: {},
    task: 'classification',
    classNames: Array.from({ length: sizes.classes }, (_, index) => String(index)),
    model: { name: 'generated', optimizer: 'none', loss: 'none', metrics: [], parameterCount: 0 },
    layers: [inputLayer(sizes), ...script.places.map((_, index) => convolution(index, sizes, script))],
    probes: { count: sizes.probes, seed: 0, trainCount: 0, validationCount: sizes.probes },
    data: { trainCount: null, validationCount: null },
    plan: {
      lastEpoch: sizes.epochs,
      precision: 'float32',
      mapSampleCount: sizes.probes,
      byteBudget: 2 ** 40,
      bytesPerEpoch: 0,
      leftOut: [],
    },
    metrics: ['loss', 'probe_accuracy'],
  };
}

function inputLayer({ side }: LargeRunSizes): Layer {
  return {
    ...common(0, 'input', [side, side], 1),
    className: 'InputLayer',
    kind: 'input',
    inputs: [],
    config: {},
    source: null,
    weights: [],
  };
}

function convolution(index: number, { channels, side }: LargeRunSizes, { places }: LayerScript): Layer {
  const base = common(index + 1, layerName(index), [side, side], channels);
  const shape = [3, 3, index === 0 ? 1 : channels, channels];
  return {
    ...base,
    className: 'Conv2D',
    kind: 'conv',
    inputs: [index],
    config: {
      filters: channels,
      kernelSize: [3, 3],
      padding: 'same',
      strides: [1, 1],
      activation: 'linear',
      useBias: true,
    },
    source: { file: 'large.js', ...(places[index] ?? { line: 1, column: 1 }) },
    weights: [
      { name: 'kernel', shape, path: `${base.path}/weights/kernel` },
      { name: 'bias', shape: [channels], path: `${base.path}/weights/bias` },
    ],
    parameterCount: shape.reduce((all, size) => all * size, 1) + channels,
  };
}

function common(
  index: number,
  name: string,
  mapShape: number[],
  channelCount: number,
): Pick<
  Layer,
  | 'index'
  | 'name'
  | 'outputShape'
  | 'channelCount'
  | 'mapShape'
  | 'parameterCount'
  | 'trainable'
  | 'activation'
  | 'path'
> {
  return {
    index,
    name,
    outputShape: [...mapShape, channelCount],
    channelCount,
    mapShape,
    parameterCount: 0,
    trainable: true,
    activation: null,
    path: `layers/${String(index).padStart(3, '0')}-${name}`,
  };
}
