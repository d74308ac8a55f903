const tf = require('@tensorflow/tfjs');
const { series } = require('../data');

const bidirectional = () => {
  const model = tf.sequential({ name: 'bidirectional' });
  model.add(tf.layers.masking({ maskValue: 0, inputShape: [7, 1] })); // l1
  const layer = tf.layers.gru({ units: 3, returnSequences: true, dropout: 0.2, recurrentDropout: 0.1 });
  model.add(tf.layers.bidirectional({ layer, mergeMode: 'concat' })); // l2
  model.add(tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 2 }) })); // l3
  model.add(tf.layers.flatten()); // l4
  model.add(tf.layers.dense({ units: 1 })); // l5
  return model;
};

const stacked = () => {
  const model = tf.sequential({ name: 'stacked' });
  const cell = [tf.layers.gruCell({ units: 3 }), tf.layers.lstmCell({ units: 4 })];
  model.add(tf.layers.rnn({ cell, inputShape: [7, 1] })); // l6
  model.add(tf.layers.repeatVector({ n: 2 })); // l7
  model.add(tf.layers.permute({ dims: [2, 1] })); // l8
  model.add(tf.layers.flatten()); // l9
  model.add(tf.layers.dense({ units: 1 })); // l10
  return model;
};

const stateful = () => {
  const model = tf.sequential({ name: 'stateful' });
  model.add(tf.layers.lstm({ units: 3, batchInputShape: [8, 7, 1], stateful: true })); // l11
  model.add(tf.layers.dense({ units: 1 })); // l12
  return model;
};

(async () => {
  const { xs, ys } = series(40, 7);
  for (const make of [bidirectional, stacked, stateful]) {
    const model = make();
    model.compile({ optimizer: 'rmsprop', loss: 'meanAbsoluteError' });
    const { history } = await model.fit(xs, ys, { epochs: 2, batchSize: 8, shuffle: false, verbose: 0 });
    console.log(model.name, history.loss.join());
    model.resetStates();
  }
})();
