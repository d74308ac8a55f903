/** The factories of `tf.layers` (TensorFlow.js 4): which class each constructs and what kind of layer that is. */
import type { LayerKind } from '../../protocol/run.js';

interface FactoryEntry {
  readonly className: string;
  readonly kind: LayerKind;
}

const BY_KIND: Readonly<Record<LayerKind, Readonly<Record<string, readonly string[]>>>> = {
  input: { InputLayer: ['input', 'inputLayer'] },
  conv: {
    Conv1D: ['conv1d'],
    Conv2D: ['conv2d'],
    Conv3D: ['conv3d'],
    Conv2DTranspose: ['conv2dTranspose'],
    Conv3DTranspose: ['conv3dTranspose'],
    SeparableConv2D: ['separableConv2d'],
    DepthwiseConv2D: ['depthwiseConv2d'],
  },
  pool: {
    AveragePooling1D: ['averagePooling1d', 'avgPool1d', 'avgPooling1d'],
    AveragePooling2D: ['averagePooling2d', 'avgPool2d', 'avgPooling2d'],
    AveragePooling3D: ['averagePooling3d', 'avgPool3d', 'avgPooling3d'],
    MaxPooling1D: ['maxPooling1d', 'maxPool1d'],
    MaxPooling2D: ['maxPooling2d', 'maxPool2d'],
    MaxPooling3D: ['maxPooling3d'],
    GlobalAveragePooling1D: ['globalAveragePooling1d'],
    GlobalAveragePooling2D: ['globalAveragePooling2d'],
    GlobalMaxPooling1D: ['globalMaxPooling1d', 'globalMaxPool1d'],
    GlobalMaxPooling2D: ['globalMaxPooling2d', 'globalMaxPool2d'],
  },
  normalization: { BatchNormalization: ['batchNormalization'], LayerNormalization: ['layerNormalization'] },
  activation: {
    Activation: ['activation'],
    ReLU: ['reLU'],
    ELU: ['elu'],
    LeakyReLU: ['leakyReLU'],
    PReLU: ['prelu'],
    Softmax: ['softmax'],
    ThresholdedReLU: ['thresholdedReLU'],
  },
  dropout: {
    Dropout: ['dropout'],
    SpatialDropout1D: ['spatialDropout1d'],
    GaussianDropout: ['gaussianDropout'],
    GaussianNoise: ['gaussianNoise'],
    AlphaDropout: ['alphaDropout'],
  },
  reshape: {
    Flatten: ['flatten'],
    Reshape: ['reshape'],
    Permute: ['permute'],
    RepeatVector: ['repeatVector'],
    UpSampling2D: ['upSampling2d'],
    ZeroPadding2D: ['zeroPadding2d'],
    Cropping2D: ['cropping2D'],
    CenterCrop: ['centerCrop'],
    Resizing: ['resizing'],
  },
  dense: { Dense: ['dense'] },
  merge: {
    Add: ['add'],
    Average: ['average'],
    Concatenate: ['concatenate'],
    Maximum: ['maximum'],
    Minimum: ['minimum'],
    Multiply: ['multiply'],
    Dot: ['dot'],
  },
  recurrent: {
    LSTM: ['lstm'],
    LSTMCell: ['lstmCell'],
    GRU: ['gru'],
    GRUCell: ['gruCell'],
    SimpleRNN: ['simpleRNN'],
    SimpleRNNCell: ['simpleRNNCell'],
    ConvLSTM2D: ['convLstm2d'],
    ConvLSTM2DCell: ['convLstm2dCell'],
    RNN: ['rnn'],
    StackedRNNCells: ['stackedRNNCells'],
    Bidirectional: ['bidirectional'],
  },
  other: {
    Embedding: ['embedding'],
    Masking: ['masking'],
    TimeDistributed: ['timeDistributed'],
    Rescaling: ['rescaling'],
    CategoryEncoding: ['categoryEncoding'],
    RandomWidth: ['randomWidth'],
  },
};

export const TFJS_FACTORIES: ReadonlyMap<string, FactoryEntry> = new Map(
  Object.entries(BY_KIND).flatMap(([kind, classes]) =>
    Object.entries(classes).flatMap(([className, factories]) =>
      factories.map((factory): [string, FactoryEntry] => [factory, { className, kind: kind as LayerKind }]),
    ),
  ),
);
