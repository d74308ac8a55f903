require('@tensorflow/tfjs-node');
const tf = require('@tensorflow/tfjs');
const { table } = require('../data');

tf.setBackend('tensorflow');

const model = tf.sequential();
model.add(tf.layers.dense({ units: 20, activation: 'relu', inputShape: [10] })); // l1
model.add(tf.layers.dense({ units: 1, activation: 'linear' })); // l2
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });

const { xs, ys } = table(100, 10);
model.fit(xs, ys, {
  epochs: 3,
  verbose: 0,
  callbacks: { onEpochEnd: (epoch, log) => console.log(`Epoch ${epoch}: loss = ${log.loss}`) },
});
