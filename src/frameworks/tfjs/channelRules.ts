/** What the layers of TensorFlow.js do with the channels of their input. */
import type { Layer } from '../../protocol/run.js';

/** They mix all channels of their input, so that their own output stays as it is. */
const ABSORBING = new Set([
  'Dense',
  'Conv1D',
  'Conv2D',
  'Conv3D',
  'Conv2DTranspose',
  'Conv3DTranspose',
  'SeparableConv2D',
  'LSTM',
  'GRU',
  'SimpleRNN',
  'ConvLSTM2D',
]);
/** They take what comes on the last axis as it is. */
const PASSING = new Set<Layer['kind']>(['pool', 'normalization', 'activation', 'dropout']);
const PASSING_CLASSES = new Set([
  'UpSampling2D',
  'ZeroPadding2D',
  'Cropping2D',
  'CenterCrop',
  'Resizing',
  'RepeatVector',
  'Masking',
  'Rescaling',
]);

export type ChannelRule = 'mixes' | 'passes' | 'multiplies' | 'concatenates' | 'reshapes' | 'merges' | 'unknown';

export function channelRule({ className, kind }: Pick<Layer, 'className' | 'kind'>): ChannelRule {
  if (ABSORBING.has(className)) return 'mixes';
  if (PASSING.has(kind) || PASSING_CLASSES.has(className)) return 'passes';
  switch (className) {
    case 'DepthwiseConv2D':
    case 'Flatten':
      return 'multiplies';
    case 'Concatenate':
      return 'concatenates';
    case 'Reshape':
      return 'reshapes';
    default:
      return kind === 'merge' ? 'merges' : 'unknown';
  }
}
