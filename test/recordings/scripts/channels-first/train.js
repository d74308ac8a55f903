const tf = require('@tensorflow/tfjs');
const { images } = require('../data');

const dataFormat = 'channelsFirst';
const model = tf.sequential();
model.add(
  tf.layers.conv2d({ // l1
    inputShape: [3, 8, 8],
    filters: 4,
    kernelSize: 3,
    padding: 'same',
    dataFormat,
    activation: 'relu',
  }),
);
model.add(tf.layers.maxPooling2d({ poolSize: 2, dataFormat })); // l2
model.add(tf.layers.leakyReLU()); // l3
model.add(tf.layers.conv2d({ filters: 5, kernelSize: 3, dataFormat })); // l4
model.add(tf.layers.flatten({ dataFormat })); // l5
model.add(tf.layers.dense({ units: 3, activation: 'softmax' })); // l6
model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
const { xs, ys } = images(32, 3, [3, 8, 8]);
model.fit(xs, ys, { epochs: 2, batchSize: 8, verbose: 0 }).then((h) => console.log(JSON.stringify(h.history)));
