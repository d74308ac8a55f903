/** Gradients of depthwise convolutions against the CPU backend, and with dilations against their definition. */
import type * as tfjs from '@tensorflow/tfjs';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { assertClose, dot, kernel, on, random, rounding, size, uniform, type Tf } from './twoBackends.js';

interface Case {
  readonly input: [number, number, number, number];
  readonly kernel: [number, number];
  readonly multiplier: number;
  readonly strides: [number, number];
  readonly pad: 'valid' | 'same';
}

function gradients(tf: Tf, c: Case): tfjs.Tensor[] {
  const x = random<tfjs.Rank.R4>(tf, c.input, 1);
  const filter = random<tfjs.Rank.R4>(tf, [...c.kernel, c.input[3], c.multiplier], 2);
  const convolve = (a: tfjs.Tensor, b: tfjs.Tensor) =>
    tf.depthwiseConv2d(a as tfjs.Tensor4D, b as tfjs.Tensor4D, c.strides, c.pad);
  const y = convolve(x, filter);
  const weights = random(tf, y.shape, 3);
  return [y, ...tf.grads((a, b) => convolve(a!, b!).mul(weights).sum())([x, filter])];
}

async function check(c: Case): Promise<void> {
  const actual = await on('wasm', (tf) => gradients(tf, c));
  const expected = await on('cpu', (tf) => gradients(tf, c));
  const name = JSON.stringify(c);
  assertClose(actual[0]!, expected[0]!, rounding(size(c.kernel)), `output of ${name}`);
  assertClose(actual[1]!, expected[1]!, rounding(size(c.kernel) * c.multiplier), `dX of ${name}`);
  assertClose(actual[2]!, expected[2]!, rounding(size(c.input.slice(0, 3))), `dW of ${name}`);
}

describe('the gradients of depthwise convolutions on WebAssembly', () => {
  for (const multiplier of [1, 2, 3]) {
    for (const strides of [
      [1, 1],
      [2, 2],
      [3, 3],
    ] as const) {
      for (const pad of ['valid', 'same'] as const) {
        it(`agree with the CPU backend: multiplier ${multiplier}, strides ${strides[0]}, ${pad}`, async () => {
          await check({ input: [2, 9, 8, 4], kernel: [3, 3], multiplier, strides: [...strides], pad });
          await check({ input: [1, 8, 9, 1], kernel: [2, 5], multiplier, strides: [...strides], pad });
        });
      }
    }
  }

  it('agree for any sizes', async () => {
    const [few, length] = [fc.integer({ min: 1, max: 4 }), fc.integer({ min: 4, max: 10 })];
    const cases = fc.record<Case>({
      ...{ input: fc.tuple(few, length, length, fc.integer({ min: 1, max: 6 })), kernel: fc.tuple(few, few) },
      ...{ multiplier: few, strides: fc.tuple(few, few), pad: fc.constantFrom('valid', 'same') },
    });
    await fc.assert(fc.asyncProperty(cases, check), { numRuns: 100 });
  });

  // TensorFlow.js has the forward pass with dilations only; the CPU backend's gradient kernels ignore them.
  for (const dilations of [
    [2, 2],
    [1, 3],
    [3, 2],
  ] as const) {
    for (const pad of ['valid', 'same'] as const) {
      it(`are the transposes of the forward pass: dilations ${dilations.join('×')}, ${pad}`, async () => {
        const inputShape: [number, number, number, number] = [2, 9, 10, 3];
        const filterShape: [number, number, number, number] = [3, 3, 3, 2];
        const attrs = { strides: 1, pad, dilations: [...dilations], inputShape, filterShape };
        const x = uniform(size(inputShape), 1);
        const filter = uniform(size(filterShape), 2);
        const [dy, y, dx, dw] = await on('wasm', (tf) => {
          const [xs, fs] = [tf.tensor4d(x, inputShape), tf.tensor4d(filter, filterShape)];
          const out = tf.depthwiseConv2d(xs, fs, 1, pad, 'NHWC', [...dilations]);
          const weights = random(tf, out.shape, 3);
          const inInput = kernel(tf, 'DepthwiseConv2dNativeBackpropInput', { dy: weights, filter: fs }, attrs);
          const inFilter = kernel(tf, 'DepthwiseConv2dNativeBackpropFilter', { x: xs, dy: weights }, attrs);
          return [weights, out, inInput, inFilter];
        });
        const product = dot(dy!, y!);
        assert.ok(Math.abs(dot(dx!, x) - product) < 1e-4, 'dX');
        assert.ok(Math.abs(dot(dw!, filter) - product) < 1e-4, 'dW');
      });
    }
  }
});
