const tf = require('@tensorflow/tfjs-node');
const path = require('path');
const { images } = require('../data');

async function loadTruncated(folder) {
  const pretrained = await tf.loadLayersModel(`file://${folder}/model.json`); // l1
  const layer = pretrained.getLayer('features');
  return tf.model({ inputs: pretrained.inputs, outputs: layer.output });
}

async function main() {
  const folder = path.join(__dirname, 'base');
  await require('./pretrain')(folder);
  const base = await loadTruncated(folder);
  for (const layer of base.layers) layer.trainable = false;

  const head = tf.layers.dense({ units: 3, activation: 'softmax', name: 'head' }).apply(base.outputs[0]); // l2
  const model = tf.model({ inputs: base.inputs, outputs: head });
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const { xs, ys } = images(48, 3);
  const first = await model.fit(xs, ys, { epochs: 2, verbose: 0 });

  // Fine tuning: the upper part thaws, and the model is compiled again.
  base.getLayer('features').trainable = true;
  model.compile({ optimizer: tf.train.adam(0.001), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const second = await model.fit(xs, ys, { epochs: 1, verbose: 0 });
  console.log(JSON.stringify([first.history, second.history]));
}

main();
