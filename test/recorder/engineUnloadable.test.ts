/** Workspaces with two tfjs-node packages, of which one does not load, and engines that were asked for. */
import assert from 'node:assert/strict';
import { openRun } from '../../src/store/reading/openRun.js';
import { Workspace, type Options } from './support/workspace.js';

/** Packages that are TensorFlow.js itself, or throw as one whose library is gone. */
const LOADS = `module.exports = require('@tensorflow/tfjs');`;
const FAILS = `throw new Error('libcudart.so.11.0: cannot open shared object file');`;

const train = (from: string) => `${from}
const model = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [4, 4, 1] }), tf.layers.dense({ units: 1 })] });
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
model.fit(tf.ones([8, 4, 4, 1]), tf.ones([8, 1]), { epochs: 1, verbose: 0 });
`;

/** `packages`: what each of tfjs-node and tfjs-node-gpu is, with the file of an addon unless `addon` leaves it out. */
async function record(
  packages: Readonly<Record<string, { readonly text: string; readonly addon?: false }>>,
  from: string,
  options: Options = {},
) {
  const workspace = new Workspace();
  for (const [name, { text, addon }] of Object.entries(packages)) {
    const folder = `node_modules/@tensorflow/${name}`;
    workspace.write(`${folder}/package.json`, '{ "version": "4.22.0", "main": "index.js" }');
    workspace.write(`${folder}/index.js`, text);
    if (addon !== false) workspace.write(`${folder}/lib/napi-v8/tfjs_binding.node`, '');
  }
  const name = from.startsWith('import') ? 'train.mjs' : 'train.js';
  const recorded = await workspace.record(workspace.write(name, train(from)), options);
  assert.equal(recorded.failure, null, `${recorded.failure?.wrong}\n${recorded.stderr}`);
  const { manifest } = await openRun(recorded.runFolders[0] as string);
  workspace.remove();
  return { engine: manifest.engine.name, notices: recorded.notices };
}

describe('a tfjs-node that does not load', () => {
  it('is stood for by the other one of the workspace, which is said: required', async () => {
    const { engine, notices } = await record(
      { 'tfjs-node-gpu': { text: FAILS }, 'tfjs-node': { text: LOADS } },
      `const tf = require('@tensorflow/tfjs-node-gpu');`,
    );
    assert.equal(engine, 'tensorflow');
    assert.deepEqual(notices, [
      "The workspace's @tensorflow/tfjs-node-gpu could not be loaded: libcudart.so.11.0: cannot open shared object file. Training runs on the workspace's @tensorflow/tfjs-node.",
    ]);
  });

  it('is stood for without its addon, and where it is not there: imported', async () => {
    const gpu = { 'tfjs-node-gpu': { text: LOADS } };
    const from = `import * as tf from '@tensorflow/tfjs-node';`;
    for (const packages of [gpu, { ...gpu, 'tfjs-node': { text: FAILS, addon: false } } as const])
      assert.equal((await record(packages, from)).engine, 'tensorflow');
  });
});

describe('an engine that was asked for', () => {
  it('is not called a library that is missing', async () => {
    const { engine, notices } = await record(
      { 'tfjs-node': { text: LOADS } },
      `const tf = require('@tensorflow/tfjs-node');`,
      { preferredEngine: 'wasm' },
    );
    assert.equal(engine, 'wasm');
    assert.deepEqual(notices, [
      'The script asks for @tensorflow/tfjs-node: it runs on TensorFlow.js with the engine "wasm", as requested.',
    ]);
  });
});
