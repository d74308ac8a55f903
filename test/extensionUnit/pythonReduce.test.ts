/** "Reduce filters to N" in files of PyTorch and Keras: what is edited, what is saved, and why not. */
import assert from 'node:assert/strict';
import { LayerDetector } from '../../src/extension/detect/syntaxTrees.js';
import type { TextSpan } from '../../src/extension/detect/layerDefinition.js';
import { inEnglish } from '../../src/extension/localize.js';
import { matchLayers } from '../../src/extension/match/matchLayers.js';
import { reductionPlan, type ReductionPlan } from '../../src/extension/reduce/reductionPlan.js';
import type { Layer } from '../../src/protocol/run.js';
import { grammars } from '../detection/detector.js';
import { layer } from './recorded.js';

type Framework = 'keras' | 'pytorch';

/** Layers at the places where `mark` stands in the text, one after the other in the network. */
interface Row {
  readonly name: string;
  readonly className: string;
  readonly kind: Layer['kind'];
  /** Text that begins at the layer's place; undefined: of another file. */
  readonly at?: string;
  readonly channels: number;
  readonly map?: readonly number[];
  readonly weights?: readonly (readonly [shape: readonly number[], layout: string])[];
  readonly inputs?: readonly number[];
  readonly config?: Layer['config'];
}

function layersOf(text: string, rows: readonly Row[]): Layer[] {
  return rows.map((row, index) => {
    const offset = row.at === undefined ? -1 : text.indexOf(row.at);
    assert.ok(row.at === undefined || offset >= 0, row.at);
    const before = text.slice(0, Math.max(0, offset)).split('\n');
    const weights = row.weights ?? [];
    return layer(index, row.className, {
      name: row.name,
      kind: row.kind,
      channelCount: row.channels,
      mapShape: [...(row.map ?? [])],
      outputShape: [...(row.map ?? []), row.channels],
      inputs: [...(row.inputs ?? (index === 0 ? [] : [index - 1]))],
      config: row.config ?? {},
      weights: weights.map(([shape, layout], at) => ({ name: `w${at}`, shape: [...shape], layout, path: `p${at}` })),
      parameterCount: weights.reduce((sum, [shape]) => sum + shape.reduce((a, b) => a * b, 1), 0),
      source:
        row.at === undefined ? null : { file: 'n.py', line: before.length, column: (before.at(-1) ?? '').length + 1 },
    });
  });
}

async function plan(
  framework: Framework,
  text: string,
  rows: readonly Row[],
  name: string,
  count: number,
): Promise<ReductionPlan> {
  const detector = new LayerDetector(grammars, 'python', text);
  try {
    const definitions = await detector.layers();
    const layers = layersOf(text, rows);
    const matches = matchLayers(
      definitions,
      layers.filter(({ source }) => source),
      true,
    );
    const at = matches.findIndex((match) => match.state === 'current' && match.layers[0]?.name === name);
    const textOf = (span: TextSpan): string => text.slice(offsetOf(text, span.start), offsetOf(text, span.end));
    const facts = { definitions, matches, layers, metrics: [], framework, isUnchanged: true, textOf };
    const result = await detector.read((root, source) => reductionPlan(root, source, facts, at, count, inEnglish));
    assert.ok(result);
    return result;
  } finally {
    detector.dispose();
  }
}

function offsetOf(text: string, { line, character }: TextSpan['start']): number {
  const before = text.split('\n').slice(0, line);
  return before.reduce((sum, one) => sum + one.length + 1, 0) + character;
}

function edited(text: string, result: ReductionPlan): string {
  assert.equal(result.state, 'possible', result.state === 'refused' ? result.reason : '');
  if (result.state !== 'possible') return text;
  return [...result.edits]
    .sort((a, b) => offsetOf(text, b.span.start) - offsetOf(text, a.span.start))
    .reduce(
      (all, { span, text: by }) => all.slice(0, offsetOf(text, span.start)) + by + all.slice(offsetOf(text, span.end)),
      text,
    );
}

async function refuses(
  framework: Framework,
  text: string,
  rows: readonly Row[],
  name: string,
  reason: RegExp,
): Promise<void> {
  const result = await plan(framework, text, rows, name, 4);
  assert.equal(result.state, 'refused');
  if (result.state === 'refused') assert.match(result.reason, reason);
}

