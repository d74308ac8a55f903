import { tensor1d, dispose } from '@tensorflow/tfjs';
import { images } from '../data.js';
import { createModel } from './model.js';

const model = createModel(3);
const { xs, labels } = images(48, 3, [8, 8, 3]);
const ys = tensor1d(labels, 'float32');
const { history } = await model.fit(xs, ys, {
  epochs: 2,
  batchSize: 16,
  verbose: 0,
  shuffle: true,
  validationData: [xs.slice(0, 12), ys.slice(0, 12)],
  callbacks: { onEpochEnd: (epoch, logs) => console.log(epoch, logs.loss, logs.val_acc) },
});
console.log(JSON.stringify(history));
dispose([xs, ys]);
