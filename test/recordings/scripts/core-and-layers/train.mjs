import * as core from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { createRequire } from 'node:module';

process.env.ONLY_CORE = '1';
const { images } = createRequire(import.meta.url)('../data.js');

const model = tfl.sequential({
  layers: [
    tfl.layers.conv2d({ inputShape: [8, 8, 1], filters: 3, kernelSize: 3, activation: 'relu' }), // l1
    tfl.layers.flatten(), // l2
    tfl.layers.dense({ units: 3, activation: 'softmax' }), // l3
  ],
});
model.compile({ optimizer: core.train.adam(0.01), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
const { xs, ys } = images(48, 3);
const { history } = await model.fit(xs, ys, { epochs: 2, batchSize: 16, verbose: 0 });
console.log(JSON.stringify(history));
