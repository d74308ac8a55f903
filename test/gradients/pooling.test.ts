/**
 * Gradients of 2-D pooling. Maxima: against the CPU backend. Means: against the definition where a window
 * overlaps the padding, because there the CPU backend's gradient is not that of its own forward pass.
 */
import type * as tfjs from '@tensorflow/tfjs';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  assertClose,
  dot,
  largestDifference,
  on,
  random,
  tensorflow,
  uniform,
  upstream,
  type Tf,
} from './twoBackends.js';

interface Case {
  readonly input: [number, number, number, number];
  readonly window: [number, number];
  readonly strides: [number, number];
  readonly pad: 'valid' | 'same' | number;
}

/** A window's values are summed as they are: a few additions of numbers within ±1. */
const TOLERANCE = 2e-6;

type Pool = 'maxPool' | 'avgPool';

function gradient(
  tf: Tf,
  pool: Pool,
  c: Case,
  values = uniform(
    c.input.reduce((a, b) => a * b),
    1,
  ),
): tfjs.Tensor[] {
  const x = tf.tensor4d(values, c.input);
  const f = (a: tfjs.Tensor) => tf[pool](a as tfjs.Tensor4D, c.window, c.strides, c.pad);
  const y = f(x);
  const weights = random(tf, y.shape, 2);
  return [tf.grad((a) => f(a).mul(weights).sum())(x), y, weights, x];
}

async function checkMax(c: Case, values?: Float32Array): Promise<void> {
  const [actual] = await on('wasm', (tf) => gradient(tf, 'maxPool', c, values));
  const [expected] = await on('cpu', (tf) => gradient(tf, 'maxPool', c, values));
  assertClose(actual!, expected!, TOLERANCE, JSON.stringify(c));
}

const lengths = fc.integer({ min: 4, max: 9 });
const few = fc.integer({ min: 1, max: 3 });
const anyCase = fc.record<Case>({
  ...{ input: fc.tuple(few, lengths, lengths, fc.integer({ min: 1, max: 6 })), window: fc.tuple(few, few) },
  ...{ strides: fc.tuple(few, few), pad: fc.constantFrom('valid', 'same') },
});

const grid = (
  [
    [2, 2],
    [3, 3],
    [2, 3],
  ] as const
).flatMap((window) =>
  (
    [
      [1, 1],
      [2, 2],
      [3, 1],
    ] as const
  ).flatMap((strides) =>
    (['valid', 'same', 1] as const).map((pad): Case => {
      return { input: [2, 7, 8, 3], window: [...window], strides: [...strides], pad };
    }),
  ),
);

describe('the gradient of maxPool on WebAssembly', () => {
  for (const c of grid) it(`agrees with the CPU backend: ${JSON.stringify(c)}`, () => checkMax(c));

  it('agrees where every value is negative', () => {
    const values = uniform(2 * 6 * 6 * 2, 5).map((value) => -1 - Math.abs(value));
    return checkMax({ input: [2, 6, 6, 2], window: [2, 2], strides: [2, 2], pad: 'valid' }, values);
  });

  it('goes to the first of equal maxima', () => {
    const values = uniform(2 * 6 * 6 * 2, 6).map((value) => Math.round(value));
    return checkMax({ input: [2, 6, 6, 2], window: [3, 3], strides: [1, 1], pad: 'same' }, values);
  });

  it('leaves NaN out, as the CPU backend does', () => {
    const values = uniform(36, 7).map((value, index) => (index % 5 === 0 ? NaN : value));
    return checkMax({ input: [1, 6, 6, 1], window: [2, 2], strides: [2, 2], pad: 'valid' }, values);
  });

  it('agrees for any sizes', () =>
    fc.assert(
      fc.asyncProperty(anyCase, (c) => checkMax(c)),
      { numRuns: 100 },
    ));

  it('is one that upstream fails: where no value is positive it credits the first of all', async () => {
    const tf = await tensorflow();
    const attrs = { filterSize: 2, strides: 2, pad: 'valid' };
    const compare = async (values: number[]) => {
      const x = tf.tensor4d(values, [1, 2, 2, 1]);
      const inputs = { input: x, dy: tf.ones([1, 1, 1, 1]), output: tf.maxPool(x, 2, 2, 'valid') };
      const [expected] = await on('cpu', () => [tf.engine().runKernel('MaxPoolGrad', inputs, attrs) as tfjs.Tensor]);
      const difference = largestDifference(await upstream('MaxPoolGrad', inputs, attrs), expected!);
      tf.dispose([inputs.input, inputs.dy, inputs.output]);
      return difference;
    };
    assert.equal(await compare([0.1, 0.4, 0.2, 0.3]), 0);
    assert.equal(await compare([-0.4, -0.1, -0.2, -0.3]), 1);
  });
});

describe('the gradient of avgPool on WebAssembly', () => {
  for (const c of grid.filter(({ pad }) => pad === 'valid')) {
    it(`agrees with the CPU backend: ${JSON.stringify(c)}`, async () => {
      const [actual] = await on('wasm', (tf) => gradient(tf, 'avgPool', c));
      const [expected] = await on('cpu', (tf) => gradient(tf, 'avgPool', c));
      assertClose(actual!, expected!, TOLERANCE, 'gradient');
    });
  }

  /** ⟨dY, P·X⟩ − ⟨Pᵀ·dY, X⟩: zero for the gradient of a linear map, whatever dY and X. */
  const defect = async (backend: 'wasm' | 'cpu', c: Case) => {
    const [dx, y, dy, x] = await on(backend, (tf) => gradient(tf, 'avgPool', c));
    return Math.abs(dot(dy!, y!) - dot(dx!, x!));
  };

  it('is the transpose of the forward pass, for any sizes and paddings', () =>
    fc.assert(
      fc.asyncProperty(anyCase, async (c) => assert.ok((await defect('wasm', c)) < 1e-4, JSON.stringify(c))),
      { numRuns: 100 },
    ));

  it('is so where the CPU backend is not: in windows that overlap the padding', async () => {
    const c: Case = { input: [1, 5, 5, 2], window: [3, 3], strides: [2, 2], pad: 'same' };
    assert.ok((await defect('wasm', c)) < 1e-5);
    assert.ok((await defect('cpu', c)) > 1e-2);
  });
});
