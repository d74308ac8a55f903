import * as tf from '@tensorflow/tfjs';
import type { Tensor2D } from '@tensorflow/tfjs';

export function rows(count: number): { xs: Tensor2D; ys: Tensor2D } {
  const values = Array.from({ length: count }, (_, i) => Array.from({ length: 6 }, (_, j) => Math.sin(i * (j + 1))));
  return { xs: tf.tensor2d(values), ys: tf.tensor2d(values.map(([first = 0]) => [first > 0 ? 1 : 0])) };
}
