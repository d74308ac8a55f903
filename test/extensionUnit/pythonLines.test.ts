/** Which lines of a Python file show which recorded layers. */
import assert from 'node:assert/strict';
import { isShown } from '../../src/extension/match/isShown.js';
import { matchLayers, type LayerMatch } from '../../src/extension/match/matchLayers.js';
import type { Layer } from '../../src/protocol/run.js';
import { detect } from '../detection/detector.js';
import { layer } from './recorded.js';

const NET = `import torch
import torch.nn as nn
import torch.nn.functional as F


class Swish(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3)
        self.conv2 = nn.Conv2d(8, 16, 3)
        self.act = Swish()
        self.fc = nn.Linear(16, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.relu(self.conv2(x)) + 1
        x = self.act(x)
        x = torch.flatten(x, 1)
        return self.fc(x)
`;

/** "name class line column of what feeds it", in the order of the network; columns count from one. */
function recorded(rows: readonly string[]): Layer[] {
  return rows.map((row, index) => {
    const [name = '', className = '', line, column, inputs = '', config = '{}'] = row.split(' ');
    return layer(index, className, {
      name,
      source: line === '-' ? null : { file: 'train.py', line: Number(line), column: Number(column) },
      inputs: inputs === '' ? [] : inputs.split(',').map(Number),
      config: JSON.parse(config) as Layer['config'],
    });
  });
}

const CONV = '{"in_channels":1,"out_channels":8,"kernel_size":[3,3],"stride":[1,1],"padding":[0,0],"bias":true}';
const CONV2 = CONV.replace('1,"out', '8,"out').replace('8,"k', '16,"k');
const RUN = recorded([
  'x input -',
  `conv1 Conv2d 14 22 0 ${CONV}`,
  'relu relu 20 26 1',
  'max_pool2d max_pool2d 20 13 2',
  `conv2 Conv2d 15 22 3 ${CONV2}`,
  'relu#2 relu 21 13 4',
  'add add 21 13 5',
  'act.sigmoid sigmoid 8 20 6',
  'act.mul mul 8 16 6,7',
  'flatten flatten 23 13 8',
  'fc Linear 17 19 9 {"in_features":16,"out_features":10,"bias":true}',
]);

/** What is shown: "line text state names". */
async function shown(text: string, layers: readonly Layer[], isUnchanged: boolean): Promise<string[]> {
  const definitions = await detect(text, 'python');
  const matches = matchLayers(definitions, layers, isUnchanged);
  return definitions.flatMap((one, at) => {
    const match = matches[at] as LayerMatch;
    const names = match.state === 'unrecorded' ? [] : match.layers.map(({ name }) => name);
    return isShown(one, match) ? [[one.line + 1, match.state, ...names].join(' ')] : [];
  });
}

const ALL = [
  '8 current act.mul',
  '8 current act.sigmoid',
  '14 current conv1',
  '15 current conv2',
  '17 current fc',
  '20 current max_pool2d',
  '20 current relu',
  '21 current add',
  '21 current relu#2',
];

