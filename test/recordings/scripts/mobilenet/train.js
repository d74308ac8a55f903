const tf = require('@tensorflow/tfjs');
const { images } = require('../data');

const model = tf.sequential();
model.add(
  tf.layers.zeroPadding2d({ // l1
    padding: [
      [0, 1],
      [0, 1],
    ],
    inputShape: [9, 9, 3],
  }),
);
model.add(tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'valid', useBias: false })); // l2
model.add(tf.layers.batchNormalization({ axis: -1 })); // l3
model.add(tf.layers.reLU({ maxValue: 6 })); // l4
model.add(tf.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', depthMultiplier: 1, useBias: false })); // l5
model.add(tf.layers.batchNormalization()); // l6
model.add(tf.layers.reLU({ maxValue: 6 })); // l7
model.add(tf.layers.separableConv2d({ filters: 6, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' })); // l8
model.add(tf.layers.globalAveragePooling2d({})); // l9
model.add(tf.layers.reshape({ targetShape: [1, 1, 6] })); // l10
model.add(tf.layers.dropout({ rate: 0.1 })); // l11
model.add(tf.layers.conv2d({ filters: 3, kernelSize: 1 })); // l12
model.add(tf.layers.flatten()); // l13
model.add(tf.layers.softmax()); // l14
model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
const { xs, ys } = images(32, 3, [9, 9, 3]);
model.fit(xs, ys, { epochs: 2, batchSize: 8, verbose: 0 }).then((h) => console.log(JSON.stringify(h.history)));
