/** What bad scripts get: an error that says what was being done, which value was wrong, what to try. */
import assert from 'node:assert/strict';
import { buildSync } from 'esbuild';
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FailureKind } from '../../src/protocol/failure.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { limitedNode } from './support/limitedNode.js';
import { PREAMBLE, Workspace, type Options, type Recorded } from './support/workspace.js';

interface Expected {
  readonly kind: FailureKind;
  readonly wrong: RegExp;
  readonly tryThis: RegExp;
  readonly exitCode: number | null;
}

const FIT = 'const { x, y } = samples(32, 3); const model = compiled(network());';

async function check(text: string, expected: Expected, options: Options = {}, name = 'train.js'): Promise<Recorded> {
  const workspace = new Workspace();
  const recorded = await workspace.record(workspace.write(name, text), options);
  assertFailure(recorded, expected);
  workspace.remove();
  return recorded;
}

function assertFailure({ failure, exitCode }: Recorded, expected: Expected): void {
  assert.ok(failure, 'there is a failure');
  assert.equal(failure.kind, expected.kind);
  assert.match(failure.doing, /\w/);
  assert.match(failure.wrong, expected.wrong);
  assert.match(failure.tryThis, expected.tryThis);
  assert.equal(exitCode, expected.exitCode);
}

describe('a script that', () => {
  it('throws what is no error: it is shown, whatever it is', async () => {
    const wrong = /^it threw \[Object: null prototype\] \{ rate: 7 \}/;
    const text = 'throw Object.assign(Object.create(null), { rate: 7 });';
    await check(text, { kind: 'script', wrong, tryThis: /Fix the script/, exitCode: 1 });
  });
  it('trains in a thread or a process of its own: what it started is named @all', async () => {
    const tryThis = /Record the file that trains/;
    const inThread = `new (require('node:worker_threads').Worker)('', { eval: true });`;
    await check(inThread, { kind: 'script', wrong: /it started a worker thread, where/, tryThis, exitCode: 0 });
    const inProcess = `require('node:child_process').spawn(process.execPath, ['-e', '0', 'train.js']);`;
    await check(inProcess, { kind: 'script', wrong: /it started "node -e 0 train\.js", where/, tryThis, exitCode: 0 });
  });
  it('throws: its words and its line, and the run is broken', async () => {
    const workspace = new Workspace();
    const script = workspace.write(
      'train.js',
      `${PREAMBLE}(async () => { ${FIT}
await model.fit(x, y, { epochs: 3, verbose: 0, callbacks: { onEpochEnd: (epoch) => {
  if (epoch === 1) throw new RangeError('the rate is 7');
} } }); })();`,
    );
    const recorded = await workspace.record(script);
    const line = PREAMBLE.split('\n').length + 2;
    assertFailure(recorded, {
      kind: 'script',
      wrong: new RegExp(`^RangeError: the rate is 7 \\(train\\.js:${line}:26\\)$`),
      tryThis: /Fix the script/,
      exitCode: 1,
    });
    assert.match(recorded.stderr, /RangeError: the rate is 7/);
    const { summary } = await (await openRun(recorded.runFolders[0] as string)).describe();
    assert.deepEqual(summary.epochs, [0, 1]);
    assert.deepEqual(summary.status, {
      state: 'broken',
      reason: `The script failed in epoch 2 of 3: RangeError: the rate is 7 (train.js:${line}:26).`,
    });
    workspace.remove();
  });

  it('throws before it trains', () =>
    check(`require('@tensorflow/tfjs');\nnull.x;`, {
      kind: 'script',
      wrong: /^TypeError: Cannot read properties of null .*\(train\.js:2:6\)$/,
      tryThis: /Fix/,
      exitCode: 1,
    }));

  it('rejects in an ES module @all', () =>
    check(
      `import '@tensorflow/tfjs';\nawait Promise.reject(new Error('no data'));`,
      { kind: 'script', wrong: /^Error: no data \(train\.mjs:2:\d+\)$/, tryThis: /Fix/, exitCode: 1 },
      {},
      'train.mjs',
    ));

  it('throws something that is no Error', () =>
    check(`throw 'oops';`, { kind: 'script', wrong: /^oops$/, tryThis: /Fix/, exitCode: 1 }));

  it('has a syntax error, in JavaScript and in TypeScript', async () => {
    await check('const a = 1;\nconst = 3;\n', {
      kind: 'script',
      wrong: /^SyntaxError: Unexpected token '=' \(train\.js:2\)$/,
      tryThis: /Fix/,
      exitCode: 1,
    });
    await check(
      'const a: number = 1;\nconst b: = 3;\n',
      { kind: 'script', wrong: /^SyntaxError: .* \(train\.ts:2\)$/, tryThis: /Fix/, exitCode: 1 },
      {},
      'train.ts',
    );
  });

  it('needs a package that is not installed', () =>
    check(`require('left-padding');`, {
      kind: 'script',
      wrong: /Cannot find module 'left-padding' \(train\.js:\d+:\d+\)$/,
      tryThis: /Install the package/,
      exitCode: 1,
    }));

  it('ends itself with an exit code', () =>
    check('process.exit(3);', { kind: 'script', wrong: /exit code 3/, tryThis: /output/, exitCode: 3 }));

  it('ends in the middle of an epoch with exit code 0: the run is broken and says where @all', async () => {
    const workspace = new Workspace();
    const { failure, runFolders, exitCode } = await workspace.record(
      workspace.write(
        'train.js',
        `${PREAMBLE}${FIT} model.fit(x, y, { epochs: 5, verbose: 0, callbacks: { onEpochEnd: (epoch) => epoch === 1 && process.exit(0) } });`,
      ),
    );
    assert.deepEqual([failure, exitCode], [null, 0]);
    const { summary } = await (await openRun(runFolders[0] as string)).describe();
    assert.deepEqual(summary.status, { state: 'broken', reason: 'The script ended in epoch 2 of 5.' });
    workspace.remove();
  });

  it('fails after its training: the run is finished, and the failure is told', async () => {
    const workspace = new Workspace();
    const recorded = await workspace.record(
      workspace.write(
        'train.js',
        `${PREAMBLE}${FIT} model.fit(x, y, { epochs: 1, verbose: 0 }).then(() => { throw new Error('plot'); });`,
      ),
    );
    assert.match(recorded.failure?.wrong ?? '', /Error: plot/);
    const { summary } = await (await openRun(recorded.runFolders[0] as string)).describe();
    assert.equal(summary.status.state, 'finished');
    workspace.remove();
  });

  it('builds a model and trains nothing', () =>
    check(`${PREAMBLE}${FIT}`, {
      kind: 'script',
      wrong: /without training a model: it created 6 layers but never trained them/,
      tryThis: /model\.fit/,
      exitCode: 0,
    }));

  it('builds no model', () =>
    check(`require('@tensorflow/tfjs'); console.log('hello');`, {
      kind: 'script',
      wrong: /it created no TensorFlow\.js layer/,
      tryThis: /tf\.layers/,
      exitCode: 0,
    }));

  it('trains variables that belong to no model', () =>
    check(`${PREAMBLE} const w = tf.variable(tf.scalar(1)); tf.train.sgd(0.1).minimize(() => tf.square(w));`, {
      kind: 'script',
      wrong: /variables that do not belong to a tf\.sequential or tf\.model/,
      tryThis: /record/,
      exitCode: 0,
    }));

  it('has TensorFlow.js bundled into it @all', async () => {
    const workspace = new Workspace();
    const source = workspace.write('src/train.js', `${PREAMBLE}${FIT} model.fit(x, y, { epochs: 1, verbose: 0 });`);
    const script = join(workspace.folder, 'bundle.cjs');
    buildSync({
      entryPoints: [source],
      outfile: script,
      bundle: true,
      platform: 'node',
      minify: true,
      logLevel: 'silent',
    });
    const { failure, exitCode } = await workspace.record(script);
    assert.match(failure?.wrong ?? '', /a copy of TensorFlow\.js bundled into bundle\.cjs/);
    assert.match(failure?.tryThis ?? '', /external/);
    assert.equal(exitCode, 0);
    workspace.remove();
  });

  it('has a loss that becomes NaN: a notice, the run goes on and finishes, the metrics are null @all', async () => {
    const workspace = new Workspace();
    const { recorded, reader } = await workspace.recordText(`${PREAMBLE}const { x, y } = samples(32, 3);
      compiled(network(), (target, prediction) => tf.mul(tf.losses.meanSquaredError(target, prediction), NaN)).fit(x, y, { epochs: 2, verbose: 0 });`);
    assert.ok(recorded.notices.some((text) => text.startsWith('Epoch 1: loss is NaN.')));
    const { summary } = await reader.describe();
    assert.deepEqual([summary.status.state, summary.epochs], ['finished', [0, 1, 2]]);
    assert.equal((await reader.readMetrics(1))[0], null);
    workspace.remove();
  });
});

