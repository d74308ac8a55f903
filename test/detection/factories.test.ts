import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { TFJS_FACTORIES } from '../../src/frameworks/tfjs/layerFactories.js';
import { isTfjsModule } from '../../src/frameworks/tfjs/moduleNames.js';

const require = createRequire(import.meta.url);
type Constructed = { getClassName(): string };

/** Enough configuration for any factory to construct its layer. */
function configuration(layers: Record<string, (config: object) => Constructed>): object {
  const cell = layers['lstmCell']?.({ units: 1 });
  const layer = layers['lstm']?.({ units: 1, returnSequences: true });
  const sizes = { filters: 1, kernelSize: 1, units: 1, rate: 0.1, poolSize: 2, height: 2, width: 2, size: [2, 2] };
  const shapes = {
    targetShape: [1],
    dims: [1],
    n: 1,
    inputDim: 1,
    outputDim: 1,
    axes: 1,
    cropping: 1,
    inputShape: [4, 4, 1],
    numTokens: 2,
  };
  return {
    ...sizes,
    ...shapes,
    activation: 'relu',
    stddev: 1,
    cell,
    cells: [cell],
    layer,
    factor: 0.5,
    scale: 1,
    interpolation: 'nearest',
  };
}

describe('the table of factories', () => {
  const { layers } = require('@tensorflow/tfjs') as { layers: Record<string, (config: object) => Constructed> };
  const factories = Object.keys(layers).filter((name) => !['Layer', 'RNN', 'RNNCell', 'input'].includes(name));

  it('knows every factory of TensorFlow.js and no other', () => {
    assert.deepEqual([...TFJS_FACTORIES.keys()].filter((name) => name !== 'input').sort(), factories.sort());
  });

  it('names the class that each constructs', () => {
    const config = configuration(layers);
    for (const name of factories) {
      assert.equal(TFJS_FACTORIES.get(name)?.className, layers[name]?.(config).getClassName(), name);
    }
  });

  it('takes packages of TensorFlow.js for it, and nothing that only sounds so', () => {
    const yes = [
      '@tensorflow/tfjs',
      '@tensorflow/tfjs-node',
      '@tensorflow/tfjs-layers/dist/exports_layers',
      'https://esm.sh/@tensorflow/tfjs@4.22.0',
    ];
    const no = [
      'tensorflow',
      '@tensorflow-models/mobilenet',
      '@tensorflow/tfjsx',
      './@tensorflow',
      'my@tensorflow/tfjs',
    ];
    assert.deepEqual([yes.filter(isTfjsModule), no.filter(isTfjsModule)], [yes, []]);
  });
});
