const tf = require('@tensorflow/tfjs-node');
const { images } = require('../data');

const LATENT = 4;
const CLASSES = 3;

function buildGenerator() {
  const cnn = tf.sequential();
  cnn.add(tf.layers.dense({ units: 2 * 2 * 4, inputShape: [LATENT], activation: 'relu' })); // l1
  cnn.add(tf.layers.reshape({ targetShape: [2, 2, 4] })); // l2
  cnn.add(tf.layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' })); // l3
  cnn.add(tf.layers.batchNormalization()); // l4
  cnn.add(tf.layers.conv2dTranspose({ filters: 1, kernelSize: 3, strides: 2, padding: 'same', activation: 'tanh' })); // l5

  const latent = tf.input({ shape: [LATENT] }); // l6
  const imageClass = tf.input({ shape: [1] }); // l7
  const embedded = tf.layers.embedding({ inputDim: CLASSES, outputDim: LATENT }).apply(imageClass); // l8
  const cls = tf.layers.flatten().apply(embedded); // l9
  const h = tf.layers.multiply().apply([latent, cls]); // l10
  return tf.model({ name: 'generator', inputs: [latent, imageClass], outputs: cnn.apply(h) });
}

function buildDiscriminator() {
  const cnn = tf.sequential();
  cnn.add(tf.layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', strides: 2, inputShape: [8, 8, 1] })); // l11
  cnn.add(tf.layers.leakyReLU({ alpha: 0.2 })); // l12
  cnn.add(tf.layers.dropout({ rate: 0.3 })); // l13
  cnn.add(tf.layers.flatten()); // l14
  const image = tf.input({ shape: [8, 8, 1] }); // l15
  const features = cnn.apply(image);
  const real = tf.layers.dense({ units: 1, activation: 'sigmoid' }).apply(features); // l16
  const aux = tf.layers.dense({ units: CLASSES, activation: 'softmax' }).apply(features); // l17
  return tf.model({ name: 'discriminator', inputs: image, outputs: [real, aux] });
}

function buildCombined(generator, discriminator, optimizer) {
  const latent = tf.input({ shape: [LATENT] }); // l18
  const imageClass = tf.input({ shape: [1] }); // l19
  let fake = generator.apply([latent, imageClass]);
  discriminator.trainable = false;
  fake = discriminator.apply(fake);
  const combined = tf.model({ name: 'combined', inputs: [latent, imageClass], outputs: fake });
  combined.compile({ optimizer, loss: ['binaryCrossentropy', 'sparseCategoricalCrossentropy'] });
  return combined;
}

async function run() {
  const { xs, labels } = images(48, CLASSES);
  const discriminator = buildDiscriminator();
  discriminator.compile({
    optimizer: tf.train.adam(0.01, 0.5),
    loss: ['binaryCrossentropy', 'sparseCategoricalCrossentropy'],
  });
  const generator = buildGenerator();
  const combined = buildCombined(generator, discriminator, tf.train.adam(0.01, 0.5));
  const noise = (n) => tf.randomNormal([n, LATENT]);
  const batchSize = 8;

  for (let epoch = 0; epoch < 2; ++epoch) {
    for (let batch = 0; batch < 5; ++batch) {
      const imageBatch = xs.slice(batch * batchSize, batchSize);
      const labelBatch = tf.tensor2d(labels.slice(batch * batchSize, (batch + 1) * batchSize), [batchSize, 1]);
      const [z, sampled] = [noise(batchSize), tf.floor(tf.randomUniform([batchSize, 1], 0, CLASSES))];
      const generated = generator.predict([z, sampled], { batchSize });
      const x = tf.concat([imageBatch, generated], 0);
      const y = tf.tidy(() => tf.concat([tf.ones([batchSize, 1]).mul(0.95), tf.zeros([batchSize, 1])], 0));
      const auxY = tf.concat([labelBatch, sampled], 0);
      const dLoss = await discriminator.trainOnBatch(x, [y, auxY]);
      const gLoss = await combined.trainOnBatch([z, sampled], [tf.ones([batchSize, 1]), sampled]);
      tf.dispose([imageBatch, labelBatch, z, sampled, generated, x, y, auxY]);
      console.log(epoch, batch, dLoss.join(), gLoss.join());
    }
  }
  await generator.save('file://./generator');
}

run();
