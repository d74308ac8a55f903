/** Deconvnets: against PyTorch and captum, as the transpose of the network, and nothing outside what a unit sees. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Layer } from '../../src/protocol/run.js';
import { Failure } from '../../src/protocol/failure.js';
import {
  networkBelow,
  projectBack,
  runForward,
  type Projection,
  type Source,
  type Unit,
} from '../../src/analysis/deconvnet/network.js';
import { networks, floats, recordedLayer, sourceOf } from './fixtures.js';

function project(layers: readonly Layer[], source: Source, target: number, channel: number, unit: Unit): Projection {
  const network = networkBelow({ layers }, target);
  return projectBack(network, runForward(network, source), channel, unit);
}

/** Largest difference, as a share of the largest expected value. */
function error(actual: Float32Array, expected: Float32Array): number {
  assert.equal(actual.length, expected.length);
  const scale = Math.max(1e-12, ...expected.map(Math.abs));
  return Math.max(...actual.map((value, i) => Math.abs(value - expected[i]) / scale));
}

describe('a deconvnet', () => {
  for (const network of networks) {
    const layers = network.layers.map(recordedLayer);

    it(`computes the ${network.name} network’s values from its weights as PyTorch does`, () => {
      const below = networkBelow({ layers }, layers.length - 1);
      const { values } = runForward(below, sourceOf(network));
      for (const [index, actual] of values) {
        assert.ok(error(actual, floats(network.layers[index].output)) < 1e-5, `layer ${index}`);
      }
    });

    it(`projects maps, strongest activations and units of the ${network.name} network as PyTorch does`, () => {
      for (const expected of network.projections) {
        const { layer, channel, unit } = expected;
        const actual = project(layers, sourceOf(network), layer, channel, unit);
        const name = `layer ${layer}, channel ${channel}, ${JSON.stringify(unit)}`;
        assert.deepEqual(actual.place, expected.place, name);
        assert.ok(
          Math.abs(actual.activation - expected.activation) < 1e-5 * Math.abs(expected.activation) + 1e-6,
          name,
        );
        assert.ok(error(actual.picture, floats(expected.picture)) < 1e-4, name);
      }
    });
  }

  it('was held against captum wherever the two are the same', () => {
    const checked = networks.map(({ projections }) => projections.filter(({ captum }) => captum).length);
    assert.ok(checked.filter((count) => count > 0).length >= 12);
  });
});

/** A chain of layers of random windows, with weights that are nowhere 0, and what it takes to run it. */
interface RandomNetwork {
  readonly layers: readonly Layer[];
  readonly source: Source;
}

const windowed = fc.record({
  kind: fc.constantFrom(
    'Conv2D',
    'DepthwiseConv2D',
    'MaxPooling2D',
    'AveragePooling2D',
    'UpSampling2D',
    'ZeroPadding2D',
  ),
  kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  stride: fc.integer({ min: 1, max: 3 }),
  dilation: fc.integer({ min: 1, max: 2 }),
  padding: fc.constantFrom('same', 'valid'),
  residual: fc.boolean(),
});

const randomNetwork = fc
  .record({
    size: fc.tuple(fc.integer({ min: 8, max: 16 }), fc.integer({ min: 8, max: 16 })),
    steps: fc.array(windowed, { minLength: 1, maxLength: 5 }),
    seed: fc.integer({ min: 1, max: 1e6 }),
  })
  .map(({ size, steps, seed }) => builtNetwork(size, steps, seed))
  .filter((network): network is RandomNetwork => network !== null);

const CHANNELS = 2;

