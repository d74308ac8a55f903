// Trains a small convolutional network on 8×8 pictures of handwritten digits.
//   node train.js [epochs]
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { gunzipSync } = require('node:zlib');
const tf = require('@tensorflow/tfjs');

const CLASSES = 10;
const EPOCHS = Number(process.argv[2] ?? 10);

/** Reads an IDX file of unsigned bytes: a header of dimensions, then the values. */
function readIdx(name) {
  const bytes = gunzipSync(readFileSync(join(__dirname, 'data', name)));
  const rank = bytes[3];
  const shape = Array.from({ length: rank }, (_, axis) => bytes.readUInt32BE(4 + 4 * axis));
  return { shape, values: bytes.subarray(4 + 4 * rank) };
}

/** Every fifth picture is held out; the others train. */
function loadDigits() {
  const images = readIdx('images-idx3-ubyte.gz');
  const labels = readIdx('labels-idx1-ubyte.gz');
  const [count, height, width] = images.shape;
  const size = height * width;
  const pick = (heldOut) => {
    const rows = Array.from({ length: count }, (_, i) => i).filter((i) => (i % 5 === 4) === heldOut);
    const pixels = new Float32Array(rows.length * size);
    rows.forEach((row, i) => {
      for (let p = 0; p < size; p++) pixels[i * size + p] = images.values[row * size + p] / 16;
    });
    const classes = Int32Array.from(rows, (row) => labels.values[row]);
    return {
      x: tf.tensor4d(pixels, [rows.length, height, width, 1]),
      y: tf.tidy(() => tf.oneHot(tf.tensor1d(classes, 'int32'), CLASSES).toFloat()),
    };
  };
  return { training: pick(false), heldOut: pick(true) };
}

function createModel() {
  const model = tf.sequential();
  model.add(
    tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 16, kernelSize: 3, padding: 'same', activation: 'relu' }),
  );
  model.add(tf.layers.batchNormalization({ momentum: 0.9 }));
  model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
  model.add(tf.layers.conv2d({ filters: 32, kernelSize: 3, padding: 'same', activation: 'relu' }));
  model.add(tf.layers.batchNormalization({ momentum: 0.9 }));
  model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
  model.add(tf.layers.dropout({ rate: 0.25 }));
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 64, activation: 'relu' }));
  model.add(tf.layers.dropout({ rate: 0.5 }));
  model.add(tf.layers.dense({ units: CLASSES, activation: 'softmax' }));
  model.compile({ optimizer: tf.train.adam(0.002), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

async function main() {
  const { training, heldOut } = loadDigits();
  const model = createModel();
  await model.fit(training.x, training.y, {
    epochs: EPOCHS,
    batchSize: 32,
    validationData: [heldOut.x, heldOut.y],
    verbose: 0,
    callbacks: {
      onEpochEnd: (epoch, logs) =>
        console.log(`epoch ${epoch + 1}: loss ${logs.loss.toFixed(4)}, held-out accuracy ${logs.val_acc.toFixed(4)}`),
    },
  });
  const [, accuracy] = model.evaluate(heldOut.x, heldOut.y);
  console.log(`held-out accuracy: ${(100 * accuracy.dataSync()[0]).toFixed(1)} %`);
}

main();
