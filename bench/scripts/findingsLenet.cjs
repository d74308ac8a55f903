// LeNet of two convolutions on the first 2,000 images of MNIST's test files, the next 300 to validate:
// what `npm run bench -- findings` records for several sizes of the training data and several seeds.
// node findingsLenet.cjs FOLDER SEED EPOCHS – FOLDER holds t10k-*-ubyte.gz.
const fs = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');
const tf = require('@tensorflow/tfjs');

const [folder, seed, epochs] = process.argv.slice(2);
const read = (name, header) => zlib.gunzipSync(fs.readFileSync(path.join(folder, name))).subarray(header);
const images = read('t10k-images-idx3-ubyte.gz', 16);
const labels = read('t10k-labels-idx1-ubyte.gz', 8);

function part(from, count) {
  const pixels = Float32Array.from(images.subarray(from * 784, (from + count) * 784), (value) => value / 255);
  return [
    tf.tensor4d(pixels, [count, 28, 28, 1]),
    tf.tidy(() => tf.oneHot(tf.tensor1d(labels.subarray(from, from + count), 'int32'), 10).toFloat()),
  ];
}

async function main() {
  const drawn = (layer) => tf.initializers.glorotUniform({ seed: 10 * Number(seed) + layer });
  const convolution = (filters, layer, more = {}) =>
    tf.layers.conv2d({ filters, kernelSize: 5, activation: 'relu', kernelInitializer: drawn(layer), ...more });
  const model = tf.sequential();
  model.add(convolution(8, 1, { inputShape: [28, 28, 1], name: 'conv1' }));
  model.add(tf.layers.maxPooling2d({ poolSize: 2, name: 'pool1' }));
  model.add(convolution(16, 2, { name: 'conv2' }));
  model.add(tf.layers.maxPooling2d({ poolSize: 2, name: 'pool2' }));
  model.add(tf.layers.flatten({ name: 'flatten' }));
  model.add(tf.layers.dense({ units: 64, activation: 'relu', kernelInitializer: drawn(3), name: 'dense' }));
  model.add(tf.layers.dense({ units: 10, activation: 'softmax', kernelInitializer: drawn(4), name: 'classes' }));
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const [inputs, targets] = part(0, 2000);
  const settings = { epochs: Number(epochs), batchSize: 32, shuffle: false, verbose: 0 };
  await model.fit(inputs, targets, { ...settings, validationData: part(2000, 300) });
}

main();
