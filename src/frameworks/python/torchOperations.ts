/** What PyTorch's modules compute, and the functions that `forward` calls. */
import type { Layer } from '../../protocol/run.js';
import {
  axisWithoutBatch,
  Config,
  kernelAxes,
  LINEAR,
  UnknownOperation,
  type Activation,
  type Kernel,
  type LayerInputs,
  type Operation,
  type Padding,
  type WindowOptions,
} from '../operation.js';
import { functionName, snakeCase } from './operations.js';
import { pythonClass } from './pythonLayers.js';

interface Reader extends LayerInputs {
  readonly name: string;
  readonly isModule: boolean;
  readonly config: Config;
  readonly shape: readonly number[];
  readonly spatial: number;
}

type Builder = (reader: Reader) => Operation;

const identity: Builder = () => ({ op: 'identity' });
const reshape: Builder = () => ({ op: 'reshape' });

const named =
  (name: string): Builder =>
  () => ({ op: 'activation', activation: { name } });
const withAmount =
  (name: string, key: string, otherwise: number): Builder =>
  ({ config }) => ({ op: 'activation', activation: { name, amount: config.number(key, otherwise) } });

const BUILDERS: Readonly<Record<string, Builder>> = {
  'conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d': convolution,
  linear: (reader) => ({ op: 'kernel', kernel: ownKernel(reader), windows: null, activation: LINEAR }),
  'max_pool1d max_pool2d max_pool3d': (reader) => pool(reader, 'maximum'),
  'avg_pool1d avg_pool2d avg_pool3d': (reader) => pool(reader, 'mean'),
  'adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d': (reader) => adaptivePool(reader, 'mean'),
  'adaptive_max_pool1d adaptive_max_pool2d adaptive_max_pool3d': (reader) => adaptivePool(reader, 'maximum'),
  mean: (reader) => meanOfMaps(reader, 'mean'),
  amax: (reader) => meanOfMaps(reader, 'maximum'),
  'batch_norm batch_norm1d batch_norm2d batch_norm3d sync_batch_norm': batchNorm,
  relu: named('relu'),
  relu6: named('relu6'),
  leaky_relu: withAmount('leakyRelu', 'negative_slope', 0.01),
  elu: withAmount('elu', 'alpha', 1),
  celu: withAmount('celu', 'alpha', 1),
  selu: named('selu'),
  gelu: ({ config }) => ({
    op: 'activation',
    activation: { name: config.text('approximate', 'none') === 'tanh' ? 'geluTanh' : 'gelu' },
  }),
  silu: named('swish'),
  mish: named('mish'),
  sigmoid: named('sigmoid'),
  logsigmoid: named('logSigmoid'),
  log_sigmoid: named('logSigmoid'),
  tanh: named('tanh'),
  softsign: named('softsign'),
  softplus: ({ config }) => {
    if (config.number('beta', 1) !== 1) throw new UnknownOperation('its beta is not 1');
    return { op: 'activation', activation: { name: 'softplus' } };
  },
  hardsigmoid: named('hardSigmoid6'),
  hardswish: named('hardSwish'),
  hardtanh: ({ config }) => {
    const most = config.number('max_val', 1);
    if (config.number('min_val', -1) !== -most) throw new UnknownOperation('its bounds are not symmetric');
    return { op: 'activation', activation: { name: 'clipped', amount: most } };
  },
  prelu: ({ weights, isModule, shape }) => {
    if (!isModule) throw new UnknownOperation('its slopes are an argument of a function, which is not recorded');
    const size = weights.find(({ name }) => name === 'weight')?.shape[0] ?? 1;
    return { op: 'slopes', weight: 'weight', shape: shape.map((_, axis) => (axis === 0 ? size : 1)) };
  },
  softmax: (reader) => softmax(reader, 'softmax'),
  softmax2d: () => ({ op: 'activation', activation: { name: 'softmax', axis: 0 } }),
  log_softmax: (reader) => softmax(reader, 'logSoftmax'),
  'identity dropout dropout1d dropout2d dropout3d alpha_dropout feature_dropout feature_alpha_dropout contiguous clone':
    identity,
  'flatten ravel unflatten view reshape view_as reshape_as squeeze unsqueeze': reshape,
  permute: ({ config, shape }) => {
    const dims = config.list('dims') ?? [];
    return permuted(
      dims.map((dim) => (dim < 0 ? dim + shape.length + 1 : dim)),
      shape,
    );
  },
  'transpose swapaxes swapdims': ({ config, shape }) => {
    const rank = shape.length + 1;
    const [a, b] = [config.number('dim0', 0), config.number('dim1', 0)].map((dim) => (dim < 0 ? dim + rank : dim));
    return permuted(
      Array.from({ length: rank }, (_, dim) => (dim === a ? (b ?? 0) : dim === b ? (a ?? 0) : dim)),
      shape,
    );
  },
  'pad zero_pad1d zero_pad2d zero_pad3d constant_pad1d constant_pad2d constant_pad3d': pad,
  'interpolate upsample upsampling_nearest2d': upsample,
  'add sub subtract': add,
  'mul multiply div divide true_divide truediv': scale,
  maximum: () => ({ op: 'maximum' }),
  'cat concat concatenate': ({ config, layer }) => ({
    op: 'concatenate',
    axis: axisWithoutBatch(config.number('dim', config.number('axis', 0)), layer.outputShape.length),
  }),
};

