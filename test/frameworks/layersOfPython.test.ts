/** What a Python script says of its layers becomes the manifest's layers. */
import assert from 'node:assert/strict';
import type { PythonLayer } from '../../src/protocol/pythonRecorder.js';
import { describePythonLayer, layersOfPython } from '../../src/recorder/python/layersOfPython.js';

const LAYER: PythonLayer = {
  name: 'features.0',
  className: 'Conv2d',
  bases: [],
  outputShape: [8, 5, 6],
  format: 'channelsFirst',
  trainable: true,
  activation: null,
  inputs: [0],
  config: { kernel_size: [3, 3], padding: 1, list: Array.from({ length: 1001 }, () => 1) },
  source: { file: '/home/user/project/train.py', line: 3, column: 9 },
  calledAt: { file: '/home/user/project/train.py', line: 12, column: 5 },
  askedAt: null,
  weights: [
    { name: 'weight', shape: [8, 3, 3, 3], layout: 'OIHW' },
    { name: 'bias', shape: [8], layout: 'O' },
  ],
};
const relative = ({ file, line, column }: { file: string; line: number; column: number }) => ({
  file: file.replace('/home/user/project/', ''),
  line,
  column,
});
const described = (change: Partial<PythonLayer>, framework: 'pytorch' | 'keras' = 'pytorch') =>
  describePythonLayer(framework, { ...LAYER, ...change }, 1, relative);

describe('layers of a Python script', () => {
  it('have channels before space where the framework has', () => {
    const layer = described({});
    assert.deepEqual([layer.channelCount, layer.mapShape, layer.outputShape], [8, [5, 6], [8, 5, 6]]);
    const tokens = described({ outputShape: [5, 6, 8], format: 'channelsLast' });
    assert.deepEqual([tokens.channelCount, tokens.mapShape], [8, [5, 6]]);
  });

  it('have weights with paths and layouts, and parameters without running statistics', () => {
    const weights = [
      { name: 'weight', shape: [8], layout: 'C' },
      { name: 'Weight', shape: [8], layout: null },
      { name: 'running_mean', shape: [8], layout: 'C' },
      { name: 'num_batches_tracked', shape: [], layout: null },
    ];
    const layer = described({ className: 'BatchNorm2d', weights });
    assert.deepEqual(layer.weights, [
      { name: 'weight', shape: [8], path: 'layers/001-features.0/weights/weight', layout: 'C' },
      { name: 'Weight-1', shape: [8], path: 'layers/001-features.0/weights/Weight-1' },
      { name: 'running_mean', shape: [8], path: 'layers/001-features.0/weights/running_mean', layout: 'C' },
      { name: 'num_batches_tracked', shape: [], path: 'layers/001-features.0/weights/num_batches_tracked' },
    ]);
    assert.equal(layer.parameterCount, 16);
  });

  it('have places relative to the workspace, and none where none is known', () => {
    const layer = described({ askedAt: { file: '/home/user/project/net.py', line: 1, column: 1 } });
    assert.deepEqual(
      [layer.source, layer.calledAt, layer.askedAt].map((span) => span && `${span.file}:${span.line}:${span.column}`),
      ['train.py:3:9', 'train.py:12:5', 'net.py:1:1'],
    );
    assert.ok(!('askedAt' in described({})));
  });

  it('leave data out of the configuration', () => {
    assert.deepEqual(described({}).config, { kernel_size: [3, 3], padding: 1 });
  });

  it('name the framework’s class behind one of the script’s own', () => {
    const own = described({ className: 'StdConv2d', bases: ['BaseConv', 'Conv2d'] });
    assert.deepEqual([own.kind, own.derivedFrom], ['conv', 'Conv2d']);
    assert.ok(!('derivedFrom' in described({})));
    assert.equal(described({ className: 'Block', bases: [] }).kind, 'other');
  });

  const kinds: readonly (readonly ['pytorch' | 'keras', string, string, string | null])[] = [
    ['pytorch', 'relu', 'activation', 'relu'],
    ['pytorch', 'relu_', 'activation', 'relu'],
    ['pytorch', 'LeakyReLU', 'activation', 'leaky_relu'],
    ['pytorch', 'SiLU', 'activation', 'silu'],
    ['pytorch', 'LogSoftmax', 'activation', 'log_softmax'],
    ['pytorch', 'log_softmax', 'activation', 'log_softmax'],
    ['pytorch', '__iadd__', 'merge', null],
    ['pytorch', '__radd__', 'merge', null],
    ['pytorch', 'add', 'merge', null],
    ['pytorch', 'cat', 'merge', null],
    ['pytorch', 'max_pool2d', 'pool', null],
    ['pytorch', 'adaptive_avg_pool2d', 'pool', null],
    ['pytorch', 'flatten', 'reshape', null],
    ['pytorch', '__getitem__', 'reshape', null],
    ['pytorch', 'dropout', 'dropout', null],
    ['pytorch', 'batch_norm', 'normalization', null],
    ['pytorch', 'linear', 'dense', null],
    ['pytorch', 'MultiheadAttention', 'other', null],
    ['pytorch', 'scaled_dot_product_attention', 'other', null],
    ['keras', 'Conv2D', 'conv', null],
    ['keras', 'ReLU', 'activation', 'relu'],
    ['keras', 'Relu', 'activation', 'relu'],
    ['keras', 'GetItem', 'reshape', null],
    ['keras', 'Activation', 'activation', null],
    ['keras', 'Concatenate', 'merge', null],
    ['keras', 'LSTM', 'recurrent', null],
  ];
  for (const [framework, className, kind, activation] of kinds)
    it(`${className} of ${framework} is ${kind}${activation === null ? '' : `, ${activation}`}`, () => {
      const layer = described({ className, bases: [] }, framework);
      assert.deepEqual([layer.kind, layer.activation], [kind, activation]);
    });

  it('keep the activation inside a layer of Keras, and none for a linear one', () => {
    assert.equal(described({ className: 'Conv2D', activation: 'relu' }, 'keras').activation, 'relu');
    assert.equal(described({ className: 'Dense', activation: 'linear' }, 'keras').activation, null);
  });

  it('begin with the input, and are numbered', () => {
    const input = { ...LAYER, name: 'input', className: 'Input', inputs: [], weights: [], outputShape: [3, 7, 8] };
    const layers = layersOfPython('pytorch', [input, LAYER], relative);
    assert.deepEqual(
      layers.map(({ index, kind, path }) => [index, kind, path]),
      [
        [0, 'input', 'layers/000-input'],
        [1, 'conv', 'layers/001-features.0'],
      ],
    );
  });
});
