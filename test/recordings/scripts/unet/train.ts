import * as tf from '@tensorflow/tfjs';
import { images } from '../data';

type Symbolic = tf.SymbolicTensor;
const conv = (filters: number, x: Symbolic): Symbolic =>
  tf.layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu' }).apply(x) as Symbolic; // l1

const image = tf.input({ shape: [8, 8, 1] }); // l2
const down = conv(3, image);
const bottom = conv(4, tf.layers.maxPooling2d({ poolSize: 2 }).apply(down) as Symbolic); // l3
const up = tf.layers
  .conv2dTranspose({ filters: 3, kernelSize: 2, strides: 2, padding: 'same' }) // l4
  .apply(bottom) as Symbolic;
const joined = tf.layers.concatenate({ axis: 3 }).apply([down, up]) as Symbolic; // l5
const mask = tf.layers.conv2d({ filters: 1, kernelSize: 1, activation: 'sigmoid' }).apply(conv(3, joined)) as Symbolic; // l6
const model = tf.model({ inputs: image, outputs: mask });

function diceLoss(target: tf.Tensor, output: tf.Tensor): tf.Scalar {
  return tf.tidy(() => {
    const overlap = target.mul(output).sum();
    return tf.scalar(1).sub(overlap.mul(2).add(1).div(target.sum().add(output.sum()).add(1))) as tf.Scalar;
  });
}

model.compile({ optimizer: tf.train.adam(0.01), loss: diceLoss as never });
const { xs } = images(32, 3);
const masks = xs.greater(0.5).toFloat();
const history: tf.History = await model.fit(xs, masks, { epochs: 2, batchSize: 8, verbose: 0 });
console.log(JSON.stringify(history.history));

export {};