function builtNetwork(
  size: readonly [number, number],
  steps: readonly (typeof windowed extends fc.Arbitrary<infer T> ? T : never)[],
  seed: number,
): RandomNetwork | null {
  const random = weyl(seed);
  const layers = [recordedLayer(layerOf('InputLayer', {}, [], [...size, CHANNELS]), 0)];
  const weights = new Map<number, { name: string; shape: number[]; values: Float32Array }[]>();
  const add = (className: string, config: Layer['config'], inputs: number[], space: number[]): number => {
    layers.push(recordedLayer(layerOf(className, config, inputs, [...space, CHANNELS]), layers.length));
    return layers.length - 1;
  };
  let last = 0;
  for (const { kind, kernel, stride, dilation, padding, residual } of steps) {
    const space = layers[last].outputShape.slice(0, 2);
    const filters = kind === 'Conv2D' || kind === 'DepthwiseConv2D';
    const pool = kind.endsWith('Pooling2D');
    const rate = filters && stride === 1 ? dilation : 1;
    const reach = kernel.map((one) => (one - 1) * rate + 1);
    const out = space.map((one, axis) =>
      kind === 'UpSampling2D'
        ? one * kernel[axis]
        : kind === 'ZeroPadding2D'
          ? one + 3
          : padding === 'same'
            ? Math.ceil(one / stride)
            : Math.floor((one - reach[axis]) / stride) + 1,
    );
    if (out.some((one) => one < 1 || one > 40)) return null;
    const config: Layer['config'] = filters
      ? { kernelSize: [...kernel], strides: [stride, stride], dilationRate: [rate, rate], padding, activation: 'relu' }
      : pool
        ? { poolSize: [...kernel], strides: [stride, stride], padding }
        : kind === 'UpSampling2D'
          ? { size: [...kernel] }
          : { padding: [1, 2, 0, 3] };
    const before = last;
    last = add(kind, config, [last], out);
    if (filters) weights.set(last, filterWeights(kind, kernel, random));
    if (residual && out.every((one, axis) => one === space[axis])) last = add('Add', {}, [last, before], out);
  }
  const values = Float32Array.from({ length: size[0] * size[1] * CHANNELS }, () => 0.1 + random());
  return { layers, source: { values: () => values, weights: ({ index }) => weights.get(index) ?? [] } };
}

function layerOf(className: string, config: Layer['config'], inputs: number[], outputShape: number[]) {
  return { className, config, inputs, outputShape, channelCount: CHANNELS };
}

/** Positive, so that every path carries a signal. */
function filterWeights(kind: string, kernel: readonly number[], random: () => number) {
  const name = kind === 'Conv2D' ? 'kernel' : 'depthwise_kernel';
  const shape = [...kernel, CHANNELS, kind === 'Conv2D' ? CHANNELS : 1];
  const size = shape.reduce((product, one) => product * one, 1);
  return [{ name, shape, values: Float32Array.from({ length: size }, () => 0.05 + random()) }];
}

function weyl(seed: number): () => number {
  let state = seed * 0.6180339887498949;
  return () => (state = (state * 1.37 + 0.6180339887498949) % 1);
}

describe('the field of a unit', () => {
  it('holds every bit of its projection: the energy outside is exactly 0', () => {
    let inside = 0;
    fc.assert(
      fc.property(randomNetwork, fc.nat(), ({ layers, source }, choice) => {
        const target = layers.length - 1;
        const [height, width] = layers[target].outputShape;
        const unit = [choice % height, Math.floor(choice / height) % width];
        const { picture, field } = project(layers, source, target, choice % CHANNELS, unit);
        const [rows, columns] = field;
        const [, inputWidth] = layers[0].outputShape;
        picture.forEach((value, at) => {
          const y = Math.floor(at / (inputWidth * CHANNELS));
          const x = Math.floor(at / CHANNELS) % inputWidth;
          const seen = y >= rows[0] && y < rows[1] && x >= columns[0] && x < columns[1];
          if (seen) inside += Math.abs(value);
          else assert.equal(value, 0, `${y},${x} lies outside ${JSON.stringify(field)}`);
        });
      }),
      { numRuns: 200 },
    );
    assert.ok(inside > 0);
  });

  it('is no larger than needed: without max pooling, its first and last rows and columns carry signal', () => {
    fc.assert(
      fc.property(randomNetwork, ({ layers, source }) => {
        fc.pre(layers.every(({ className }) => ['InputLayer', 'Conv2D', 'DepthwiseConv2D'].includes(className)));
        // Strides beyond a window leave rows that nobody sees: only their ends are claimed.
        const target = layers.length - 1;
        const [height, width] = layers[target].outputShape;
        const { picture, field } = project(layers, source, target, 0, [height >> 1, width >> 1]);
        const [inputHeight, inputWidth] = layers[0].outputShape;
        const inRow = (row: number): number =>
          energy(picture.subarray(row * inputWidth * CHANNELS, (row + 1) * inputWidth * CHANNELS));
        const clipped = field[0][0] === 0 || field[0][1] === inputHeight;
        if (!clipped) assert.ok(inRow(field[0][0]) > 0 && inRow(field[0][1] - 1) > 0);
      }),
      { numRuns: 300 },
    );
  });
});

