/** Recording under the other releases of Node.js that people have: CommonJS, ES modules and TypeScript, on WASM and native. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { openRun } from '../../src/store/reading/openRun.js';
import { NATIVE_FOLDER, NATIVE_SKIPPED, nodeOf } from './support/engines.js';
import { Workspace } from './support/workspace.js';

/** The layer that each script constructs in its second line. */
const LAYER = `const first: object = tf.layers.conv2d({ inputShape: [6, 6, 1], filters: 2, kernelSize: 3 });`;
const TRAIN = `
const model = tf.sequential({ layers: [first as never, tf.layers.flatten(), tf.layers.dense({ units: 2, activation: 'softmax' })] });
model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' });
const x = tf.randomUniform([20, 6, 6, 1], 0, 1, 'float32', 1);
const y = tf.oneHot(tf.range(0, 20, 1, 'int32').mod(tf.scalar(2, 'int32')), 2).toFloat();
model.fit(x, y, { epochs: 2, batchSize: 5, verbose: 0 }).then(() => console.log(process.version, tf.getBackend()));
`;

function script(name: string, from: string): string {
  const typed = name.endsWith('ts');
  const load = name.endsWith('.cjs') ? `const tf = require('${from}');` : `import * as tf from '${from}';`;
  const body = `${LAYER}${TRAIN}`;
  return `${load}\n${typed ? body : body.replace(': object', '').replace(' as never', '')}`;
}

async function check(node: string, name: string, backend: 'wasm' | 'tensorflow'): Promise<void> {
  const workspace = new Workspace();
  const from = backend === 'wasm' ? '@tensorflow/tfjs' : '@tensorflow/tfjs-node';
  const file = workspace.write(name, script(name, from));
  const nativeFolder = backend === 'wasm' ? null : NATIVE_FOLDER;
  const environment = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };
  const recorded = await workspace.record(file, { nodePath: node, nativeFolder, environment });
  assert.equal(recorded.failure, null, `${recorded.failure?.wrong}\n${recorded.stderr}`);
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  assert.equal(recorded.stdout.trim(), `${version} ${backend}`);
  const { manifest, about } = await openRun(recorded.runFolders[0] as string).then((reader) => ({
    manifest: reader.manifest,
    about: reader.describe(),
  }));
  assert.equal(`v${manifest.platform.node}`, version);
  assert.equal(manifest.engine.name, backend);
  assert.deepEqual((await about).summary.epochs, [0, 1, 2]);
  const { line, column } = manifest.layers[1]?.source ?? {};
  const expected = script(name, from).split('\n')[1]?.indexOf('conv2d') ?? 0;
  assert.deepEqual({ line, column }, { line: 2, column: expected + 1 });
  workspace.remove();
}

for (const major of [22, 24]) {
  const node = nodeOf(major);
  describe(`under Node.js ${major} @all`, () => {
    before(function () {
      if (node !== null) return;
      console.log(`      skipped: Node.js ${major} is not in the cache folder (node test/setup/nodes.mjs)`);
      this.skip();
    });
    for (const name of ['train.cjs', 'train.mjs', 'train.ts']) {
      it(`a recording on WASM is whole: ${name}`, () => check(node as string, name, 'wasm'));
      it(`a recording on libtensorflow is whole: ${name}`, function () {
        if (NATIVE_FOLDER !== null) return check(node as string, name, 'tensorflow');
        console.log(`      ${NATIVE_SKIPPED}`);
        this.skip();
      });
    }
  });
}
