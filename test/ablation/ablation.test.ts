/**
 * Ablation checked by hand: on a network small enough to compute on paper, and on a recorded one – a dead
 * channel's ablation changes nothing, all channels' gives every input the same answer, and without any the
 * recorded answers come back.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  ablationNetwork,
  answerOf,
  runSteps,
  stepsOf,
  withoutChannels,
} from '../../src/analysis/ablation/ablatedForward.js';
import { ablationValue } from '../../src/analysis/ablation/ablationCounts.js';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { Failure } from '../../src/protocol/failure.js';
import type { RunReader } from '../../src/store/format/runAccess.js';
import { recordedLayer } from '../deconvnet/fixtures.js';
import { buildWorker, type BuiltWorker } from '../engine/builtWorker.js';
import { Workspace } from '../recorder/support/workspace.js';

describe('ablation by hand', () => {
  const dense = (inputs: number[], units: number, activation: string) => ({
    ...{ className: 'Dense', config: { units, activation }, inputs, outputShape: [units], channelCount: units },
  });
  /** 2 inputs → 2 hidden (relu) → 2 classes, and a way around the hidden layer. */
  const layers = [
    { className: 'InputLayer', config: {}, inputs: [], outputShape: [2], channelCount: 2 },
    dense([0], 2, 'relu'),
    { className: 'Add', config: {}, inputs: [1, 0], outputShape: [2], channelCount: 2 },
    dense([2], 2, 'softmax'),
  ].map(recordedLayer);
  const identity = [
    { name: 'kernel', shape: [2, 2], values: Float32Array.of(1, 0, 0, 1) },
    { name: 'bias', shape: [2], values: Float32Array.of(0, 0.25) },
  ];
  const network = ablationNetwork({ layers }, [1]);

  function answer(hidden: number[], input: number[], channels: number[]): Float32Array {
    const steps = stepsOf(network, network.above, () => identity);
    const own = withoutChannels(Float32Array.from(hidden), layers[1], 'channelsLast', channels, new Float32Array(2));
    const values = new Map([
      [0, Float32Array.from(input)],
      [1, own],
    ]);
    runSteps(layers, steps, network.above, values);
    return values.get(network.output)!;
  }

  it('computes what the layer reaches, and is given what goes around it', () => {
    assert.deepEqual([network.above, network.given, network.output], [[2, 3], [1, 0], 3]);
  });
  it('gives the class that pencil and paper give', () => {
    // (3, 1) + (0, 1) = (3, 2), + bias (0, 0.25): the first class; without unit 0: (0, 2.25), the second.
    assert.equal(answerOf(answer([3, 1], [0, 1], [])), 0);
    assert.equal(answerOf(answer([3, 1], [0, 1], [0])), 1);
    const [first] = answer([3, 1], [0, 1], []);
    assert.ok(Math.abs(first - 1 / (1 + Math.exp(2.25 - 3))) < 1e-6);
  });
  it('takes channels of two layers out of one pass, the upper ones after what reaches them has changed', () => {
    const both = ablationNetwork({ layers }, [2, 1]);
    assert.deepEqual([both.lowest, both.above, both.given], [[1], [2, 3], [1, 0]]);
    const without = (hidden: number[], ofHidden: number[], ofSum: number[]): Float32Array => {
      const nothing = new Float32Array(2);
      const own = withoutChannels(Float32Array.from(hidden), layers[1], 'channelsLast', ofHidden, nothing);
      const values = new Map([
        [0, Float32Array.of(0, 1)],
        [1, own],
      ]);
      runSteps(
        layers,
        stepsOf(both, both.above, () => identity),
        both.above,
        values,
        (index, whole) => (index === 2 ? withoutChannels(whole, layers[2], 'channelsLast', ofSum, nothing) : whole),
      );
      return values.get(both.output)!;
    };
    // (3, 0) + (0, 1) = (3, 1), + bias: the first class, also without unit 1; without sum 0 the second.
    assert.deepEqual([answerOf(without([3, 0], [1], [])), answerOf(without([3, 0], [1], [0]))], [0, 1]);
    // Without hidden 0 and sum 1 nothing but the bias is left: e^0 ÷ (e^0 + e^0.25).
    assert.ok(Math.abs(without([3, 1], [0], [1])[0] - 1 / (1 + Math.exp(0.25))) < 1e-6);
  });
  it('is given no layer that another ablated one feeds, and refuses what the output does not hang on', () => {
    assert.deepEqual(ablationNetwork({ layers }, [1, 3]).lowest, [1]);
    const aside = [
      ...layers,
      recordedLayer({ ...dense([2], 2, 'relu') }, 4),
      recordedLayer({ ...dense([2], 2, 'softmax') }, 5),
    ];
    assert.throws(() => ablationNetwork({ layers: aside }, [1, 4]), Failure);
  });
  it('replaces channels in either order of axes', () => {
    const values = Float32Array.of(1, 2, 3, 4, 5, 6);
    const layer = (outputShape: number[]) =>
      recordedLayer({ className: 'Conv2D', config: {}, inputs: [], outputShape, channelCount: 2 }, 0);
    const constants = Float32Array.of(0, 9);
    assert.deepEqual(
      [...withoutChannels(values, layer([3, 1, 2]), 'channelsLast', [1], constants)],
      [1, 9, 3, 9, 5, 9],
    );
    assert.deepEqual(
      [...withoutChannels(values, layer([2, 3, 1]), 'channelsFirst', [1], constants)],
      [1, 2, 3, 9, 9, 9],
    );
  });
  it('counts the change with the interval of paired answers', () => {
    const value = ablationValue(
      [0],
      Int32Array.of(0, 1, 1, 0),
      Int32Array.of(0, 0, 1, 1),
      Int32Array.of(0, 0, 1, 0),
      2,
    );
    // One newly wrong, one newly right: no change, and a variance of 2 ÷ 16.
    assert.deepEqual([value.change, value.changedAnswers, value.accuracy, value.answers], [0, 2, 0.75, [2, 2]]);
    assert.ok(Math.abs(value.halfWidth! - 1.959963984540054 * Math.sqrt(2 / 16)) < 1e-12);
  });
  it('of nothing changes nothing', () =>
    fc.assert(
      fc.property(fc.array(fc.nat(4), { minLength: 1, maxLength: 40 }), (some) => {
        const answers = Int32Array.from(some);
        const value = ablationValue(
          [],
          answers,
          answers,
          answers.map((one) => one % 2),
          5,
        );
        assert.deepEqual([value.change, value.halfWidth, value.changedAnswers], [0, 0, 0]);
      }),
    ));
});

