/** Receptive fields against PyTorch's gradients, stages of residual networks, top places of maps. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { shownLayers } from '../../src/analysis/network/networkNodes.js';
import { receptiveFields, windowOf } from '../../src/analysis/network/receptiveField.js';
import { findStages, immediateDominators, residualBlocks } from '../../src/analysis/network/stages.js';
import { TopPlaces } from '../../src/analysis/network/topPlaces.js';
import { exampleLayers, RESIDUAL_LAYERS } from '../gallery/exampleRun.js';
import { expected } from './expected.js';

describe('receptive fields', () => {
  for (const [i, { length, layers, lengths, windows }] of expected.fields.entries()) {
    it(`stack ${i}: every position sees what PyTorch’s gradient reaches, cut at the input’s edges`, () => {
      const stack = exampleLayers([
        { name: 'input', className: 'InputLayer', kind: 'input', shape: [length, 1] },
        ...layers.map((config, l) => ({
          ...{ name: `l${l}`, className: 'Conv1D', kind: 'conv' as const, shape: [lengths[l], 1] },
          config: {
            ...config,
            kernelSize: [config.kernelSize],
            strides: [config.strides],
            dilationRate: [config.dilationRate],
          },
        })),
      ]);
      const field = receptiveFields({ layers: stack }).at(-1)!;
      windows.forEach(([first, last], at) => {
        const { from, length: size } = windowOf(field[0], at);
        // A dilated kernel may step over the input's edge: what is seen lies inside the window.
        assert.ok(from <= first && last <= from + size - 1, `position ${at}: ${from}, ${size} holds ${first}…${last}`);
        if (from >= 0 && from + size <= length) assert.deepEqual([from, from + size - 1], [first, last]);
      });
    });
  }

  it('branches see their union, and everything is seen behind Flatten or global pooling', () => {
    const fields = receptiveFields({
      layers: exampleLayers([
        { name: 'input', className: 'InputLayer', kind: 'input', shape: [8, 8, 1] },
        {
          name: 'wide',
          className: 'Conv2D',
          kind: 'conv',
          shape: [8, 8, 2],
          config: { kernelSize: [5, 5], padding: 'same' },
        },
        {
          name: 'narrow',
          className: 'Conv2D',
          kind: 'conv',
          shape: [8, 8, 2],
          inputs: [0],
          config: { kernelSize: [1, 1] },
        },
        { name: 'sum', className: 'Add', kind: 'merge', shape: [8, 8, 2], inputs: [1, 2] },
        { name: 'gap', className: 'GlobalAveragePooling2D', kind: 'pool', shape: [2] },
      ]),
    });
    assert.deepEqual(fields[3]![0], { start: -2, jump: 1, size: 5 });
    assert.equal(fields[4], null);
  });
});

describe('stages', () => {
  it('a residual block is what lies between the fork and the sum', () => {
    assert.deepEqual(residualBlocks(shownLayers({ layers: RESIDUAL_LAYERS }), RESIDUAL_LAYERS), [[3, 4, 5, 6]]);
  });

  it('a block that something outside reads from is part of the larger one', () => {
    const layers = exampleLayers([
      { name: 'input', className: 'InputLayer', kind: 'input', shape: [4, 4, 1] },
      { name: 'a', className: 'Conv2D', kind: 'conv', shape: [4, 4, 2] },
      { name: 'b', className: 'Conv2D', kind: 'conv', shape: [4, 4, 2] },
      { name: 'sum', className: 'Add', kind: 'merge', shape: [4, 4, 2], inputs: [1, 2] },
      { name: 'c', className: 'Conv2D', kind: 'conv', shape: [4, 4, 2], inputs: [3] },
      { name: 'leak', className: 'Add', kind: 'merge', shape: [4, 4, 2], inputs: [4, 2] },
    ]);
    assert.deepEqual(residualBlocks(shownLayers({ layers }), layers), [[2, 3, 4, 5]]);
  });

  it('fifty layers stand in at most nine columns, every layer inside its stages’ parents', () => {
    const layers = fiftyLayers();
    const shown = shownLayers({ layers });
    const stages = findStages(shown, layers);
    const outer = stages.filter(({ parent }) => parent === null);
    const alone = shown.filter(({ layer }) => !outer.some((stage) => stage.layers.includes(layer)));
    assert.ok(outer.length + alone.length <= 9, `${outer.length} stages and ${alone.length} layers`);
    for (const stage of stages) {
      const parent = stages.find(({ id }) => id === stage.parent);
      if (parent) assert.ok(stage.layers.every((layer) => parent.layers.includes(layer)));
    }
    assert.equal(new Set(stages.map(({ id }) => id)).size, stages.length);
  });

  it('a small network without branches has no stages', () => {
    const layers = exampleLayers([
      { name: 'input', className: 'InputLayer', kind: 'input', shape: [4, 4, 1] },
      { name: 'conv', className: 'Conv2D', kind: 'conv', shape: [4, 4, 2] },
      { name: 'out', className: 'Dense', kind: 'dense', shape: [2] },
    ]);
    assert.deepEqual(findStages(shownLayers({ layers }), layers), []);
  });

  it('the immediate dominator is the last node on every way from the entry', () => {
    assert.deepEqual(immediateDominators([[], [0], [1], [1], [2, 3], [4, 1]]), [-1, 0, 1, 1, 1, 1]);
  });

  it('a layer is shown by its own normalisation and activation, up to where others read', () => {
    const layers = exampleLayers([
      { name: 'input', className: 'InputLayer', kind: 'input', shape: [4, 4, 1] },
      { name: 'conv', className: 'Conv2D', kind: 'conv', shape: [4, 4, 2] },
      { name: 'norm', className: 'BatchNormalization', kind: 'normalization', shape: [4, 4, 2] },
      { name: 'relu', className: 'ReLU', kind: 'activation', shape: [4, 4, 2] },
      { name: 'pool', className: 'MaxPooling2D', kind: 'pool', shape: [2, 2, 2] },
    ]);
    const [, conv] = shownLayers({ layers });
    assert.deepEqual([conv.layer, conv.shownBy, conv.folded], [1, 3, [2, 3, 4]]);
  });
});

describe('top activations', () => {
  it('are the largest finite value of each sample, largest first', () => {
    const values = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(NaN, Infinity, -Infinity));
    fc.assert(
      fc.property(fc.array(fc.array(values, { minLength: 3, maxLength: 3 }), { maxLength: 12 }), (maps) => {
        const top = new TopPlaces(4);
        maps.forEach((map, sample) => top.offer(sample, map, 0, 3));
        const best = maps.flatMap((map, sample) => {
          const finite = map.filter(Number.isFinite);
          return finite.length === 0 ? [] : [{ sample, value: Math.max(...finite) }];
        });
        const wanted = best.sort((a, b) => b.value - a.value || a.sample - b.sample).slice(0, 4);
        assert.deepEqual(
          top.places.map(({ sample, value }) => ({ sample, value })),
          wanted,
        );
        for (const { sample, place, value } of top.places) assert.equal(maps[sample][place], value);
      }),
    );
  });
});

function fiftyLayers() {
  const parts: Parameters<typeof exampleLayers>[0][number][] = [
    { name: 'input', className: 'InputLayer', kind: 'input', shape: [32, 32, 3] },
    { name: 'stem', className: 'Conv2D', kind: 'conv', shape: [32, 32, 8] },
  ];
  [3, 4, 6, 3].forEach((blocks, stage) => {
    const shape = [32 / 2 ** stage, 32 / 2 ** stage, 8 * 2 ** stage];
    for (let block = 0; block < blocks; block++) {
      const fork = parts.length - 1;
      for (const conv of ['a', 'b', 'c'])
        parts.push({
          ...{ name: `s${stage}b${block}_${conv}`, className: 'Conv2D', kind: 'conv', shape },
          ...(conv === 'a' ? { inputs: [fork] } : {}),
        });
      parts.push({
        name: `s${stage}b${block}_sum`,
        className: 'Add',
        kind: 'merge',
        shape,
        inputs: [parts.length - 1, fork],
      });
    }
  });
  return exampleLayers([
    ...parts,
    { name: 'gap', className: 'GlobalAveragePooling2D', kind: 'pool', shape: [64] },
    { name: 'out', className: 'Dense', kind: 'dense', shape: [10] },
  ]);
}
