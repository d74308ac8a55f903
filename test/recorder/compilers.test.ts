/** JavaScript that is written for a compiler: names without endings, the workspace's Babel, hooks of `require`. */
import assert from 'node:assert/strict';
import type { SourceMapPayload } from 'node:module';
import { openRun } from '../../src/store/reading/openRun.js';
import type { CallSite } from '../../src/recorder/hooks/callSites.js';
import { callAt, calledName } from '../../src/recorder/hooks/callText.js';
import { sourcePositions } from '../../src/recorder/hooks/sourcePositions.js';
import { failureAtEnd } from '../../src/recorder/script/scriptFailure.js';
import { requireHere, Workspace } from './support/workspace.js';

/** A layer in the script, one in a file beside it, a class of the script's and one in a folder: `/*1*\/` and so on. */
const FILES = {
  'train.js': `import * as tf from '@tensorflow/tfjs';
import { filters, Double } from './data';
import { last } from './lib';
const model = tf.sequential();
model.add(tf.layers./*1*/conv2d({ inputShape: [6, 6, 1], filters, kernelSize: 3 }));
model.add(/*2*/new Double());
model.add(tf.layers
  ./*3*/flatten());
model.add(last(2));
const x = tf.ones([20, 6, 6, 1]), y = tf.ones([20, 2]);
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
model.fit(x, y, { epochs: 1, verbose: 0 }).then(() => console.log(globalThis.compiled ?? 'not compiled'));
`,
  'data.js': `import * as tf from '@tensorflow/tfjs';
export const filters = 2;
export class Double extends tf.layers.Layer {
  constructor() { super({}); }
  call(inputs) { return tf.mul(Array.isArray(inputs) ? inputs[0] : inputs, 2); }
  getClassName() { return 'Double'; }
  static get className() { return 'Double'; }
}
`,
  'lib/index.js': `import { layers } from '@tensorflow/tfjs';
export const last = (units) => layers./*4*/dense({ units, activation: 'softmax' });
`,
};

/** Where the marks 1, 2, … of FILES stand. */
const PLACES = Object.entries(FILES)
  .flatMap(([file, text]) =>
    text.split('\n').flatMap((content, index) =>
      [...content.matchAll(/\/\*(\d)\*\//g)].map((match) => ({
        ...{ mark: Number(match[1]), file, line: index + 1, column: match.index + match[0].length + 1 },
      })),
    ),
  )
  .sort((a, b) => a.mark - b.mark)
  .map(({ file, line, column }) => ({ file, line, column }));

const ESBUILD = JSON.stringify(requireHere.resolve('esbuild'));
/** Compiles to CommonJS below three lines that no source has. */
const COMPILE = `const compile = (text, filename) => {
  const options = { format: 'cjs', sourcemap: 'external', sourcefile: filename, banner: '\\n\\nglobalThis.compiled = "compiled";' };
  const { code, map } = require(${ESBUILD}).transformSync(text, options);
  return { code, map: JSON.parse(map) };
};`;
const BABEL = `${COMPILE}
exports.transformSync = (text, { filename, caller }) => {
  if (caller.name !== '@babel/register') throw new Error('presets would leave imports');
  return compile(text, filename);
};`;

/** What a hook of \`require\` makes of a file: with its map as Babel's \`register\` gives it, or without. */
function register(suffix: string): string {
  return `${COMPILE}
const { _extensions } = require('module'), original = _extensions['.js'];
_extensions['.js'] = (module, file) => {
  if (/node_modules/.test(file)) return original(module, file);
  const { code, map } = compile(require('fs').readFileSync(file, 'utf8'), file);
  module._compile(code + ${suffix}, file);
};
require('./train');`;
}
const INLINE = `'\\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,' + Buffer.from(JSON.stringify(map)).toString('base64')`;

const TFJS = ['tfjs', 'tfjs-core', 'tfjs-layers', 'tfjs-data'].map((name) => `@tensorflow/${name}`);
const TS_NODE = [...TFJS, 'ts-node', 'typescript'];

async function record(more: Readonly<Record<string, string>>, script = 'train.js', packages: readonly string[] = TFJS) {
  const workspace = new Workspace(packages);
  for (const [name, text] of Object.entries({ 'package.json': '{}', ...FILES, ...more })) workspace.write(name, text);
  const recorded = await workspace.record(`${workspace.folder}/${script}`);
  assert.equal(recorded.failure, null, `${recorded.failure?.wrong}\n${recorded.stderr}`);
  const { manifest } = await openRun(recorded.runFolders[0] as string);
  workspace.remove();
  const layers = manifest.layers.filter(({ className }) => className !== 'InputLayer');
  return { ...recorded, said: recorded.stdout.trim(), sources: layers.map(({ source }) => source) };
}

