const tf = require('@tensorflow/tfjs');
const { series } = require('../data');

const model = tf.sequential();
model.add(
  tf.layers.conv1d({ inputShape: [16, 1], filters: 4, kernelSize: 3, strides: 1, padding: 'same', activation: 'relu' }), // l1
);
model.add(tf.layers.maxPooling1d({ poolSize: 2 })); // l2
model.add(tf.layers.conv1d({ filters: 4, kernelSize: 3, activation: 'relu' })); // l3
model.add(tf.layers.globalAveragePooling1d()); // l4
model.add(tf.layers.dense({ units: 1 })); // l5
model.compile({ optimizer: 'adam', loss: 'meanAbsoluteError', metrics: ['mse'] });
const { xs, ys } = series(48, 16);
model
  .fit(xs, ys, {
    epochs: 3,
    batchSize: 16,
    validationSplit: 0.2,
    verbose: 0,
    callbacks: tf.callbacks.earlyStopping({ patience: 5 }),
  })
  .then((h) => console.log(JSON.stringify(h.history)));
