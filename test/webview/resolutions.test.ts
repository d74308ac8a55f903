/** Deep networks folded by the size of their maps, and the names that layers have on the screen. */
import assert from 'node:assert/strict';
import type { Layer } from '../../src/protocol/run.js';
import { layerLabel } from '../../webview/text/layerLabel.js';
import { networkMarks } from '../../webview/views/query/network/networkMarks.js';
import {
  asLayers,
  columnsOf,
  foldedAtFirst,
  MOST_UNFOLDED_LAYERS,
  resolutionsOf,
} from '../../webview/views/query/network/resolutions.js';
import { exampleLayers, RESIDUAL_LAYERS } from '../gallery/exampleRun.js';

/** Three resolutions of twenty residual layers each. */
function deepNetwork(): Layer[] {
  const sides = [32, 16, 8];
  return exampleLayers([
    { name: 'input', className: 'InputLayer', kind: 'input', shape: [32, 32, 3] },
    ...sides.flatMap((side, s) =>
      Array.from({ length: 20 }, (_, i) => ({
        ...{ name: `stage${s}_${i}`, className: i % 3 === 2 ? 'Add' : 'Conv2D', parameterCount: 100 },
        ...{ kind: i % 3 === 2 ? ('merge' as const) : ('conv' as const), shape: [side, side, 16] },
        ...(i % 3 === 2 ? { inputs: [s * 20 + i, s * 20 + i - 2] } : {}),
      })),
    ),
    { name: 'flatten', className: 'Flatten', kind: 'reshape', shape: [1024] },
    { name: 'dense', className: 'Dense', kind: 'dense', shape: [10], parameterCount: 650 },
  ]);
}

describe('resolutions of a network', () => {
  it('are layers in a row with maps of one size; the input and units stand apart', () => {
    assert.deepEqual(
      resolutionsOf(deepNetwork()).map(({ from, to, words }) => [from, to, words]),
      [
        [0, 0, 'input'],
        [1, 20, '32×32'],
        [21, 40, '16×16'],
        [41, 60, '8×8'],
        [61, 62, 'units'],
      ],
    );
  });

  it('of a deep network are folded at first, but for the one that is looked at', () => {
    const layers = deepNetwork();
    assert.ok(layers.length > MOST_UNFOLDED_LAYERS);
    const folded = foldedAtFirst(layers, resolutionsOf(layers), 25);
    assert.deepEqual([...folded], [1, 41]);
    assert.equal(foldedAtFirst(RESIDUAL_LAYERS, resolutionsOf(RESIDUAL_LAYERS), 3).size, 0);
  });

  it('folded are one column each, joined as their layers are, with all parameters in them', () => {
    const layers = deepNetwork();
    const columns = columnsOf(layers, resolutionsOf(layers), new Set([1, 21, 41]));
    assert.deepEqual(
      columns.map(({ inputs }) => inputs),
      [[], [0], [1], [2], [3], [4]],
    );
    const sum = (some: readonly { parameterCount: number }[]): number =>
      some.reduce((total, { parameterCount }) => total + parameterCount, 0);
    assert.equal(sum(columns), sum(layers));
    const marks = networkMarks(asLayers(columns), 100);
    assert.equal(marks.glyphs.length, 6);
    assert.equal(marks.wires.length, 5);
  });

  it('that are all unfolded are the layers themselves', () => {
    const columns = columnsOf(RESIDUAL_LAYERS, resolutionsOf(RESIDUAL_LAYERS), new Set());
    assert.deepEqual(asLayers(columns), RESIDUAL_LAYERS);
  });
});

describe('the name of a layer on the screen', () => {
  const label = (name: string, className: string, kind: Layer['kind'] = 'other'): string =>
    layerLabel({ name, className, kind });

  it('says a class that TensorFlow.js wrote twice once', () => {
    assert.equal(label('conv2d_Conv2D1', 'Conv2D', 'conv'), 'Conv2D 1');
    assert.equal(label('max_pooling2d_MaxPooling2D12', 'MaxPooling2D', 'pool'), 'MaxPooling2D 12');
    assert.equal(label('batch_normalization_BatchNormalization3', 'BatchNormalization'), 'BatchNormalization 3');
    assert.equal(label('conv2d_Conv2D1_input', 'InputLayer', 'input'), 'input');
  });

  it('is left as it is where a person gave it', () => {
    assert.equal(label('conv2d_1', 'Conv2D', 'conv'), 'conv2d_1');
    assert.equal(label('encoder_Conv2D1', 'Conv2D', 'conv'), 'encoder_Conv2D1');
    assert.equal(label('conv2d_Conv2D1_copy', 'Conv2D', 'conv'), 'conv2d_Conv2D1_copy');
    assert.equal(label('', 'Conv2D', 'conv'), '');
  });
});
