import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import type { LayerDefinition, TextSpan } from '../../src/extension/detect/layerDefinition.js';
import { LayerDetector } from '../../src/extension/detect/syntaxTrees.js';
import { inEnglish } from '../../src/extension/localize.js';
import type { LayerMatch } from '../../src/extension/match/matchLayers.js';
import { reductionPlan, type ReductionPlan } from '../../src/extension/reduce/reductionPlan.js';
import { reductionTitle, savingSentence, savingTitle } from '../../src/extension/reduce/reductionText.js';
import type { Layer } from '../../src/protocol/run.js';
import { describeLayers } from '../../src/recorder/model/describeLayers.js';
import { traceModel } from '../../src/recorder/model/traceModel.js';
import { grammars } from '../detection/detector.js';
import { layer } from './recorded.js';

type TracedTensorFlow = Parameters<typeof traceModel>[0];
type TracedLayersModel = Parameters<typeof traceModel>[1];

/** Of a text that nobody asks for. */
const TEXT = { isUnchanged: true, textOf: (): string => '' };
const HEAD = `const tf = require('@tensorflow/tfjs');\n`;

/** Runs the model's text. */
function build(text: string): tf.LayersModel {
  const create = new Function('require', `${text}\nreturn model;`) as (require: () => typeof tf) => tf.LayersModel;
  return create(() => tf);
}

function layersOf(model: tf.LayersModel): Layer[] {
  const inputs = (): tf.Tensor[] => model.inputs.map(({ shape }) => tf.zeros([2, ...(shape.slice(1) as number[])]));
  // A compiled Sequential knows its inputs; a new one has them after its first use.
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  const { layers } = traceModel(
    tf as unknown as TracedTensorFlow,
    model as unknown as TracedLayersModel,
    inputs as unknown as Parameters<typeof traceModel>[2],
  );
  return describeLayers(layers, () => null);
}

/** Every layer of the tests' models has a name, so that the match needs no recording. */
function matchByName(definitions: readonly LayerDefinition[], layers: readonly Layer[]): LayerMatch[] {
  return definitions.map(({ name }) => {
    const found = layers.filter((layer) => layer.name === name || layer.name.startsWith(`${name}#`));
    return found.length > 0 ? { state: 'current', layers: found } : { state: 'unrecorded' };
  });
}

async function plan(text: string, name: string, count: number): Promise<ReductionPlan> {
  const detector = new LayerDetector(grammars, 'javascript', text);
  try {
    const definitions = await detector.layers();
    const model = build(text);
    const layers = layersOf(model);
    const at = definitions.findIndex((definition) => definition.name === name);
    const facts = {
      definitions,
      matches: matchByName(definitions, layers),
      layers,
      metrics: model.metricsNames,
      ...TEXT,
    };
    const result = await detector.read((root, source) => reductionPlan(root, source, facts, at, count, inEnglish));
    assert.ok(result);
    return result;
  } finally {
    detector.dispose();
  }
}