const OPERATIONS = new Map(
  Object.entries(BUILDERS).flatMap(([names, build]) =>
    names.split(' ').map((name): [string, Builder] => [name, build]),
  ),
);

export function torchOperation(inputs: LayerInputs): Operation {
  const { layer, inputShapes } = inputs;
  const { name, isModule } = nameOf(layer);
  const build = OPERATIONS.get(name);
  if (!build)
    throw new UnknownOperation(`it is not known what ${isModule ? 'this kind of layer' : 'this function'} computes`);
  const shape = inputShapes[0] ?? [];
  return build({
    ...inputs,
    name,
    isModule,
    config: new Config(layer.config),
    shape,
    spatial: Math.max(0, shape.length - 1),
  });
}

/** A class is known by the name of the function that it calls. */
function nameOf({ className, derivedFrom }: Layer): { readonly name: string; readonly isModule: boolean } {
  const known = derivedFrom ?? className;
  const isModule = pythonClass('pytorch', known) !== undefined;
  return { name: isModule ? snakeCase(known).replace(/^lazy_/, '') : functionName(className), isModule };
}

export function torchKernel(layer: Layer, weights: LayerInputs['weights']): Kernel | null {
  const { name, isModule } = nameOf(layer);
  if (!isModule) return null;
  if (/^(lstm|gru|rnn)$/.test(name)) {
    const own = { form: 'recurrent', name: 'weight_ih_l0', bias: 'bias_ih_l0', groups: 1 } as const;
    return { ...own, axes: kernelAxes('OI', false) };
  }
  const isTransposed = name.startsWith('conv_transpose');
  const form =
    name === 'linear' ? 'dense' : isTransposed ? 'transposed' : /^conv\dd$/.test(name) ? 'convolution' : null;
  if (form === null) return null;
  const stored = weights.find((one) => one.name === 'weight');
  const rank = stored?.shape.length ?? layer.outputShape.length + 1;
  const groups = layer.config['groups'];
  return {
    form,
    name: 'weight',
    bias: 'bias',
    axes: kernelAxes(layoutOf(stored?.layout, form, rank), isTransposed),
    groups: typeof groups === 'number' && groups > 0 ? groups : 1,
  };
}

/** What the recording says, or else how PyTorch has it. */
function layoutOf(recorded: string | undefined, form: Kernel['form'], rank: number): string {
  if (recorded?.length === rank && recorded.includes('I') && recorded.includes('O')) return recorded;
  const space = 'DHW'.slice(Math.max(0, 5 - rank));
  return (form === 'transposed' ? 'IO' : 'OI') + (form === 'dense' ? '' : space);
}

function ownKernel({ layer, weights, isModule }: Reader): Kernel {
  const kernel = torchKernel(layer, weights);
  if (kernel && isModule) return kernel;
  throw new UnknownOperation('its weights are an argument of a function, which is not recorded');
}

function convolution(reader: Reader): Operation {
  const { config, spatial } = reader;
  const kernel = ownKernel(reader);
  const mode = config.text('padding_mode', 'zeros');
  if (mode !== 'zeros') throw new UnknownOperation(`its padding_mode is ${mode}`);
  return {
    op: 'kernel',
    kernel,
    windows: windowsOf(config, spatial, config.counts('stride', spatial, 1)),
    activation: LINEAR,
  };
}

function windowsOf(config: Config, spatial: number, stride: readonly number[]): WindowOptions {
  return {
    kernel: config.counts('kernel_size', spatial, 1),
    stride,
    dilation: config.counts('dilation', spatial, 1),
    padding: paddingOf(config, spatial),
    ceil: config.flag('ceil_mode', false),
  };
}

function paddingOf(config: Config, spatial: number): Padding {
  const { padding } = config.values;
  if (padding === 'same' || padding === 'valid') return padding;
  const both = config.counts('padding', spatial, 0, 0);
  return { before: both, after: both };
}

function pool({ config, spatial }: Reader, of: 'maximum' | 'mean'): Operation {
  const hasStride = config.has('stride') && ![config.values['stride']].flat().includes(null);
  const isEmpty = Array.isArray(config.values['stride']) && config.values['stride'].length === 0;
  const kernel = config.counts('kernel_size', spatial, 1);
  const windows = windowsOf(config, spatial, hasStride && !isEmpty ? config.counts('stride', spatial, 1) : kernel);
  const divisor = config.has('divisor_override')
    ? config.number('divisor_override', 1)
    : config.flag('count_include_pad', true)
      ? 'window'
      : 'values';
  return { op: 'pool', of, windows, divisor: of === 'mean' ? divisor : 'values' };
}

