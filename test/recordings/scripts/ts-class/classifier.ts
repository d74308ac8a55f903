import * as tf from '@tensorflow/tfjs';

export enum Activation {
  Relu = 'relu',
  Softmax = 'softmax',
}

export interface Options {
  readonly filters: number;
  readonly classes: number;
}

/** A wrapper of the kind that hides the model in a private field. */
export class Classifier {
  private model: tf.LayersModel | null = null;

  constructor(private readonly options: Options) {}

  build(): this {
    const { filters, classes } = this.options;
    this.model = tf.sequential({
      name: 'classifier',
      layers: [
        tf.layers.conv2d({ inputShape: [8, 8, 1], filters, kernelSize: 3, activation: Activation.Relu }), // l1
        tf.layers.averagePooling2d({ poolSize: 2, strides: 2 }), // l2
        tf.layers.flatten(), // l3
        tf.layers.dense({ units: classes, activation: Activation.Softmax }), // l4
      ],
    });
    this.model.compile({ optimizer: tf.train.sgd(0.1), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
    return this;
  }

  async train(xs: tf.Tensor, ys: tf.Tensor, epochs: number): Promise<tf.History> {
    if (!this.model) throw new Error('build() first');
    return this.model.fit(xs, ys, { epochs, batchSize: 16, verbose: 0 });
  }
}
