const tf = require('@tensorflow/tfjs');
const { images } = require('../data');

function convBlock(x, filters, strides = 1) {
  x = tf.layers
    .conv2d({ filters, kernelSize: 3, strides, padding: 'same', useBias: false, kernelInitializer: 'heNormal' }) // l1
    .apply(x);
  x = tf.layers.batchNormalization().apply(x); // l2
  return tf.layers.reLU().apply(x); // l3
}

function residual(x, filters, strides) {
  let shortcut = x;
  let y = convBlock(x, filters, strides);
  y = tf.layers.conv2d({ filters, kernelSize: 3, padding: 'same', useBias: false }).apply(y); // l4
  y = tf.layers.batchNormalization().apply(y); // l5
  if (strides > 1) shortcut = tf.layers.conv2d({ filters, kernelSize: 1, strides }).apply(x); // l6
  return tf.layers.reLU().apply(tf.layers.add().apply([y, shortcut])); // l7
}

const input = tf.input({ shape: [8, 8, 3] }); // l8
let x = convBlock(input, 4);
x = residual(x, 4, 1);
x = residual(x, 6, 2);
x = tf.layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }).apply(x); // l9
const output = tf.layers.dense({ units: 3, activation: 'softmax' }).apply(x); // l10
const model = tf.model({ inputs: input, outputs: output });
model.compile({ optimizer: tf.train.momentum(0.05, 0.9), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
const { xs, ys } = images(32, 3, [8, 8, 3]);
model
  .fit(xs, ys, { epochs: 2, batchSize: 8, validationSplit: 0.25, verbose: 0 })
  .then(({ history }) => console.log(JSON.stringify(history)));
