// An ordinary training script: a network in the manner of VGG-13 on CIFAR-10 enlarged to 96×96 pixels.
// node vgg.cjs FOLDER [trainCount] [validationCount] [epochs] – FOLDER holds train/<class>/*.jpg and test/<class>/*.jpg.
const fs = require('node:fs');
const path = require('node:path');
const jpeg = require('jpeg-js');
const tf = require('@tensorflow/tfjs');

const SIDE = 96;
const BLOCKS = [64, 128, 256, 512, 512];
const [folder, trainCount = '64', validationCount = '36', epochs = '1'] = process.argv.slice(2);

/** The first pictures of every class in turn, enlarged; labels are one-hot. */
function part(split, count) {
  const root = path.join(folder, split);
  const classes = fs.readdirSync(root).sort();
  const files = classes.map((name) => fs.readdirSync(path.join(root, name)).sort());
  const places = Array.from({ length: count }, (_, i) => [i % classes.length, Math.floor(i / classes.length)]);
  const pictures = places.map(([label, i]) => picture(path.join(root, classes[label], files[label][i])));
  const labels = tf.tensor1d(
    Int32Array.from(places, ([label]) => label),
    'int32',
  );
  return [tf.concat(pictures), tf.oneHot(labels, classes.length).toFloat()];
}

function picture(file) {
  const { width, height, data } = jpeg.decode(fs.readFileSync(file), { useTArray: true, formatAsRGBA: false });
  return tf.tidy(() =>
    tf.image.resizeBilinear(
      tf.tensor4d(
        Float32Array.from(data, (byte) => byte / 255),
        [1, height, width, 3],
      ),
      [SIDE, SIDE],
    ),
  );
}

function network() {
  let seed = 0;
  const conv = (filters, options = {}) =>
    tf.layers.conv2d({
      filters,
      kernelSize: 3,
      padding: 'same',
      activation: 'relu',
      kernelInitializer: tf.initializers.heNormal({ seed: ++seed }),
      ...options,
    });
  const model = tf.sequential();
  BLOCKS.forEach((filters, block) => {
    model.add(conv(filters, block === 0 ? { inputShape: [SIDE, SIDE, 3] } : {}));
    model.add(conv(filters));
    model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
  });
  model.add(tf.layers.flatten());
  model.add(
    tf.layers.dense({ units: 256, activation: 'relu', kernelInitializer: tf.initializers.heNormal({ seed: ++seed }) }),
  );
  model.add(
    tf.layers.dense({
      units: 10,
      activation: 'softmax',
      kernelInitializer: tf.initializers.glorotUniform({ seed: ++seed }),
    }),
  );
  model.compile({ optimizer: tf.train.sgd(0.01), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

async function main() {
  const model = network();
  const [x, y] = part('train', Number(trainCount));
  const validationData = part('test', Number(validationCount));
  const begin = process.hrtime.bigint();
  const { history } = await model.fit(x, y, {
    epochs: Number(epochs),
    batchSize: 16,
    shuffle: false,
    validationData,
    verbose: 0,
  });
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  console.log(JSON.stringify({ seconds, loss: history.loss.at(-1), peakBytes: process.resourceUsage().maxRSS * 1024 }));
}

main();
