// A convolution some of whose channels begin far below what a ReLU lets through, and never come back.
const tf = require('@tensorflow/tfjs');

const model = tf.sequential();
model.add(
  tf.layers.conv2d({
    inputShape: [8, 8, 1],
    filters: 12,
    kernelSize: 3,
    activation: 'relu',
    biasInitializer: tf.initializers.randomNormal({ mean: 0, stddev: 30, seed: 7 }),
  }),
);
model.add(tf.layers.flatten());
model.add(tf.layers.dense({ units: 2, activation: 'softmax' }));
model.compile({ optimizer: tf.train.sgd(0.0001), loss: 'categoricalCrossentropy' });

const x = tf.randomUniform([80, 8, 8, 1], 0, 1, 'float32', 1);
const y = tf
  .oneHot(
    tf.tensor1d(
      Array.from({ length: 80 }, (_, i) => i % 2),
      'int32',
    ),
    2,
  )
  .toFloat();
model.fit(x, y, { epochs: 3, verbose: 0 });