/** Bins of one size are a pool like any other. */
function adaptivePool({ layer, shape }: Reader, of: 'maximum' | 'mean'): Operation {
  const [from, to] = [shape.slice(1), layer.outputShape.slice(1)];
  if (to.every((size) => size === 1)) return { op: 'globalPool', of, keepsAxes: true };
  if (!from.every((size, axis) => size % (to[axis] ?? 0) === 0))
    throw new UnknownOperation(`its windows differ in size: it makes ${to.join('×')} of ${from.join('×')}`);
  const kernel = from.map((size, axis) => size / (to[axis] ?? 1));
  const ones = kernel.map(() => 1);
  return { op: 'pool', of, windows: { kernel, stride: kernel, dilation: ones, padding: 'valid' }, divisor: 'values' };
}

/** `x.mean((2, 3))`: over all of a map and nothing else. */
function meanOfMaps({ inputFormats, config, shape }: Reader, of: 'maximum' | 'mean'): Operation {
  const rank = shape.length;
  const axes = (config.list('dim') ?? config.list('axis') ?? [])
    .map((dim) => axisWithoutBatch(dim, rank))
    .sort((a, b) => a - b);
  const channels = inputFormats[0] === 'channelsLast' ? rank - 1 : 0;
  const spatial = shape.map((_, axis) => axis).filter((axis) => axis !== channels);
  if (rank < 2 || axes.join() !== spatial.join())
    throw new UnknownOperation(`it runs along ${axes.join(', ') || 'all axes'}`);
  return { op: 'globalPool', of, keepsAxes: config.flag('keepdim', false) };
}

function batchNorm({ config, isModule, weights }: Reader): Operation {
  if (!isModule) throw new UnknownOperation('its statistics are arguments of a function, which are not recorded');
  if (weights.length > 0 && !weights.some(({ name }) => name === 'running_mean'))
    throw new UnknownOperation('it normalizes with the statistics of each batch');
  const names = { mean: 'running_mean', variance: 'running_var', scale: 'weight', offset: 'bias' };
  return { op: 'normalize', axis: 0, epsilon: config.number('eps', 1e-5), ...names };
}

function softmax({ config, shape }: Reader, name: string): Operation {
  const dim = config.number('dim', shape.length === 2 ? 0 : 1);
  if (dim === 0) throw new UnknownOperation('it runs along the samples of a batch');
  const activation: Activation = { name, axis: axisWithoutBatch(dim, shape.length) };
  return { op: 'activation', activation };
}

/** `dims` count the batch, which has to stay where it is. */
function permuted(dims: readonly number[], shape: readonly number[]): Operation {
  if (dims.length !== shape.length + 1 || dims[0] !== 0) throw new UnknownOperation('it moves the samples of a batch');
  return { op: 'permute', axes: dims.slice(1).map((dim) => dim - 1) };
}

/** [left, right, top, bottom]: the last axis comes first. */
function pad({ config, spatial }: Reader): Operation {
  const mode = config.text('mode', 'constant');
  if (mode !== 'constant' || config.number('value', 0) !== 0)
    throw new UnknownOperation(
      `it pads with ${mode === 'constant' ? String(config.values['value']) : mode}, but only 0 is supported`,
    );
  const list = config.list('pad') ?? config.list('padding') ?? [];
  const amounts = list.length === 1 ? Array.from({ length: 2 * spatial }, () => list[0] ?? 0) : list;
  if (amounts.length === 0 || amounts.length > 2 * spatial) throw new UnknownOperation('it pads more than maps');
  const at = (i: number): number => amounts[i] ?? 0;
  const axes = Array.from({ length: spatial }, (_, axis) => 2 * (spatial - 1 - axis));
  return { op: 'pad', before: axes.map((i) => at(i)), after: axes.map((i) => at(i + 1)) };
}

function upsample({ config, layer, shape }: Reader): Operation {
  const mode = config.text('mode', 'nearest');
  if (!mode.startsWith('nearest')) throw new UnknownOperation(`its mode is ${mode}, but only "nearest" is supported`);
  const factors = shape.slice(1).map((size, axis) => (layer.outputShape[axis + 1] ?? 0) / size);
  if (!factors.every((factor) => Number.isInteger(factor) && factor >= 1))
    throw new UnknownOperation('it does not repeat each value equally often');
  return { op: 'upsample', factors };
}

function add({ name, config, inputShapes }: Reader): Operation {
  const sign = name === 'add' ? 1 : -1;
  const alpha = sign * config.number('alpha', 1);
  if (inputShapes.length > 1) return { op: 'add', factors: inputShapes.map((_, i) => (i === 0 ? 1 : alpha)) };
  return { op: 'affine', factor: 1, offset: alpha * constant(config) };
}

function scale({ name, config, inputShapes }: Reader): Operation {
  if (inputShapes.length > 1) throw new UnknownOperation('it multiplies layers by each other');
  const other = constant(config);
  return { op: 'affine', factor: name.startsWith('mul') ? other : 1 / other, offset: 0 };
}

function constant(config: Config): number {
  if (config.has('other')) return config.number('other', 0);
  throw new UnknownOperation('one of its operands is no layer, and is not recorded');
}
