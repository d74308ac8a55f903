/** Which engine a workspace gets. Every case runs in a process of its own: TensorFlow.js is global to one. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledFolder, root } from './bundles.js';

interface Outcome {
  readonly name: string;
  readonly backend: string;
  readonly bundled: boolean;
  readonly entry: string;
  readonly version: string;
  readonly notice: string | null;
  readonly notices: string[];
  readonly listeners: number;
  readonly trained: boolean;
}

const child = fileURLToPath(new URL('childStart.ts', import.meta.url));
const tsx = new URL('../../node_modules/tsx/dist/loader.mjs', import.meta.url).href;

let folder = '';

/** A workspace whose node_modules holds links to packages of ours and files as given. */
function workspace(links: readonly string[], files: Readonly<Record<string, string>> = {}): string {
  const place = mkdtempSync(join(folder, 'workspace-'));
  const modules = join(place, 'node_modules');
  for (const name of links) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    writeFileSync(join(modules, name), text);
  }
  return place;
}

function run(place: string, bundles: string, preferred = '') {
  return spawnSync(process.execPath, ['--import', tsx, child, place, bundles, preferred], {
    encoding: 'utf8',
    cwd: root,
  });
}

async function start(place: string, preferred = ''): Promise<Outcome> {
  const { stdout, stderr, status } = run(place, await bundledFolder(), preferred);
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '', 'nothing on stderr');
  assert.equal(stdout.trim().split('\n').length, 1, 'nothing on stdout but the outcome');
  return JSON.parse(stdout) as Outcome;
}

describe('the engine of a workspace', () => {
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'cnnslicer-engine-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is WASM on its own TensorFlow.js, silent and without listeners left behind', async () => {
    const { name, backend, bundled, notice, listeners, trained, entry } = await start(workspace(['@tensorflow/tfjs']));
    assert.deepEqual(
      { name, backend, bundled, notice, listeners },
      { name: 'wasm', backend: 'wasm', bundled: false, notice: null, listeners: 0 },
    );
    assert.match(entry, /tfjs[/\\]dist[/\\]tf\.node\.js$/);
    assert.ok(trained);
  });

  it('is WASM on tfjs-core and tfjs-layers alone', async () => {
    const outcome = await start(workspace(['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers']));
    assert.equal(outcome.name, 'wasm');
    assert.match(outcome.entry, /tfjs-core/);
    assert.ok(outcome.trained);
  });

  it('is WASM on the bundled TensorFlow.js where the workspace has none', async () => {
    const { name, bundled, entry, trained } = await start(workspace([]));
    assert.deepEqual({ name, bundled, trained }, { name: 'wasm', bundled: true, trained: true });
    assert.equal(entry, join(await bundledFolder(), 'tfjs.cjs'));
  });

  it('is WASM, and says why, where tfjs-node has no native library', async () => {
    const place = workspace(['@tensorflow/tfjs'], {
      '@tensorflow/tfjs-node/package.json':
        '{ "name": "@tensorflow/tfjs-node", "version": "4.22.0", "main": "index.js" }',
      '@tensorflow/tfjs-node/index.js': 'throw new Error("must not be loaded");',
    });
    const { name, notice, notices } = await start(place);
    assert.equal(name, 'wasm');
    assert.match(notice ?? '', /tfjs-node has no native library/);
    assert.deepEqual(notices, [notice]);
  });

  it('is WASM, and says why, where tfjs-node does not load', async () => {
    const place = workspace(['@tensorflow/tfjs'], {
      '@tensorflow/tfjs-node/package.json':
        '{ "name": "@tensorflow/tfjs-node", "version": "4.22.0", "main": "index.js" }',
      '@tensorflow/tfjs-node/index.js': 'throw new Error("libtensorflow.so.2: cannot open\\nmore");',
      '@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node': '',
    });
    const { name, notice } = await start(place);
    assert.equal(name, 'wasm');
    assert.match(notice ?? '', /could not be loaded: libtensorflow\.so\.2: cannot open\. Training/);
  });

  it('is libtensorflow where tfjs-node loads', async () => {
    const place = workspace(['@tensorflow/tfjs'], {
      '@tensorflow/tfjs-node/package.json':
        '{ "name": "@tensorflow/tfjs-node", "version": "4.20.0", "main": "index.js" }',
      '@tensorflow/tfjs-node/index.js':
        'const tf = require("@tensorflow/tfjs"); tf.env().set("PROD", true); module.exports = tf;',
      '@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node': '',
    });
    const { name, version, notice } = await start(place);
    assert.deepEqual({ name, version, notice }, { name: 'tensorflow', version: '4.20.0', notice: null });
  });

  it('is plain JavaScript, said to be slow, where WASM cannot start', () => {
    const place = workspace(['@tensorflow/tfjs']);
    const { stdout, status } = run(place, join(folder, 'nothing-here'));
    assert.equal(status, 0);
    const { name, notice, trained } = JSON.parse(stdout) as Outcome;
    assert.equal(name, 'cpu');
    assert.match(notice ?? '', /WASM backend did not start.*plain JavaScript.*slower/);
    assert.ok(trained);
  });

  it('can be asked for; what cannot be had is a failure in three parts', () => {
    const place = workspace(['@tensorflow/tfjs']);
    const wasm = run(place, join(folder, 'nothing-here'), 'wasm');
    assert.notEqual(wasm.status, 0);
    assert.match(wasm.stderr, /starting TensorFlow\.js on WebAssembly: the WASM backend did not start .*Check that/);
    const native = run(place, join(folder, 'nothing-here'), 'tensorflow');
    assert.match(native.stderr, /starting TensorFlow\.js on libtensorflow: the workspace has neither .*Install/);
    const nothing = run(workspace([]), join(folder, 'nothing-here'));
    assert.match(nothing.stderr, /looking for TensorFlow\.js from .*npm install @tensorflow\/tfjs/);
  });
});
