/** The arguments of TensorFlow.js' layers: what holds where one is left out, and which have several forms. */
import type { LayerKind } from '../../protocol/run.js';

type Values = Readonly<Record<string, string | number | boolean | null>>;

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

const OF_KIND: Partial<Readonly<Record<LayerKind, Values>>> = {
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

/** What TensorFlow.js takes for arguments that are left out, as far as recordings name it. */
export function defaultArguments(className: string, kind: LayerKind): Values {
  return { ...GENERAL, ...OF_KIND[kind], ...OF_CLASS[className] };
}

/** A pool steps by its size, which has a default of its own. */
export const POOL_SIZE = { key: 'poolSize', byDefault: 2 } as const;

/** Any of them says what comes in; it is recorded as `batchInputShape`. */
export const INPUT_ARGUMENTS = ['inputShape', 'batchInputShape', 'inputDim', 'inputLength'] as const;

/** Whether every layer of the class has a `batchInputShape`, said or not. */
export function alwaysHasInputShape(className: string, kind: LayerKind): boolean {
  return kind === 'input' || className === 'Embedding';
}

/** Whether an argument is margins, `[2, 3]` or `[[2, 2], [3, 3]]`, which are recorded as top, bottom, left, right. */
export function isMargin(className: string, key: string): boolean {
  return (className === 'ZeroPadding2D' && key === 'padding') || (className === 'Cropping2D' && key === 'cropping');
}