function energy(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

describe('a network of linear layers', () => {
  it('and its deconvnet are transposes: ⟨network(x), s⟩ = ⟨x, deconvnet(s)⟩', () => {
    const linear = randomNetwork.filter(({ layers }) => layers.every(({ className }) => className !== 'MaxPooling2D'));
    fc.assert(
      fc.property(linear, ({ layers, source }) => {
        // All positive: rectifiers pass everything, so that the network is linear where it is.
        const target = layers.length - 1;
        const below = networkBelow({ layers }, target);
        const forward = runForward(below, source);
        let projected = 0;
        const input = source.values(layers[0]);
        let expected = 0;
        for (let channel = 0; channel < CHANNELS; channel++) {
          const { picture, map } = projectBack(below, forward, channel, 'map');
          picture.forEach((value, i) => (projected += value * input[i]));
          map.forEach((value) => (expected += value * value));
        }
        assert.ok(Math.abs(projected - expected) <= 1e-4 * expected);
      }),
      { numRuns: 60 },
    );
  });
});

describe('what cannot be projected', () => {
  const input = recordedLayer(layerOf('InputLayer', {}, [], [4, 4, 2]), 0);
  const source: Source = { values: () => new Float32Array(32).fill(1), weights: () => [] };
  const refuses = (layers: readonly Layer[], kind: string, words: RegExp, unit: Unit = 'map') =>
    assert.throws(
      () => project(layers, source, layers.length - 1, 0, unit),
      (thrown) => {
        assert.ok(thrown instanceof Failure);
        assert.equal(thrown.kind, kind);
        assert.match(`${thrown.doing}: ${thrown.wrong}. ${thrown.tryThis}`, words);
        return true;
      },
    );
  const layer = (className: string, config: Layer['config'], inputs = [0], shape = [4, 4, 2], index = 1) =>
    recordedLayer(layerOf(className, config, inputs, shape), index);

  it('is refused by name: layers that are not known or not linear', () => {
    for (const className of [
      'LSTM',
      'TimeDistributed',
      'LayerNormalization',
      'Multiply',
      'MyOwnLayer',
      'constructor',
    ]) {
      refuses([input, layer(className, {})], 'unsupported', new RegExp(`layer_1 \\(${className}\\)`));
    }
  });

  it('is refused where a signal would have to pass a tanh, and not where it starts from one', () => {
    const tanh = layer('Activation', { activation: 'tanh' });
    refuses([input, tanh, layer('ReLU', {}, [1], [4, 4, 2], 2)], 'unsupported', /activation is tanh/);
    const { activation } = project([input, tanh], source, 1, 0, 'strongest');
    assert.ok(Math.abs(activation - Math.tanh(1)) < 1e-6);
  });

  it('is refused where a recording contradicts itself, before anything is read out of bounds', () => {
    refuses([input, layer('MaxPooling2D', { poolSize: [2, 2], strides: [2, 2] })], 'damaged', /its output is 4×4×2/);
    refuses([input, layer('Conv2D', { kernelSize: [3, 3], strides: [1, 1] })], 'damaged', /no weight "kernel"/);
    refuses([input, layer('Conv2D', { kernelSize: [-1, 3] })], 'damaged', /kernelSize is \[-1,3\]/);
    refuses([input, layer('ZeroPadding2D', {}, [0], [6, 6, 2])], 'unsupported', /lacks its padding/);
  });

  it('is refused where it would need more memory than there is', () => {
    refuses([input, layer('UpSampling2D', { size: [1e5, 1e5] }, [0], [4e5, 4e5, 2])], 'unsupported', /the limit is/);
  });

  it('is a place outside the map', () => {
    refuses([input, layer('ReLU', {})], 'bad-input', /4,0 is outside a map of 4×4/, [4, 0]);
  });
});

describe('values that are no numbers', () => {
  it('are left out of the signal, and never the strongest', () => {
    const input = recordedLayer(layerOf('InputLayer', {}, [], [1, 3, 2]), 0);
    const relu = recordedLayer(layerOf('ReLU', {}, [0], [1, 3, 2]), 1);
    const source: Source = { values: () => Float32Array.of(NaN, 0, 2, 0, 1, 0), weights: () => [] };
    const { picture, place } = project([input, relu], source, 1, 0, 'strongest');
    assert.deepEqual(
      [place, [...picture]],
      [
        [0, 1],
        [0, 0, 2, 0, 0, 0],
      ],
    );
    const whole = project([input, relu], source, 1, 0, 'map');
    assert.deepEqual([...whole.picture], [0, 0, 2, 0, 1, 0]);
  });
});
