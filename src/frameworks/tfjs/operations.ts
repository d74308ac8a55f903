/** What each layer class of TensorFlow.js computes. Keras' classes compute the same under the same names. */
import type { Layer } from '../../protocol/run.js';
import {
  axisWithoutBatch,
  Config,
  LINEAR,
  UnknownOperation,
  type Activation,
  type Kernel,
  type LayerInputs,
  type Operation,
  type Padding,
  type WindowOptions,
} from '../operation.js';

export interface ClassReader extends LayerInputs {
  readonly config: Config;
  /** The only input's shape. */
  readonly shape: readonly number[];
  /** How many spatial axes it has. */
  readonly spatial: number;
  readonly activationOf: (name: string) => Activation;
}

type Builder = (reader: ClassReader) => Operation;

const IDENTITY: Operation = { op: 'identity' };
const identity: Builder = () => IDENTITY;

/** One builder for every number of spatial axes. */
function ofAxes(before: string, after: string, build: Builder): Record<string, Builder> {
  return Object.fromEntries(['1D', '2D', '3D'].map((axes) => [`${before}${axes}${after}`, build]));
}

export const CLASS_OPERATIONS: ReadonlyMap<string, Builder> = new Map(
  Object.entries({
    ...ofAxes('Conv', '', (reader) => kernel(reader)),
    ...ofAxes('Conv', 'Transpose', (reader) => kernel(reader)),
    ...ofAxes('DepthwiseConv', '', (reader) => kernel(reader)),
    ...ofAxes('SeparableConv', '', (reader) => kernel(reader)),
    Dense: (reader) => kernel(reader),
    ...ofAxes('MaxPooling', '', (reader) => pool(reader, 'maximum')),
    ...ofAxes('AveragePooling', '', (reader) => pool(reader, 'mean')),
    ...ofAxes('GlobalMaxPooling', '', (reader) => globalPool(reader, 'maximum')),
    ...ofAxes('GlobalAveragePooling', '', (reader) => globalPool(reader, 'mean')),
    BatchNormalization: batchNormalization,
    Activation: ({ config, activationOf }) => ofActivation(activationOf(config.text('activation', 'linear'))),
    ReLU: ({ config }) => {
      if (config.number('negativeSlope', 0) !== 0 || config.number('threshold', 0) !== 0)
        throw new UnknownOperation('its slope or threshold is not 0');
      return ofActivation(
        config.has('maxValue') ? { name: 'boundedRelu', amount: config.number('maxValue', 0) } : { name: 'relu' },
      );
    },
    LeakyReLU: ({ config }) =>
      ofActivation({ name: 'leakyRelu', amount: config.number('negativeSlope', config.number('alpha', 0.3)) }),
    ELU: ({ config }) => ofActivation({ name: 'elu', amount: config.number('alpha', 1) }),
    PReLU: slopes,
    Softmax: ({ config, shape }) =>
      ofActivation({ name: 'softmax', axis: axisWithoutBatch(config.list('axis')?.[0] ?? -1, shape.length) }),
    Dropout: identity,
    ...ofAxes('SpatialDropout', '', identity),
    GaussianNoise: identity,
    GaussianDropout: identity,
    AlphaDropout: identity,
    Identity: identity,
    ActivityRegularization: identity,
    Flatten: flatten,
    Reshape: () => ({ op: 'reshape' }),
    Permute: permute,
    RepeatVector: () => ({ op: 'repeat' }),
    ...ofAxes('ZeroPadding', '', (reader) => pad(reader, 'padding', 1)),
    ...ofAxes('Cropping', '', (reader) => pad(reader, 'cropping', -1)),
    ...ofAxes('UpSampling', '', upSampling),
    Add: ({ inputShapes }) => ({ op: 'add', factors: inputShapes.map(() => 1) }),
    Subtract: () => ({ op: 'add', factors: [1, -1] }),
    Average: ({ inputShapes }) => ({ op: 'add', factors: inputShapes.map(() => 1 / inputShapes.length) }),
    Maximum: () => ({ op: 'maximum' }),
    Concatenate: ({ config, layer }) => ({
      op: 'concatenate',
      axis: axisWithoutBatch(config.list('axis')?.[0] ?? -1, layer.outputShape.length),
    }),
    Rescaling: ({ config }) => ({
      op: 'affine',
      factor: config.number('scale', 1),
      offset: config.number('offset', 0),
    }),
  } satisfies Record<string, Builder>),
);

/** Names by which TensorFlow.js knows activation functions are those of `Activation`; of a softmax the last axis. */
export function tfjsOperation(inputs: LayerInputs): Operation {
  const { layer } = inputs;
  const activationOf = (name: string): Activation => ({ name, axis: layer.outputShape.length - 1 });
  return classOperation(layer.className, new Config(layer.config), inputs, activationOf);
}

/** Throws an UnknownOperation for a class that is not known. */
export function classOperation(
  className: string,
  config: Config,
  inputs: LayerInputs,
  activationOf: (name: string) => Activation,
): Operation {
  const build = CLASS_OPERATIONS.get(className);
  if (!build) throw new UnknownOperation('it is not known what this kind of layer computes');
  const shape = inputs.inputShapes[0] ?? [];
  return build({
    ...inputs,
    layer: { ...inputs.layer, className },
    config,
    shape,
    spatial: Math.max(0, shape.length - 1),
    activationOf,
  });
}

