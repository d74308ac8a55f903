/** The coarse kind of each TensorFlow.js layer class, and the activation function that some of them are. */
import type { LayerKind } from '../../protocol/run.js';

/** The class of inputs, which models make where a script does not. */
export const INPUT_CLASS = 'InputLayer';

const KINDS: readonly (readonly [RegExp, LayerKind])[] = [
  [/^InputLayer$/, 'input'],
  [/Dropout|^GaussianNoise$/, 'dropout'],
  [/^Conv\w*LSTM|RNN$|LSTM|GRU|^Bidirectional$/, 'recurrent'],
  [/Conv/, 'conv'],
  [/Pool/, 'pool'],
  [/Normalization$/, 'normalization'],
  [/^(Activation|ReLU|LeakyReLU|PReLU|ELU|ThresholdedReLU|Softmax)$/, 'activation'],
  [/^(Add|Average|Concatenate|Dot|Maximum|Minimum|Multiply)$/, 'merge'],
  [
    /^(Flatten|Reshape|Permute|RepeatVector|ZeroPadding\w*|Cropping\w*|UpSampling\w*|Resizing|CenterCrop|RandomWidth|Masking)$/,
    'reshape',
  ],
  [/^(Dense|Embedding)$/, 'dense'],
];

export function layerKind(className: string): LayerKind {
  return KINDS.find(([pattern]) => pattern.test(className))?.[1] ?? 'other';
}

const ACTIVATION_CLASSES: Readonly<Record<string, string>> = {
  ReLU: 'relu',
  LeakyReLU: 'leakyRelu',
  PReLU: 'prelu',
  ELU: 'elu',
  ThresholdedReLU: 'thresholdedRelu',
  Softmax: 'softmax',
};

/** The activation function inside a layer; null when there is none or it is linear. */
export function activationOf(className: string, config: Readonly<Record<string, unknown>>): string | null {
  const named = ACTIVATION_CLASSES[className];
  if (named) return named;
  const { activation } = config;
  return typeof activation === 'string' && activation !== 'linear' ? activation : null;
}
