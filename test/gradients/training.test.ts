/** Whole training steps on WebAssembly: every kind of layer against the CPU backend, no leak, the same twice. */
import type * as tfjs from '@tensorflow/tfjs';
import assert from 'node:assert/strict';
import { kernelsMissingInWasm } from '../../src/recorder/engine/wasmKernels.js';
import {
  assertClose,
  largestDifference,
  notices,
  on,
  random,
  rounding,
  tensorflow,
  uniform,
  type BackendName,
  type Tf,
  type Values,
} from './twoBackends.js';

type Layers = (tf: Tf) => tfjs.layers.Layer[];

const weights = (tf: Tf, seed: number) => tf.initializers.randomUniform({ minval: -0.5, maxval: 0.5, seed });

const conv = (tf: Tf, more: object = {}) =>
  tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: 'tanh', kernelInitializer: weights(tf, 1), ...more });

const recurrent = (tf: Tf) => ({ units: 4, kernelInitializer: weights(tf, 1), recurrentInitializer: weights(tf, 2) });

/** Input shape without the batch, and the layers. Nearest-neighbour upsampling is apart: see below. */
const KINDS: Record<string, readonly [number[], Layers]> = {
  conv2d: [[8, 8, 3], (tf) => [conv(tf)]],
  'conv2d, strided': [[8, 8, 3], (tf) => [conv(tf, { padding: 'same', strides: 2 })]],
  'conv2d, channels first': [[3, 8, 8], (tf) => [conv(tf, { dataFormat: 'channelsFirst' })]],
  conv2dTranspose: [
    [6, 6, 3],
    (tf) => [tf.layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, kernelInitializer: weights(tf, 2) })],
  ],
  depthwiseConv2d: [
    [8, 8, 3],
    (tf) => [tf.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, depthwiseInitializer: weights(tf, 3) })],
  ],
  separableConv2d: [
    [8, 8, 3],
    (tf) => [
      tf.layers.separableConv2d({
        filters: 4,
        kernelSize: 3,
        depthwiseInitializer: weights(tf, 3),
        pointwiseInitializer: weights(tf, 4),
      }),
    ],
  ],
  conv1d: [
    [10, 3],
    (tf) => [
      tf.layers.conv1d({ filters: 4, kernelSize: 3, kernelInitializer: weights(tf, 1) }),
      tf.layers.maxPooling1d({}),
    ],
  ],
  conv3d: [
    [4, 6, 6, 2],
    (tf) => [
      tf.layers.conv3d({ filters: 3, kernelSize: 3, activation: 'tanh', kernelInitializer: weights(tf, 1) }),
      tf.layers.maxPooling3d({}),
    ],
  ],
  maxPooling2d: [[8, 8, 3], (tf) => [conv(tf), tf.layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' })]],
  averagePooling2d: [[8, 8, 3], (tf) => [conv(tf), tf.layers.averagePooling2d({ poolSize: 2 })]],
  globalAveragePooling2d: [[8, 8, 3], (tf) => [conv(tf), tf.layers.globalAveragePooling2d({})]],
  globalMaxPooling2d: [[8, 8, 3], (tf) => [conv(tf), tf.layers.globalMaxPooling2d({})]],
  batchNormalization: [[8, 8, 3], (tf) => [conv(tf), tf.layers.batchNormalization()]],
  layerNormalization: [[8, 8, 3], (tf) => [conv(tf), tf.layers.layerNormalization({})]],
  zeroPadding2d: [[4, 4, 3], (tf) => [tf.layers.zeroPadding2d({}), conv(tf)]],
  cropping2D: [
    [8, 8, 3],
    (tf) => [
      conv(tf),
      tf.layers.cropping2D({
        cropping: [
          [1, 1],
          [1, 1],
        ],
      }),
    ],
  ],
  embedding: [[7], (tf) => [tf.layers.embedding({ inputDim: 5, outputDim: 4, embeddingsInitializer: weights(tf, 1) })]],
  lstm: [[6, 3], (tf) => [tf.layers.lstm(recurrent(tf))]],
  gru: [[6, 3], (tf) => [tf.layers.gru(recurrent(tf))]],
  convLstm2d: [[3, 6, 6, 2], (tf) => [tf.layers.convLstm2d({ ...recurrent(tf), filters: 3, kernelSize: 3 } as never)]],
  timeDistributed: [[4, 6, 6, 2], (tf) => [tf.layers.timeDistributed({ layer: conv(tf) })]],
  prelu: [[8, 8, 3], (tf) => [conv(tf), tf.layers.prelu({ alphaInitializer: weights(tf, 5) })]],
  elu: [[8, 8, 3], (tf) => [conv(tf), tf.layers.elu()]],
  swish: [[8, 8, 3], (tf) => [conv(tf, { activation: 'swish' })]],
};

/** Weights and predictions after two steps of plain gradient descent, everything freed. */
async function train(backend: BackendName, [shape, layers]: readonly [number[], Layers]): Promise<Values[]> {
  const tf = await tensorflow();
  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const model = network(tf, shape, layers);
  const [x, y] = [inputs(tf, shape), tf.tensor2d(uniform(6, 8), [3, 2])];
  for (let step = 0; step < 2; step++) await model.trainOnBatch(x, y);
  const prediction = model.predict(x) as tfjs.Tensor;
  const values = [...model.getWeights(), prediction].map((tensor) => tensor.dataSync() as Values);
  model.optimizer.dispose();
  model.dispose();
  tf.dispose([x, y, prediction]);
  assert.equal(tf.memory().numTensors, before, 'no tensor is left behind');
  await tf.setBackend('wasm');
  return values;
}

function network(tf: Tf, shape: number[], layers: Layers): tfjs.Sequential {
  const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: shape }), ...layers(tf)] });
  if (model.outputs[0]!.shape.length > 2) model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 2, kernelInitializer: weights(tf, 9) }));
  model.compile({ optimizer: tf.train.sgd(0.001), loss: 'meanSquaredError' });
  return model;
}

