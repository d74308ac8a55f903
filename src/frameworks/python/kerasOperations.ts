/** What Keras' layers compute: what TensorFlow.js' do, under names of their own. */
import { Config, LINEAR, type Activation, type Kernel, type LayerInputs, type Operation } from '../operation.js';
import { classOperation, ofActivation, tfjsKernel } from '../tfjs/operations.js';
import type { Layer } from '../../protocol/run.js';
import { functionName, snakeCase } from './operations.js';

/** Names that differ by more than underscores, or by what they mean. */
const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  silu: { name: 'swish' },
  leaky_relu: { name: 'leakyRelu', amount: 0.2 },
  relu6: { name: 'relu6' },
  log_sigmoid: { name: 'logSigmoid' },
  hard_sigmoid: { name: 'hardSigmoid6' },
  hard_silu: { name: 'hardSwish' },
  hard_swish: { name: 'hardSwish' },
  hard_tanh: { name: 'clipped', amount: 1 },
};

const ALIASES: readonly (readonly [RegExp, string])[] = [
  [/^Convolution/, 'Conv'],
  [/^SeparableConvolution/, 'SeparableConv'],
  [/^(Global)?MaxPool(\dD)$/, '$1MaxPooling$2'],
  [/^(Global)?AvgPool(\dD)$/, '$1AveragePooling$2'],
  [/^SyncBatchNormalization$/, 'BatchNormalization'],
];

/** Operations that are called as functions and have no arguments of their own. */
const FUNCTIONS = new Set(
  'relu relu6 sigmoid tanh silu softplus softsign selu log_sigmoid hard_sigmoid hard_silu mish'.split(' '),
);

export function kerasOperation(inputs: LayerInputs, version: string): Operation {
  const { layer } = inputs;
  const name = snakeCase(functionName(layer.className));
  const activationOf = (named: string): Activation => kerasActivation(named, layer.outputShape.length - 1, version);
  if (layer.derivedFrom === undefined && FUNCTIONS.has(name) && !/ReLU$/.test(layer.className))
    return ofActivation(activationOf(name));
  const operation = classOperation(className(layer), camelConfig(layer.config), inputs, activationOf);
  // An activation that is an object has no place in a configuration.
  if (operation.op !== 'kernel' || operation.activation !== LINEAR || layer.activation === null) return operation;
  return { ...operation, activation: activationOf(layer.activation) };
}

export function kerasKernel(layer: Layer, weights: LayerInputs['weights']): Kernel | null {
  const groups = layer.config['groups'];
  const kernel = tfjsKernel({ ...layer, className: className(layer) }, weights);
  return kernel && { ...kernel, groups: typeof groups === 'number' && groups > 0 ? groups : 1 };
}

function className({ derivedFrom, className: own }: Layer): string {
  return ALIASES.reduce((name, [pattern, to]) => name.replace(pattern, to), derivedFrom ?? own);
}

function kerasActivation(name: string, axis: number, version: string): Activation {
  if (name === 'hard_sigmoid' && version.startsWith('2.')) return { name: 'hardSigmoid' };
  return ACTIVATIONS[name] ?? { name: camelCase(name), axis };
}

function camelConfig(config: Layer['config']): Config {
  const entries = Object.entries(config).map(([key, value]): [string, Layer['config'][string]] => [
    camelCase(key),
    typeof value === 'string' && value.startsWith('channels_') ? camelCase(value) : value,
  ]);
  return new Config(Object.fromEntries(entries));
}

function camelCase(name: string): string {
  return name.replace(/_([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
}