describe('a recording is refused before the script runs', () => {
  it('when the script is not there', async () => {
    const workspace = new Workspace();
    assertFailure(await workspace.record(join(workspace.folder, 'gone.js')), {
      kind: 'not-found',
      wrong: /gone\.js does not exist/,
      tryThis: /Specify the file/,
      exitCode: 1,
    });
    workspace.remove();
  });

  it('when the folder of runs is a file', async () => {
    const workspace = new Workspace();
    const recorded = await workspace.record(workspace.write('train.js', `require('fs').writeFileSync('ran', '')`), {
      runsFolder: workspace.write('runs', ''),
    });
    assertFailure(recorded, {
      kind: 'environment',
      wrong: /runs is not writable \(E\w+\)/,
      tryThis: /another folder/,
      exitCode: 1,
    });
    assert.equal(existsSync(join(workspace.folder, 'ran')), false);
    workspace.remove();
  });

  for (const at of ['.cnnslicer', '.cnnslicer/runs'])
    it(`when ${at} is a link that a repository brought, and nothing is written where it leads`, async () => {
      const workspace = new Workspace();
      const outside = join(workspace.folder, 'outside');
      mkdirSync(outside);
      mkdirSync(dirname(join(workspace.folder, at)), { recursive: true });
      symlinkSync(outside, join(workspace.folder, at), 'junction');
      assertFailure(await workspace.record(workspace.write('train.js', '')), {
        kind: 'environment',
        wrong: /is a link, and CNNSlicer does not write through links/,
        tryThis: /Remove the link/,
        exitCode: 1,
      });
      assert.deepEqual(readdirSync(outside), []);
      workspace.remove();
    });

  it('when the folder of runs cannot be written', async function () {
    // Root writes into read-only folders; where the kernel's own folders refuse, they refuse root too.
    const folder = process.getuid?.() === 0 ? '/proc/cnnslicer' : readOnlyFolder();
    if (process.platform !== 'linux') this.skip();
    const workspace = new Workspace();
    const recorded = await workspace.record(workspace.write('train.js', ''), { runsFolder: folder });
    assertFailure(recorded, {
      kind: 'environment',
      wrong: /is not writable \(E\w+\)/,
      tryThis: /writable/,
      exitCode: 1,
    });
    workspace.remove();
  });

  it('when Node is not there', async () => {
    const workspace = new Workspace();
    const recorded = await workspace.record(workspace.write('train.js', ''), { nodePath: '/nowhere/node' });
    assertFailure(recorded, { kind: 'environment', wrong: /nowhere/, tryThis: /Node\.js/, exitCode: null });
    workspace.remove();
  });
});

