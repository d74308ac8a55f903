/**
 * Run as a process of its own by bench/engines.ts: `lenetEpoch.ts ENGINE SAMPLES EPOCHS BUNDLES` trains a
 * LeNet with batches of 64 on inputs of MNIST's size and prints the milliseconds of each epoch as JSON, or
 * `null` where the engine is not to be had. Arithmetic takes as long on noise as on digits.
 */
import type * as tfjs from '@tensorflow/tfjs';
import { createRequire } from 'node:module';
import { installedNativeFolder } from '../../src/launch/nativeEngine.js';
import type { EngineName } from '../../src/recorder/engine/engineTypes.js';
import { startEngine } from '../../src/recorder/engine/startEngine.js';

type Tf = typeof tfjs;

function lenet(tf: Tf): tfjs.Sequential {
  const { conv2d, maxPooling2d, flatten, dense } = tf.layers;
  const model = tf.sequential({
    layers: [
      conv2d({ inputShape: [28, 28, 1], filters: 8, kernelSize: 5, activation: 'relu' }),
      maxPooling2d({ poolSize: 2 }),
      conv2d({ filters: 16, kernelSize: 5, activation: 'relu' }),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 128, activation: 'relu' }),
      dense({ units: 10, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
  return model;
}

async function epochTimes(tf: Tf, samples: number, epochs: number): Promise<number[]> {
  const inputs = tf.randomUniform([samples, 28, 28, 1], 0, 1, 'float32', 1);
  const labels = tf.oneHot(tf.range(0, samples, 1, 'int32').mod(tf.scalar(10, 'int32')), 10);
  const times: number[] = [];
  let begin = performance.now();
  const onEpochEnd = () => {
    times.push(performance.now() - begin);
    begin = performance.now();
  };
  await lenet(tf).fit(inputs, labels, { epochs, batchSize: 64, verbose: 0, callbacks: { onEpochEnd } });
  return times;
}

async function main([preferred, samples, epochs, bundledFolder = '']: string[]): Promise<number[] | null> {
  const require = createRequire(import.meta.url);
  const nativeFolder = installedNativeFolder(process.env);
  const engine = { preferred: preferred as EngineName, nativeFolder, bundledFolder, notice: () => undefined };
  const started = await startEngine({ ...engine, require, resolveFrom: process.cwd() }).catch(() => null);
  return started && epochTimes(started.tf as Tf, Number(samples), Number(epochs));
}

void main(process.argv.slice(2)).then((times) => console.log(JSON.stringify(times)));
