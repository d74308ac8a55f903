/** What Keras and PyTorch take for arguments that are left out, as far as recordings name them. */
import { canonicalClass } from './pythonLayers.js';

type Value = string | number | boolean | null;
type Values = Readonly<Record<string, Value>>;

const KERAS: Values = {
  strides: 1,
  padding: 'valid',
  dilation_rate: 1,
  groups: 1,
  depth_multiplier: 1,
  use_bias: true,
  activation: 'linear',
  momentum: 0.99,
  epsilon: 1e-3,
  center: true,
  scale: true,
  pool_size: 2,
  keepdims: false,
  return_sequences: false,
  return_state: false,
  go_backwards: false,
  stateful: false,
  dropout: 0,
  recurrent_dropout: 0,
  interpolation: 'nearest',
};
const OF_KERAS: readonly (readonly [RegExp, Values])[] = [
  [/^(?:LSTM|GRU|SimpleRNN)$|^ConvLSTM/, { activation: 'tanh', recurrent_activation: 'sigmoid' }],
  [/^ConvLSTM/, { recurrent_activation: 'hard_sigmoid' }],
  [/^ZeroPadding/, { padding: 1 }],
  [/^UpSampling/, { size: 2 }],
  [/^(?:Resizing|RandomZoom|RandomRotation|RandomTranslation)$/, { interpolation: 'bilinear' }],
];

const TORCH_CONV: Values = { stride: 1, padding: 0, dilation: 1, groups: 1, bias: true, padding_mode: 'zeros' };
const OF_TORCH: readonly (readonly [RegExp, Values])[] = [
  [/^Conv\dd$/, TORCH_CONV],
  [/^ConvTranspose/, { ...TORCH_CONV, output_padding: 0 }],
  [/^MaxPool/, { padding: 0, dilation: 1, ceil_mode: false, return_indices: false }],
  [/^AvgPool/, { padding: 0, ceil_mode: false, count_include_pad: true }],
  [/BatchNorm/, { eps: 1e-5, momentum: 0.1, affine: true, track_running_stats: true }],
  [/^InstanceNorm/, { eps: 1e-5, momentum: 0.1, affine: false, track_running_stats: false }],
  [/^LayerNorm$/, { eps: 1e-5, elementwise_affine: true, bias: true }],
  [/^GroupNorm$/, { eps: 1e-5, affine: true }],
  [/^(?:Linear|Bilinear)$/, { bias: true }],
  [/^(?:Dropout|AlphaDropout|FeatureAlphaDropout)/, { p: 0.5, inplace: false }],
  [/^(?:ReLU6?|SiLU|SELU|Hardswish|Hardsigmoid|Mish)$/, { inplace: false }],
  [/^LeakyReLU$/, { negative_slope: 0.01, inplace: false }],
  [/^C?ELU$/, { alpha: 1, inplace: false }],
  [/^GELU$/, { approximate: 'none' }],
  [/^Flatten$/, { start_dim: 1, end_dim: -1 }],
  [/^Upsample$/, { mode: 'nearest', align_corners: null }],
  [/^(?:LSTM|GRU|RNN)$/, { num_layers: 1, bias: true, batch_first: false, dropout: 0, bidirectional: false }],
];

export function pythonDefaults(framework: 'keras' | 'pytorch', className: string): Values {
  const name = canonicalClass(className);
  const tables = framework === 'keras' ? OF_KERAS : OF_TORCH;
  const own = tables.flatMap(([pattern, values]) => (pattern.test(name) ? [values] : []));
  const all: Values = Object.assign({}, framework === 'keras' ? KERAS : {}, ...own) as Values;
  return Object.fromEntries(Object.entries(all).filter(([key]) => !(key in sameAsArgument(framework, className))));
}

/** Arguments that are what another one is: a pool steps by its size. */
export function sameAsArgument(
  framework: 'keras' | 'pytorch',
  className: string,
): Readonly<Record<string, { readonly other: string; readonly byDefault: Value }>> {
  if (!/Pool/.test(className) || /Adaptive|Global|Fractional/.test(className)) return {};
  return framework === 'keras'
    ? { strides: { other: 'pool_size', byDefault: 2 } }
    : { stride: { other: 'kernel_size', byDefault: null } };
}
