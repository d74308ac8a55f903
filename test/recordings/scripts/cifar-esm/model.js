import { sequential, layers, train } from '@tensorflow/tfjs';

const { conv2d, batchNormalization, maxPooling2d } = layers;

export function createModel(classes) {
  const model = sequential();
  model.add(conv2d({ inputShape: [8, 8, 3], filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' })); // l1
  model.add(batchNormalization()); // l2
  model.add(conv2d({ filters: 6, kernelSize: 3, padding: 'same', kernelInitializer: 'heNormal' })); // l3
  model.add(layers.activation({ activation: 'relu' })); // l4
  model.add(maxPooling2d({ poolSize: 2 })); // l5
  model.add(layers.globalAveragePooling2d({})); // l6
  model.add(layers.dense({ units: classes, activation: 'softmax' })); // l7
  model.compile({ optimizer: train.adam(0.01), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}
