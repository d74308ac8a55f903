/** Data of more values than a JavaScript Set can hold, 2²⁴: as many as 112 images of 224 × 224 × 3 have. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type * as tfjs from '@tensorflow/tfjs';
import type { TensorFlowWithLayers } from '../../src/recorder/hooks/layersApi.js';
import type { Fit } from '../../src/recorder/hooks/watchFit.js';
import { wholeSource } from '../../src/recorder/probes/probeSource.js';

const require = createRequire(import.meta.url);

describe('targets of many values', () => {
  it('are read, and not looked at one by one @all', () => {
    const tf = require('@tensorflow/tfjs') as typeof tfjs;
    const width = 2 ** 22;
    const distinct = Float32Array.from({ length: 5 * width }, (_, index) => index / width);
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    const data = { kind: 'tensors', x: tf.ones([5, 1]), y: tf.tensor2d(distinct, [5, width]), validation: null };
    const fit = { model, data: { ...data, validationSplit: 0 } } as unknown as Fit;
    const { values } = wholeSource(tf as unknown as TensorFlowWithLayers, fit)?.training.targets() ?? {};
    assert.equal(values?.length, distinct.length);
    assert.equal(values[width + 1], distinct[width + 1]);
  });
});
