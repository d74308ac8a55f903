const fs = require('fs');
const path = require('path');
const tf = require('@tensorflow/tfjs-node');
const { images } = require('../data');

const SAVED = path.join(__dirname, 'checkpoint');

function fresh() {
  const model = tf.sequential();
  model.add(tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 3, kernelSize: 3, activation: 'tanh' })); // l1
  model.add(tf.layers.flatten()); // l2
  model.add(tf.layers.dense({ units: 3, activation: 'softmax' })); // l3
  return model;
}

(async () => {
  const started = fs.existsSync(SAVED);
  const model = started ? await tf.loadLayersModel('file://' + SAVED + '/model.json') : fresh(); // l4
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const { xs, ys } = images(48, 3);
  const history = await model.fit(xs, ys, { initialEpoch: started ? 2 : 0, epochs: started ? 4 : 2, verbose: 0 });
  console.log(history.epoch.join(), history.history.loss.join());
  await model.save('file://' + SAVED);
})();
