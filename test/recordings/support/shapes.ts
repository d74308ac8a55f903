/**
 * The scripts of test/recordings/scripts, what each stands for, and what a recording of it must hold. A layer is
 * written "Class@mark": the class, and the comment `// l<mark>` on the line that constructs it ("-": the
 * framework made it).
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../recorder/support/bundles.js';

export const SCRIPTS = join(root, 'test', 'recordings', 'scripts');

export interface ExpectedRun {
  /** In order of l. */
  readonly layers: string;
  readonly epochs: readonly number[];
  readonly task: 'classification' | 'regression' | 'none';
  readonly classCount?: number;
  /** Part of the run's name, where the script makes several. */
  readonly name?: string;
  readonly metrics?: readonly string[];
  /** Layers that must be recorded as frozen, by name. */
  readonly frozen?: readonly string[];
}

export interface Shape {
  /** Folder under scripts. */
  readonly name: string;
  readonly title: string;
  readonly script: string;
  readonly arguments?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  /** Of the workspace; the usual ones by default. */
  readonly packages?: readonly string[];
  readonly batchesPerEpoch?: number;
  /** How often it is started; what is held against the expectation is the last. Once by default. */
  readonly starts?: number;
  readonly runs: readonly ExpectedRun[];
  /** Engines that cannot train it, with the reason. */
  readonly impossible?: Partial<Record<'wasm' | 'tensorflow', string>>;
}

const TFJS = ['@tensorflow/tfjs', '@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', '@tensorflow/tfjs-data'];
const CONV_HEAD = 'InputLayer@- Conv2D@1 Flatten@2 Dense@3';

