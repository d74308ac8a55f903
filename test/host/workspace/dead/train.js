// A convolution some of whose channels begin far below what a ReLU lets through, and never come back.
const tf = require('@tensorflow/tfjs');

const model = tf.sequential();
model.add(
  tf.layers.conv2d({
    inputShape: [8, 8, 1],
    filters: 12,
    kernelSize: 3,
    activation: 'relu',
    biasInitializer: tf.initializers.randomNormal({ mean: 0, stddev: 3, seed: 7 }),
  }),
);
model.add(tf.layers.flatten());
model.add(tf.layers.dense({ units: 2, activation: 'softmax' }));
model.compile({ optimizer: tf.train.adam(0.003), loss: 'categoricalCrossentropy' });

// Dark pictures are of class 0, bright ones of class 1: the network learns it.
const classes = tf.tensor1d(
  Array.from({ length: 80 }, (_, i) => i % 2),
  'int32',
);
const x = tf.randomUniform([80, 8, 8, 1], 0, 0.5, 'float32', 1).add(classes.toFloat().mul(0.5).reshape([80, 1, 1, 1]));
const y = tf.oneHot(classes, 2).toFloat();
model.fit(x, y, { epochs: 10, batchSize: 8, verbose: 0 });
