// An ordinary training script: a residual network of 22 convolutions (ResNet-20 of He et al. 2015, section 4.2,
// with projection shortcuts), batch normalisation after each, on CIFAR-10 as folders of JPEGs. It knows
// nothing of CNNSlicer.
// node residual.mjs FOLDER [trainCount] [validationCount] [epochs] [predicted] – FOLDER holds train/<class>/*.jpg
// and test/<class>/*.jpg; before training and after every epoch so many validation inputs are predicted, if any.
import fs from 'node:fs';
import path from 'node:path';
import jpeg from 'jpeg-js';
import * as tf from '@tensorflow/tfjs';

const [folder, trainCount = '2000', validationCount = '1000', epochs = '3', predicted = '0'] = process.argv.slice(2);
const SIZE = 32;
const classNames = fs.readdirSync(path.join(folder, 'train')).sort();

/** The first pictures of every class, classes in turn. */
function load(split, count) {
  const files = classNames.map((name) => {
    const inside = path.join(folder, split, name);
    return fs
      .readdirSync(inside)
      .sort()
      .map((file) => path.join(inside, file));
  });
  const pixels = new Float32Array(count * SIZE * SIZE * 3);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = i % classNames.length;
    const file = files[labels[i]][Math.floor(i / classNames.length)];
    const { data } = jpeg.decode(fs.readFileSync(file), { useTArray: true, formatAsRGBA: false });
    for (let k = 0; k < data.length; k++) pixels[i * data.length + k] = data[k] / 127.5 - 1;
  }
  return [
    tf.tensor4d(pixels, [count, SIZE, SIZE, 3]),
    tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), classNames.length).toFloat()),
  ];
}

let seed = 1;
function convolution(input, filters, kernelSize, strides) {
  const kernelInitializer = tf.initializers.heNormal({ seed: seed++ });
  const conv = tf.layers.conv2d({ filters, kernelSize, strides, padding: 'same', useBias: false, kernelInitializer });
  return tf.layers.batchNormalization().apply(conv.apply(input));
}

function block(input, filters, strides) {
  const first = tf.layers.reLU().apply(convolution(input, filters, 3, strides));
  const second = convolution(first, filters, 3, 1);
  const shortcut = strides === 1 ? input : convolution(input, filters, 1, strides);
  return tf.layers.reLU().apply(tf.layers.add().apply([second, shortcut]));
}

function residualNetwork() {
  const input = tf.input({ shape: [SIZE, SIZE, 3] });
  let x = tf.layers.reLU().apply(convolution(input, 16, 3, 1));
  for (const [filters, strides] of [
    [16, 1],
    [32, 2],
    [64, 2],
  ]) {
    x = block(x, filters, strides);
    x = block(x, filters, 1);
    x = block(x, filters, 1);
  }
  const pooled = tf.layers.globalAveragePooling2d({}).apply(x);
  const kernelInitializer = tf.initializers.heNormal({ seed: seed++ });
  const output = tf.layers.dense({ units: classNames.length, activation: 'softmax', kernelInitializer }).apply(pooled);
  return tf.model({ inputs: input, outputs: output });
}

const model = residualNetwork();
model.compile({ optimizer: tf.train.momentum(0.05, 0.9), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
const [trainInputs, trainLabels] = load('train', Number(trainCount));
const validationData = load('test', Number(validationCount));
const begin = process.hrtime.bigint();
const cpuBefore = process.cpuUsage();
const predict = () => {
  if (Number(predicted) === 0) return;
  for (let from = 0; from < Number(predicted); from += 100)
    tf.tidy(() => model.predict(validationData[0].slice(from, Math.min(100, Number(predicted) - from))).dataSync());
};
predict();
const history = await model.fit(trainInputs, trainLabels, {
  epochs: Number(epochs),
  batchSize: 50,
  shuffle: false,
  validationData,
  verbose: 0,
  callbacks: { onEpochEnd: predict },
});
const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
const { user, system } = process.cpuUsage(cpuBefore);
console.log(
  JSON.stringify({
    seconds,
    cpuSeconds: (user + system) / 1e6,
    loss: history.history.loss.at(-1),
    validationAccuracy: history.history.val_acc.at(-1),
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }),
);
