/** What TensorFlow.js takes for an argument that the text leaves out, as far as recordings name it. */
import type { LayerDefinition, LiteralValue } from '../detect/layerDefinition.js';

type Values = Readonly<Record<string, LiteralValue>>;

/** Of every class that has the argument; a key that a configuration does not have is not asked for. */
const GENERAL: Values = {
  padding: 'valid',
  dilationRate: 1,
  depthMultiplier: 1,
  useBias: true,
  axis: -1,
  center: true,
  scale: true,
  epsilon: 1e-3,
  momentum: 0.99,
  poolSize: 2,
  returnSequences: false,
  returnState: false,
  goBackwards: false,
  stateful: false,
  unroll: false,
  unitForgetBias: true,
  recurrentActivation: 'hardSigmoid',
  dropout: 0,
  recurrentDropout: 0,
};

const OF_KIND: Partial<Readonly<Record<LayerDefinition['kind'], Values>>> = {
  conv: { strides: 1, activation: 'linear' },
  dense: { activation: 'linear' },
  recurrent: { strides: 1, activation: 'tanh' },
};

const OF_CLASS: Readonly<Record<string, Values>> = {
  ELU: { alpha: 1 },
  LeakyReLU: { alpha: 0.3 },
  ThresholdedReLU: { theta: 1 },
  // Not the last one, as in Keras.
  Softmax: { axis: 1 },
  UpSampling2D: { size: 2, interpolation: 'nearest' },
  ZeroPadding2D: { padding: 1 },
  Rescaling: { scale: 1, offset: 0 },
  Bidirectional: { mergeMode: 'concat' },
};

type Entries = readonly (readonly [key: string, value: LiteralValue])[];

/** A definition is held against every layer of its class that was recorded. */
const known = new WeakMap<LayerDefinition, Entries>();

/** Of the arguments that the text leaves out. */
export function leftOutDefaults(definition: LayerDefinition): Entries {
  const entries = known.get(definition) ?? Object.entries(defaultsOf(definition)).filter(([key]) => !isGiven(definition, key)); // prettier-ignore
  known.set(definition, entries);
  return entries;
}

/** Whether the text gives an argument, with a value or computed. */
export function isGiven({ arguments: given, computedArguments }: LayerDefinition, key: string): boolean {
  return Object.hasOwn(given, key) || computedArguments.includes(key);
}

function defaultsOf({ className, kind, arguments: given, computedArguments }: LayerDefinition): Values {
  // A pool steps by its size.
  const isComputed = computedArguments.includes('poolSize');
  const step: Values = kind === 'pool' && !isComputed ? { strides: given['poolSize']?.value ?? 2 } : {};
  return { ...GENERAL, ...OF_KIND[kind], ...OF_CLASS[className], ...step };
}
