import * as tf from '@tensorflow/tfjs';
import { record } from 'cnnslicer';
import { images } from '../data.js';

const model = tf.sequential();
model.add(tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu' })); // l1
model.add(tf.layers.flatten()); // l2
model.add(tf.layers.dense({ units: 3 })); // l3

const { xs, ys } = images(48, 3);
const test = images(24, 3);
const optimizer = tf.train.adam(0.01);

const recording = record(model, {
  probes: { inputs: test.xs, labels: test.labels },
  classNames: ['stripes', 'waves', 'dots'],
  metrics: ['loss', 'val_loss'],
  epochs: 3,
});

const lossOf = (x, y) => tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true }));
for (let epoch = 0; epoch < 3; epoch++) {
  let loss = 0;
  for (let start = 0; start < 48; start += 16) {
    const [x, y] = [xs.slice(start, 16), ys.slice(start, 16)];
    const cost = optimizer.minimize(() => lossOf(x, y), true);
    loss += cost.dataSync()[0] / 3;
    tf.dispose([x, y, cost]);
  }
  const val_loss = tf.tidy(() => lossOf(test.xs, test.ys).dataSync()[0]);
  console.log(epoch, loss, val_loss);
  await recording.epoch({ loss, val_loss });
}
await recording.end();
