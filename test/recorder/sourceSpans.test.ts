/** Each layer is traced to the line and column that constructs it, however the script is written and run. */
import assert from 'node:assert/strict';
import { buildSync } from 'esbuild';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRun } from '../../src/store/reading/openRun.js';
import { copyExample } from '../setup/exampleFolder.mjs';
import { root } from './support/bundles.js';
import { PREAMBLE, Workspace } from './support/workspace.js';

/** `marked` positions in a source: A number in a comment stands right before what V8 calls the place of the construction. */
function marks(text: string): Map<number, { line: number; column: number }> {
  const found = new Map<number, { line: number; column: number }>();
  text.split('\n').forEach((content, index) => {
    for (const match of content.matchAll(/\/\*(\d+)\*\//g)) {
      found.set(Number(match[1]), { line: index + 1, column: match.index + match[0].length + 1 });
    }
  });
  return found;
}

async function spansOf(workspace: Workspace, script: string, args: readonly string[] = []) {
  const recorded = await workspace.record(script, { arguments: args });
  assert.equal(recorded.failure, null, `${recorded.failure?.wrong}\n${recorded.stderr}`);
  const { manifest } = await openRun(recorded.runFolders[0] as string);
  return manifest.layers.map(({ className, source }) => ({ className, source }));
}

/** Layers in order of the marks 1, 2, … must come from there. */
async function check(name: string, text: string, workspace = new Workspace()): Promise<void> {
  const script = workspace.write(name, text);
  const spans = (await spansOf(workspace, script)).filter(({ className }) => className !== 'InputLayer');
  const expected = [...marks(text)].sort(([a], [b]) => a - b).map(([, place]) => ({ file: name, ...place }));
  assert.deepEqual(
    spans.map(({ source }) => source),
    expected,
  );
  workspace.remove();
}

const IMPORT = "import * as tf from '@tensorflow/tfjs';\n";
const TRAIN = `
const x = tf.randomNormal([20, 6, 6, 1]), y = tf.oneHot(tf.tensor1d(Array.from({ length: 20 }, (_, i) => i % 2), 'int32'), 2).toFloat();
model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' });
model.fit(x, y, { epochs: 1, verbose: 0 });
`;

describe('source spans', () => {
  for (const name of ['train.js', 'train.ts']) {
    it(`are exact for every layer of examples/digits/${name}${name.endsWith('.ts') ? ' @all' : ''}`, async () => {
      const workspace = new Workspace();
      await copyExample(workspace.folder);
      const text = readFileSync(join(workspace.folder, name), 'utf8').split('\n');
      const spans = await spansOf(workspace, join(workspace.folder, name), ['1']);
      const constructed = text.flatMap((content, index) => {
        const match = /tf\.layers\.(\w+)\(/.exec(content);
        return match?.[1] ? [{ file: name, line: index + 1, column: match.index + 'tf.layers.'.length + 1 }] : [];
      });
      assert.equal(constructed.length, 11);
      assert.equal(spans[0]?.source, null, 'the input is made by the framework');
      assert.deepEqual(
        spans.slice(1).map(({ source }) => source),
        constructed,
      );
      workspace.remove();
    });
  }

  it('are exact in this checkout, where tsx runs the TypeScript @all', async () => {
    const workspace = new Workspace();
    const script = join(root, 'examples/digits/train.ts');
    const recorded = await workspace.record(script, { arguments: ['1'], workspace: root });
    assert.equal(recorded.failure, null, recorded.failure?.wrong);
    const { manifest } = await openRun(recorded.runFolders[0] as string);
    const text = readFileSync(script, 'utf8').split('\n');
    for (const { source } of manifest.layers.slice(1)) {
      assert.equal(source?.file, 'examples/digits/train.ts');
      const line = text[source.line - 1] ?? '';
      assert.match(line.slice(0, source.column - 1), /tf\.layers\.$/);
    }
    workspace.remove();
  });

  it('follow a function, a helper in another file, a destructured factory, and a functional model', () =>
    check(
      'train.mjs',
      `${IMPORT}const { conv2d, flatten } = tf.layers;
const block = (filters) => tf.layers./*2*/conv2d({ filters, kernelSize: 1 });
const input = tf.input({ shape: [6, 6, 1] });
let at = /*1*/conv2d({ filters: 2, kernelSize: 3 }).apply(input);
at = block(3).apply(at);
at = /*3*/flatten().apply(at);
const model = tf.model({ inputs: input, outputs: tf.layers
  ./*4*/dense({ units: 2, activation: 'softmax' }).apply(at) });
${TRAIN}`,
    ));

  it("name where a class of the user's is constructed, not its super() @all", () =>
    check(
      'train.cjs',
      `const tf = require('@tensorflow/tfjs');
class Double extends tf.layers.Layer {
  constructor() { super({}); }
  call(inputs) { return tf.mul(Array.isArray(inputs) ? inputs[0] : inputs, 2); }
  getClassName() { return 'Double'; }
  static get className() { return 'Double'; }
}
class Net { constructor() { this.first = tf.layers./*1*/conv2d({ inputShape: [6, 6, 1], filters: 2, kernelSize: 3 }); } }
const model = tf.sequential();
model.add(new Net().first);
model.add(/*2*/new Double());
model.add(tf.layers./*3*/flatten()); model.add(tf.layers./*4*/dense({ units: 2, activation: 'softmax' }));
${TRAIN}`,
    ));

  it('are exact in TypeScript without tsx: types are blanks, imports need no extension', async () => {
    const workspace = new Workspace();
    workspace.write('shape.ts', 'export const filters: number = 2;\nexport type Shape = readonly number[];\n');
    await check(
      'train.ts',
      `${IMPORT}import { filters, type Shape } from './shape';
const shape: Shape = [6, 6, 1]; const where: string = __dirname;
const first = tf.layers./*1*/conv2d({ inputShape: shape as number[], filters, kernelSize: where ? 3 : 1 }) as tf.layers.Layer; const last: tf.layers.Layer = tf.layers./*3*/dense({ units: 2, activation: 'softmax' });
const model: tf.Sequential = tf.sequential({ layers: [first, tf.layers./*2*/flatten(), last] });
${TRAIN}`,
      workspace,
    );
  });

  it('are exact where TypeScript imports names of a CommonJS package that are not in its text', async () => {
    const workspace = new Workspace();
    const names = "module.exports = Object.fromEntries(['units', 'kind'].map((name, index) => [name, index + 2]));";
    workspace.write('node_modules/made/index.js', names);
    await check(
      'train.ts',
      `${IMPORT}import made, { kind, units as many } from 'made';
import { units } from 'made';
if (made.kind !== kind || many !== units) throw new Error('other names');
const model: tf.Sequential = tf.sequential({ layers: [tf.layers./*1*/flatten({ inputShape: [6, 6, 1] }), tf.layers./*2*/dense({ units, activation: 'softmax' })] });
${TRAIN}`,
      workspace,
    );
  });

  it('are exact in TypeScript that has to be translated (an enum moves code) @all', () =>
    check(
      'train.ts',
      `${IMPORT}enum Units { One = 1, Two }
class Holder { constructor(readonly units: Units) {} }
const model = tf.sequential({
  layers: [tf.layers./*1*/flatten({ inputShape: [6, 6, 1] }), tf.layers./*2*/dense({ units: new Holder(Units.Two).units, activation: 'softmax' })],
});
${TRAIN}`,
    ));

  it('pass through the source map of a bundle, inline or beside it @all', async () => {
    for (const sourcemap of ['inline', 'linked'] as const) {
      const workspace = new Workspace();
      const source = workspace.write(
        'src/model.ts',
        `${IMPORT}const many: number = 2;
export const model: tf.Sequential = tf.sequential({ layers: [tf.layers./*1*/flatten({ inputShape: [6, 6, 1] }), tf.layers./*2*/dense({ units: many, activation: 'softmax' })] });
${TRAIN}`,
      );
      const script = join(workspace.folder, 'out', 'bundle.cjs');
      buildSync({
        entryPoints: [source],
        outfile: script,
        bundle: true,
        minify: true,
        sourcemap,
        platform: 'node',
        packages: 'external',
        logLevel: 'silent',
      });
      const spans = await spansOf(workspace, script);
      const expected = [...marks(readFileSync(source, 'utf8')).values()].map((place) => ({
        file: 'src/model.ts',
        ...place,
      }));
      assert.deepEqual(
        spans.slice(1).map((layer) => layer.source),
        expected,
      );
      workspace.remove();
    }
  });

  it('hash the files that they name @all', async () => {
    const workspace = new Workspace();
    const { reader } = await workspace.recordText(
      `${PREAMBLE}const { x, y } = samples(20, 3); compiled(network()).fit(x, y, { epochs: 1, verbose: 0 });`,
    );
    assert.deepEqual(
      reader.manifest.files.map(({ path, sha256 }) => [path, sha256.length]),
      [['train.js', 64]],
    );
    workspace.remove();
  });
});
