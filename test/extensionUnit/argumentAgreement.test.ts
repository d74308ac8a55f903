/** What a definition says is held against the configuration that TensorFlow.js itself gives its layer. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { agreement } from '../../src/extension/match/argumentAgreement.js';
import type { Agreement } from '../../src/extension/match/pythonAgreement.js';
import { describeLayers } from '../../src/recorder/model/describeLayers.js';
import { detect } from '../detection/detector.js';

type Traced = Parameters<typeof describeLayers>[0][number];

/** The layer as the recorder describes it, after its first use. */
function recorded(construction: string, shape: readonly number[]): ReturnType<typeof describeLayers> {
  const layer = (new Function('tf', `return tf.layers.${construction};`) as (of: typeof tf) => tf.layers.Layer)(tf);
  const output = layer.apply(tf.input({ shape: [...shape] })) as tf.SymbolicTensor;
  const outputShape = output.shape.slice(1).map((size) => size ?? 1);
  const traced = {
    name: layer.name,
    layer,
    call: 0,
    inputs: [],
    outputShape,
    format: 'channelsLast',
    ownsWeights: true,
  };
  return describeLayers([traced as unknown as Traced], () => null);
}

/** Recorded with `then`; today the text says `now`. */
async function check(then: string, now: string, shape: readonly number[], expected: Agreement): Promise<void> {
  const [definition] = await detect(`const tf = require('@tensorflow/tfjs');\nconst layer = tf.layers.${now};`);
  const layers = recorded(then, shape);
  assert.ok(definition && layers[0]);
  const site = { line: 1, column: 1, className: layers[0].className, derivedFrom: null, layers, network: new Map() };
  assert.equal(agreement(definition, site), expected, `${then} → ${now}: ${JSON.stringify(layers[0].config)}`);
}

const PICTURE = [8, 8, 4];
const SIGNAL = [12, 4];
/** Constructions, each followed by the same with its defaults written out. */
const LAYERS: readonly (readonly [shape: readonly number[], bare: string, spelled: string])[] = [
  [PICTURE, 'conv2d({ filters: 3, kernelSize: 3 })', "conv2d({ filters: 3, kernelSize: [3, 3], strides: 1, padding: 'valid', dilationRate: [1, 1], activation: 'linear', useBias: true, dataFormat: 'channelsLast' })"], // prettier-ignore
  [PICTURE, 'conv2dTranspose({ filters: 3, kernelSize: 3 })', "conv2dTranspose({ filters: 3, kernelSize: 3, strides: [1, 1], padding: 'valid' })"], // prettier-ignore
  [PICTURE, 'depthwiseConv2d({ kernelSize: 3 })', "depthwiseConv2d({ kernelSize: 3, depthMultiplier: 1, strides: 1, padding: 'valid' })"], // prettier-ignore
  [PICTURE, 'separableConv2d({ filters: 3, kernelSize: 3 })', "separableConv2d({ filters: 3, kernelSize: 3, depthMultiplier: 1, padding: 'valid' })"], // prettier-ignore
  [SIGNAL, 'conv1d({ filters: 3, kernelSize: 3 })', "conv1d({ filters: 3, kernelSize: 3, strides: 1, padding: 'valid', dilationRate: 1 })"], // prettier-ignore
  [[6, 6, 6, 2], 'conv3d({ filters: 3, kernelSize: 3 })', 'conv3d({ filters: 3, kernelSize: [3, 3, 3], strides: 1 })'],
  [PICTURE, 'maxPooling2d({})', "maxPooling2d({ poolSize: 2, strides: 2, padding: 'valid' })"],
  [PICTURE, 'averagePooling2d({ poolSize: 3 })', 'averagePooling2d({ poolSize: [3, 3], strides: 3 })'],
  [SIGNAL, 'maxPooling1d({})', 'maxPooling1d({ poolSize: 2, strides: 2 })'],
  [PICTURE, 'globalAveragePooling2d({})', "globalAveragePooling2d({ dataFormat: 'channelsLast' })"],
  [PICTURE, 'batchNormalization()', 'batchNormalization({ axis: -1, momentum: 0.99, epsilon: 1e-3, center: true, scale: true })'], // prettier-ignore
  [PICTURE, 'layerNormalization()', 'layerNormalization({ axis: -1, epsilon: 1e-3, center: true, scale: true })'],
  [PICTURE, 'activation({ activation: "relu" })', "activation({ activation: 'relu' })"],
  [PICTURE, 'reLU()', 'reLU({})'],
  [PICTURE, 'elu()', 'elu({ alpha: 1 })'],
  [PICTURE, 'leakyReLU()', 'leakyReLU({ alpha: 0.3 })'],
  [PICTURE, 'thresholdedReLU()', 'thresholdedReLU({ theta: 1 })'],
  [PICTURE, 'softmax()', 'softmax({ axis: 1 })'],
  [PICTURE, 'prelu()', 'prelu()'],
  [PICTURE, 'dropout({ rate: 0.5 })', 'dropout({ rate: 0.5 })'],
  [SIGNAL, 'spatialDropout1d({ rate: 0.5 })', 'spatialDropout1d({ rate: 0.5 })'],
  [PICTURE, 'flatten()', "flatten({ dataFormat: 'channelsLast' })"],
  [PICTURE, 'reshape({ targetShape: [16, 16] })', 'reshape({ targetShape: [16, 16] })'],
  [PICTURE, 'permute({ dims: [3, 1, 2] })', 'permute({ dims: [3, 1, 2] })'],
  [PICTURE, 'upSampling2d({})', "upSampling2d({ size: [2, 2], interpolation: 'nearest' })"],
  [PICTURE, 'zeroPadding2d()', 'zeroPadding2d({ padding: 1 })'],
  [PICTURE, 'zeroPadding2d({ padding: [[1, 2], [3, 4]] })', 'zeroPadding2d({ padding: [[1, 2], [3, 4]] })'],
  [PICTURE, 'cropping2D({ cropping: [[1, 1], [2, 2]] })', 'cropping2D({ cropping: [[1, 1], [2, 2]] })'],
  [[9], 'dense({ units: 3 })', "dense({ units: 3, activation: 'linear', useBias: true })"],
  [[9], 'repeatVector({ n: 3 })', 'repeatVector({ n: 3 })'],
  [SIGNAL, 'lstm({ units: 3 })', "lstm({ units: 3, activation: 'tanh', recurrentActivation: 'hardSigmoid', returnSequences: false, returnState: false, goBackwards: false, stateful: false, unroll: false, unitForgetBias: true, dropout: 0, recurrentDropout: 0 })"], // prettier-ignore
  [SIGNAL, 'gru({ units: 3 })', "gru({ units: 3, activation: 'tanh', recurrentActivation: 'hardSigmoid' })"],
  [SIGNAL, 'simpleRNN({ units: 3 })', "simpleRNN({ units: 3, activation: 'tanh' })"],
  [[5], 'embedding({ inputDim: 7, outputDim: 3 })', 'embedding({ inputDim: 7, outputDim: 3, maskZero: false })'],
  [PICTURE, 'rescaling({ scale: 0.5 })', 'rescaling({ scale: 0.5, offset: 0 })'],
];