function readOnlyFolder(): string {
  const workspace = new Workspace();
  const folder = join(workspace.folder, 'read-only');
  mkdirSync(folder);
  chmodSync(folder, 0o555);
  return join(folder, 'runs');
}

describe('TensorFlow.js missing from the workspace', () => {
  it('is replaced by ours, for require and for import', async () => {
    for (const [name, load] of [
      ['train.js', "const tf = require('@tensorflow/tfjs');"],
      ['train.mjs', "import * as tf from '@tensorflow/tfjs';"],
    ] as const) {
      const workspace = new Workspace([]);
      const text = `${load}
const model = tf.sequential({ layers: [tf.layers.conv2d({ inputShape: [6, 6, 1], filters: 2, kernelSize: 3 }), tf.layers.flatten(), tf.layers.dense({ units: 1 })] });
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
model.fit(tf.randomNormal([20, 6, 6, 1]), tf.randomNormal([20, 1]), { epochs: 1, verbose: 0 });`;
      const recorded = await workspace.record(workspace.write(name, text));
      assert.equal(recorded.failure, null, recorded.stderr);
      const { manifest } = await openRun(recorded.runFolders[0] as string);
      assert.deepEqual([manifest.task, manifest.layers[1]?.source?.file], ['regression', name]);
      workspace.remove();
    }
  });
});

describe('our TensorFlow.js', () => {
  it('is the only one that is loaded, though another lies around the recorder', async () => {
    const workspace = new Workspace([]);
    const text = `require('@tensorflow/tfjs').sequential().add(require('@tensorflow/tfjs').layers.dense({ inputShape: [3], units: 2 }));`;
    const recorded = await workspace.record(workspace.write('train.js', text));
    assert.match(recorded.failure?.wrong ?? '', /it created \d layers? but never trained/);
    assert.equal(recorded.stderr, '');
    workspace.remove();
  });
});

describe('@tensorflow/tfjs-node without its native library', () => {
  for (const [name, load] of [
    ['train.js', "const tf = require('@tensorflow/tfjs-node');"],
    ['train.mjs', "import * as tf from '@tensorflow/tfjs-node';"],
    ['default.mjs', "import tf from '@tensorflow/tfjs-node-gpu';"],
  ] as const) {
    it(`is replaced with a notice, files and all: ${name}`, async () => {
      const workspace = new Workspace();
      const recorded = await workspace.record(
        workspace.write(
          name,
          `${load}
const model = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [4, 4, 1] }), tf.layers.dense({ units: 1 })] });
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
const x = tf.randomNormal([8, 4, 4, 1]);
model.fit(x, tf.ones([8, 1]), { epochs: 1, verbose: 0 }).then(async () => {
  await model.save('file://./saved');
  const again = await tf.loadLayersModel('file://./saved/model.json');
  console.log(tf.max(tf.abs(tf.sub(model.predict(x), again.predict(x)))).dataSync()[0]);
  try { tf.node.decodeGif(new Uint8Array(4)); } catch (error) { console.log(error.message); }
});`,
        ),
      );
      assert.equal(recorded.failure, null, recorded.stderr);
      assert.equal(
        recorded.stdout,
        '0\ntf.node.decodeGif needs the engine "tensorflow" (the native library of @tensorflow/tfjs-node)\n',
      );
      assert.ok(
        recorded.notices.some((text) => /asks for @tensorflow\/tfjs-node/.test(text)),
        recorded.notices.join(),
      );
      workspace.remove();
    });
  }
});

