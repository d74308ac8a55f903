// Four convolutions in two stages for CIFAR-10, each export with initial weights of its own:
// what `npm run bench -- findings` records for several sizes of the training data and several seeds.
import * as tf from '@tensorflow/tfjs';

function modelOf(seed) {
  const drawn = (layer) => tf.initializers.heNormal({ seed: 10 * seed + layer });
  const convolution = (filters, layer, more = {}) =>
    tf.layers.conv2d({
      ...{ filters, kernelSize: 3, padding: 'same', activation: 'relu', name: `conv${layer}` },
      kernelInitializer: drawn(layer),
      ...more,
    });
  const model = tf.sequential();
  model.add(convolution(16, 1, { inputShape: [32, 32, 3] }));
  model.add(convolution(16, 2));
  model.add(tf.layers.maxPooling2d({ poolSize: 2, name: 'pool1' }));
  model.add(convolution(32, 3));
  model.add(convolution(32, 4));
  model.add(tf.layers.maxPooling2d({ poolSize: 2, name: 'pool2' }));
  model.add(tf.layers.flatten({ name: 'flatten' }));
  model.add(tf.layers.dense({ units: 64, activation: 'relu', kernelInitializer: drawn(5), name: 'dense' }));
  model.add(tf.layers.dense({ units: 10, activation: 'softmax', kernelInitializer: drawn(6), name: 'classes' }));
  model.compile({ optimizer: tf.train.adam(0.002), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

export const seed1 = () => modelOf(1);
export const seed2 = () => modelOf(2);
export const seed3 = () => modelOf(3);
