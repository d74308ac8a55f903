/** One network with the same weights and probes in TensorFlow.js, Keras and PyTorch: the same activations and measures. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import type { DistanceMiResult } from '../../src/protocol/measures/distanceMi.js';
import type { InterResult } from '../../src/protocol/measures/interSample.js';
import { floats } from '../deconvnet/fixtures.js';
import { buildWorker, type BuiltWorker } from '../engine/builtWorker.js';
import { removeFolders } from '../store/sampleRun.js';
import {
  difference,
  recordedLayers,
  sampleCountOf,
  twins,
  valuesOf,
  writtenRun,
  type PythonNetwork,
} from './fixtures.js';

const { keras, pytorch, same } = twins;
const count = sampleCountOf(keras);
const placeInKeras = (name: string): number => keras.layers.findIndex((layer) => layer.name === name);

/** The values that TensorFlow.js computes now, by layer, as the fixture keeps them. */
function inTfjs(): Map<string, Float32Array> {
  const l = tf.layers;
  const layers = [
    l.conv2d({
      name: 'conv1',
      filters: 4,
      kernelSize: 3,
      padding: 'same',
      activation: 'relu',
      inputShape: [12, 12, 1],
    }),
    l.maxPooling2d({ name: 'pool1', poolSize: 2 }),
    l.conv2d({ name: 'conv2', filters: 6, kernelSize: 3 }),
    l.batchNormalization({ name: 'norm' }),
    l.reLU({ name: 'relu2' }),
    l.averagePooling2d({ name: 'pool2', poolSize: 2 }),
    l.flatten({ name: 'flatten' }),
    l.dense({ name: 'dense1', units: 8, activation: 'relu' }),
    l.dense({ name: 'dense2', units: 3, activation: 'softmax' }),
  ];
  const model = tf.sequential({ layers });
  for (const layer of layers) {
    const { weights } = keras.layers[placeInKeras(layer.name)];
    layer.setWeights(weights.map(({ shape, values }) => tf.tensor(floats(values), [...shape])));
  }
  let values: tf.Tensor = tf.tensor(floats(keras.layers[0].output), [count, 12, 12, 1]);
  const found = new Map<string, Float32Array>();
  for (const layer of model.layers) {
    values = layer.apply(values, { training: false }) as tf.Tensor;
    found.set(layer.name, values.dataSync().slice() as Float32Array);
  }
  return found;
}

/** PyTorch's values of a sample in the order of Keras: channels last. */
function channelsLast(network: PythonNetwork, index: number, sample: number): Float32Array {
  const values = valuesOf(network, index, sample);
  const { channelCount } = recordedLayers(network)[index];
  const size = values.length / channelCount;
  return values.map((_, at) => values[(at % channelCount) * size + Math.floor(at / channelCount)]);
}

describe('one network in three frameworks', function () {
  this.timeout(120_000);

  it('has activations within 1e-5 of their range in all of them', () => {
    const live = inTfjs();
    assert.equal(live.size, keras.layers.length - 1);
    for (const [name, values] of live)
      assert.ok(difference(values, floats(keras.layers[placeInKeras(name)].output)) < 1e-5, `${name} in Keras`);
    for (const [index, name] of Object.entries(same))
      for (let sample = 0; sample < count; sample++) {
        const expected = valuesOf(keras, placeInKeras(name), sample);
        assert.ok(difference(channelsLast(pytorch, Number(index), sample), expected) < 1e-5, `${name} in PyTorch`);
      }
  });

  describe('recorded', () => {
    let built: BuiltWorker;
    let engine: AnalysisEngine;
    before(async () => {
      built = await buildWorker();
      engine = new AnalysisEngine({ ...built, threads: 1 });
    });
    after(async () => {
      await engine?.dispose();
      await built?.remove();
      await removeFolders();
    });

    it('has the same measures within the rounding of float32', async () => {
      const live = inTfjs();
      const inTensorFlow = {
        ...keras,
        layers: keras.layers.map((layer) => {
          const values = live.get(layer.name);
          return values ? { ...layer, output: Buffer.from(values.buffer).toString('base64') } : layer;
        }),
      };
      const folders = [];
      for (const network of [keras, pytorch, inTensorFlow]) folders.push((await writtenRun(network)).folder);
      let compared = 0;
      for (const [index, name] of Object.entries(same)) {
        const places = [placeInKeras(name), Number(index), placeInKeras(name)];
        const inter: number[][] = [];
        const distances: number[][] = [];
        for (const [i, place] of places.entries()) {
          const query = `dCNN(-, ${place}, -, 0)`;
          const { values } = (await engine.measure(folders[i], { query, measure: 'inter' })) as InterResult;
          inter.push(numbersIn(values));
          const pairs = (await engine.measure(folders[i], { query, measure: 'distance-mi' })) as DistanceMiResult;
          distances.push(numbersIn(pairs));
        }
        for (const all of [inter, distances]) {
          const [first, ...others] = all;
          compared += first.length;
          for (const other of others) {
            assert.equal(other.length, first.length, name);
            other.forEach((value, i) =>
              assert.ok(Math.abs(value - first[i]) <= 1e-4 * Math.max(1, Math.abs(first[i])), name),
            );
          }
        }
      }
      assert.ok(compared > 50, `${compared} numbers`);
    });
  });
});

/** Every number of an answer but those that say where it belongs. */
function numbersIn(value: unknown, key = ''): number[] {
  if (typeof value === 'number') return ['layer', 'milliseconds', 'createdAt'].includes(key) ? [] : [value];
  if (ArrayBuffer.isView(value)) return [...(value as Float64Array)];
  if (Array.isArray(value)) return value.flatMap((one: unknown) => numbersIn(one, key));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => (name === 'query' ? [] : numbersIn(one, name)));
}