describe("TensorFlow.js that is not the one of the script's folder", () => {
  it('is named, since its training could not be seen @all', async () => {
    const workspace = new Workspace([]);
    const other = new Workspace();
    const recorded = await workspace.record(
      workspace.write(
        'train.js',
        `const tf = require(${JSON.stringify(join(other.folder, 'node_modules/@tensorflow/tfjs'))});
        const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [2], units: 1 })] });
        model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' }); model.fit(tf.ones([4, 2]), tf.ones([4, 1]), { epochs: 1, verbose: 0 });`,
      ),
    );
    assertFailure(recorded, {
      kind: 'script',
      wrong: /it loaded the one in .*node_modules.@tensorflow$/,
      tryThis: /in the folder of the script/,
      exitCode: 0,
    });
    workspace.remove();
    other.remove();
  });
});

describe('a process of few addresses', () => {
  for (const [what, gibibytes] of [
    ['the writer’s thread', 2],
    ['WebAssembly and the threads of the recorder', 12],
  ] as const)
    it(`trains to its end, and says why nothing is recorded: too few for ${what}`, async function () {
      if (process.platform !== 'linux') this.skip();
      const workspace = new Workspace();
      const script = `${PREAMBLE}${FIT} model.fit(x, y, { epochs: 1, verbose: 0 }).then(() => console.log('trained'));`;
      const nodePath = limitedNode(workspace, gibibytes);
      const recorded = await workspace.record(workspace.write('train.js', script), { nodePath });
      assert.equal(recorded.stdout, 'trained\n', recorded.stderr);
      assertFailure(recorded, {
        kind: 'environment',
        wrong: /GiB of address space/,
        tryThis: /ulimit -v/,
        exitCode: 0,
      });
      workspace.remove();
    });
});

describe('a recording that fails midway', () => {
  it('leaves the training alone: the runs folder is taken away, the script ends as before', async () => {
    const workspace = new Workspace();
    const script = workspace.write(
      'train.js',
      `${PREAMBLE}${FIT} const fs = require('fs');
       const isRecorded = () => fs.readdirSync('.cnnslicer/runs').some((run) => fs.existsSync('.cnnslicer/runs/' + run + '/commits'));
       const onEpochEnd = async (epoch) => {
         if (epoch !== 1) return;
         while (!isRecorded()) await new Promise((resolve) => setTimeout(resolve, 5));
         fs.renameSync('.cnnslicer', 'elsewhere');
       };
       model.fit(x, y, { epochs: 4, verbose: 0, callbacks: { onEpochEnd } })
         .then(({ history }) => console.log('trained', history.loss.length));`,
    );
    const recorded = await workspace.record(script);
    assert.deepEqual([recorded.exitCode, recorded.stdout], [0, 'trained 4\n']);
    assert.ok(
      recorded.notices.some((text) => /not recorded|stopped/.test(text)),
      recorded.notices.join('\n'),
    );
    workspace.remove();
  });

  it('before its first epoch is a failure, though the script ends well', async () => {
    const workspace = new Workspace();
    const recorded = await workspace.record(
      workspace.write(
        'train.js',
        `${PREAMBLE}${FIT} const fs = require('fs'); fs.rmSync('.cnnslicer', { recursive: true }); fs.writeFileSync('.cnnslicer', '');
         model.fit(x, y, { epochs: 1, verbose: 0 }).then(() => console.log('trained'));`,
      ),
    );
    assertFailure(recorded, { kind: 'environment', wrong: /\w/, tryThis: /\w/, exitCode: 0 });
    assert.deepEqual([recorded.stdout, recorded.runFolders], ['trained\n', []]);
    workspace.remove();
  });

  it('is refused only where it must be: an existing empty folder of runs is used', async () => {
    const workspace = new Workspace();
    mkdirSync(workspace.runsFolder, { recursive: true });
    writeFileSync(join(workspace.runsFolder, '.gitignore'), '*');
    await workspace.recordText(`${PREAMBLE}${FIT} model.fit(x, y, { epochs: 1, verbose: 0 });`);
    assert.equal(readdirSync(workspace.runsFolder).length, 2);
    workspace.remove();
  });
});