describe('arguments of a layer and its recorded configuration', () => {
  for (const [shape, bare, spelled] of LAYERS)
    it(`${bare}: defaults that are left out or written agree`, async () => {
      await check(bare, bare, shape, 'same');
      await check(bare, spelled, shape, 'same');
      await check(spelled, bare, shape, 'same');
      await check(spelled, spelled, shape, 'same');
    });

  it('an argument that was taken out, with a value that is no default, counts as changed', async () => {
    await check('batchNormalization({ momentum: 0.9 })', 'batchNormalization()', PICTURE, 'changed');
    await check('leakyReLU({ alpha: 0.1 })', 'leakyReLU()', PICTURE, 'changed');
    await check('maxPooling2d({ poolSize: 3 })', 'maxPooling2d({})', PICTURE, 'changed');
    await check('upSampling2d({ size: [3, 3] })', 'upSampling2d({})', PICTURE, 'changed');
    await check('lstm({ units: 3, goBackwards: true })', 'lstm({ units: 3 })', SIGNAL, 'changed');
    await check('layerNormalization({ epsilon: 0.1 })', 'layerNormalization()', PICTURE, 'changed');
  });

  it('the layer that says what comes in is not one that does not', async () => {
    const conv = (more: string): string => `conv2d({ ${more}filters: 3, kernelSize: 3 })`;
    await check(conv('inputShape: [8, 8, 4], '), conv('inputShape: [8, 8, 4], '), PICTURE, 'same');
    await check(conv('batchInputShape: [null, 8, 8, 4], '), conv('inputShape: [8, 8, 4], '), PICTURE, 'same');
    await check(conv('inputShape: [8, 8, 4], '), conv('inputShape: data.shape, '), PICTURE, 'same');
    await check(conv('inputShape: [8, 8, 4], '), conv('...base, '), PICTURE, 'same');
    await check(conv('inputShape: [8, 8, 4], '), conv('inputShape: [9, 8, 4], '), PICTURE, 'changed');
    await check(conv('inputShape: [8, 8, 4], '), conv(''), PICTURE, 'changed');
    await check(conv(''), conv('inputShape: [8, 8, 4], '), PICTURE, 'changed');
    await check(conv(''), conv('inputShape: data.shape, '), PICTURE, 'changed');
    await check('dense({ units: 3, inputDim: 9 })', 'dense({ units: 3, inputShape: [9] })', [9], 'same');
  });
});
