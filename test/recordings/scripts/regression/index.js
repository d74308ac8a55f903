// Arguments, a working directory of its own, settings from the environment, a data file beside it.
const fs = require('fs');
const tf = require('@tensorflow/tfjs');
const { table } = require('../data');

const { learningRate } = JSON.parse(fs.readFileSync('./settings.json', 'utf8'));
const epochs = parseInt(process.env.EPOCHS, 10);
const units = Number(process.argv[process.argv.indexOf('--units') + 1]);

const { xs, ys } = table(60, 5);
const { mean, variance } = tf.moments(xs, 0);
const normalised = xs.sub(mean).div(variance.sqrt());

function multiLayerPerceptron() {
  const model = tf.sequential();
  model.add(tf.layers.dense({ inputShape: [5], units, activation: 'sigmoid', kernelInitializer: 'leCunNormal' })); // l1
  model.add(tf.layers.dense({ units, activation: 'sigmoid' })); // l2
  model.add(tf.layers.dense({ units: 1 })); // l3
  return model;
}

const model = multiLayerPerceptron();
model.compile({ optimizer: tf.train.sgd(learningRate), loss: 'meanSquaredError' });
model
  .fit(normalised, ys, {
    batchSize: 20,
    epochs,
    validationSplit: 0.2,
    verbose: 0,
    callbacks: { onEpochEnd: async (epoch, logs) => console.log(`Epoch ${epoch + 1}: ${logs.loss} ${logs.val_loss}`) },
  })
  .then(() => process.exit(0));