const SCRIPT = `
const tf = require('@tensorflow/tfjs');
const l = tf.layers;
const init = (seed) => tf.initializers.heNormal({ seed });
const model = tf.sequential({ layers: [
  l.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu', kernelInitializer: init(1) }),
  l.maxPooling2d({ poolSize: 2 }),
  l.flatten(),
  l.dense({ units: 6, activation: 'relu', kernelInitializer: init(2) }),
  l.dense({ units: 3, activation: 'softmax', kernelInitializer: init(3) }),
] });
// Channel 2 of the convolution answers no input: its bias is far below.
const [kernel, bias] = model.layers[0].getWeights();
model.layers[0].setWeights([kernel, tf.tensor1d([0, 0, -1000, 0])]);
model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' });
const xs = tf.randomNormal([30, 8, 8, 1], 0, 1, 'float32', 3);
const ys = tf.oneHot(tf.range(0, 30, 1, 'int32').mod(tf.scalar(3, 'int32')), 3);
model.fit(xs, ys, { epochs: 2, verbose: 0 });
`;

describe('ablation of a recorded run', () => {
  let built: BuiltWorker;
  let engine: AnalysisEngine;
  let workspace: Workspace;
  let reader: RunReader;

  before(async () => {
    built = await buildWorker();
    engine = new AnalysisEngine({ ...built, threads: 1 });
    workspace = new Workspace();
    reader = (await workspace.recordText(SCRIPT, {})).reader;
  });
  after(async () => {
    await engine?.dispose();
    await built?.remove();
    workspace?.remove();
  });

  it('reproduces the recorded answers, changes nothing without a dead channel, and answers one class without all', async () => {
    for (const replacement of ['zero', 'mean'] as const) {
      const asked = { layer: 1, epoch: 2, sets: [[], [2], [0, 1, 2, 3], [0]], replacement };
      const { otherThanRecorded, n, whole, values } = await engine.about('ablation', reader.folder, asked);
      const [none, dead, all] = values;
      assert.deepEqual([otherThanRecorded, n], [0, 30]);
      assert.deepEqual([none.change, none.changedAnswers, none.accuracy], [0, 0, whole.accuracy]);
      assert.deepEqual([dead.change, dead.changedAnswers, dead.halfWidth], [0, 0, 0], 'exactly 0');
      assert.deepEqual(
        all.answers.filter((count) => count > 0),
        [30],
        'the constant answer',
      );
    }
  });
  it('counts as the labels do', async () => {
    const { values } = await engine.about('ablation', reader.folder, { layer: 4, epoch: 1, sets: [[0], [1, 2]] });
    const labels = (await reader.readLabels()).subarray(0, 30);
    for (const { accuracy, correct, answers } of values) {
      assert.equal(accuracy, correct! / 30);
      assert.equal(
        answers.reduce((sum, count) => sum + count, 0),
        labels.length,
      );
    }
  });
  it('of several layers together is the same in either order, and no more than the rest where one is dead', async () => {
    const of = async (layer: number, channels: number[], together: { layer: number; channels: number[] }[]) => {
      const result = await engine.about('ablation', reader.folder, { layer, epoch: 2, sets: [channels], together });
      const [{ accuracy, answers, changedAnswers }] = result.values;
      return { accuracy, answers, changedAnswers };
    };
    const both = await of(1, [0], [{ layer: 4, channels: [1, 3] }]);
    assert.deepEqual(await of(4, [1, 3], [{ layer: 1, channels: [0] }]), both);
    assert.deepEqual(await of(4, [1, 3], [{ layer: 1, channels: [2] }]), await of(4, [1, 3], []), 'channel 2 is dead');
    const rest = { layer: 4, channels: [0, 1, 2, 3, 4, 5] };
    assert.deepEqual(
      (await of(1, [0], [rest])).answers.filter((count) => count > 0),
      [30],
      'the constant answer',
    );
  });
  it('is refused for channels, layers and epochs that are not there', async () => {
    for (const asked of [
      { layer: 1, epoch: 2, sets: [[0]], together: [{ layer: 4, channels: [6] }] },
      { layer: 1, epoch: 2, sets: [[0]], together: [{ layer: 1, channels: [1] }] },
      { layer: 1, epoch: 2, sets: [[4]] },
      { layer: 9, epoch: 2, sets: [[0]] },
      { layer: 1, epoch: 7, sets: [[0]] },
    ]) {
      await assert.rejects(
        () => engine.about('ablation', reader.folder, asked),
        (thrown) => thrown instanceof Failure && thrown.kind === 'not-found' && thrown.tryThis.length > 10,
      );
    }
  });
});
