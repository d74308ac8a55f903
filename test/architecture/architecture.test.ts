/** Holds the table of who may import whom, over the sources as they are and over made-up offenders. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { TFJS_FACTORIES } from '../../src/frameworks/tfjs/layerFactories.js';
import { backImports, edgesOf, valueCircles } from './circles.js';
import { frameworkNames } from './frameworkNames.js';
import { importsOf, type Import } from './imports.js';
import { breaches, RULES } from './rules.js';

const sources = ['src', 'webview'].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => `${root}/${name.replaceAll('\\', '/')}`)
    .filter((name) => /\.tsx?$/.test(name)),
);

const LAYER_CLASSES: ReadonlySet<string> = new Set([...TFJS_FACTORIES.values()].map(({ className }) => className));
/** Those that compute what a class computes, and the kernels of the engine, some of which have a class's name. */
const KNOWS_CLASSES = ['src/frameworks/', 'src/recorder/engine/'];

function check(file: string, text: string, broken: readonly string[]): void {
  assert.deepEqual(
    breaches(importsOf(file, text)).map((sentence) => /imports (\S+),/.exec(sentence)?.[1] ?? sentence),
    broken,
  );
}

describe('the architecture', () => {
  let imports: readonly Import[];
  before(() => (imports = sources.flatMap((file) => importsOf(file, readFileSync(file, 'utf8')))));

  it('holds in every source file: who may import whom', () => {
    assert.ok(imports.length > 0, 'imports were found at all');
    assert.deepEqual(breaches(imports), []);
  });

  it('has no folder that imports back from one that imports it, and no values imported in a circle', () => {
    // A view's example is never shipped, and stands the view in the shell.
    const edges = edgesOf(imports, sources).filter(({ from }) => !from.endsWith('.example'));
    assert.ok(edges.length > 0, 'imports were found at all');
    assert.deepEqual({ back: backImports(edges), circles: valueCircles(edges) }, { back: [], circles: [] });
  });

  it('has a rule for every folder of sources', () => {
    // src/python runs in the user's Python, and imports nothing of ours.
    const folders = readdirSync('src', { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && entry.name !== 'python',
    );
    assert.deepEqual(
      folders.map((entry) => `src/${entry.name}`).filter((folder) => !RULES[folder]),
      [],
    );
  });

  it('gives DOM types to the webview alone, and Node types to all but protocol, frameworks and webview', () => {
    for (const folder of Object.keys(RULES)) {
      const { lib = [], types } = readOptions(folder);
      assert.equal(lib.includes('DOM'), folder === 'webview', `DOM in the types of ${folder}`);
      assert.equal(
        types?.includes('node'),
        !['src/protocol', 'src/frameworks', 'webview'].includes(folder),
        `Node in the types of ${folder}`,
      );
      assert.equal(types?.includes('vscode'), folder === 'src/extension', `vscode in the types of ${folder}`);
    }
  });

  it('leaves the names of a framework’s layer classes to src/frameworks', () => {
    const named = sources
      .filter((file) => file.startsWith('src/') && !KNOWS_CLASSES.some((part) => file.startsWith(part)))
      .flatMap((file) => frameworkNames(file, readFileSync(file, 'utf8'), LAYER_CLASSES).map((name) => [file, name]));
    assert.deepEqual(named, []);
  });

  describe('control: an offender is caught', () => {
    it('when two folders import each other, by types alone too, and when values go in a circle', () => {
      const texts = {
        'src/store/a/one.ts': "import type { B } from '../b/two.js';",
        'src/store/b/two.ts': "import { c, type D } from './three.js';",
        'src/store/b/three.ts': "export { d } from '../b/two.js'; import { type A } from '../a/one.js';",
      };
      const edges = edgesOf(
        Object.entries(texts).flatMap(([file, text]) => importsOf(file, text)),
        Object.keys(texts),
      );
      assert.deepEqual(backImports(edges), ['src/store/a ⇄ src/store/b']);
      assert.deepEqual(valueCircles(edges), [['src/store/b/three', 'src/store/b/two']]);
    });
    it('when a file outside src/frameworks names a layer class, as a text or as a key', () =>
      assert.deepEqual(
        frameworkNames('src/extension/a.ts', "const a = kind === 'Conv2D' ? { LSTM: 1 } : 'conv2d';", LAYER_CLASSES),
        ['Conv2D', 'LSTM'],
      ));
    it('when the store, the command line or a view imports a framework', () => {
      for (const file of ['src/store/a.ts', 'src/cli/a.ts', 'src/launch/a.ts'])
        check(file, "import '../frameworks/tfjs/layerKinds.js'", ['../frameworks/tfjs/layerKinds.js']);
      check('src/frameworks/tfjs/a.ts', "import '../../store/b.js'; import '@tensorflow/tfjs'; import 'node:fs'", [
        '../../store/b.js',
        '@tensorflow/tfjs',
        'node:fs',
      ]);
    });
    it('when protocol imports a folder of ours, or any package but valibot', () =>
      check(
        'src/protocol/a.ts',
        "import * as v from 'valibot'; import '../store/b.js'; import 'node:fs'; import './c.js';",
        ['../store/b.js', 'node:fs'],
      ));
    it('when the extension imports the recorder or TensorFlow.js, types included', () =>
      check(
        'src/extension/deep/a.ts',
        "import type { R } from '../../recorder/runner.js'; import * as tf from '@tensorflow/tfjs-core/dist/x'; import 'vscode';",
        ['../../recorder/runner.js', '@tensorflow/tfjs-core/dist/x'],
      ));
    it('when the command line imports vscode, by require or by import()', () =>
      check(
        'src/cli/a.ts',
        "const a = require('vscode'); const b = await import('vscode'); type C = import('vscode').Uri;",
        ['vscode', 'vscode', 'vscode'],
      ));
    it('when the recorder re-exports vscode or something that draws', () =>
      check('src/recorder/a.ts', "export * from 'vscode'; import d3 = require('d3'); import '../analysis/x.js';", [
        'vscode',
        'd3',
      ]));
    it('when the webview reaches for Node, vscode or the store', () =>
      check(
        'webview/a.tsx',
        "import 'node:path'; import 'vscode'; import '../src/store/x.js'; import '../src/protocol/y.js';",
        ['node:path', 'vscode', '../src/store/x.js'],
      ));
    it('when launch or analysis imports TensorFlow.js', () => {
      check('src/launch/a.ts', "import '@tensorflow/tfjs'", ['@tensorflow/tfjs']);
      check('src/analysis/compute/a.ts', "import '@tensorflow/tfjs'; import '../../store/b.js'", ['@tensorflow/tfjs']);
    });
  });
});

function readOptions(folder: string): { lib?: string[]; types?: string[] } {
  const { compilerOptions } = JSON.parse(readFileSync(`${folder}/tsconfig.json`, 'utf8')) as {
    compilerOptions: object;
  };
  return compilerOptions;
}