const TORCH = `import torch
from torch import nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3)
        self.bn = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 16, kernel_size=3)
        self.fc1 = nn.Linear(16 * 5 * 5, 32)
        self.fc2 = nn.Linear(32, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn(self.conv1(x))), 2)
        x = F.relu(self.conv2(x))
        x = x.view(x.size(0), -1)
        return self.fc2(F.relu(self.fc1(x)))
`;
const MAP = [5, 5];
const NET: readonly Row[] = [
  { name: 'x', className: 'input', kind: 'input', channels: 1, map: MAP },
  { name: 'conv1', className: 'Conv2d', kind: 'conv', at: 'nn.Conv2d(1', channels: 8, map: MAP, weights: [[[8, 1, 3, 3], 'OIHW'], [[8], 'C']] }, // prettier-ignore
  { name: 'bn', className: 'BatchNorm2d', kind: 'normalization', at: 'nn.BatchNorm2d(', channels: 8, map: MAP, weights: [[[8], 'C'], [[8], 'C']] }, // prettier-ignore
  { name: 'relu', className: 'relu', kind: 'activation', at: 'F.relu(self.bn', channels: 8, map: MAP },
  { name: 'max_pool2d', className: 'max_pool2d', kind: 'pool', at: 'F.max_pool2d', channels: 8, map: MAP },
  { name: 'conv2', className: 'Conv2d', kind: 'conv', at: 'nn.Conv2d(8', channels: 16, map: MAP, weights: [[[16, 8, 3, 3], 'OIHW'], [[16], 'C']] }, // prettier-ignore
  { name: 'relu#2', className: 'relu', kind: 'activation', at: 'F.relu(self.conv2', channels: 16, map: MAP },
  { name: 'view', className: 'view', kind: 'reshape', at: 'x.view(', channels: 400 },
  { name: 'fc1', className: 'Linear', kind: 'dense', at: 'nn.Linear(16', channels: 32, weights: [[[32, 400], 'OI'], [[32], 'C']] }, // prettier-ignore
  { name: 'relu#3', className: 'relu', kind: 'activation', at: 'F.relu(self.fc1', channels: 32 },
  { name: 'fc2', className: 'Linear', kind: 'dense', at: 'nn.Linear(32', channels: 10, weights: [[[10, 32], 'OI'], [[10], 'C']] }, // prettier-ignore
];

