/** The layer classes of Keras and of PyTorch: what kind of layer each is, and the names of its positional arguments. */
import type { LayerKind } from '../../protocol/run.js';

export interface PythonLayer {
  readonly className: string;
  readonly kind: LayerKind;
  /** In order; arguments beyond them have no name. */
  readonly parameters: readonly string[];
}

type Table = Readonly<Partial<Record<LayerKind, Readonly<Record<string, string>>>>>;

const KERAS_CONV = 'filters kernel_size strides padding data_format dilation_rate groups activation use_bias';
const KERAS_POOL = 'pool_size strides padding data_format';
const KERAS: Table = {
  input: { Input: 'shape batch_size', InputLayer: 'shape batch_size' },
  conv: {
    'Conv1D Conv2D Conv3D Convolution1D Convolution2D Convolution3D': KERAS_CONV,
    'Conv1DTranspose Conv2DTranspose Conv3DTranspose Convolution2DTranspose Convolution3DTranspose':
      'filters kernel_size strides padding output_padding',
    'SeparableConv1D SeparableConv2D SeparableConvolution1D SeparableConvolution2D':
      'filters kernel_size strides padding data_format dilation_rate depth_multiplier',
    'DepthwiseConv1D DepthwiseConv2D': 'kernel_size strides padding depth_multiplier',
    'LocallyConnected1D LocallyConnected2D': 'filters kernel_size strides padding',
    Deconvolution2D: 'filters',
  },
  pool: {
    'MaxPooling1D MaxPooling2D MaxPooling3D MaxPool1D MaxPool2D MaxPool3D': KERAS_POOL,
    'AveragePooling1D AveragePooling2D AveragePooling3D AvgPool1D AvgPool2D AvgPool3D': KERAS_POOL,
    'GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D GlobalAvgPool1D GlobalAvgPool2D GlobalAvgPool3D':
      'data_format',
    'GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D GlobalMaxPool1D GlobalMaxPool2D GlobalMaxPool3D':
      'data_format',
  },
  normalization: {
    'BatchNormalization SyncBatchNormalization': 'axis momentum epsilon center scale',
    LayerNormalization: 'axis epsilon center scale',
    GroupNormalization: 'groups axis epsilon center scale',
    'UnitNormalization RMSNormalization': 'axis epsilon',
    SpectralNormalization: 'layer power_iterations',
  },
  activation: {
    Activation: 'activation',
    ReLU: 'max_value negative_slope threshold',
    LeakyReLU: 'negative_slope',
    ELU: 'alpha',
    PReLU: 'alpha_initializer',
    Softmax: 'axis',
    ThresholdedReLU: 'theta',
  },
  dropout: {
    'Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D GaussianDropout AlphaDropout': 'rate',
    GaussianNoise: 'stddev',
  },
  reshape: {
    Flatten: 'data_format',
    Reshape: 'target_shape',
    Permute: 'dims',
    RepeatVector: 'n',
    'UpSampling1D UpSampling2D UpSampling3D': 'size',
    'ZeroPadding1D ZeroPadding2D ZeroPadding3D': 'padding',
    'Cropping1D Cropping2D Cropping3D': 'cropping',
    'Resizing CenterCrop RandomCrop': 'height width',
  },
  dense: { Dense: 'units activation use_bias', EinsumDense: 'equation output_shape activation' },
  merge: { 'Add Average Maximum Minimum Multiply Subtract': '', Concatenate: 'axis', Dot: 'axes normalize' },
  recurrent: {
    'LSTM GRU SimpleRNN LSTMCell GRUCell SimpleRNNCell CuDNNLSTM CuDNNGRU': 'units activation',
    'ConvLSTM1D ConvLSTM2D ConvLSTM3D': 'filters kernel_size strides padding',
    'RNN StackedRNNCells': 'cell',
    Bidirectional: 'layer',
  },
  other: {
    Embedding: 'input_dim output_dim',
    Masking: 'mask_value',
    'TimeDistributed Wrapper': 'layer',
    Lambda: 'function',
    Rescaling: 'scale offset',
    RandomFlip: 'mode',
    'RandomRotation RandomContrast RandomBrightness RandomHeight RandomWidth RandomGrayscale RandomSharpness': 'factor',
    'RandomHue RandomSaturation RandomInvert RandomPosterization RandomPerspective RandomShear RandomErasing': '',
    'RandomColorJitter RandomColorDegeneration RandomGaussianBlur RandomElasticTransform AutoContrast': '',
    'Equalization Solarization RandAugment AugMix MixUp CutMix Pipeline MaxNumBoundingBoxes': '',
    'RandomZoom RandomTranslation': 'height_factor width_factor',
    Normalization: 'axis',
    'Discretization CategoryEncoding Hashing HashedCrossing TextVectorization StringLookup IntegerLookup': '',
    'MelSpectrogram STFTSpectrogram TFSMLayer JaxLayer FlaxLayer TorchModuleWrapper': '',
    MultiHeadAttention: 'num_heads key_dim value_dim dropout',
    'GroupQueryAttention GroupedQueryAttention': 'head_dim num_query_heads num_key_value_heads',
    'Attention AdditiveAttention': 'use_scale',
    'Identity ActivityRegularization': '',
  },
};