/** Null for a layer without weights between channels. */
export function tfjsKernel(
  { className, kind }: Pick<Layer, 'className' | 'kind'>,
  weights: LayerInputs['weights'],
): Kernel | null {
  const own = { name: 'kernel', bias: 'bias', axes: null, groups: 1 } as const;
  if (className === 'Dense') return { ...own, form: 'dense' };
  if (kind === 'recurrent') return { ...own, form: 'recurrent' };
  if (className.startsWith('SeparableConv'))
    return { ...own, form: 'separable', name: 'depthwise_kernel', pointwise: 'pointwise_kernel' };
  if (className.startsWith('DepthwiseConv')) {
    // Keras 3 calls it as that of any other convolution.
    const isNamed = !weights.some(({ name }) => name === 'kernel');
    return { ...own, form: 'depthwise', name: isNamed ? 'depthwise_kernel' : 'kernel' };
  }
  if (/^Conv\dDTranspose$/.test(className)) return { ...own, form: 'transposed' };
  return /^Conv\dD$/.test(className) ? { ...own, form: 'convolution' } : null;
}

function kernel(reader: ClassReader): Operation {
  const { layer, weights, config, spatial, activationOf } = reader;
  const found = tfjsKernel({ ...layer, kind: 'conv' }, weights);
  if (!found) throw new UnknownOperation('its weights are not known');
  const activation = config.has('activation') ? activationOf(config.text('activation', 'linear')) : LINEAR;
  const groups = config.number('groups', 1);
  const windows = found.form === 'dense' ? null : slidingWindows(config, 'kernelSize', spatial);
  return { op: 'kernel', kernel: { ...found, groups }, windows, activation };
}

function slidingWindows(config: Config, size: 'kernelSize' | 'poolSize', spatial: number): WindowOptions {
  const kernelSize = config.counts(size, spatial, size === 'poolSize' ? 2 : 1);
  const dilation = config.counts('dilationRate', spatial, 1);
  return {
    kernel: kernelSize,
    // Pools step by their own size unless they say otherwise.
    stride: config.has('strides') || size === 'kernelSize' ? config.counts('strides', spatial, 1) : kernelSize,
    dilation,
    padding: paddingOf(config, kernelSize, dilation),
  };
}

function paddingOf(config: Config, size: readonly number[], dilation: readonly number[]): Padding {
  const padding = config.text('padding', 'valid');
  if (padding === 'same' || padding === 'valid') return padding;
  if (padding !== 'causal') throw new UnknownOperation(`its padding is ${JSON.stringify(padding)}`);
  return { before: size.map((one, axis) => (one - 1) * (dilation[axis] ?? 1)), after: size.map(() => 0) };
}

function pool({ config, spatial }: ClassReader, of: 'maximum' | 'mean'): Operation {
  return { op: 'pool', of, windows: slidingWindows(config, 'poolSize', spatial), divisor: 'values' };
}

function globalPool({ config }: ClassReader, of: 'maximum' | 'mean'): Operation {
  return { op: 'globalPool', of, keepsAxes: config.flag('keepdims', false) };
}

function batchNormalization({ config, shape }: ClassReader): Operation {
  const names = { mean: 'moving_mean', variance: 'moving_variance', scale: 'gamma', offset: 'beta' };
  const axis = axisWithoutBatch(config.list('axis')?.[0] ?? -1, shape.length);
  return { op: 'normalize', axis, epsilon: config.number('epsilon', 1e-3), ...names };
}

export function ofActivation(activation: Activation): Operation {
  return { op: 'activation', activation };
}

function slopes({ config, shape }: ClassReader): Operation {
  const shared = (config.list('sharedAxes') ?? []).map((axis) => axisWithoutBatch(axis, shape.length));
  return { op: 'slopes', weight: 'alpha', shape: shape.map((size, axis) => (shared.includes(axis) ? 1 : size)) };
}

/** With `dataFormat: channelsFirst` the channels are moved behind the space before they are laid in a row. */
function flatten({ config, shape }: ClassReader): Operation {
  if (config.text('dataFormat', 'channelsLast') !== 'channelsFirst' || shape.length < 2) return { op: 'reshape' };
  return { op: 'permute', axes: [...shape.map((_, axis) => axis).slice(1), 0] };
}

function permute({ config, shape }: ClassReader): Operation {
  return { op: 'permute', axes: config.counts('dims', shape.length, 1).map((axis) => axis - 1) };
}

/** [top, bottom, left, right] as the recording keeps it. */
function pad({ config, spatial }: ClassReader, key: 'padding' | 'cropping', sign: 1 | -1): Operation {
  const list = config.list(key) ?? [];
  if (list.length !== 2 * spatial || !list.every((one) => one >= 0))
    throw new UnknownOperation(`the recording lacks its ${key}, because an earlier version made it`);
  const signed = list.map((one) => sign * one);
  return { op: 'pad', before: signed.filter((_, i) => i % 2 === 0), after: signed.filter((_, i) => i % 2 === 1) };
}

function upSampling({ config, spatial }: ClassReader): Operation {
  const interpolation = config.text('interpolation', 'nearest');
  if (interpolation !== 'nearest')
    throw new UnknownOperation(`its interpolation is ${interpolation}, but only "nearest" is supported`);
  return { op: 'upsample', factors: config.counts('size', spatial, 2) };
}