/** Small whole numbers for a sequence of words, values within ±1 otherwise. */
function inputs(tf: Tf, shape: number[]): tfjs.Tensor {
  const values = uniform(3 * shape.reduce((a, b) => a * b), 7);
  const words = shape.length === 1;
  return tf.tensor(words ? values.map((value) => Math.floor((value + 1) * 2.5)) : values, [3, ...shape]);
}

describe('training on WebAssembly', () => {
  for (const [name, kind] of Object.entries(KINDS)) {
    // Two steps of rate 0.001 move a weight by some 1e-3: 2e-5 is far below what a wrong gradient does.
    it(`moves the weights as the CPU backend does: ${name}`, async () => {
      const [actual, expected] = [await train('wasm', kind), await train('cpu', kind)];
      actual.forEach((values, index) => assertClose(values, expected[index]!, 2e-5, `tensor ${index}`));
    });
  }

  it('multiplies integers as the CPU backend does: a confusion matrix', async () => {
    const counts = (tf: Tf) => {
      const [labels, predictions] = [tf.tensor1d([0, 1, 2, 1], 'int32'), tf.tensor1d([0, 2, 2, 1], 'int32')];
      return [tf.math.confusionMatrix(labels, predictions, 3)];
    };
    assert.deepEqual(await on('wasm', counts), await on('cpu', counts));
  });

  for (const [transposeA, transposeB] of [
    [true, false],
    [false, true],
    [true, true],
  ] as const) {
    it(`multiplies matrices as the CPU backend does: ${transposeA ? 'Aᵀ' : 'A'}·${transposeB ? 'Bᵀ' : 'B'}`, async () => {
      const product = (tf: Tf) => [
        tf.matMul(
          random(tf, transposeA ? [7, 5] : [5, 7], 1),
          random(tf, transposeB ? [3, 7] : [7, 3], 2),
          transposeA,
          transposeB,
        ),
        tf.matMul(
          random(tf, transposeA ? [2, 7, 5] : [2, 5, 7], 1),
          random(tf, transposeB ? [1, 3, 7] : [1, 7, 3], 2),
          transposeA,
          transposeB,
        ),
      ];
      const [actual, expected] = [await on('wasm', product), await on('cpu', product)];
      actual.forEach((values, index) => assertClose(values, expected[index]!, rounding(7), `product ${index}`));
    });
  }

  for (const [shape, reps] of [
    [
      [1, 1, 1, 3],
      [2, 5, 4, 1],
    ],
    [
      [1, 4, 3],
      [3, 1, 1],
    ],
    [
      [1, 4, 3],
      [3, 2, 1],
    ],
    [
      [2, 3],
      [2, 2],
    ],
    [
      [2, 3],
      [1, 1],
    ],
    [
      [1, 7],
      [1, 3],
    ],
    [
      [2, 0],
      [2, 2],
    ],
    [[3], [5]],
  ] as const) {
    it(`repeats as the CPU backend does: ${shape.join('×')} by ${reps.join('×')}`, async () => {
      const tiled = (tf: Tf) => {
        const x = random(tf, [...shape], 1);
        const bools = x.greater(0);
        return [
          x.tile([...reps]),
          bools.tile([...reps]),
          x
            .mul(9)
            .toInt()
            .tile([...reps]),
        ];
      };
      assert.deepEqual(await on('wasm', tiled), await on('cpu', tiled));
    });
  }

  it('gives the same bits twice', async () => {
    const kind = KINDS['maxPooling2d']!;
    const [first, second] = [await train('wasm', kind), await train('wasm', kind)];
    assert.deepEqual(second, first);
  });

  it('keeps the number of tensors and of data buffers constant over many steps', async () => {
    const tf = await tensorflow();
    const model = network(tf, [8, 8, 3], (t) => [
      conv(t),
      t.layers.maxPooling2d({}),
      t.layers.depthwiseConv2d({ kernelSize: 2 }),
    ]);
    const [x, y] = [inputs(tf, [8, 8, 3]), tf.zeros([3, 2])];
    await model.trainOnBatch(x, y);
    const counts = () => [tf.memory().numTensors, tf.memory().numDataBuffers, tf.backend().numDataIds()];
    const before = counts();
    for (let step = 0; step < 5; step++) await model.trainOnBatch(x, y);
    assert.deepEqual(counts(), before);
  });

  it('upsamples with the gradient of its own forward pass, which the CPU backend has not', async () => {
    const tf = await tensorflow();
    const x = tf.tensor4d(uniform(2 * 3 * 3 * 2, 1), [2, 3, 3, 2]);
    const dx = tf.grad((a) =>
      tf.image
        .resizeNearestNeighbor(a as tfjs.Tensor4D, [6, 6])
        .square()
        .sum(),
    )(x);
    // Each value appears four times, and d(4·x²) = 8·x.
    assert.ok(largestDifference(dx.dataSync() as Values, x.mul(8).dataSync() as Values) < 1e-5);
  });
});

