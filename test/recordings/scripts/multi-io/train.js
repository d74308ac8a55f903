const tf = require('@tensorflow/tfjs');
const { images, table } = require('../data');

const picture = tf.input({ shape: [8, 8, 1], name: 'picture' }); // l1
const facts = tf.input({ shape: [4], name: 'facts' }); // l2
const conv = tf.layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu' }).apply(picture); // l3
const seen = tf.layers.globalMaxPooling2d({}).apply(conv); // l4
const told = tf.layers.dense({ units: 5, activation: 'sigmoid' }).apply(facts); // l5
const joined = tf.layers.concatenate().apply([seen, told]); // l6
const kind = tf.layers.dense({ units: 3, activation: 'softmax', name: 'kind' }).apply(joined); // l7
const size = tf.layers.dense({ units: 1, name: 'size' }).apply(joined); // l8
const model = tf.model({ inputs: [picture, facts], outputs: [kind, size] });
model.compile({
  optimizer: 'adam',
  loss: { kind: 'categoricalCrossentropy', size: 'meanSquaredError' },
  metrics: { kind: 'accuracy' },
});

const a = images(48, 3);
const b = table(48, 4);
model
  .fit({ picture: a.xs, facts: b.xs }, { kind: a.ys, size: b.ys }, { epochs: 2, batchSize: 16, verbose: 0 })
  .then(({ history }) => console.log(JSON.stringify(history)));
