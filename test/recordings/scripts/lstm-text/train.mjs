import * as tf from '@tensorflow/tfjs';

const text = 'the quick brown fox jumps over the lazy dog and the quick brown fox sleeps. '.repeat(3);
const chars = [...new Set(text)].sort();
const LENGTH = 8;

function* batches() {
  for (let start = 0; start < 96; start += 16) {
    const at = Array.from({ length: 16 }, (_, i) => start + i);
    const windows = at.map((i) => [...text.slice(i, i + LENGTH)].map((char) => chars.indexOf(char)));
    const next = at.map((i) => chars.indexOf(text[i + LENGTH]));
    yield {
      xs: tf.tensor2d(windows),
      ys: tf.tidy(() => tf.oneHot(tf.tensor1d(next, 'int32'), chars.length).toFloat()),
    };
  }
}

const model = tf.sequential();
model.add(tf.layers.embedding({ inputDim: chars.length, outputDim: 4, inputLength: LENGTH })); // l1
model.add(tf.layers.lstm({ units: 6, returnSequences: true })); // l2
model.add(tf.layers.lstm({ units: 6 })); // l3
model.add(tf.layers.dense({ units: chars.length, activation: 'softmax' })); // l4
model.compile({ optimizer: tf.train.rmsprop(0.01), loss: 'categoricalCrossentropy' });

function sample() {
  return tf.tidy(() => {
    const seed = tf.tensor2d([[...text.slice(0, LENGTH)].map((char) => chars.indexOf(char))]);
    const logits = tf.log(model.predict(seed));
    return chars[tf.multinomial(logits, 1, 7).dataSync()[0]];
  });
}

await model.fitDataset(tf.data.generator(batches), {
  epochs: 2,
  verbose: 0,
  callbacks: { onEpochEnd: async (epoch, logs) => console.log(epoch, logs.loss, sample()) },
});