describe('a script whose imports have no endings', () => {
  it('runs as an ES module: files beside it, and folders with an index.js', async () => {
    const { said, sources } = await record({ 'package.json': '{ "type": "module" }' });
    assert.deepEqual({ said, sources }, { said: 'not compiled', sources: PLACES });
  });

  it('runs through the workspace’s Babel where that is configured, with the lines of its own text', async () => {
    const { said, sources } = await record({
      '.babelrc': '{ "presets": ["@babel/preset-env"] }',
      'node_modules/@babel/core/index.js': BABEL,
    });
    assert.deepEqual({ said, sources }, { said: 'compiled', sources: PLACES });
  });

  it('runs without Babel where that fails, and says why @all', async () => {
    const { said, sources, notices } = await record({
      'package.json': '{ "babel": { "presets": ["gone"] } }',
      'node_modules/@babel/core/index.js': `exports.transformSync = () => { throw new Error("Cannot find module 'gone'"); };`,
    });
    assert.deepEqual({ said, sources }, { said: 'not compiled', sources: PLACES });
    assert.deepEqual(notices, [
      "The workspace's Babel could not compile train.js: Cannot find module 'gone'. It runs without Babel.",
    ]);
  });
});

describe('JavaScript for ts-node, which mixes import and require', () => {
  const files = {
    'train.js': FILES['train.js'].replace(/(import .* from '.\/data';)/, "$1 const { ok } = require('./data.json');"),
    'data.json': '{ "ok": true }',
  };
  const configuration = (allowJs: boolean) => ({
    'tsconfig.json': JSON.stringify({
      compilerOptions: { target: 'es2019', module: 'commonjs', allowJs },
      'ts-node': { transpileOnly: true },
    }),
  });

  it('runs through the workspace’s where the configuration allows it, with the lines of its own text', async () => {
    const { said, sources } = await record({ ...files, ...configuration(true) }, 'train.js', TS_NODE);
    assert.deepEqual({ said, sources }, { said: 'not compiled', sources: PLACES });
  });

  it('is left to Node.js where the configuration does not @all', async () => {
    const workspace = new Workspace(TS_NODE);
    for (const [name, text] of Object.entries({ 'package.json': '{}', ...FILES, ...files, ...configuration(false) }))
      workspace.write(name, text);
    const { failure } = await workspace.record(`${workspace.folder}/train.js`);
    workspace.remove();
    assert.match(failure?.wrong ?? '', /require is not defined in ES module scope/);
  });
});

describe('TypeScript of a monorepo with paths, whose workspace has ts-node', () => {
  const files = (module: string) => ({
    'tsconfig.base.json': JSON.stringify({
      compilerOptions: { target: 'es2019', module, baseUrl: '.', paths: { '@repo/lib': ['packages/lib/index.ts'] } },
    }),
    'packages/app/tsconfig.json': JSON.stringify({
      extends: '../../tsconfig.base.json',
      'ts-node': { transpileOnly: true },
    }),
    'packages/app/main.ts': `import * as tf from '@tensorflow/tfjs';
import { units } from '@repo/lib';
const model = tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [3] })] });
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
void model.fit(tf.ones([20, 3]), tf.ones([20, 2]), { epochs: 1, verbose: 0 }).then(() => console.log('trained'));
`,
    'packages/lib/index.ts': 'export const units: number = 2;\n',
  });

  for (const [module, who] of [
    ['commonjs', 'through ts-node, which leaves the names to us'],
    ['esnext', 'without ts-node, which would leave `import` to require @all'],
  ] as const) {
    it(`runs ${who}`, async () => {
      const { said, sources } = await record(files(module), 'packages/app/main.ts', TS_NODE);
      const source = { file: 'packages/app/main.ts', line: 3, column: 50 };
      assert.deepEqual({ said, sources }, { said: 'trained', sources: [source] });
    });
  }
});

describe('a hook of require that a script sets itself', () => {
  it('keeps the lines of the text, through the map in what it compiles', async () => {
    const { said, sources } = await record(
      {
        'index.js': register(INLINE),
        // Node.js runs it: it is CommonJS.
        '.babelrc': '{}',
        'node_modules/@babel/core/index.js': `throw new Error('not for this script');`,
      },
      'index.js',
    );
    assert.deepEqual({ said, sources }, { said: 'compiled', sources: PLACES });
  });

  it('gives no line where it moves the text and keeps its map to itself @all', async () => {
    const { said, sources } = await record({ 'index.js': register("''") }, 'index.js');
    assert.deepEqual({ said, sources }, { said: 'compiled', sources: [null, null, null, null] });
  });
});

