/**
 * Recording on libtensorflow, for real: with the native engine that `doctor --install-native` has built, and
 * with the same as a workspace's own tfjs-node. Bare runs are plain `node train.js` in such a workspace.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { openRun } from '../../src/store/reading/openRun.js';
import { NATIVE_FOLDER, NATIVE_SKIPPED } from './support/engines.js';
import { PREAMBLE, run, Workspace, type Options, type Recorded } from './support/workspace.js';

/** Words of libtensorflow on stderr, with the time of day, are not the script's. */
const QUIET = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };

const NETWORK = `
const seeded = (seed) => tf.initializers.glorotUniform({ seed });
const lenet = () => tf.sequential({ layers: [
  tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 6, kernelSize: 3, activation: 'relu', kernelInitializer: seeded(1) }),
  tf.layers.maxPooling2d({ poolSize: 2 }),
  tf.layers.conv2d({ filters: 8, kernelSize: 2, activation: 'tanh', kernelInitializer: seeded(2) }),
  tf.layers.batchNormalization(),
  tf.layers.flatten(),
  tf.layers.dropout({ rate: 0.25 }),
  tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: seeded(3) }),
] });
`;
const TRAIN = `
(async () => {
  const model = lenet(), { x, y } = samples(240, 3), held = samples(60, 3);
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const { history } = await model.fit(x, y, { epochs: 3, batchSize: 16, verbose: 0, validationData: [held.x, held.y] });
  const bits = model.getWeights().map((weight) => Buffer.from(weight.dataSync().buffer.slice(0)).toString('base64'));
  console.log(JSON.stringify({ history, bits, calls, numTensors: tf.memory().numTensors, backend: tf.getBackend() }));
})();
`;
const fromNode = PREAMBLE.replace("'@tensorflow/tfjs'", "'@tensorflow/tfjs-node'");

/** A workspace whose own packages are those of the native engine. */
function ownNative(): Workspace {
  const workspace = new Workspace([]);
  mkdirSync(join(workspace.folder, 'node_modules'));
  const packages = join(NATIVE_FOLDER as string, 'node_modules', '@tensorflow');
  symlinkSync(packages, join(workspace.folder, 'node_modules', '@tensorflow'));
  return workspace;
}

/** A workspace whose tfjs-node came without its library, as npm installs it today. */
function brokenNative(): Workspace {
  const workspace = new Workspace();
  const manifest = '{ "name": "@tensorflow/tfjs-node", "version": "4.22.0", "main": "index.js" }';
  workspace.write('node_modules/@tensorflow/tfjs-node/package.json', manifest);
  workspace.write(
    'node_modules/@tensorflow/tfjs-node/index.js',
    'throw new Error("The native addon can not be found");',
  );
  return workspace;
}

async function record(workspace: Workspace, text: string, options: Options = {}, name = 'train.js'): Promise<Recorded> {
  const given = { nativeFolder: NATIVE_FOLDER, environment: QUIET, ...options };
  const recorded = await workspace.record(workspace.write(name, text), given);
  assert.equal(recorded.failure, null, `${recorded.failure?.wrong}\n${recorded.stderr}`);
  assert.equal(recorded.runFolders.length, 1);
  return recorded;
}

async function manifestOf({ runFolders }: Recorded) {
  return (await openRun(runFolders[0] as string)).manifest;
}

