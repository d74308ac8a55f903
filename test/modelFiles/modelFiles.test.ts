/** Recordings without a script: models that files export, saved models, checkpoints, on data sets from files. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DEFAULT_MODEL_TRAINING, type ModelTraining } from '../../src/protocol/recorderSettings.js';
import { shareRight } from '../../src/protocol/accuracy.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { idx } from '../data/makeFiles.js';
import { run, Workspace, type Options, type Recorded } from '../recorder/support/workspace.js';
import { dataFolder, noData } from '../setup/data.mjs';

const LAYERS = `[
  tf.layers.conv2d({ inputShape: [6, 6, 1], filters: 4, kernelSize: 3, activation: 'relu' }),
  tf.layers.flatten(),
  tf.layers.dense({ units: 3, activation: 'softmax' }),
]`;
const COMMON = `const tf = require('@tensorflow/tfjs');\n`;
const MODULE = `${COMMON}exports.createModel = () => tf.sequential({ layers: ${LAYERS} });\n`;

/** 90 pictures of 6 × 6 in three classes that differ in where they are bright. */
function writeData(): string {
  const pixels = Uint8Array.from(
    { length: 90 * 36 },
    (_, at) => (Math.floor((at % 36) / 12) === Math.floor(at / 36) % 3 ? 200 : 20) + ((at * 31) % 50),
  );
  writeIdx(
    'data/labels-idx1-ubyte',
    idx(
      [90],
      Uint8Array.from({ length: 90 }, (_, i) => i % 3),
    ),
  );
  return dirname(writeIdx('data/images-idx3-ubyte', idx([90, 6, 6], pixels)));
}

const workspace = new Workspace();

function writeIdx(name: string, bytes: Uint8Array): string {
  const file = workspace.write(name, '');
  writeFileSync(file, bytes);
  return file;
}
const data = writeData();

function record(path: string, training: Partial<ModelTraining> = {}, options: Options = {}): Promise<Recorded> {
  return workspace.record(path, { ...options, model: { ...DEFAULT_MODEL_TRAINING, epochs: 2, data, ...training } });
}

async function recorded(path: string, training: Partial<ModelTraining> = {}, options: Options = {}) {
  const outcome = await record(path, training, options);
  assert.equal(outcome.failure, null, `${outcome.failure?.doing}: ${outcome.failure?.wrong}\n${outcome.stderr}`);
  const reader = await openRun(outcome.runFolders[0] as string);
  const { manifest, summary } = await reader.describe();
  return { outcome, reader, manifest, summary };
}

async function refused(path: string, words: RegExp, training: Partial<ModelTraining> = {}): Promise<void> {
  const { failure, runFolders } = await record(path, training);
  assert.match(`${failure?.doing}: ${failure?.wrong}. ${failure?.tryThis}`, words);
  assert.deepEqual(runFolders, []);
}

