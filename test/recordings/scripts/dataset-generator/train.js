const tf = require('@tensorflow/tfjs');
const { images } = require('../data');

const { xs, labels } = images(60, 3);
const rows = xs.arraySync();

function* samples(from, to) {
  for (let i = from; i < to; i++) {
    yield { xs: tf.tensor3d(rows[i]), ys: tf.tidy(() => tf.oneHot(labels[i], 3).toFloat()) };
  }
}

async function main() {
  const train = tf.data
    .generator(() => samples(0, 48))
    .shuffle(48, 'seed')
    .batch(8)
    .prefetch(1);
  const valid = tf.data.generator(() => samples(48, 60)).batch(4);

  const model = tf.sequential();
  model.add(tf.layers.conv2d({ inputShape: [8, 8, 1], kernelSize: 3, filters: 4, strides: 2, activation: 'elu' })); // l1
  model.add(tf.layers.flatten()); // l2
  model.add(tf.layers.dense({ units: 3, activation: 'softmax' })); // l3
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });

  await model.fitDataset(train, {
    epochs: 3,
    batchesPerEpoch: 6,
    verbose: 0,
    validationData: valid,
    callbacks: {
      onBatchEnd: async (batch, logs) => batch === 0 && console.log('batch', logs.loss),
      onEpochEnd: async (epoch, logs) => console.log(epoch, logs.loss, logs.val_loss, logs.val_acc),
    },
  });
}

main();
