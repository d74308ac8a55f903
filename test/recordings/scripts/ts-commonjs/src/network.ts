import * as tf from '@tensorflow/tfjs';
import { LayersModel, SymbolicTensor } from '@tensorflow/tfjs';
import { Config } from './types';

export const Defaults: Config = { units: 4, activation: 'tanh' };

export class Network {
  constructor(private readonly config: Config) {}

  build(): LayersModel {
    const { units, activation } = this.config;
    const input = tf.input({ shape: [6] }); // l1
    const hidden = tf.layers.dense({ units, activation }).apply(input) as SymbolicTensor; // l2
    const output = tf.layers.dense({ units: 1, activation: 'sigmoid' }).apply(hidden) as SymbolicTensor; // l3
    const model = tf.model({ inputs: input, outputs: output });
    model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['accuracy'] });
    return model;
  }
}