describe('a model that a file exports', () => {
  it('is trained and recorded, its layers at their lines, its classes from the data', async () => {
    const { manifest, summary } = await recorded(workspace.write('model.js', MODULE));
    assert.deepEqual(summary.epochs, [0, 1, 2]);
    assert.deepEqual(
      manifest.layers.map(({ source }) => source?.line ?? null),
      [null, 3, 4, 5],
    );
    assert.deepEqual([manifest.name, manifest.script.file, manifest.task], ['model', 'model.js', 'classification']);
    assert.deepEqual(manifest.data, { trainCount: 72, validationCount: 18 });
    assert.equal(manifest.model.optimizer, 'Adam');
    assert.ok(summary.accuracy && shareRight(summary.accuracy) > 0.3);
  });

  const exportsOf: Readonly<Record<string, string>> = {
    'object.js': `${COMMON}module.exports = tf.sequential({ layers: ${LAYERS} });`,
    'promise.cjs': `${COMMON}exports.model = Promise.resolve(tf.sequential({ layers: ${LAYERS} }));`,
    'asynchronous.js': `${COMMON}module.exports = async () => ({ model: tf.sequential({ layers: ${LAYERS} }) });`,
    'module.mjs': `import * as tf from '@tensorflow/tfjs';\nexport default () => tf.sequential({ layers: ${LAYERS} });`,
    'typed.ts': `import * as tf from '@tensorflow/tfjs';\nexport const myNet = (): tf.Sequential => tf.sequential({ layers: ${LAYERS} });\nexport const classes: number = 3;`,
    'told.js': `${COMMON}module.exports = ({ inputShape, classCount }) => tf.sequential({ layers: [tf.layers.flatten({ inputShape }), tf.layers.dense({ units: classCount })] });`,
    'compiled.js': `${COMMON}exports.model = tf.sequential({ layers: ${LAYERS} }); exports.model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });`,
    'main.js': `${MODULE}if (require.main === module) throw new Error('it was run as a script');`,
  };
  for (const [name, text] of Object.entries(exportsOf)) {
    it(`may be ${name}${['typed.ts', 'main.js'].includes(name) ? '' : ' @all'}`, async () => {
      const { summary, manifest } = await recorded(workspace.write(name, text), { epochs: 1 }, { probes: 12 });
      assert.deepEqual([summary.epochs, manifest.task], [[0, 1], 'classification']);
    });
  }

  describe('told how many classes there are by labels in numbers', () => {
    const lines = (labels: readonly number[]): string =>
      ['label,a,b', ...Array.from({ length: 30 }, (_, row) => `${labels[row % labels.length]},${row},1`)].join('\n');
    const dense = (given: string, units: string): string =>
      `${COMMON}module.exports = (${given}) => tf.sequential({ layers: [tf.layers.dense({ inputShape, units: ${units} })] });`;
    const told = (): string => workspace.write('told.js', dense('{ inputShape, classCount }', 'classCount'));

    it('counts from 0 to the largest, with those that have no sample', async () => {
      const { manifest } = await recorded(told(), { epochs: 1, data: workspace.write('gaps.csv', lines([0, 1, 7])) });
      assert.deepEqual(manifest.classNames, ['0', '1', '2', '3', '4', '5', '6', '7']);
    });

    for (const label of [90_000, 9e12])
      it(`is refused where the largest is ${label} and hardly any class has a sample`, () =>
        refused(
          told(),
          /largest label is \d+, which means \d+ classes, but only 3 of them have samples.*without gaps/,
          {
            data: workspace.write('huge.csv', lines([0, 1, label])),
          },
        ));

    it('is not asked for by a model of values', async () => {
      const data = workspace.write('prices.csv', lines([250_000, 310_000]));
      const { manifest } = await recorded(workspace.write('values.js', dense('{ inputShape }', '1')), {
        epochs: 1,
        data,
      });
      assert.equal(manifest.task, 'regression');
    });
  });

  it('twice with one seed gives the same run, byte for byte @all', async () => {
    const file = workspace.write('model.js', MODULE);
    const [first, second] = [await recorded(file, {}, { seed: 4 }), await recorded(file, {}, { seed: 4 })];
    const other = await recorded(file, {}, { seed: 5 });
    const arrays = (outcome: Recorded): Map<string, string> => arrayFiles(outcome.runFolders[0] as string);
    assert.ok(arrays(first.outcome).size > 10);
    assert.deepEqual(arrays(first.outcome), arrays(second.outcome));
    assert.notDeepEqual(arrays(first.outcome), arrays(other.outcome));
  });

  it('is trained batch by batch from disk when the samples are too many for memory', async () => {
    const { summary, outcome, manifest } = await recorded(workspace.write('model.js', MODULE), {
      streamAboveBytes: 1000,
    });
    assert.deepEqual([summary.epochs, manifest.data.trainCount], [[0, 1, 2], 72]);
    assert.ok(
      outcome.notices.some((text) => text.includes('held-out')),
      outcome.notices.join('; '),
    );
  });

  it('that is not there, or not clear, or no model is refused in words', async () => {
    await refused(join(workspace.folder, 'no.js'), /no\.js: it does not exist/);
    await refused(
      workspace.write('two.js', `${COMMON}exports.a = () => 1; exports.b = () => 2;`),
      /not clear.*exports a, b/,
    );
    await refused(workspace.write('none.js', 'exports.model = () => 7;'), /export "model".*it returned a number/);
    await refused(workspace.write('model.js', MODULE), /exports no "net"/, { exportName: 'net' });
    await refused(workspace.write('throws.js', 'throw new Error("my own fault")'), /my own fault \(throws\.js:1/);
  });

  it('that does not fit the data is refused in words @all', async () => {
    const file = workspace.write('model.js', MODULE);
    await refused(
      workspace.write('large.js', MODULE.replace('[6, 6, 1]', '[8, 8, 1]')),
      /the model takes \(8, 8, 1\), but the samples are \(6, 6\)/,
    );
    await refused(
      workspace.write('few.js', MODULE.replace('units: 3', 'units: 2')),
      /label 2 of sample 2 is not one of the 2 classes/,
    );
    await refused(file, /it does not exist/, { data: join(workspace.folder, 'nowhere') });
    await refused(file, /has 5 labels for the 90/, { labels: writeIdx('five', idx([5], Buffer.alloc(5))) });
    await refused(file, /at offset 4: shape \(90, 6, 6\)/, {
      data: writeIdx('cut-images-idx3-ubyte', idx([90, 6, 6], Buffer.alloc(7))),
    });
  });

  it('of pictures by class has the classes’ names @all', async function () {
    const cifar = dataFolder('cifar10');
    if (!cifar) {
      console.log(`      skipped: ${noData}`);
      return this.skip();
    }
    const text = MODULE.replace('[6, 6, 1]', '[32, 32, 3]').replace('units: 3', 'units: 10');
    const { manifest } = await recorded(workspace.write('cifar.js', text), { data: cifar, epochs: 1 }, { probes: 20 });
    assert.deepEqual(manifest.classNames.slice(0, 3), ['airplane', 'automobile', 'bird']);
    assert.deepEqual(manifest.data, { trainCount: 2000, validationCount: 500 });
  });
});

describe('saved models', () => {
  const folder = join(workspace.folder, 'saved');

  before(async () => {
    const script = workspace.write(
      'save.js',
      `${COMMON}const { mkdirSync, writeFileSync } = require('node:fs');
      const model = tf.sequential({ layers: ${LAYERS} });
      model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
      const save = (name) => model.save({ save: async ({ modelTopology, weightSpecs, weightData, trainingConfig }) => {
        mkdirSync(name, { recursive: true });
        writeFileSync(name + '/weights.bin', Buffer.from(weightData));
        writeFileSync(name + '/model.json', JSON.stringify({ format: 'layers-model', modelTopology, trainingConfig,
          weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }] }));
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
      } });
      (async () => { for (const epoch of [1, 2, 10]) {
        model.setWeights(model.getWeights().map((weight) => tf.fill(weight.shape, epoch / 100)));
        await save('saved/epoch-' + epoch);
      } })();`,
    );
    const { exitCode, stderr } = await run([script], workspace.folder);
    assert.equal(exitCode, 0, stderr);
  });

  it('are evaluated as one epoch, with losses', async () => {
    const { summary, manifest, reader } = await recorded(join(folder, 'epoch-2'));
    assert.deepEqual(
      [summary.epochs, manifest.name, manifest.layers.every(({ source }) => source === null)],
      [[0], 'epoch-2', true],
    );
    assert.deepEqual(manifest.metrics, ['loss', 'acc', 'val_loss', 'val_acc', 'probe_accuracy']);
    const metrics = await reader.readMetrics(0);
    // Equal weights: all three classes are equally likely, and the loss is ln 3.
    assert.ok(Math.abs((metrics[0] ?? 0) - Math.log(3)) < 1e-4, JSON.stringify(metrics));
  });

  it('of a folder of checkpoints become epochs in the order of their numbers', async () => {
    const { summary, outcome, reader, manifest } = await recorded(folder);
    assert.deepEqual(summary.epochs, [0, 1, 2]);
    assert.ok(
      outcome.notices.includes('epoch 0: epoch-1, epoch 1: epoch-2, epoch 2: epoch-10'),
      outcome.notices.join('; '),
    );
    const conv = manifest.layers.findIndex(({ kind }) => kind === 'conv');
    const values = await Promise.all(
      [0, 1, 2].map(async (epoch) => (await reader.readWeights(conv, epoch))[0]?.values[0]),
    );
    assert.deepEqual(values, [0.01, 0.02, 0.1].map(Math.fround));
  });

  it('that are damaged, lead outside, are graphs or hold code are refused in words @all', async () => {
    const good = JSON.parse(readFileSync(join(folder, 'epoch-1/model.json'), 'utf8')) as Record<string, unknown>;
    const variant = (name: string, change: object, weights?: Uint8Array): string => {
      mkdirSync(join(workspace.folder, name), { recursive: true });
      writeFileSync(
        join(workspace.folder, name, 'weights.bin'),
        weights ?? readFileSync(join(folder, 'epoch-1/weights.bin')),
      );
      return workspace.write(`${name}/model.json`, JSON.stringify({ ...good, ...change }));
    };
    const manifest = (path: string) => ({
      weightsManifest: [{ paths: [path], weights: [{ name: 'a', shape: [1], dtype: 'float32' }] }],
    });
    await refused(
      variant('cut', {}, new Uint8Array(40)),
      /cut\/model\.json: its weights need \d+ bytes, but the files weights\.bin have 40/,
    );
    await refused(variant('outside', manifest('../data/images-idx3-ubyte')), /outside its folder/);
    await refused(variant('absolute', manifest('/etc/hostname')), /outside its folder/);
    await refused(variant('graph', { format: 'graph-model' }), /graph model/);
    await refused(variant('code', { modelTopology: { class_name: 'Lambda' } }), /can run code, so it is not opened/);
    await refused(
      variant('huge', {
        weightsManifest: [{ paths: ['weights.bin'], weights: [{ name: 'a', shape: [1e15, 1e15], dtype: 'float32' }] }],
      }),
      /its weights/,
    );
    await refused(workspace.write('not.json', '{'), /not\.json: it is not JSON/);
    await refused(workspace.write('model.pt', 'PK'), /can run code, so it is not opened/);
    await refused(workspace.write('model.keras', 'PK'), /not opened.*tensorflowjs_converter/);
    await refused(workspace.write('empty/readme.txt', ''), /it is not a model/);
    rmSync(join(workspace.folder, 'empty/readme.txt'));
    await refused(join(workspace.folder, 'empty'), /contain a model\.json/);
  });
});

/** Contents of the array files of a run: all but the records, which hold times. */
function arrayFiles(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(^|[\\/])c(\.\d+)*$/.test(name),
  );
  return new Map(
    names
      .filter((name) => statSync(join(folder, name)).isFile())
      .sort()
      .map((name) => [name, readFileSync(join(folder, name)).toString('base64')]),
  );
}