/** The mappings of a map: for each line of the code, the line that it is from, both from 0. */
function mapOfLines(file: string, from: readonly number[]): SourceMapPayload {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef';
  const delta = (line: number, before: number) =>
    digits[line >= before ? 2 * (line - before) : 2 * (before - line) + 1];
  const mappings = from.map((line, index) => `AA${delta(line, from[index - 1] ?? 0)}A`).join(';');
  return { file, version: 3, sources: [file], sourcesContent: [], names: [], mappings, sourceRoot: '' };
}

describe('a place that a source map gives', () => {
  const workspace = new Workspace([]);
  after(() => workspace.remove());
  const source = [
    "import * as tf from 'tf';",
    'class Double extends Layer {}',
    'const a = new Double();',
    'const b = layers.dense({});',
  ];
  const code = [
    'function _callSuper(t) { return Reflect.construct(t, []); }',
    'function Double() { return _callSuper(this); }',
    'var a = new Double();',
    'var b = _tf.layers.dense({});',
  ];
  const file = workspace.write('train.js', source.join('\n'));
  const positions = sourcePositions(() => mapOfLines(file, [0, 1, 2, 3]), { of: () => code.join('\n') });
  const at = (line: number, text: string, constructs = false) => ({
    file,
    line,
    column: (code[line - 1] ?? '').indexOf(text) + 1,
    constructs,
  });
  const place = (site: CallSite) => {
    const found = positions.original(site);
    return found && source[found.line - 1]?.slice(found.column - 1);
  };

  it('is the call of that name in its line, where the map knows lines alone', () => {
    assert.equal(place([at(4, 'dense')]), 'dense({});');
  });
  it('is where a class that became a function is made, not the helper that constructs its base', () => {
    const helper = [at(1, 'construct'), at(2, '_callSuper', true)];
    assert.equal(place([...helper, at(3, 'new')]), 'new Double();');
  });
  it('is none where that line holds no call', () => {
    assert.equal(place([{ ...at(2, '_callSuper'), constructs: false }]), null);
    assert.equal(place([]), null);
  });

  it('is a call by its text: of names, members, classes and what an expression gives', () => {
    const holds = (text: string) =>
      callAt([text.replace('^', '')], { file, line: 1, column: text.indexOf('^') + 1 }, null) !== null;
    for (const text of [
      'tf.layers.^conv2d({',
      '^tf.layers.dense({',
      'x = ^new Double<A>(',
      'layers[kind]^({',
      '(0, dense)^({',
      '^dense<A>({',
      'tf.layers.^dense?.({',
    ])
      assert.ok(holds(text), text);
    for (const text of ['^const a = dense();', 'x = ^(a)', '^if (a)', '^}', '  ^// dense', '^function a() {}', "^'a'"])
      assert.ok(!holds(text), text);
  });
  it('has the name that the code calls', () => {
    const called = (text: string) =>
      calledName([text.replace('^', '')], { file, line: 1, column: text.indexOf('^') + 1 });
    assert.equal(called('_tf.layers.^conv2d({'), 'conv2d');
    assert.equal(called('^new _data.Double()'), 'Double');
    assert.equal(called('(0, _tf.dense)^({})'), 'dense');
    assert.equal(called('_tf.dense.^call(void 0, {})'), 'dense');
  });
});

describe('an import that cannot be found', () => {
  const seen = {
    trainings: 0,
    layerCount: 0,
    trainsByHand: false,
    otherTensorFlow: null,
    bundledTensorFlow: null,
    started: null,
  };
  const tried = (message: string, code: string) => {
    const thrown = { value: Object.assign(new Error(message), { code }) };
    return failureAtEnd('/a/train.js', { exitCode: 1, stopped: false, thrown } as never, seen)?.tryThis;
  };
  it('is told apart: a package, a file, a folder, a name of a compiler’s', () => {
    assert.equal(
      tried("Cannot find module './data'\nRequire stack:", 'MODULE_NOT_FOUND'),
      'Fix the path, or add the missing file',
    );
    assert.equal(
      tried("Cannot find module '/a/data' imported from /a/train.js", 'ERR_MODULE_NOT_FOUND'),
      'Fix the path, or add the missing file',
    );
    assert.equal(
      tried("Directory import '/a/lib' is not supported", 'ERR_UNSUPPORTED_DIR_IMPORT'),
      'Import a file of the folder, or add an index.js to the folder',
    );
    assert.match(
      tried("Cannot find package '@/net' imported from /a/train.js", 'ERR_MODULE_NOT_FOUND') ?? '',
      /^Import the file by its path/,
    );
    assert.equal(
      tried("Cannot find package '@a/net' imported from /a/train.js", 'ERR_MODULE_NOT_FOUND'),
      'Install the package, or fix the name',
    );
  });
});