describe('kernels that WebAssembly lacks', () => {
  it('are all there, by way of the CPU backend', async () => {
    assert.deepEqual(kernelsMissingInWasm(await tensorflow()), []);
  });

  it('are announced once when first used', async () => {
    const tf = await tensorflow();
    const before = tf.memory();
    const einsum = () => tf.tidy(() => tf.einsum('ij,jk->ki', tf.eye(2), tf.tensor2d([1, 2, 3, 4], [2, 2])).dataSync());
    assert.deepEqual([...einsum(), ...einsum()], [1, 3, 2, 4, 1, 3, 2, 4]);
    assert.equal(notices.filter((text) => text.startsWith('Einsum ')).length, 1);
    assert.equal(tf.memory().numDataBuffers, before.numDataBuffers);
  });

  it('carry complex numbers to and fro', async () => {
    const tf = await tensorflow();
    const magnitudes = tf.tidy(() => tf.abs(tf.rfft(tf.tensor1d([1, 0, 0, 0]))).dataSync());
    assert.deepEqual([...magnitudes], [1, 1, 1]);
  });

  it('sum segments as defined, ids out of range left out', async () => {
    const tf = await tensorflow();
    const sums = tf.tidy(() =>
      tf
        .unsortedSegmentSum(tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]), tf.tensor1d([1, -1, 1, 3], 'int32'), 3)
        .dataSync(),
    );
    assert.deepEqual([...sums], [0, 0, 6, 8, 0, 0]);
  });
});