const TORCH_CONV = 'in_channels out_channels kernel_size stride padding dilation groups bias padding_mode';
const TORCH_POOL = 'kernel_size stride padding dilation return_indices ceil_mode';
const TORCH: Table = {
  conv: {
    'Conv1d Conv2d Conv3d': TORCH_CONV,
    'ConvTranspose1d ConvTranspose2d ConvTranspose3d':
      'in_channels out_channels kernel_size stride padding output_padding groups bias dilation padding_mode',
    'LazyConv1d LazyConv2d LazyConv3d LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d':
      'out_channels kernel_size stride padding',
  },
  pool: {
    'MaxPool1d MaxPool2d MaxPool3d': TORCH_POOL,
    'AvgPool1d AvgPool2d AvgPool3d': 'kernel_size stride padding ceil_mode count_include_pad',
    'MaxUnpool1d MaxUnpool2d MaxUnpool3d': 'kernel_size stride padding',
    'AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d':
      'output_size',
    'LPPool1d LPPool2d LPPool3d': 'norm_type kernel_size stride',
    'FractionalMaxPool2d FractionalMaxPool3d': 'kernel_size output_size output_ratio',
  },
  normalization: {
    'BatchNorm1d BatchNorm2d BatchNorm3d SyncBatchNorm InstanceNorm1d InstanceNorm2d InstanceNorm3d':
      'num_features eps momentum affine',
    'LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d': 'eps momentum affine',
    'LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d': 'eps momentum affine',
    'LayerNorm RMSNorm': 'normalized_shape eps',
    GroupNorm: 'num_groups num_channels eps affine',
    'LocalResponseNorm CrossMapLRN2d': 'size alpha beta k',
  },
  activation: {
    'ReLU ReLU6 SiLU SELU Hardswish Hardsigmoid Mish RReLU': 'inplace',
    GELU: 'approximate',
    'Sigmoid Tanh Softsign LogSigmoid Tanhshrink': '',
    LeakyReLU: 'negative_slope inplace',
    'ELU CELU': 'alpha inplace',
    PReLU: 'num_parameters init',
    'Softmax LogSoftmax Softmin': 'dim',
    Softmax2d: '',
    Softplus: 'beta threshold',
    Hardtanh: 'min_val max_val inplace',
    Threshold: 'threshold value inplace',
    'Softshrink Hardshrink': 'lambd',
    GLU: 'dim',
  },
  dropout: { 'Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout': 'p inplace' },
  reshape: {
    Flatten: 'start_dim end_dim',
    Unflatten: 'dim unflattened_size',
    Upsample: 'size scale_factor mode align_corners',
    'UpsamplingNearest2d UpsamplingBilinear2d': 'size scale_factor',
    'ZeroPad1d ZeroPad2d ZeroPad3d ReflectionPad1d ReflectionPad2d ReflectionPad3d': 'padding',
    'ReplicationPad1d ReplicationPad2d ReplicationPad3d CircularPad1d CircularPad2d CircularPad3d': 'padding',
    'ConstantPad1d ConstantPad2d ConstantPad3d': 'padding value',
    PixelShuffle: 'upscale_factor',
    PixelUnshuffle: 'downscale_factor',
    'Fold Unfold': '',
  },
  dense: {
    Linear: 'in_features out_features bias',
    LazyLinear: 'out_features bias',
    Bilinear: 'in1_features in2_features out_features bias',
  },
  recurrent: {
    'LSTM GRU': 'input_size hidden_size num_layers bias batch_first dropout bidirectional',
    RNN: 'input_size hidden_size num_layers',
    'LSTMCell GRUCell RNNCell': 'input_size hidden_size',
  },
  other: {
    Embedding: 'num_embeddings embedding_dim padding_idx max_norm',
    EmbeddingBag: 'num_embeddings embedding_dim',
    Identity: '',
    MultiheadAttention: 'embed_dim num_heads dropout bias',
    Transformer: 'd_model nhead num_encoder_layers num_decoder_layers',
    'TransformerEncoderLayer TransformerDecoderLayer': 'd_model nhead dim_feedforward dropout',
    TransformerEncoder: 'encoder_layer num_layers',
    TransformerDecoder: 'decoder_layer num_layers',
    AdaptiveLogSoftmaxWithLoss: 'in_features n_classes cutoffs',
    'ChannelShuffle CosineSimilarity PairwiseDistance': '',
  },
};