describe('a reduction in PyTorch', () => {
  it('edits the normalization and the next convolution, too', async () => {
    const result = await plan('pytorch', TORCH, NET, 'conv1', 6);
    const expected = TORCH.replace('(1, 8, 3)', '(1, 6, 3)').replace('2d(8)', '2d(6)').replace('(8, 16', '(6, 16');
    assert.equal(edited(TORCH, result), expected);
    // 2 · 9 + 2 of conv1, 2 · 2 of bn, 16 · 2 · 9 of conv2.
    assert.ok(result.state === 'possible' && Math.round(result.savedParameters) === 20 + 4 + 288);
  });

  it('edits the factor of a flattened size', async () => {
    const result = await plan('pytorch', TORCH, NET, 'conv2', 9);
    assert.equal(edited(TORCH, result), TORCH.replace('8, 16,', '8, 9,').replace('16 * 5 * 5', '9 * 5 * 5'));
    const written = TORCH.replace('16 * 5 * 5', '400').replaceAll('nn.Linear(16', 'nn.Linear(400');
    const rows = NET.map((row) => (row.name === 'fc1' ? { ...row, at: 'nn.Linear(400' } : row));
    const whole = edited(written, await plan('pytorch', written, rows, 'conv2', 9));
    assert.equal(whole, written.replace('8, 16,', '8, 9,').replace('400', '225'));
  });

  it('edits units, and the features that the next layer takes', async () =>
    assert.equal(
      edited(TORCH, await plan('pytorch', TORCH, NET, 'fc1', 20)),
      TORCH.replace('5, 32)', '5, 20)').replace('Linear(32', 'Linear(20'),
    ));

  it('edits a name whose uses all change', async () => {
    const named = TORCH.replace('        self.conv1', '        width = 8\n        self.conv1')
      .replace('(1, 8, 3)', '(1, width, 3)')
      .replace('2d(8)', '2d(width)')
      .replace('(8, 16', '(width, 16');
    const rows = NET.map((row) => (row.name === 'conv2' ? { ...row, at: 'nn.Conv2d(width' } : row));
    assert.equal(
      edited(named, await plan('pytorch', named, rows, 'conv1', 6)),
      named.replace('width = 8', 'width = 6'),
    );
    const shared = named.replace('2d(width)', '2d(width)\n        self.size = width');
    await refuses('pytorch', shared, rows, 'conv1', /width is used in 4 places/);
  });

  it('says why not: parameters, named sizes, sums, outputs, groups, weights that are loaded', async () => {
    const parameter = TORCH.replace('__init__(self)', '__init__(self, width=8)').replace('(1, 8, 3)', '(1, width, 3)');
    await refuses('pytorch', parameter, NET, 'conv1', /its value is computed: width|computed/);
    const view = TORCH.replace('x.view(x.size(0), -1)', 'x.view(-1, 400)');
    await refuses('pytorch', view, NET, 'conv2', /line 18 contains the old size: x\.view\(-1, 400\)/);
    await refuses('pytorch', TORCH, NET, 'fc2', /fc2 is the output layer/);
    const add: Row = { name: 'add', className: 'add', kind: 'merge', channels: 8, map: MAP, inputs: [1, 3] };
    const residual = [...NET.slice(0, 4), add, ...NET.slice(5)];
    await refuses('pytorch', TORCH, residual, 'conv1', /add merges conv1, relu element-wise/);
    const grouped = NET.map((row) => (row.name === 'conv2' ? { ...row, config: { groups: 8 } } : row));
    await refuses('pytorch', TORCH, grouped, 'conv1', /conv2 \(Conv2d\) follows/);
    await refuses('pytorch', `${TORCH}Net().load_state_dict({})\n`, NET, 'conv1', /line 20 loads weights/);
    const elsewhere = NET.map((row) => (row.name === 'bn' ? { ...row, at: undefined } : row)) as Row[];
    await refuses('pytorch', TORCH, elsewhere, 'conv1', /bn depends on the old size and is created elsewhere/);
  });
});

const KERAS = `from keras import layers, Sequential
model = Sequential([
    layers.Conv2D(8, 3, name="a"),
    layers.MaxPool2D(name="p"),
    layers.Flatten(name="f"),
    layers.Dense(10, name="z"),
])
`;
const KERAS_NET: readonly Row[] = [
  { name: 'input', className: 'InputLayer', kind: 'input', channels: 1, map: MAP },
  { name: 'a', className: 'Conv2D', kind: 'conv', at: 'layers.Conv2D', channels: 8, map: MAP, weights: [[[3, 3, 1, 8], 'HWIO'], [[8], 'C']] }, // prettier-ignore
  { name: 'p', className: 'MaxPooling2D', kind: 'pool', at: 'layers.MaxPool2D', channels: 8, map: MAP },
  { name: 'f', className: 'Flatten', kind: 'reshape', at: 'layers.Flatten', channels: 200 },
  { name: 'z', className: 'Dense', kind: 'dense', at: 'layers.Dense', channels: 10, weights: [[[200, 10], 'IO'], [[10], 'C']] }, // prettier-ignore
].map((row) => ({ ...row, kind: row.kind as Layer['kind'] })) as readonly Row[];

describe('a reduction in Keras', () => {
  it('edits the filters alone: layers find out what comes in', async () => {
    const result = await plan('keras', KERAS, KERAS_NET, 'a', 5);
    assert.equal(edited(KERAS, result), KERAS.replace('Conv2D(8', 'Conv2D(5'));
    // 3 · 9 + 3 of a, 10 · 75 of z.
    assert.ok(result.state === 'possible' && Math.round(result.savedParameters) === 30 + 750);
  });

  it('says why not for the output layer and for channels first', async () => {
    await refuses('keras', KERAS, KERAS_NET, 'z', /z is the output layer/);
    const first = KERAS_NET.map((row) =>
      row.name === 'a' ? { ...row, config: { data_format: 'channels_first' } } : row,
    );
    await refuses('keras', KERAS, first, 'a', /channels-first/);
  });
});
