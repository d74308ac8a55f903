/** `import { record } from 'cnnslicer'`: what it records, what it refuses, and that it does nothing alone. */
import assert from 'node:assert/strict';
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { bundles, root } from '../recorder/support/bundles.js';
import { PREAMBLE, run, Workspace } from '../recorder/support/workspace.js';

const LOOP = `
  for (let epoch = 0; epoch < 3; epoch++) {
    optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, model.apply(x)));
    await recording.epoch({ loss: 3 - epoch, surprise: 1 });
  }`;

const script = (options: string, rest = `${LOOP} await recording.end();`): string => `${PREAMBLE}
const { record } = require('cnnslicer');
(async () => {
  const { x, y, labels } = samples(48, 3), probes = samples(24, 3), model = network(), optimizer = tf.train.adam(0.01);
  const recording = record(model, ${options});
  ${rest}
})();`;

describe('record', () => {
  it('records epochs, the values that were named, classes by name, probes in the order given', async () => {
    const workspace = new Workspace();
    const { reader } = await workspace.recordText(
      script(
        `{ probes: { inputs: probes.x, labels: probes.labels }, classNames: ['a', 'b', 'c'], epochs: 3, name: 'by hand', metrics: ['loss', 'other'] }`,
      ),
    );
    const { summary, manifest } = await reader.describe();
    assert.deepEqual([summary.epochs, summary.lastEpoch, summary.status.state], [[0, 1, 2, 3], 3, 'finished']);
    assert.deepEqual([manifest.name, manifest.classNames], ['by hand', ['a', 'b', 'c']]);
    assert.deepEqual(manifest.metrics, ['loss', 'other', 'probe_accuracy']);
    assert.deepEqual((await reader.readMetrics(2)).slice(0, 2), [2, null]);
    assert.deepEqual(
      [...(await reader.readLabels())],
      Array.from({ length: 24 }, (_, i) => i % 3),
    );
    workspace.remove();
  });

  it('takes one-hot tensors as labels, or none @all', async () => {
    const workspace = new Workspace();
    const oneHot = await workspace.recordText(script(`{ probes: { inputs: probes.x, labels: probes.y } }`));
    const none = await workspace.recordText(script(`{ probes: { inputs: probes.x } }`));
    assert.deepEqual([oneHot.reader.manifest.task, none.reader.manifest.task], ['classification', 'none']);
    workspace.remove();
  });

  it('without an end, and with more epochs than were promised, is finished where the script ends @all', async () => {
    const workspace = new Workspace();
    const { reader } = await workspace.recordText(script(`{ probes: { inputs: probes.x }, epochs: 2 }`, LOOP));
    const { summary } = await reader.describe();
    assert.deepEqual([summary.epochs, summary.status.state], [[0, 1, 2, 3], 'finished']);
    workspace.remove();
  });

  for (const [what, options, said] of [
    ['no tensor', '{ probes: { inputs: [1, 2] } }', 'probes.inputs is neither a tensor'],
    ['one sample', '{ probes: { inputs: x.slice(0, 1) } }', 'has 1 samples'],
    ['too few labels', '{ probes: { inputs: x, labels: [0, 1] } }', '48 inputs have 2 labels'],
  ] as const) {
    it(`refuses ${what}, recorded or not`, async () => {
      const workspace = new Workspace();
      const file = workspace.write('train.js', script(options, ''));
      const recorded = await workspace.record(file);
      assert.match(recorded.failure?.wrong ?? '', new RegExp(`TypeError: record: .*${said}`));
      workspace.remove();
    });
  }

  it('does nothing in a plain node, where the package is installed', async () => {
    const workspace = new Workspace();
    const installed = join(workspace.folder, 'node_modules', 'cnnslicer');
    const { dist } = await bundles();
    cpSync(join(dist, 'api.cjs'), join(installed, 'dist', 'api.cjs'));
    cpSync(join(root, 'package.json'), join(installed, 'package.json'));
    workspace.write('node_modules/cnnslicer/dist/package.json', '{ "type": "commonjs" }');
    const text = (start: string): string =>
      `${start}\nconst model = { name: 'm', layers: [], predict() {} }, inputs = { shape: [2, 1], dataSync: () => { throw new Error('read'); } };
       const recording = record(model, { probes: { inputs } }); console.log(recording.active);
       recording.epoch({ loss: 1 }).then(() => recording.end()).then(() => console.log('done'));`;
    const files = [
      workspace.write('a.cjs', text("const { record } = require('cnnslicer');")),
      workspace.write('b.mjs', text("import { record } from 'cnnslicer';")),
    ];
    for (const file of files) {
      assert.deepEqual(await run([file], workspace.folder), { exitCode: 0, stdout: 'false\ndone\n', stderr: '' });
    }
    assert.ok(!readdirSync(workspace.folder).includes('.cnnslicer'));
    workspace.remove();
  });

  it('is typed: models and tensors of TensorFlow.js fit, others do not @all', () => {
    const file = join(root, 'test', 'recordings', 'typed.ts');
    const text = `import * as tf from '@tensorflow/tfjs';
import { record, type Recording } from '../../src/recorder/api/cnnslicer.js';
declare const model: tf.Sequential, functional: tf.LayersModel, xs: tf.Tensor4D, ys: tf.Tensor;
const recording: Recording = record(model, { probes: { inputs: xs, labels: [0, 1] }, classNames: ['a', 'b'] });
record(functional, { probes: { inputs: [xs, xs], labels: ys }, metrics: ['loss'] });
void recording.epoch({ loss: 1 }).then(() => recording.end());
// @ts-expect-error: a number is no tensor
record(model, { probes: { inputs: 3 } });
// @ts-expect-error: a layer is no model
record(tf.layers.flatten(), { probes: { inputs: xs } });
// @ts-expect-error: values are numbers
void recording.epoch({ loss: 'low' });
`;
    assert.deepEqual(typeErrors(file, text), []);
  });
});

/** What the compiler says of a file that is there in memory alone. */
function typeErrors(file: string, text: string): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const original = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version) =>
    name === file ? ts.createSourceFile(name, text, version) : original(name, version);
  host.fileExists = (name) => name === file || ts.sys.fileExists(name);
  const program = ts.createProgram([file], options, host);
  const source = program.getSourceFile(file);
  return program
    .getSemanticDiagnostics(source)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