/** Functions of `keras.layers` that construct a merging layer and call it at once. */
const KERAS_FUNCTIONS: Readonly<Record<string, string>> = {
  concatenate: 'Concatenate',
  add: 'Add',
  average: 'Average',
  maximum: 'Maximum',
  minimum: 'Minimum',
  multiply: 'Multiply',
  subtract: 'Subtract',
  dot: 'Dot',
};

const KERAS_LAYERS = indexed(KERAS);
for (const [name, className] of Object.entries(KERAS_FUNCTIONS)) {
  const parameters = ['inputs', ...(KERAS_LAYERS.get(className)?.parameters ?? [])];
  KERAS_LAYERS.set(name, { className, kind: 'merge', parameters });
}
const TORCH_LAYERS = indexed(TORCH);

/** The layer of a framework's class, by the class's bare name. */
export function pythonClass(framework: 'keras' | 'pytorch', className: string): PythonLayer | undefined {
  return (framework === 'keras' ? KERAS_LAYERS : TORCH_LAYERS).get(className);
}

/** Every name that may be a layer's class. */
export const PYTHON_LAYER_NAMES: ReadonlySet<string> = new Set([...KERAS_LAYERS.keys(), ...TORCH_LAYERS.keys()]);

/** A module of the user's own may hand on `keras`. */
const KERAS_PATH =
  /^(?:(?:\.+(?:\w+\.)*)?keras|tf_keras|keras_core|tensorflow(?:_core)?(?:\.compat\.v[12])?(?:\.python)?\.keras)(?:\.(?:src|api|_v[12]|v[12]|keras))*(\.layers(?:\.[a-z_][a-z_0-9]*)*)?\.(\w+)$/;
const TORCH_PATH = /^torch\.nn(?:\.modules(?:\.[a-z_]+)?)?\.(\w+)$/;

/** The layer that a full path names: "tensorflow.keras.layers.Conv2D", "torch.nn.Conv2d". */
export function pythonLayer(path: string): PythonLayer | undefined {
  const torch = TORCH_PATH.exec(path)?.[1];
  if (torch !== undefined) return TORCH_LAYERS.get(torch);
  const keras = KERAS_PATH.exec(path);
  // Of classes outside of `layers` only the input is one: keras.Input.
  return keras && (keras[1] !== undefined || keras[2] === 'Input') ? KERAS_LAYERS.get(keras[2] ?? '') : undefined;
}

/** The class that layers of one's own are derived from. */
export function isLayerBase(path: string): boolean {
  const keras = KERAS_PATH.exec(path);
  return /^torch\.nn(?:\.modules(?:\.module)?)?\.Module$/.test(path) || keras?.[2] === 'Layer';
}

/** Several names of one class: `MaxPool2D` of Keras, and PyTorch's lazy modules, which become others when they are called. */
export function canonicalClass(className: string): string {
  return className
    .replace(/^Lazy(?=[A-Z])/, '')
    .replace(/^Convolution(?=\dD)/, 'Conv')
    .replace(
      /^(Global)?(Max|Avg|Average)Pool(?:ing)?(?=\dD$)/,
      (_, all = '', kind: string) => `${all}${kind === 'Max' ? 'Max' : 'Average'}Pooling`,
    )
    .replace(/^Input$/, 'InputLayer');
}

/** Packages that a wildcard may bring in: `layers` of `from tensorflow.keras import *`. */
export function isPythonLayerPackage(path: string): boolean {
  return (
    path === 'torch.nn' ||
    KERAS_PATH.exec(`${path}.layers.Dense`) !== null ||
    pythonLayer(`${path}.Dense`) !== undefined
  );
}

/** A test of the bare text, cheap enough for every keystroke; true for every file that detection could accept. */
export function mentionsPythonLayers(text: string): boolean {
  return text.includes('keras') || text.includes('torch');
}

function indexed(table: Table): Map<string, PythonLayer> {
  const layers = Object.entries(table).flatMap(([kind, classes]) =>
    Object.entries(classes).flatMap(([names, parameters]) =>
      names
        .split(' ')
        .map((className): [string, PythonLayer] => [
          className,
          { className, kind: kind as LayerKind, parameters: parameters.split(' ').filter(Boolean) },
        ]),
    ),
  );
  return new Map(layers);
}