describe('on the native engine @all', () => {
  before(function () {
    if (NATIVE_FOLDER !== null) return;
    console.log(`      ${NATIVE_SKIPPED}`);
    this.skip();
  });

  it('training is the same to the last bit with and without recording', async () => {
    const own = ownNative();
    const script = own.write('train.js', `${fromNode}${NETWORK}${TRAIN}`);
    let environment: NodeJS.ProcessEnv = QUIET;
    const bare = async (): Promise<string> => {
      const { exitCode, stdout, stderr } = await run([script], own.folder, environment);
      assert.equal(exitCode, 0, stderr);
      return stdout;
    };
    let expected = await bare();
    if ((await bare()) !== expected) {
      environment = { ...QUIET, TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' };
      expected = await bare();
      assert.equal(await bare(), expected, 'two bare runs on one thread');
    }
    assert.equal((JSON.parse(expected) as { backend: string }).backend, 'tensorflow');
    const recorded = await record(own, `${fromNode}${NETWORK}${TRAIN}`, { environment });
    assert.equal(recorded.stdout, expected, 'recorded on the workspace’s own');
    assert.equal(recorded.stderr, '');
    const built = new Workspace();
    const again = await record(built, `${fromNode}${NETWORK}${TRAIN}`, { environment });
    assert.equal(again.stdout, expected, 'recorded on the built engine');
    own.remove();
    built.remove();
  });

  it('engine, version, threads and packages are recorded, and each layer with its line', async () => {
    const workspace = new Workspace();
    const recorded = await record(workspace, `${fromNode}${NETWORK}${TRAIN}`);
    const { engine, packages, layers } = await manifestOf(recorded);
    const { name, version, threads } = engine;
    assert.deepEqual(
      { name, version, threads },
      { name: 'tensorflow', version: '4.22.0', threads: availableParallelism() },
    );
    assert.equal(packages['@tensorflow/tfjs-node'], '4.22.0');
    assert.equal(packages['libtensorflow'], '2.15.1');
    const first = fromNode.split('\n').length + NETWORK.split('\n').findIndex((line) => line.includes('conv2d'));
    assert.deepEqual(
      layers.slice(1).map(({ source }) => source?.line),
      [0, 1, 2, 3, 4, 5, 6].map((offset) => first + offset),
    );
    const one = await record(workspace, `${fromNode}${NETWORK}${TRAIN}`, {
      environment: { ...QUIET, TF_NUM_INTRAOP_THREADS: '1' },
    });
    assert.equal((await manifestOf(one)).engine.threads, 1);
    workspace.remove();
  });

  const FIT = `const model = tf.sequential({ layers: [tf.layers.conv2d({ inputShape: [6, 6, 1], filters: 2, kernelSize: 3 }),
    tf.layers.flatten(), tf.layers.dense({ units: 2, activation: 'softmax' })] });
  model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' });
  const x = tf.randomUniform([20, 6, 6, 1], 0, 1, 'float32', 1), y = tf.oneHot(tf.range(0, 20, 1, 'int32').mod(tf.scalar(2, 'int32')), 2);\n`;

  for (const [name, imports] of Object.entries({
    'train.cjs': `const tf = require('@tensorflow/tfjs-node'), plain = require('@tensorflow/tfjs');
      const core = require('@tensorflow/tfjs-core'), { layers } = require('@tensorflow/tfjs-layers'), gpu = require('@tensorflow/tfjs-node-gpu');\n`,
    'train.mjs': `import * as tf from '@tensorflow/tfjs-node'; import plain from '@tensorflow/tfjs';
      import * as core from '@tensorflow/tfjs-core'; import { layers } from '@tensorflow/tfjs-layers'; import gpu from '@tensorflow/tfjs-node-gpu';\n`,
    'train.ts': `import * as tf from '@tensorflow/tfjs-node'; import * as plain from '@tensorflow/tfjs';
      import * as core from '@tensorflow/tfjs-core'; import { layers } from '@tensorflow/tfjs-layers'; import * as gpu from '@tensorflow/tfjs-node-gpu';\n`,
  })) {
    it(`there is one instance of TensorFlow.js, whatever asks for it: ${name}`, async () => {
      const workspace = new Workspace();
      const same = `console.log(tf.Tensor === plain.Tensor, core.Tensor === tf.Tensor, layers === tf.layers, gpu.Tensor === tf.Tensor, plain.getBackend(), typeof tf.node.decodeImage);\n`;
      const recorded = await record(
        workspace,
        `${imports}${FIT}${same}model.fit(x, y, { epochs: 1, verbose: 0 });`,
        {},
        name,
      );
      assert.equal(recorded.stdout.trim(), 'true true true true tensorflow function');
      assert.equal((await manifestOf(recorded)).engine.name, 'tensorflow');
      workspace.remove();
    });
  }

  it('a script that asks for plain TensorFlow.js gets it by --engine tensorflow, with the notice', async () => {
    const workspace = new Workspace();
    const text = `const tf = require('@tensorflow/tfjs');\n${FIT}model.fit(x, y, { epochs: 1, verbose: 0 }).then(() => console.log(tf.getBackend()));`;
    const recorded = await record(workspace, text, { preferredEngine: 'tensorflow' });
    assert.equal(recorded.stdout.trim(), 'tensorflow');
    assert.match(recorded.notices.join(), /Training runs on the native engine in .*native\./);
    workspace.remove();
  });

  it('a script that does not ask for it trains on WASM', async () => {
    const workspace = new Workspace();
    const text = `const tf = require('@tensorflow/tfjs');\n${FIT}model.fit(x, y, { epochs: 1, verbose: 0 });`;
    assert.equal((await manifestOf(await record(workspace, text))).engine.name, 'wasm');
    workspace.remove();
  });

  it('a script whose own tfjs-node has no library gets the built one, also by way of a file of its own', async () => {
    const workspace = brokenNative();
    workspace.write('lib/engine.js', `module.exports = require('@tensorflow/tfjs-node');`);
    const recorded = await record(
      workspace,
      `const tf = require('./lib/engine');\n${FIT}model.fit(x, y, { epochs: 1, verbose: 0 });`,
    );
    assert.equal((await manifestOf(recorded)).engine.name, 'tensorflow');
    assert.match(recorded.notices.join(), /has no native library .*Training runs on the native engine/);
    workspace.remove();
  });

  it('files are saved and loaded, and pictures decoded, by tfjs-node itself', async () => {
    const workspace = new Workspace();
    const png = PNG.sync.write(
      Object.assign(new PNG({ width: 2, height: 1 }), { data: Buffer.from([1, 2, 3, 255, 4, 5, 6, 255]) }),
    );
    const text = `const tf = require('@tensorflow/tfjs-node');\n${FIT}
      (async () => {
        await model.fit(x, y, { epochs: 1, verbose: 0 });
        await model.save('file://${workspace.folder}/saved');
        const loaded = await tf.loadLayersModel('file://${workspace.folder}/saved/model.json');
        console.log(loaded.predict(x).sub(model.predict(x)).abs().max().dataSync()[0]);
        console.log(tf.node.decodeImage(Buffer.from('${png.toString('base64')}', 'base64'), 3).dataSync().join());
      })();`;
    const { stdout } = await record(workspace, text);
    assert.deepEqual(stdout.trim().split('\n'), ['0', '1,2,3,4,5,6']);
    assert.ok(existsSync(join(workspace.folder, 'saved', 'weights.bin')));
    workspace.remove();
  });
});
