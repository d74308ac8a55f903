// Trains a small convolutional network on 8×8 pictures of handwritten digits.
//   npx tsx train.ts [epochs]
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as tf from '@tensorflow/tfjs';

interface Idx {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

interface Samples {
  readonly x: tf.Tensor4D;
  readonly y: tf.Tensor2D;
}

const CLASSES = 10;
const EPOCHS = Number(process.argv[2] ?? 10);

/** Reads an IDX file of unsigned bytes: a header of dimensions, then the values. */
function readIdx(name: string): Idx {
  const bytes = gunzipSync(readFileSync(new URL(`data/${name}`, import.meta.url)));
  const rank = bytes[3]!;
  const shape = Array.from({ length: rank }, (_, axis) => bytes.readUInt32BE(4 + 4 * axis));
  return { shape, values: bytes.subarray(4 + 4 * rank) };
}

/** Every fifth picture is held out; the others train. */
function loadDigits(): { training: Samples; heldOut: Samples } {
  const images = readIdx('images-idx3-ubyte.gz');
  const labels = readIdx('labels-idx1-ubyte.gz');
  const [count, height, width] = images.shape as [number, number, number];
  const size = height * width;
  const pick = (heldOut: boolean): Samples => {
    const rows = Array.from({ length: count }, (_, i) => i).filter((i) => (i % 5 === 4) === heldOut);
    const pixels = new Float32Array(rows.length * size);
    rows.forEach((row, i) => {
      for (let p = 0; p < size; p++) pixels[i * size + p] = images.values[row * size + p]! / 16;
    });
    const classes = Int32Array.from(rows, (row) => labels.values[row]!);
    return {
      x: tf.tensor4d(pixels, [rows.length, height, width, 1]),
      y: tf.tidy(() => tf.oneHot(tf.tensor1d(classes, 'int32'), CLASSES).toFloat() as tf.Tensor2D),
    };
  };
  return { training: pick(false), heldOut: pick(true) };
}

function createModel(): tf.Sequential {
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 16, kernelSize: 3, padding: 'same', activation: 'relu' }),
      tf.layers.batchNormalization({ momentum: 0.9 }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.conv2d({ filters: 32, kernelSize: 3, padding: 'same', activation: 'relu' }),
      tf.layers.batchNormalization({ momentum: 0.9 }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.dropout({ rate: 0.25 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 64, activation: 'relu' }),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.dense({ units: CLASSES, activation: 'softmax' }),
    ],
  });
}

async function main(): Promise<void> {
  const { training, heldOut } = loadDigits();
  const model = createModel();
  model.compile({ optimizer: tf.train.adam(0.002), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  await model.fit(training.x, training.y, {
    epochs: EPOCHS,
    batchSize: 32,
    validationData: [heldOut.x, heldOut.y],
    verbose: 0,
    callbacks: {
      onEpochEnd: (epoch, logs) =>
        console.log(
          `epoch ${epoch + 1}: loss ${logs!.loss!.toFixed(4)}, held-out accuracy ${logs!.val_acc!.toFixed(4)}`,
        ),
    },
  });
  const [, accuracy] = model.evaluate(heldOut.x, heldOut.y) as tf.Scalar[];
  console.log(`held-out accuracy: ${(100 * accuracy!.dataSync()[0]!).toFixed(1)} %`);
}

void main();
