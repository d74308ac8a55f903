/**
 * Runs for the gallery, made up by formula and the same every time: their shapes follow the contracts,
 * their numbers claim nothing. Edge cases are options: one channel, hundreds, dead ones, many classes.
 */
import type { Layer, RunDescription, RunStatus } from '../../src/protocol/run.js';

export interface ExampleOptions {
  readonly name?: string;
  readonly layers?: readonly Layer[];
  readonly classNames?: readonly string[];
  readonly epochCount?: number;
  /** Epochs that exist but cannot be read. */
  readonly damaged?: readonly number[];
  readonly probeCount?: number;
  readonly status?: RunStatus;
  readonly lastEpoch?: number;
}

type LayerParts = Pick<Layer, 'name' | 'className' | 'kind'> & Partial<Layer> & { readonly shape: readonly number[] };

/** Layers in order; each is fed by the one before unless it says otherwise. `shape` is y, x, c or units. */
export function exampleLayers(parts: readonly LayerParts[]): Layer[] {
  return parts.map(({ shape, ...part }, index) => ({
    index,
    outputShape: [...shape],
    channelCount: shape[shape.length - 1],
    mapShape: shape.slice(0, -1),
    parameterCount: 0,
    trainable: true,
    activation: null,
    inputs: index === 0 ? [] : [index - 1],
    config: {},
    source: index === 0 ? null : { file: 'models/train.ts', line: 12 + index, column: 13 },
    path: `layers/${String(index).padStart(3, '0')}`,
    weights: [],
    ...part,
  }));
}

/** A small residual network, with the shapes of a LeNet on 28 × 28 inputs. */
export const RESIDUAL_LAYERS = exampleLayers([
  { name: 'input', className: 'InputLayer', kind: 'input', shape: [28, 28, 1] },
  {
    name: 'conv2d_1',
    className: 'Conv2D',
    kind: 'conv',
    shape: [28, 28, 8],
    parameterCount: 208,
    activation: 'relu',
    config: { kernelSize: [5, 5] },
  },
  { name: 'pool_1', className: 'MaxPooling2D', kind: 'pool', shape: [14, 14, 8], config: { poolSize: [2, 2] } },
  {
    name: 'conv2d_2',
    className: 'Conv2D',
    kind: 'conv',
    shape: [14, 14, 16],
    parameterCount: 1168,
    activation: 'relu',
    config: { kernelSize: [3, 3] },
  },
  {
    name: 'conv2d_3',
    className: 'Conv2D',
    kind: 'conv',
    shape: [14, 14, 16],
    parameterCount: 2320,
    config: { kernelSize: [3, 3] },
  },
  {
    name: 'conv2d_4',
    className: 'Conv2D',
    kind: 'conv',
    shape: [14, 14, 16],
    parameterCount: 144,
    config: { kernelSize: [1, 1] },
    inputs: [2],
  },
  { name: 'add_1', className: 'Add', kind: 'merge', shape: [14, 14, 16], inputs: [4, 5] },
  { name: 'relu_1', className: 'ReLU', kind: 'activation', shape: [14, 14, 16], activation: 'relu' },
  { name: 'pool_2', className: 'MaxPooling2D', kind: 'pool', shape: [7, 7, 16], config: { poolSize: [2, 2] } },
  { name: 'flatten', className: 'Flatten', kind: 'reshape', shape: [784] },
  { name: 'dense_1', className: 'Dense', kind: 'dense', shape: [64], parameterCount: 50240, activation: 'relu' },
  { name: 'dense_2', className: 'Dense', kind: 'dense', shape: [10], parameterCount: 650, activation: 'softmax' },
]);

export const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

export function exampleRun(options: ExampleOptions = {}): RunDescription {
  const layers = options.layers ?? RESIDUAL_LAYERS;
  const epochCount = options.epochCount ?? 31;
  const damaged = new Set(options.damaged ?? []);
  const epochs = Array.from({ length: epochCount }, (_, epoch) => epoch);
  const probeCount = options.probeCount ?? 1000;
  const classNames = [...(options.classNames ?? DIGITS)];
  const lastEpoch = options.lastEpoch ?? epochCount - 1;
  const name = options.name ?? 'lenet-res.ts';
  return {
    summary: {
      id: 'example',
      folder: '.cnnslicer/runs/example',
      name,
      createdAt: '2026-11-21T11:41:00.000Z',
      status: options.status ?? { state: 'finished', endedAt: '2026-11-21T11:44:00.000Z', stopped: false },
      epochs: epochs.filter((epoch) => !damaged.has(epoch)),
      lastEpoch,
      accuracy: { correct: 450, n: 500, heldOut: true, reported: { name: 'val_acc', value: 0.91 } },
      byteCount: 3.1e9,
    },
    manifest: {
      format: { name: 'cnnslicer-run', version: 1 },
      id: 'example',
      name,
      createdAt: '2026-11-21T11:41:00.000Z',
      workspace: 'workspace',
      script: { file: 'models/train.ts', arguments: [] },
      files: [],
      git: null,
      engine: { name: 'wasm', version: '4.22.0', threads: 2, notice: null },
      platform: { node: 'v20.19.0', os: 'linux', architecture: 'x64' },
      packages: {},
      task: classNames.length > 0 ? 'classification' : 'none',
      classNames,
      model: {
        name: 'model',
        optimizer: 'adam',
        loss: 'cross-entropy',
        metrics: ['acc'],
        parameterCount: layers.reduce((sum, layer) => sum + layer.parameterCount, 0),
      },
      layers: [...layers],
      probes: { count: probeCount, seed: 1, trainCount: 0, validationCount: probeCount },
      data: { trainCount: 2500, validationCount: 1000 },
      plan: {
        lastEpoch,
        precision: 'float32',
        mapSampleCount: probeCount,
        byteBudget: 2 ** 31,
        bytesPerEpoch: 1e8,
        leftOut: [],
      },
      metrics: ['loss', 'acc', 'val_loss', 'val_acc', 'probe_accuracy'],
    },
    epochStates: epochs.map((epoch) =>
      damaged.has(epoch)
        ? { epoch, state: 'damaged', reason: `layers/003/maps/c/${epoch}/0: 1,024 bytes where 4,096 were written` }
        : { epoch, state: 'whole' },
    ),
  };
}
