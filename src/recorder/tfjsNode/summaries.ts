/**
 * `tf.node.summaryFileWriter` and `tf.node.tensorBoard` without libtensorflow, which writes their files: the
 * script runs on, nothing is written for TensorBoard, and the person is told once.
 */
import type { Notice } from '../engine/engineTypes.js';

interface SummaryWriter {
  scalar(name: string, value: unknown, step: number): void;
  histogram(name: string, data: unknown, step: number): void;
  flush(): void;
}

/** Of tfjs-layers; a script that has none passes no callbacks. */
type CallbackClass = new (functions: object) => object;

export function summaryFunctions(tf: object, notice: Notice) {
  let told = false;
  const tell = (): void => {
    if (!told) notice('TensorBoard’s files are not written: that needs the native library of @tensorflow/tfjs-node.');
    told = true;
  };
  const { CustomCallback } = tf as { CustomCallback?: CallbackClass };
  return {
    summaryFileWriter: (): SummaryWriter => {
      tell();
      return { scalar: () => undefined, histogram: () => undefined, flush: () => undefined };
    },
    tensorBoard: (): object => {
      tell();
      return CustomCallback ? new CustomCallback({}) : {};
    },
  };
}
