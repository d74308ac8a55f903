// An ordinary training script: LeNet of two convolutions on MNIST. It knows nothing of CNNSlicer.
// node lenet.cjs FOLDER [trainCount] [validationCount] [epochs] [predicted] – FOLDER holds t10k-*-ubyte.gz;
// before training and after every epoch so many validation inputs are predicted, if any.
const fs = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');
const tf = require('@tensorflow/tfjs');

const [folder, trainCount = '8000', validationCount = '2000', epochs = '5', predicted = '0'] = process.argv.slice(2);
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
  const seeded = (seed) => tf.initializers.glorotUniform({ seed });
  const model = tf.sequential();
  model.add(
    tf.layers.conv2d({
      inputShape: [28, 28, 1],
      filters: 8,
      kernelSize: 5,
      activation: 'relu',
      kernelInitializer: seeded(1),
    }),
  );
  model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
  model.add(tf.layers.conv2d({ filters: 16, kernelSize: 5, activation: 'relu', kernelInitializer: seeded(2) }));
  model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 128, activation: 'relu', kernelInitializer: seeded(3) }));
  model.add(tf.layers.dense({ units: 10, activation: 'softmax', kernelInitializer: seeded(4) }));
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });

  const [trainInputs, trainLabels] = part(0, Number(trainCount));
  const validationData = part(Number(trainCount), Number(validationCount));
  const begin = process.hrtime.bigint();
  const cpuBefore = process.cpuUsage();
  const predict = () => {
    if (Number(predicted) > 0) tf.tidy(() => model.predict(validationData[0].slice(0, Number(predicted))).dataSync());
  };
  predict();
  const history = await model.fit(trainInputs, trainLabels, {
    epochs: Number(epochs),
    batchSize: 64,
    shuffle: false,
    validationData,
    verbose: 0,
    callbacks: { onEpochEnd: predict },
  });
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  const { user, system } = process.cpuUsage(cpuBefore);
  console.log(
    JSON.stringify({
      seconds,
      cpuSeconds: (user + system) / 1e6,
      loss: history.history.loss.at(-1),
      validationAccuracy: history.history.val_acc.at(-1),
      peakBytes: process.resourceUsage().maxRSS * 1024,
    }),
  );
}

main();
