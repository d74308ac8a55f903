/**
 * Deconvnets of recorded runs: what is computed from recorded weights is what TensorFlow.js answered, layer
 * by layer, for every kind of layer that a signal passes – and what a view and the command line are told.
 */
import assert from 'node:assert/strict';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { Failure } from '../../src/protocol/failure.js';
import type { RunReader } from '../../src/store/format/runAccess.js';
import { buildWorker, type BuiltWorker } from '../engine/builtWorker.js';
import { Workspace } from '../recorder/support/workspace.js';

/** All kinds that are passed, in two networks of small maps; models in models, a layer that is used twice. */
const SCRIPT = `
const tf = require('@tensorflow/tfjs');
let seed = 1;
const init = () => tf.initializers.heNormal({ seed: seed++ });
const conv = (filters, options = {}) =>
  tf.layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu', kernelInitializer: init(), ...options });
const l = tf.layers;

function branches() {
  const input = tf.input({ shape: [13, 11, 3] });
  let x = conv(6, { activation: 'linear', dilationRate: 2, trainable: false }).apply(input);
  x = l.batchNormalization({ axis: 3 }).apply(x);
  const skip = l.reLU({ maxValue: 6 }).apply(x);
  const shared = conv(6);
  x = l.add().apply([shared.apply(shared.apply(skip)), skip]);
  x = l.leakyReLU({ alpha: 0.1 }).apply(x);
  const inner = tf.sequential({ layers: [conv(6, { inputShape: [13, 11, 6], strides: 2 }), l.dropout({ rate: 0.3 })] });
  x = inner.apply(x);
  const a = l.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }).apply(x);
  const b = l.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }).apply(x);
  x = l.concatenate().apply([a, b, l.average().apply([a, b]), l.maximum().apply([a, b])]);
  x = l.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same', activation: 'relu', depthwiseInitializer: init() }).apply(x);
  x = l.separableConv2d({ filters: 5, kernelSize: 2, activation: 'relu', depthwiseInitializer: init(), pointwiseInitializer: init() }).apply(x);
  x = l.globalAveragePooling2d({}).apply(x);
  x = l.dense({ units: 3, activation: 'softmax', kernelInitializer: init() }).apply(x);
  return tf.model({ inputs: input, outputs: x });
}

function shapes() {
  return tf.sequential({ layers: [
    l.zeroPadding2d({ inputShape: [7, 6, 2], padding: [[1, 0], [2, 1]] }),
    conv(4, { padding: 'valid', activation: 'linear' }),
    l.prelu({ alphaInitializer: 'randomUniform', sharedAxes: [1] }),
    l.upSampling2d({ size: [2, 1] }),
    l.cropping2D({ cropping: [[1, 2], [0, 1]] }),
    l.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu', kernelInitializer: init() }),
    l.permute({ dims: [2, 1, 3] }),
    l.activation({ activation: 'relu' }),
    l.reshape({ targetShape: [12, 54] }),
    l.conv1d({ filters: 6, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu', kernelInitializer: init() }),
    l.maxPooling1d({ poolSize: 2 }),
    l.flatten(),
    l.dense({ units: 4, activation: 'tanh', kernelInitializer: init() }),
    l.dense({ units: 3, activation: 'softmax', kernelInitializer: init() }),
  ] });
}

async function train(model) {
  const shape = model.inputs[0].shape.slice(1);
  model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' });
  const xs = tf.randomNormal([24, ...shape], 0, 1, 'float32', 3);
  const ys = tf.oneHot(tf.range(0, 24, 1, 'int32').mod(tf.scalar(3, 'int32')), 3);
  await model.fit(xs, ys, { epochs: 1, verbose: 0 });
}
train(process.argv[2] === 'shapes' ? shapes() : branches());
`;

