/**
 * Run as a process of its own by startEngine.test.ts: starts the engine for a workspace, trains one step of
 * a small network where the workspace has layers, and prints what came of it as one line of JSON.
 */
import type * as tfjs from '@tensorflow/tfjs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { EngineName } from '../../src/recorder/engine/engineTypes.js';
import { startEngine } from '../../src/recorder/engine/startEngine.js';

const [workspace = '', bundledFolder = '', preferred = ''] = process.argv.slice(2);
const require = createRequire(join(workspace, 'script.cjs'));
const notices: string[] = [];

async function main(): Promise<void> {
  const { tf, ...engine } = await startEngine({
    ...{ resolveFrom: workspace, require, bundledFolder, notice: (text) => notices.push(text) },
    preferred: (preferred || undefined) as EngineName | undefined,
  });
  const layers = (tf as typeof tfjs).layers ?? (require('@tensorflow/tfjs-layers') as typeof tfjs).layers;
  const model = (tf as typeof tfjs).sequential ?? (require('@tensorflow/tfjs-layers') as typeof tfjs).sequential;
  const network = model({
    layers: [layers.conv2d({ inputShape: [6, 6, 1], filters: 2, kernelSize: 3 }), layers.flatten()],
  });
  network.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
  const loss = await network.trainOnBatch(tf.ones([2, 6, 6, 1]), tf.zeros([2, 32]));
  const listeners = process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection');
  const backend = tf.getBackend();
  console.log(JSON.stringify({ ...engine, backend, listeners, notices, trained: Number.isFinite(loss as number) }));
}

void main();