function offsetOf(text: string, { line, character }: TextSpan['start']): number {
  return (
    text
      .split('\n')
      .slice(0, line)
      .reduce((sum, one) => sum + one.length + 1, 0) + character
  );
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

/** The edited text builds, gives outputs of the same shape, and has as many parameters fewer as was said. */
async function builds(body: string, name: string, count: number, editCount = 1): Promise<void> {
  const text = HEAD + body;
  const result = await plan(text, name, count);
  const after = build(edited(text, result));
  const before = build(text);
  assert.ok(result.state === 'possible');
  assert.equal(result.edits.length, editCount);
  const reduced = layersOf(after).find((layer) => layer.name === name);
  assert.equal(reduced?.channelCount, count);
  assert.deepEqual(
    after.outputs.map(({ shape }) => shape),
    before.outputs.map(({ shape }) => shape),
  );
  assert.equal(before.countParams() - after.countParams(), Math.round(result.savedParameters));
  assert.equal(before.countParams(), result.totalParameters);
}

async function refuses(body: string, name: string, reason: RegExp): Promise<void> {
  const result = await plan(HEAD + body, name, 3);
  assert.equal(result.state, 'refused');
  if (result.state === 'refused') assert.match(result.reason, reason);
}

const sequential = (...layers: string[]): string =>
  `const model = tf.sequential({ layers: [\n${layers.map((layer) => `  tf.layers.${layer},`).join('\n')}\n] });`;
const FIRST = `conv2d({ name: 'a', inputShape: [8, 8, 1], filters: 8, kernelSize: 3, padding: 'same' })`;
const LAST = `dense({ name: 'z', units: 10, activation: 'softmax' })`;

describe('a reduction of filters', () => {
  it('edits the literal of a convolution before a dense layer', () =>
    builds(sequential(FIRST, `maxPooling2d({ name: 'p', poolSize: 2 })`, `flatten({ name: 'f' })`, LAST), 'a', 3));

  it('counts the normalization and the next convolution among what is saved', () =>
    builds(
      sequential(
        FIRST,
        `batchNormalization({ name: 'b' })`,
        `reLU({ name: 'r' })`,
        `conv2d({ name: 'c', filters: 4, kernelSize: 5 })`,
        `flatten({ name: 'f' })`,
        LAST,
      ),
      'a',
      5,
    ));

  it('edits the units of a dense layer', () =>
    builds(
      sequential(`flatten({ name: 'f', inputShape: [8, 8, 1] })`, `dense({ name: 'd', units: 64 })`, LAST),
      'd',
      31,
    ));

  it('follows depthwise and separable convolutions', () =>
    builds(
      sequential(
        FIRST,
        `depthwiseConv2d({ name: 'w', kernelSize: 3, depthMultiplier: 2 })`,
        `separableConv2d({ name: 's', filters: 6, kernelSize: 3 })`,
        `globalAveragePooling2d({ name: 'g' })`,
        LAST,
      ),
      'a',
      5,
    ));

  it('follows a transposed convolution', () =>
    builds(
      sequential(FIRST, `conv2dTranspose({ name: 't', filters: 6, kernelSize: 2 })`, `flatten({ name: 'f' })`, LAST),
      'a',
      5,
    ));

  it('writes a coupled reshape anew', () =>
    builds(
      sequential(FIRST, `reshape({ name: 'r', targetShape: [64, 8] })`, `gru({ name: 'g', units: 5 })`, LAST),
      'a',
      3,
      2,
    ));

  it('writes the flat size of a reshape anew', () =>
    builds(sequential(FIRST, `reshape({ name: 'r', targetShape: [512] })`, LAST), 'a', 3, 2));

  it('keeps an inputShape in the middle true', () =>
    builds(
      sequential(
        FIRST,
        `conv2d({ name: 'c', inputShape: [8, 8, 8], filters: 4, kernelSize: 3 })`,
        `flatten({ name: 'f' })`,
        LAST,
      ),
      'a',
      3,
      2,
    ));

  it('edits a constant that has no other use', () =>
    builds(
      `const FILTERS = 8;\n${sequential(FIRST.replace('filters: 8', 'filters: FILTERS'), `flatten({ name: 'f' })`, LAST)}`,
      'a',
      3,
    ));

  const branches = (merge: string): string => `
const input = tf.input({ shape: [8, 8, 1] });
const a = tf.layers.conv2d({ name: 'a', filters: 8, kernelSize: 3, padding: 'same' }).apply(input);
const b = tf.layers.conv2d({ name: 'b', filters: 8, kernelSize: 1 }).apply(a);
const joined = tf.layers.${merge}({ name: 'm' }).apply([a, b]);
const flat = tf.layers.flatten({ name: 'f' }).apply(joined);
const model = tf.model({ inputs: input, outputs: tf.layers.dense({ name: 'z', units: 10 }).apply(flat) });`;

  it('follows both branches into a concatenation', async () => {
    await builds(branches('concatenate'), 'a', 3);
    await builds(branches('concatenate'), 'b', 3);
  });

  it('is refused before a residual addition, which is named', async () => {
    await refuses(branches('add'), 'a', /^m merges a, b element-wise, so all need the same 8 channels$/);
    await refuses(branches('multiply'), 'b', /^m merges/);
  });

  it('is refused for the classes that a model answers with', () =>
    refuses(
      sequential(FIRST, `flatten({ name: 'f' })`, LAST),
      'z',
      /z is the output layer, and the labels determine its size/,
    ));

  it('is refused for an output that feeds other layers, too', () =>
    refuses(
      `const input = tf.input({ shape: [6] });
const a = tf.layers.dense({ name: 'a', units: 8 }).apply(input);
const model = tf.model({ inputs: input, outputs: [a, tf.layers.dense({ name: 'z', units: 10 }).apply(a)] });`,
      'a',
      /a is the output layer, and the labels determine its size/,
    ));

  it('leaves the statistics of another axis out of what is saved', () =>
    builds(
      sequential(
        FIRST,
        `batchNormalization({ name: 'b', axis: 1 })`,
        `layerNormalization({ name: 'n' })`,
        `flatten({ name: 'f' })`,
        LAST,
      ),
      'a',
      5,
    ));

  it('is refused where the number is computed', async () => {
    const of = (filters: string, before = ''): string =>
      `${before}\n${sequential(FIRST.replace('filters: 8', filters), `flatten({ name: 'f' })`, LAST)}`;
    await refuses(of('filters: 2 * 4'), 'a', /filters is computed/);
    await refuses(
      of('...base', 'const base = { filters: 8 };'),
      'a',
      /configuration at line 2 that other layers may share/,
    );
    await refuses(of('filters: N', 'const N = 8; const other = N + 1;'), 'a', /N is used in 2 places/);
    await refuses(of('filters', 'let filters = 8;'), 'a', /computed/);
  });

  it('is refused for a layer that is applied twice', () =>
    refuses(
      `const input = tf.input({ shape: [8, 8, 4] });
const shared = tf.layers.conv2d({ name: 'a', filters: 4, kernelSize: 3 });
const flat = tf.layers.flatten({ name: 'f' }).apply(shared.apply(shared.apply(input)));
const model = tf.model({ inputs: input, outputs: tf.layers.dense({ name: 'z', units: 10 }).apply(flat) });`,
      'a',
      /this line creates 2 layers/,
    ));

  it('is refused where a reshape mixes channels and places, or its target is computed', async () => {
    await refuses(
      sequential(FIRST, `reshape({ name: 'r', targetShape: [128, 4] })`, `flatten({ name: 'f' })`, LAST),
      'a',
      /r mixes channels and positions/,
    );
    await refuses(
      sequential(FIRST, `reshape({ name: 'r', targetShape: [8 * 64] })`, LAST),
      'a',
      /targetShape of line 4 is computed/,
    );
    await refuses(
      sequential(FIRST, `permute({ name: 'r', dims: [3, 1, 2] })`, `flatten({ name: 'f' })`, LAST),
      'a',
      /r \(Permute\) follows/,
    );
  });

  it('is refused where weights are loaded', () =>
    refuses(
      `${sequential(FIRST, `flatten({ name: 'f' })`, LAST)}\nmodel.setWeights(model.getWeights());`,
      'a',
      /line 7 loads weights/,
    ));
});

describe('what a reduction of filters is called', () => {
  const plan = (savedParameters: number, totalParameters: number) =>
    ({ state: 'possible', edits: [], savedParameters, totalParameters }) as const;

  it('is the wish with the parameters that it saves', () => {
    const [conv, dense] = [layer(1, 'Conv2D'), layer(2, 'Dense', { kind: 'dense' })];
    const title = savingTitle(reductionTitle(conv, 9, inEnglish), plan(2304, 15_300), inEnglish);
    assert.equal(title, 'Reduce filters to 9: 15 % fewer parameters (−2,304)');
    assert.equal(reductionTitle(dense, 31, inEnglish), 'Reduce units to 31');
  });

  it('has a decimal below one per cent', () =>
    assert.equal(savingTitle('Reduce', plan(18, 14_000), inEnglish), 'Reduce: 0.1 % fewer parameters (−18)'));

  it('says in the hover that the accuracy is not known yet', () =>
    assert.equal(
      savingSentence('Reduce filters to 9', plan(2304, 15_300), inEnglish),
      'Reduce filters to 9: 15 % fewer parameters (−2,304), including coupled layers. The effect on accuracy is known only after training.',
    ));
});