export const SHAPES: readonly Shape[] = [
  {
    name: 'mnist-node',
    title: 'convolutions on tfjs-node, CommonJS, arguments, evaluate, save and load file://',
    script: 'main.js',
    arguments: ['2', '16', './saved'],
    runs: [
      {
        layers: 'InputLayer@- Conv2D@1 Conv2D@2 MaxPooling2D@3 Dropout@4 Flatten@5 Dense@6 Dropout@7 Dense@8',
        epochs: [0, 1, 2],
        task: 'classification',
        metrics: ['loss', 'acc', 'val_loss', 'val_acc', 'probe_accuracy'],
      },
    ],
  },
  {
    name: 'cifar-esm',
    title: 'ES modules, named imports, destructured factories, sparse labels, top-level await',
    script: 'index.js',
    runs: [
      {
        layers:
          'InputLayer@- Conv2D@1 BatchNormalization@2 Conv2D@3 Activation@4 MaxPooling2D@5 GlobalAveragePooling2D@6 Dense@7',
        epochs: [0, 1, 2],
        task: 'classification',
      },
    ],
  },
  {
    name: 'ts-class',
    title: 'TypeScript through the workspace’s tsx: enum, private model in a class',
    script: 'train.ts',
    packages: [...TFJS, 'tsx'],
    runs: [
      {
        layers: 'InputLayer@- Conv2D@1 AveragePooling2D@2 Flatten@3 Dense@4',
        epochs: [0, 1, 2],
        task: 'classification',
      },
    ],
  },
  {
    name: 'ts-class',
    title: 'the same TypeScript in a workspace without any compiler',
    script: 'train.ts',
    packages: TFJS,
    runs: [
      {
        layers: 'InputLayer@- Conv2D@1 AveragePooling2D@2 Flatten@3 Dense@4',
        epochs: [0, 1, 2],
        task: 'classification',
      },
    ],
  },
  {
    name: 'ts-class',
    title: 'the same TypeScript through the workspace’s ts-node',
    script: 'train.ts',
    packages: [...TFJS, 'ts-node', 'typescript'],
    environment: { TS_NODE_TRANSPILE_ONLY: 'true' },
    runs: [
      {
        layers: 'InputLayer@- Conv2D@1 AveragePooling2D@2 Flatten@3 Dense@4',
        epochs: [0, 1, 2],
        task: 'classification',
      },
    ],
  },
  {
    name: 'ts-commonjs',
    title: 'TypeScript meant for CommonJS, without any compiler: path aliases, JSON, unmarked types, __dirname, module',
    script: 'train.ts',
    packages: TFJS,
    runs: [{ layers: 'InputLayer@1 Dense@2 Dense@3', epochs: [0, 1, 2], task: 'classification', classCount: 2 }],
  },
  {
    name: 'set-backend',
    title: 'tfjs-node loaded for its backend, which is then chosen by name',
    script: 'index.js',
    runs: [{ layers: 'InputLayer@- Dense@1 Dense@2', epochs: [0, 1, 2, 3], task: 'regression' }],
  },
  {
    name: 'fit-by-step',
    title: 'an agent that calls fit for every step: past 50 steps not each is recorded, the last is',
    script: 'train.js',
    runs: [
      {
        layers: 'InputLayer@- Dense@1 Dense@2',
        epochs: [...Array.from({ length: 51 }, (_, epoch) => epoch), 52, 54, 56, 58, 60, 62, 63],
        task: 'regression',
      },
    ],
  },
  {
    name: 'transformer',
    title: 'self-attention and positions as layers of the script’s own, layer normalisation, whole-number inputs',
    script: 'train.js',
    runs: [
      {
        layers:
          'InputLayer@1 Embedding@2 Positions@3 SelfAttention@4 Add@5 LayerNormalization@6 Dense@7 Add@8 GlobalAveragePooling1D@9 Dense@10',
        epochs: [0, 1, 2],
        task: 'classification',
      },
    ],
  },
  {
    name: 'recurrent',
    title: 'three models of a script: bidirectional and masked, stacked cells, stateful with a fixed batch',
    script: 'train.js',
    runs: [
      {
        layers: 'InputLayer@- Masking@1 Bidirectional@2 TimeDistributed@3 Flatten@4 Dense@5',
        epochs: [0, 1, 2],
        task: 'regression',
      },
      {
        name: 'stacked',
        layers: 'InputLayer@- RNN@6 RepeatVector@7 Permute@8 Flatten@9 Dense@10',
        epochs: [0, 1, 2],
        task: 'regression',
      },
      { name: 'stateful', layers: 'InputLayer@- LSTM@11 Dense@12', epochs: [0, 1, 2], task: 'regression' },
    ],
  },
  {
    name: 'dataset-generator',
    title: 'fitDataset on tf.data.generator, shuffled, prefetched, with validation data',
    script: 'train.js',
    runs: [{ layers: CONV_HEAD, epochs: [0, 1, 2, 3], task: 'classification' }],
  },
  {
    name: 'acgan',
    title: 'conditional GAN: trainOnBatch of a discriminator and of the frozen one behind a generator',
    script: 'gan.js',
    batchesPerEpoch: 5,
    runs: [
      {
        layers: 'InputLayer@15 Conv2D@11 LeakyReLU@12 Dropout@13 Flatten@14 Dense@16 Dense@17',
        epochs: [0, 1, 2],
        task: 'classification',
        classCount: 3,
      },
      {
        name: 'combined',
        layers:
          'InputLayer@18 InputLayer@19 Embedding@8 Flatten@9 Multiply@10 Dense@1 Reshape@2 Conv2DTranspose@3 BatchNormalization@4 Conv2DTranspose@5 Conv2D@11 LeakyReLU@12 Dropout@13 Flatten@14 Dense@16 Dense@17',
        epochs: [0, 1, 2],
        task: 'classification',
        classCount: 3,
      },
    ],
  },
  {
    name: 'autoencoder',
    title: 'functional autoencoder of an encoder and a decoder, default imports',
    script: 'index.mjs',
    runs: [
      {
        layers: 'InputLayer@9 Conv2D@2 Flatten@3 Dense@3 Dense@5 Reshape@6 UpSampling2D@7 Conv2D@8',
        epochs: [0, 1, 2],
        task: 'regression',
      },
    ],
  },
  {
    name: 'transfer',
    title: 'transfer learning: a loaded base, cut and frozen, then fine-tuned',
    script: 'train.js',
    runs: [
      {
        layers: 'InputLayer@- Conv2D@1 MaxPooling2D@1 Flatten@1 Dense@1 Dense@2',
        epochs: [0, 1, 2, 3],
        task: 'classification',
        frozen: ['conv_1', 'pool_1', 'flat', 'features'],
      },
    ],
  },
  {
    name: 'resume',
    title: 'training resumed from a saved model (the second start)',
    script: 'train.js',
    starts: 2,
    runs: [{ layers: 'InputLayer@- Conv2D@4 Flatten@4 Dense@4', epochs: [0, 1, 2], task: 'classification' }],
  },
  {
    name: 'resnet',
    title: 'residual network from helper functions, batch normalisation, momentum',
    script: 'train.js',
    runs: [
      {
        layers:
          'InputLayer@8 Conv2D@1 BatchNormalization@2 ReLU@3 Conv2D@1 BatchNormalization@2 ReLU@3 Conv2D@4 BatchNormalization@5 Add@7 ReLU@7 Conv2D@6 Conv2D@1 BatchNormalization@2 ReLU@3 Conv2D@4 BatchNormalization@5 Add@7 ReLU@7 GlobalAveragePooling2D@9 Dense@10',
        epochs: [0, 1, 2],
        task: 'classification',
      },
    ],
  },
  {
    name: 'multi-io',
    title: 'two inputs and two outputs by name, a loss for each',
    script: 'train.js',
    runs: [
      {
        layers: 'InputLayer@1 InputLayer@2 Dense@5 Conv2D@3 GlobalMaxPooling2D@4 Concatenate@6 Dense@7 Dense@8',
        epochs: [0, 1, 2],
        task: 'classification',
      },
    ],
  },
  {
    name: 'siamese',
    title: 'one nested model applied twice, a distance layer of the script’s own',
    script: 'train.js',
    runs: [
      {
        layers: 'InputLayer@4 InputLayer@5 Conv2D@1 Flatten@2 Dense@3 Conv2D@1 Flatten@2 Dense@3 Distance@6 Dense@7',
        epochs: [0, 1, 2],
        task: 'classification',
      },
    ],
  },
  {
    name: 'mobilenet',
    title: 'depthwise and separable convolutions, padding layers, relu6',
    script: 'train.js',
    runs: [
      {
        layers:
          'InputLayer@- ZeroPadding2D@1 Conv2D@2 BatchNormalization@3 ReLU@4 DepthwiseConv2D@5 BatchNormalization@6 ReLU@7 SeparableConv2D@8 GlobalAveragePooling2D@9 Reshape@10 Dropout@11 Conv2D@12 Flatten@13 Softmax@14',
        epochs: [0, 1, 2],
        task: 'classification',
      },
    ],
  },
  {
    name: 'time-series',
    title: '1-D convolutions, early stopping, absolute error',
    script: 'train.js',
    runs: [
      {
        layers: 'InputLayer@- Conv1D@1 MaxPooling1D@2 Conv1D@3 GlobalAveragePooling1D@4 Dense@5',
        epochs: [0, 1, 2, 3],
        task: 'regression',
      },
    ],
  },
  {
    name: 'lstm-text',
    title: 'text generation: embedding, stacked LSTM, sampling between epochs',
    script: 'train.mjs',
    runs: [{ layers: 'InputLayer@- Embedding@1 LSTM@2 LSTM@3 Dense@4', epochs: [0, 1, 2], task: 'classification' }],
  },
  {
    name: 'regression',
    title: 'dense network; arguments, environment, working folder, process.exit',
    script: 'index.js',
    arguments: ['--units', '7'],
    environment: { EPOCHS: '3' },
    runs: [{ layers: 'InputLayer@- Dense@1 Dense@2 Dense@3', epochs: [0, 1, 2, 3], task: 'regression' }],
  },
  {
    name: 'custom-layers',
    title: 'layers of the script’s own, with weights and without a name; noise; a regulariser; binary labels',
    script: 'train.js',
    runs: [
      {
        layers: 'InputLayer@- Conv2D@1 Scale@2 Lambda@3 LayerNormalization@4 GaussianNoise@5 Flatten@6 Dense@7',
        epochs: [0, 1, 2],
        task: 'classification',
      },
    ],
  },
  {
    name: 'channels-first',
    title: 'channelsFirst throughout',
    script: 'train.js',
    runs: [
      {
        layers: 'InputLayer@- Conv2D@1 MaxPooling2D@2 LeakyReLU@3 Conv2D@4 Flatten@5 Dense@6',
        epochs: [0, 1, 2],
        task: 'classification',
      },
    ],
  },
  {
    name: 'hand-loop',
    title: 'a loop by hand that says its epochs: import { record } from ‘cnnslicer’',
    script: 'train.mjs',
    runs: [
      {
        layers: CONV_HEAD,
        epochs: [0, 1, 2, 3],
        task: 'classification',
        metrics: ['loss', 'val_loss', 'probe_accuracy'],
      },
    ],
  },
  {
    name: 'vae',
    title: 'variational autoencoder: optimizer.minimize in a loop by hand, nothing said',
    script: 'train.js',
    batchesPerEpoch: 6,
    runs: [
      {
        layers: 'InputLayer@1 Dense@2 Dense@3 Dense@4 ZLayer@5 Dense@7 Dense@8',
        epochs: [0, 1, 2, 3],
        task: 'none',
        metrics: ['loss'],
      },
    ],
  },
  {
    name: 'dqn',
    title: 'reinforcement learning: variableGrads and applyGradients, a target network beside',
    script: 'train.js',
    batchesPerEpoch: 5,
    runs: [
      {
        layers: 'InputLayer@- Conv2D@1 BatchNormalization@2 Flatten@3 Dense@4 Dense@5',
        epochs: [0, 1, 2, 3],
        task: 'none',
      },
    ],
  },
  {
    name: 'core-and-layers',
    title: 'tfjs-core and tfjs-layers as packages of their own',
    script: 'train.mjs',
    packages: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'],
    runs: [{ layers: CONV_HEAD, epochs: [0, 1, 2], task: 'classification' }],
  },
  {
    name: 'attention',
    title: 'sequence to sequence with attention: masking, dot, timeDistributed, initial states',
    script: 'train.js',
    runs: [
      {
        layers:
          'InputLayer@1 InputLayer@2 Embedding@3 LSTM@4 GetLastTimestep@5 Embedding@3 LSTM@6 Dot@7 Activation@8 Dot@9 Concatenate@10 TimeDistributed@11 TimeDistributed@12',
        epochs: [0, 1, 2],
        task: 'regression',
      },
    ],
  },
  {
    name: 'unet',
    title: 'segmentation in TypeScript: transposed convolution, concatenation, a loss function',
    script: 'train.ts',
    packages: TFJS,
    runs: [
      {
        layers: 'InputLayer@2 Conv2D@1 MaxPooling2D@3 Conv2D@1 Conv2DTranspose@4 Concatenate@5 Conv2D@1 Conv2D@6',
        epochs: [0, 1, 2],
        task: 'regression',
      },
    ],
  },
  {
    name: 'train-on-batch',
    title: 'trainOnBatch with evaluate at the end of each pass',
    script: 'train.js',
    runs: [
      {
        layers: CONV_HEAD,
        epochs: [0, 1, 2, 3],
        task: 'classification',
        metrics: ['loss', 'acc', 'val_loss', 'val_acc', 'probe_accuracy'],
      },
    ],
  },
];

/** Folders of scripts, to see that none is forgotten. */
export function scriptFolders(): string[] {
  return readdirSync(SCRIPTS, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}
