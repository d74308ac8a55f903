const tf = require('@tensorflow/tfjs-node');

const kernel_size = [3, 3];
const model = tf.sequential();
model.add(
  tf.layers.conv2d({ // l1
    inputShape: [8, 8, 1],
    filters: 4,
    kernelSize: kernel_size,
    activation: 'relu',
  }),
);
model.add(tf.layers.conv2d({ filters: 4, kernelSize: kernel_size, activation: 'relu' })); // l2
model.add(tf.layers.maxPooling2d({ poolSize: [2, 2] })); // l3
model.add(tf.layers.dropout({ rate: 0.25 })); // l4
model.add(tf.layers.flatten()); // l5
model.add(tf.layers.dense({ units: 16, activation: 'relu' })); // l6
model.add(tf.layers.dropout({ rate: 0.5 })); // l7
model.add(tf.layers.dense({ units: 4, activation: 'softmax' })); // l8

const optimizer = 'rmsprop';
model.compile({ optimizer: optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy'] });

module.exports = model;
