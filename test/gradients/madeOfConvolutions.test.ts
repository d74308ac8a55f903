/**
 * Layers that are made of convolutions, trained on WASM over strides, paddings and kernels: against the CPU
 * backend, and 3-D ones, which WASM leaves to the CPU backend, against differences of their own output.
 */
import type * as tfjs from '@tensorflow/tfjs';
import assert from 'node:assert/strict';
import { assertClose, on, random, rounding, size, tensorflow, uniform, type Tf } from './twoBackends.js';

type Pair = [number, number];
type Four = tfjs.Tensor4D;

const STRIDES: readonly Pair[] = [
  [1, 1],
  [2, 2],
  [3, 3],
  [2, 1],
  [1, 3],
];
const KERNELS: readonly Pair[] = [
  [1, 1],
  [3, 3],
  [2, 4],
];

/** Output and the gradients of its product with random weights in all of `given`, on both backends. */
async function check(
  given: (tf: Tf) => Four[],
  f: (tf: Tf, ...tensors: Four[]) => tfjs.Tensor,
  terms: number,
): Promise<void> {
  const compute = (tf: Tf): tfjs.Tensor[] => {
    const tensors = given(tf);
    const y = f(tf, ...tensors);
    const weights = random(tf, y.shape, 9);
    return [
      y,
      ...tf.grads((...a) =>
        f(tf, ...(a as Four[]))
          .mul(weights)
          .sum(),
      )(tensors),
    ];
  };
  const [actual, expected] = [await on('wasm', compute), await on('cpu', compute)];
  actual.forEach((values, index) => assertClose(values, expected[index]!, rounding(terms), `result ${index}`));
}

/** The size that a transposed convolution gives, as tfjs-layers asks for it. */
function transposedSize(length: number, stride: number, kernel: number, pad: 'valid' | 'same'): number {
  return pad === 'same' ? length * stride : length * stride + Math.max(kernel - stride, 0);
}

describe('what is made of convolutions', () => {
  for (const pad of ['valid', 'same'] as const) {
    for (const strides of STRIDES) {
      for (const kernel of KERNELS) {
        const title = `kernel ${kernel.join('×')}, strides ${strides.join('×')}, ${pad}`;
        it(`a transposed convolution trains on WebAssembly as on the CPU backend: ${title}`, () => {
          const [height, width] = [5, 4].map((length, axis) =>
            transposedSize(length, strides[axis]!, kernel[axis]!, pad),
          ) as Pair;
          return check(
            (tf) => [random(tf, [2, 5, 4, 3], 1), random(tf, [...kernel, 6, 3], 2)],
            (tf, x, filter) => tf.conv2dTranspose(x!, filter!, [2, height, width, 6], strides, pad),
            size(kernel) * 60,
          );
        });
      }
    }

    // Depthwise parts of unequal strides are what TensorFlow.js itself refuses.
    for (const stride of [1, 2, 3]) {
      for (const kernel of KERNELS) {
        it(`a separable convolution trains so, too: kernel ${kernel.join('×')}, stride ${stride}, ${pad}`, () =>
          check(
            (tf) => [random(tf, [2, 8, 7, 3], 1), random(tf, [...kernel, 3, 2], 2), random(tf, [1, 1, 6, 4], 3)],
            (tf, x, depthwise, pointwise) => tf.separableConv2d(x!, depthwise!, pointwise!, stride, pad),
            size(kernel) * 120,
          ));
      }
    }
  }
});

describe('dilated convolutions', () => {
  it('compute on WebAssembly as on the CPU backend', async () => {
    const f = (tf: Tf) => [
      tf.conv2d(random<tfjs.Rank.R4>(tf, [2, 9, 8, 3], 1), random(tf, [3, 2, 3, 4], 2), 1, 'same', 'NHWC', [2, 3]),
      tf.depthwiseConv2d(
        random<tfjs.Rank.R4>(tf, [2, 9, 8, 3], 1),
        random(tf, [3, 2, 3, 2], 2),
        1,
        'valid',
        'NHWC',
        [2, 3],
      ),
    ];
    const [actual, expected] = [await on('wasm', f), await on('cpu', f)];
    actual.forEach((values, index) => assertClose(values, expected[index]!, rounding(20), `result ${index}`));
  });

  it('cannot be trained by TensorFlow.js, on any engine, and it says so', async () => {
    const tf = await tensorflow();
    const layers = [
      tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 2, kernelSize: 3, dilationRate: 2 }),
      tf.layers.separableConv2d({ inputShape: [8, 8, 1], filters: 2, kernelSize: 3, dilationRate: 2 }),
    ];
    for (const layer of layers) {
      const model = tf.sequential({ layers: [layer, tf.layers.flatten(), tf.layers.dense({ units: 1 })] });
      model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
      await assert.rejects(
        async () => model.trainOnBatch(tf.zeros([2, 8, 8, 1]), tf.zeros([2, 1])),
        /dilation rates greater than 1 are not yet supported/,
      );
    }
  });
});

describe('the gradient of conv3d', () => {
  // A linear map's gradient is exact in differences of any length: f(x + e) − f(x) = ⟨∂f/∂x, e⟩.
  for (const stride of [1, 2]) {
    for (const pad of ['valid', 'same'] as const) {
      it(`is the difference of its output, in input and filter: stride ${stride}, ${pad}`, async () => {
        const [inputShape, filterShape] = [
          [1, 4, 5, 6, 2],
          [2, 3, 2, 2, 3],
        ] as const;
        const compute = (tf: Tf) => {
          const [x, filter] = [random(tf, [...inputShape], 1), random(tf, [...filterShape], 2)];
          const [dx, df] = [random(tf, [...inputShape], 3), random(tf, [...filterShape], 4)];
          const f = (a: tfjs.Tensor, b: tfjs.Tensor) => tf.conv3d(a as tfjs.Tensor5D, b as tfjs.Tensor5D, stride, pad);
          const weights = random(tf, f(x, filter).shape, 5);
          const value = (a: tfjs.Tensor, b: tfjs.Tensor) => f(a, b).mul(weights).sum();
          const [gx, gf] = tf.grads((a, b) => value(a!, b!))([x, filter]);
          const inInput = value(x.add(dx), filter).sub(value(x, filter));
          const inFilter = value(x, filter.add(df)).sub(value(x, filter));
          return [gx!.mul(dx).sum(), inInput, gf!.mul(df).sum(), inFilter];
        };
        const [byGradient, byDifference, filterGradient, filterDifference] = await on('wasm', compute);
        assertClose(byGradient!, byDifference!, 2e-4, 'input');
        assertClose(filterGradient!, filterDifference!, 2e-4, 'filter');
      });
    }
  }
});

describe('the gradient of maxPool after tanh', () => {
  it('is right where every maximum is negative, over strides and paddings', async () => {
    for (const stride of [1, 2, 3]) {
      for (const pad of ['valid', 'same'] as const) {
        const compute = (tf: Tf) => {
          const x = tf.tensor4d(
            uniform(2 * 7 * 7 * 3, 1).map((value) => -1.5 + value / 2),
            [2, 7, 7, 3],
          );
          const f = (a: tfjs.Tensor) => tf.maxPool(a.tanh() as Four, 3, stride, pad);
          const weights = random(tf, f(x).shape, 2);
          return [tf.grad((a) => f(a).mul(weights).sum())(x)];
        };
        const [[actual], [expected]] = [await on('wasm', compute), await on('cpu', compute)];
        assertClose(actual!, expected!, 2e-6, `stride ${stride}, ${pad}`);
      }
    }
  });
});