describe('the lines of a PyTorch file', () => {
  it('show modules where they are constructed, and functions and operators where they are called', async () =>
    assert.deepEqual(await shown(NET, RUN, true), ALL));

  it('show nothing of functions and own classes before they are recorded', async () =>
    assert.deepEqual(await shown(NET, [], true), ['14 unrecorded', '15 unrecorded', '17 unrecorded']));

  it('show the same after lines were moved: a function is known by what feeds it', async () => {
    const moved = ALL.map((row) => row.replace(/^\d+/, (line) => String(Number(line) + 1)));
    assert.deepEqual(await shown(`# new\n${NET}`, RUN, false), moved);
  });

  it('show an own class whose module is a leaf', async () => {
    const leaf = [...RUN.slice(0, 7), ...recorded(['act Swish 16 20 6']), ...RUN.slice(9)].map((one, index) => ({
      ...one,
      index,
      inputs: index === 0 ? [] : [index - 1],
    }));
    assert.ok((await shown(NET, leaf, true)).includes('16 current act'));
    assert.ok((await shown(`\n${NET}`, leaf, false)).includes('17 current act'));
  });

  it('never show a function of another module: swapped calls show nothing', async () => {
    const swapped = NET.replace('self.conv1(x)', 'self.conv0(x)').replace('self.conv2(x)', 'self.conv1(x)');
    const rows = await shown(swapped.replace('self.conv0(x)', 'self.conv2(x)'), RUN, false);
    assert.deepEqual(
      rows.filter((row) => /relu|pool/.test(row)),
      [],
    );
  });

  it('say so where an argument changed, was added or was taken out', async () => {
    const check = async (from: string, to: string, expected: string): Promise<void> => {
      assert.ok(NET.includes(from));
      assert.ok((await shown(NET.replace(from, to), RUN, false)).includes(expected), `${to}: ${expected}`);
    };
    await check('Conv2d(8, 16, 3)', 'Conv2d(8, 32, 3)', '15 stale conv2');
    await check('Conv2d(8, 16, 3)', 'Conv2d(8, 16, 3, padding=1)', '15 stale conv2');
    await check('Conv2d(8, 16, 3)', 'Conv2d(8, 16, (3, 3), stride=1)', '15 current conv2');
    await check('Conv2d(8, 16, 3)', 'Conv2d(8, 2 * 8, kernel_size=3)', '15 current conv2');
    const padded = RUN.map((one) =>
      one.name === 'conv2' ? { ...one, config: { ...one.config, padding: [1, 1] } } : one,
    );
    assert.ok((await shown(`${NET}\n`, padded, false)).includes('15 stale conv2'));
  });

  it('show one line for the modules of a loop', async () => {
    const text = 'import torch.nn as nn\nlayers = [nn.Linear(4, 4) for _ in range(2)]\n';
    const layers = recorded(['x input -', '0 Linear 2 11 0', '1 Linear 2 11 1']);
    assert.deepEqual(await shown(text, layers, true), ['2 current 0 1']);
    assert.deepEqual(await shown(`\n${text}`, layers, false), ['3 current 0 1']);
  });

  it('know a class that PyTorch itself replaces: lazy and parametrized modules', async () => {
    const text = 'from torch import nn\nnet = nn.Sequential(nn.LazyConv2d(8, 3), nn.Linear(8, 4))\n';
    const layers = recorded(['x input -', '0 Conv2d 2 21 0', '1 ParametrizedLinear 2 43 1']);
    const derived = layers.map((one) => (one.index === 2 ? { ...one, derivedFrom: 'Linear' } : one));
    assert.deepEqual(await shown(text, derived, true), ['2 current 0', '2 current 1']);
  });
});

describe('the lines of a Keras file', () => {
  const TEXT = `from tensorflow import keras
from tensorflow.keras import layers
model = keras.Sequential([
    layers.Conv2D(8, 3, activation="relu", name="first"),
    layers.MaxPool2D(),
    layers.Conv2D(8, 3, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
`;
  const conv =
    '{"filters":8,"kernel_size":[3,3],"strides":[1,1],"activation":"relu","use_bias":true,"padding":"valid"}';
  const layers = recorded([
    'input InputLayer -',
    `first Conv2D 4 5 0 ${conv}`,
    'max_pooling2d MaxPooling2D 5 5 1 {"pool_size":[2,2],"strides":[2,2],"padding":"valid"}',
    `conv2d Conv2D 6 5 2 ${conv}`,
    'dense Dense 7 5 3 {"units":10,"activation":"softmax","use_bias":true}',
  ]);

  it('show their layers, whatever name the class has', async () =>
    assert.deepEqual(await shown(TEXT, layers, true), [
      '4 current first',
      '5 current max_pooling2d',
      '6 current conv2d',
      '7 current dense',
    ]));

  it('follow edits as those of TensorFlow.js do', async () => {
    const moved = `# a\n${TEXT}`.replace('MaxPool2D()', 'MaxPool2D(pool_size=2, strides=2)');
    assert.deepEqual(await shown(moved, layers, false), [
      '5 current first',
      '6 current max_pooling2d',
      '7 current conv2d',
      '8 current dense',
    ]);
    const edited = TEXT.replace('MaxPool2D()', 'MaxPool2D(3)').replace('Dense(10', 'Dense(5');
    assert.deepEqual(await shown(edited, layers, false), [
      '4 current first',
      '5 stale max_pooling2d',
      '6 current conv2d',
      '7 stale dense',
    ]);
  });
});
