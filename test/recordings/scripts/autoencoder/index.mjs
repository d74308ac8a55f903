import tf from '@tensorflow/tfjs';
import data from '../data.js';

function encoder() {
  const image = tf.input({ shape: [8, 8, 1], name: 'image' }); // l1
  const conv = tf.layers
    .conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }) // l2
    .apply(image);
  const code = tf.layers.dense({ units: 4, name: 'code' }).apply(tf.layers.flatten().apply(conv)); // l3
  return tf.model({ inputs: image, outputs: code, name: 'encoder' });
}

function decoder() {
  const code = tf.input({ shape: [4] }); // l4
  let x = tf.layers.dense({ units: 4 * 4 * 4, activation: 'relu' }).apply(code); // l5
  x = tf.layers.reshape({ targetShape: [4, 4, 4] }).apply(x); // l6
  x = tf.layers.upSampling2d({ size: [2, 2] }).apply(x); // l7
  x = tf.layers.conv2d({ filters: 1, kernelSize: 3, padding: 'same', activation: 'sigmoid' }).apply(x); // l8
  return tf.model({ inputs: code, outputs: x, name: 'decoder' });
}

const input = tf.input({ shape: [8, 8, 1] }); // l9
const autoencoder = tf.model({ inputs: input, outputs: decoder().apply(encoder().apply(input)), name: 'autoencoder' });
autoencoder.compile({ optimizer: tf.train.adam(), loss: tf.losses.meanSquaredError });
const { xs } = data.images(48, 3);
const result = await autoencoder.fit(xs, xs, { epochs: 2, batchSize: 16, verbose: 0 });
console.log(result.history.loss.join());
