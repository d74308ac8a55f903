/** Gradients of 2-D convolutions, and of what is made of them, against the CPU backend. */
import type * as tfjs from '@tensorflow/tfjs';
import fc from 'fast-check';
import { assertClose, kernel, on, random, rounding, size, type Tf } from './twoBackends.js';

type Pad = 'valid' | 'same' | number | tfjs.backend_util.ExplicitPadding;

interface Case {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: [number, number];
  readonly strides: [number, number];
  readonly pad: Pad;
}

const EXPLICIT: Pad = [
  [0, 0],
  [2, 1],
  [0, 2],
  [0, 0],
];

/** Output, and gradients in x and filter of its product with random weights. */
function forwardAndGradients(tf: Tf, c: Case): tfjs.Tensor[] {
  const x = random<tfjs.Rank.R4>(tf, [c.batch, c.height, c.width, c.channels], 1);
  const filter = random<tfjs.Rank.R4>(tf, [...c.kernel, c.channels, c.filters], 2);
  const convolve = (a: tfjs.Tensor, b: tfjs.Tensor) =>
    tf.conv2d(a as tfjs.Tensor4D, b as tfjs.Tensor4D, c.strides, c.pad as 'valid');
  const y = convolve(x, filter);
  const weights = random(tf, y.shape, 3);
  return [y, ...tf.grads((a, b) => convolve(a!, b!).mul(weights).sum())([x, filter])];
}

async function check(c: Case): Promise<void> {
  const [y, dx, dw] = await on('wasm', (tf) => forwardAndGradients(tf, c));
  const [yExpected, dxExpected, dwExpected] = await on('cpu', (tf) => forwardAndGradients(tf, c));
  const taps = size(c.kernel);
  const name = JSON.stringify(c);
  assertClose(y!, yExpected!, rounding(taps * c.channels), `output of ${name}`);
  assertClose(dx!, dxExpected!, rounding(taps * c.filters), `dX of ${name}`);
  assertClose(dw!, dwExpected!, rounding(yExpected!.length / c.filters), `dW of ${name}`);
}

describe('the gradients of conv2d on WebAssembly', () => {
  const common = { batch: 3, height: 9, width: 8, channels: 3, filters: 5 };
  for (const kernelSize of [
    [1, 1],
    [3, 3],
    [2, 5],
    [4, 1],
  ] as const) {
    for (const strides of [
      [1, 1],
      [2, 2],
      [1, 3],
      [3, 2],
    ] as const) {
      for (const pad of ['valid', 'same', EXPLICIT] as const) {
        const title = `kernel ${kernelSize.join('×')}, strides ${strides.join('×')}, padding ${JSON.stringify(pad)}`;
        it(`agree with the CPU backend: ${title}`, () =>
          check({ ...common, kernel: [...kernelSize], strides: [...strides], pad }));
      }
    }
  }

  it('agree where one channel, one filter or one sample is all there is', async () => {
    await check({ ...common, channels: 1, kernel: [3, 3], strides: [1, 1], pad: 'same' });
    await check({ ...common, filters: 1, kernel: [3, 3], strides: [2, 2], pad: 'same' });
    await check({ ...common, batch: 1, kernel: [3, 3], strides: [1, 1], pad: 'valid' });
    await check({
      batch: 1,
      height: 1,
      width: 1,
      channels: 1,
      filters: 1,
      kernel: [1, 1],
      strides: [1, 1],
      pad: 'same',
    });
  });

  it('agree where the padding is wider than the filter', () =>
    check({
      ...common,
      kernel: [2, 2],
      strides: [1, 1],
      pad: [
        [0, 0],
        [3, 3],
        [2, 4],
        [0, 0],
      ],
    }));

  it('agree where TensorFlow.js counts other windows than fit: numeric padding, unequal strides or sides', async () => {
    await check({ ...common, kernel: [2, 2], strides: [3, 1], pad: 1 });
    await check({ ...common, kernel: [2, 2], strides: [1, 3], pad: 1 });
    await check({ ...common, kernel: [3, 1], strides: [1, 1], pad: 2 });
  });

  it('agree for any sizes, strides and paddings', async () => {
    const length = fc.integer({ min: 1, max: 11 });
    const few = fc.integer({ min: 1, max: 4 });
    const cases = fc.record<Case>({
      ...{ batch: few, height: length, width: length, channels: few, filters: fc.integer({ min: 1, max: 9 }) },
      ...{ kernel: fc.tuple(few, few), strides: fc.tuple(few, few) },
      pad: fc.constantFrom<Pad[]>('valid', 'same', EXPLICIT),
    });
    const fits = (c: Case) => c.pad === 'same' || (c.kernel[0] <= c.height && c.kernel[1] <= c.width);
    await fc.assert(fc.asyncProperty(cases.filter(fits), check), { numRuns: 150 });
  });
});