describe('deconvnets of recorded runs', () => {
  let built: BuiltWorker;
  let engine: AnalysisEngine;
  let workspace: Workspace;
  const readers: Record<string, RunReader> = {};

  before(async () => {
    built = await buildWorker();
    engine = new AnalysisEngine({ ...built, threads: 1 });
    workspace = new Workspace();
    for (const name of ['branches', 'shapes']) {
      readers[name] = (await workspace.recordText(SCRIPT, { arguments: [name] })).reader;
    }
  });
  after(async () => {
    await engine?.dispose();
    await built?.remove();
    workspace?.remove();
  });

  const project = (reader: RunReader, layer: number, samples = [5], channel = 0) =>
    engine.about('deconvnet', reader.folder, { layer, channel, epoch: 1, samples, unit: 'map' });

  it('start from the maps that were recorded: all layers of branches, sums, models in models, shared layers', async () => {
    const reader = readers['branches'];
    const { layers } = reader.manifest;
    const kinds = new Set(layers.map(({ className }) => className));
    for (const kind of ['Add', 'Average', 'Maximum', 'Concatenate', 'DepthwiseConv2D', 'SeparableConv2D'])
      assert.ok(kinds.has(kind), kind);
    assert.ok(layers.some(({ name }) => name.endsWith('#2')) && layers.some(({ name }) => name.includes('/')));
    for (const { index, name } of layers.slice(1)) {
      const [projection] = (await project(reader, index)).projections;
      assert.ok((projection.recordedDifference ?? 1) < 1e-5, `${name}: ${projection.recordedDifference}`);
    }
  });

  it('start from the maps that were recorded: layers that give values another shape or place', async () => {
    const reader = readers['shapes'];
    const { layers } = reader.manifest;
    const passed = layers.slice(1).filter(({ activation }) => activation !== 'softmax');
    assert.ok(passed.length >= 13);
    for (const { index, name } of passed) {
      const [projection] = (await project(reader, index)).projections;
      assert.ok((projection.recordedDifference ?? 1) < 1e-5, `${name}: ${projection.recordedDifference}`);
    }
  });

  it('are refused above a tanh, with the layer’s name and what to do', async () => {
    const reader = readers['shapes'];
    await assert.rejects(
      () => project(reader, reader.manifest.layers.length - 1),
      (thrown) => thrown instanceof Failure && thrown.kind === 'unsupported' && /activation is tanh/.test(thrown.wrong),
    );
  });

  it('answer several samples in their order, each as if it had been asked alone', async () => {
    const reader = readers['branches'];
    const together = await project(reader, 5, [7, 2]);
    assert.deepEqual(together.inputShape, [13, 11]);
    assert.equal(together.inputChannels, 3);
    assert.equal(together.values.length, 2 * 13 * 11 * 3);
    const alone = await project(reader, 5, [2]);
    assert.deepEqual(together.values.slice(13 * 11 * 3), alone.values);
    assert.deepEqual(
      together.projections.map(({ sample }) => sample),
      [7, 2],
    );
  });

  it('are refused for what the run does not have', async () => {
    const reader = readers['branches'];
    const refuses = (change: object, words: RegExp) =>
      assert.rejects(
        () =>
          engine.about('deconvnet', reader.folder, {
            layer: 1,
            channel: 0,
            epoch: 1,
            samples: [0],
            unit: 'map',
            ...change,
          }),
        (thrown) => thrown instanceof Failure && words.test(thrown.wrong),
      );
    await refuses({ layer: 99 }, /no layer 99/);
    await refuses({ channel: 6 }, /no channel 6: it has 6/);
    await refuses({ samples: [0, 24] }, /no sample 24: the run has 24/);
    await refuses({ epoch: 7 }, /epoch 7 is not recorded/);
    await refuses({ unit: [13, 0] }, /13,0 is outside a map/);
  });

  it('begin where a channel is strongest: samples are ranked by the largest value of their map', async () => {
    const reader = readers['branches'];
    const asked = { layer: 5, channel: 1, epoch: 1, most: 3, classIndex: null };
    const { samples, activations, n } = await engine.about('strongestSamples', reader.folder, asked);
    assert.equal(n, 24);
    const maps = new Float32Array(24 * 13 * 11);
    const everything = Array.from({ length: 24 }, (_, i) => i);
    await reader.readMaps({ layer: 5, epoch: 1, samples: everything, channels: [1] }, maps);
    const maxima = everything.map((i) => Math.max(...maps.subarray(i * 143, (i + 1) * 143)));
    const expected = [...everything].sort((a, b) => maxima[b] - maxima[a] || a - b).slice(0, 3);
    assert.deepEqual(samples, expected);
    assert.deepEqual(
      activations,
      expected.map((i) => maxima[i]),
    );
    const ofClass = await engine.about('strongestSamples', reader.folder, { ...asked, classIndex: 2, most: 64 });
    assert.equal(ofClass.n, 8);
    assert.ok(ofClass.samples.every((sample) => sample % 3 === 2));
  });
});