describe('channels-first convolutions on WebAssembly', () => {
  const attrs = (extra: object) => ({ strides: 2, pad: 'same', dataFormat: 'NCHW', ...extra });

  for (const [name, compute] of Object.entries({
    'the output': (tf: Tf) => [
      tf.conv2d(random<tfjs.Rank.R4>(tf, [2, 3, 7, 6], 1), random(tf, [3, 3, 3, 4], 2), 2, 'same', 'NCHW'),
    ],
    'the gradient in the filter': (tf: Tf) => [
      kernel(
        tf,
        'Conv2DBackpropFilter',
        { x: random(tf, [2, 3, 7, 6], 1), dy: random(tf, [2, 4, 4, 3], 2) },
        attrs({ filterShape: [3, 3, 3, 4] }),
      ),
    ],
    'the gradient in the input': (tf: Tf) => [
      kernel(
        tf,
        'Conv2DBackpropInput',
        { dy: random(tf, [2, 4, 4, 3], 1), filter: random(tf, [3, 3, 3, 4], 2) },
        attrs({ inputShape: [2, 3, 7, 6] }),
      ),
    ],
  })) {
    it(`give ${name} of the CPU backend`, async () => {
      const [[actual], [expected]] = [await on('wasm', compute), await on('cpu', compute)];
      assertClose(actual!, expected!, rounding(40), name);
    });
  }
});

describe('what is made of convolutions', () => {
  const check = async (compute: (tf: Tf) => tfjs.Tensor[]) => {
    const [actual, expected] = [await on('wasm', compute), await on('cpu', compute)];
    actual.forEach((values, index) => assertClose(values, expected[index]!, rounding(300), `result ${index}`));
  };

  for (const strides of [1, 2, 3]) {
    it(`trains as on the CPU backend: transposed convolution, stride ${strides}`, () =>
      check((tf) => {
        const [x, filter] = [random<tfjs.Rank.R4>(tf, [2, 5, 4, 3], 1), random<tfjs.Rank.R4>(tf, [3, 3, 6, 3], 2)];
        const shape: [number, number, number, number] = [2, 5 * strides, 4 * strides, 6];
        const weights = random(tf, shape, 3);
        const f = (a: tfjs.Tensor, b: tfjs.Tensor) =>
          tf.conv2dTranspose(a as tfjs.Tensor4D, b as tfjs.Tensor4D, shape, strides, 'same');
        return [f(x, filter), ...tf.grads((a, b) => f(a!, b!).mul(weights).sum())([x, filter])];
      }));

    it(`trains as on the CPU backend: 1-D convolution, stride ${strides}`, () =>
      check((tf) => {
        const [x, filter] = [random<tfjs.Rank.R3>(tf, [2, 11, 3], 1), random<tfjs.Rank.R3>(tf, [4, 3, 5], 2)];
        const f = (a: tfjs.Tensor, b: tfjs.Tensor) =>
          tf.conv1d(a as tfjs.Tensor3D, b as tfjs.Tensor3D, strides, 'same').tanh();
        return [f(x, filter), ...tf.grads((a, b) => f(a!, b!).sum())([x, filter])];
      }));

    it(`trains as on the CPU backend: separable convolution, stride ${strides}`, () =>
      check((tf) => {
        const x = random<tfjs.Rank.R4>(tf, [2, 8, 7, 3], 1);
        const filters = [random<tfjs.Rank.R4>(tf, [3, 3, 3, 2], 2), random<tfjs.Rank.R4>(tf, [1, 1, 6, 4], 3)] as const;
        const f = (a: tfjs.Tensor, b: tfjs.Tensor, c: tfjs.Tensor) =>
          tf.separableConv2d(a as tfjs.Tensor4D, b as tfjs.Tensor4D, c as tfjs.Tensor4D, strides, 'same').tanh();
        return tf.grads((a, b, c) => f(a!, b!, c!).sum())([x, ...filters]);
      }));
  }
});
