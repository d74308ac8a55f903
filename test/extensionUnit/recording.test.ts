import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../src/protocol/failure.js';
import { BoundedText } from '../../src/extension/record/boundedText.js';
import { checkNode, isNewEnough } from '../../src/extension/record/nodeVersion.js';
import { checkPython, faultOf, firstPython } from '../../src/extension/record/pythonVersion.js';
import { exportsModel, importsModule, trainsModel } from '../../src/extension/record/trainingSigns.js';

describe('output of the training script', () => {
  const check = (chunks: (string | Uint8Array)[], expected: string): void => {
    const text = new BoundedText();
    assert.equal(chunks.map((chunk) => text.take(chunk)).join(''), expected);
  };

  it('is passed on as it is', () => check(['epoch 1\tloss\n', 'é'], 'epoch 1\tloss\né'));
  it('is decoded over the bounds of chunks', () =>
    check([Buffer.from('aé').subarray(0, 2), Buffer.from('é').subarray(1)], 'aé'));
  it('loses colours, titles and cursor movements of terminals', () =>
    check(['\u001b[31mred\u001b[0m \u001b]0;title\u0007x\u001b[2K\u0008'], 'red x'));
  it('has a line for every redrawn one', () => check(['1 %\r2 %\r\n'], '1 %\n2 %\n'));
  it('ends at its limit with one notice', () => {
    const text = new BoundedText(5);
    assert.equal(text.take('123'), '123');
    assert.match(text.take('45678'), /^45\n\[cnnslicer\] output truncated at/);
    assert.equal(text.take('9'), '');
  });
});

describe('the Node.js that runs scripts', () => {
  it('is 20.19 or newer', () =>
    assert.deepEqual(['v20.18.9', 'v20.19.0', 'v24.1.0', 'v9.99.0', '', 'python'].map(isNewEnough), [
      false,
      true,
      true,
      false,
      false,
      false,
    ]));
  it('that starts is accepted', () => checkNode(process.execPath));
  it('that is missing is told in three parts', () =>
    assert.rejects(checkNode('/nowhere/node; touch x'), (error) => {
      assert.ok(error instanceof Failure);
      assert.match(
        error.message,
        /looking for the Node\.js.*"\/nowhere\/node; touch x" cannot be started.*cnnslicer\.node\.path/,
      );
      return error.kind === 'environment';
    }));
  it('that is another program is told too', () =>
    assert.rejects(checkNode('/bin/echo'), /"\/bin\/echo" is not Node\.js/));
});

describe('signs of a training script', () => {
  it('are calls that train', () => {
    const tf = "import * as tf from '@tensorflow/tfjs';\n";
    assert.deepEqual(
      ['await model.fit(x, y)', 'model\n  .fitDataset(d)', 'opt.minimize(f)', 'model.predict(x)', 'benefit(1)'].map(
        (text) => trainsModel(tf + text, '/w/train.js'),
      ),
      [true, true, true, false, false],
    );
  });
  it('include importing the file that defines the model', () => {
    const check = (text: string): boolean => importsModule(text, '/w/src/my.model.ts');
    assert.deepEqual(
      [
        check("import { m } from './my.model.js'"),
        check("require('../src/my.model')"),
        check("import './other-my.model2'"),
        check("'myxmodel'"),
      ],
      [true, true, false, false],
    );
  });
});

describe('signs of a training script in Python', () => {
  it('are calls that train, in a file that imports a framework', () => {
    const check = (text: string): boolean => trainsModel(text, '/w/train.py');
    assert.deepEqual(
      [
        'import torch\nloss.backward()\noptimizer.step()',
        'from tensorflow import keras\nmodel.fit(x, y)',
        'import keras\nmodel.train_on_batch(x, y)',
        'import lightning as L\nL.Trainer(max_epochs=3)',
        'from transformers import Trainer\nTrainer(model=model).train()',
        'from accelerate import Accelerator\naccelerator.backward(loss)',
        'import torch\nfor batch in loader:\n    opt.step()',
        'import torch\nmodel(x)',
        'import torch\n# loss.backward()',
        'from sklearn.svm import SVC\nSVC().fit(x, y)',
      ].map(check),
      [true, true, true, true, true, true, true, false, false, false],
    );
  });
  it('include importing the file that defines the model', () => {
    const check = (text: string): boolean => importsModule(text, '/w/models/net.py');
    assert.deepEqual(
      [
        'import net',
        'from models.net import Net',
        'from .net import Net',
        'from models import net',
        'import network',
        'x = "net"',
      ].map(check),
      [true, true, true, true, false, false],
    );
  });
  it('are not exports: files of Python are only run', () =>
    assert.equal(exportsModel("import keras\nexport const a = '@tensorflow/tfjs'", '/w/model.py'), false));
});

describe('the Python that runs scripts', () => {
  const found = (version: [number, number, number], frameworks: string[]): string | undefined =>
    faultOf('/v/bin/python', { version, frameworks })?.message;
  it('is 3.9 or newer and has a framework', () => {
    assert.equal(found([3, 9, 0], ['torch']), undefined);
    assert.equal(found([3, 14, 1], ['keras', 'tensorflow']), undefined);
    assert.match(found([3, 8, 20], ['torch']) ?? '', /Python 3\.8\.20, and 3\.9 or newer is needed/);
    assert.match(found([3, 12, 0], []) ?? '', /neither PyTorch nor Keras.*-m pip install torch/);
  });
  it('that is missing, or is another program, is told in three parts', async () => {
    for (const program of ['/nowhere/python; touch x', '/bin/echo'])
      await assert.rejects(checkPython(program, '/', process.env), (error) => {
        assert.ok(error instanceof Failure);
        assert.match(error.message, /looking for the Python.*cannot be started, or is not Python 3.*cnnslicer\.python/);
        return error.kind === 'environment';
      });
  });
  it('is the first command that starts', async () => {
    // Not every machine has a Python: a program that answers as one does.
    const folder = mkdtempSync(join(tmpdir(), 'cnnslicer-python-'));
    const python = join(folder, 'python3');
    writeFileSync(python, `#!/bin/sh\necho '{"version": [3, 11, 7], "frameworks": ["torch"]}'\n`, { mode: 0o755 });
    assert.equal(await firstPython(['/nowhere/python3', python], '/', process.env), python);
    assert.equal(await firstPython(['/nowhere/python3', '/nowhere/python'], '/', process.env), '/nowhere/python3');
    rmSync(folder, { recursive: true });
  });
});

describe('a file that exports a model', () => {
  const tf = "import * as tf from '@tensorflow/tfjs';\n";
  const check = (text: string, expected: boolean): void => assert.equal(exportsModel(text, '/w/model.ts'), expected);
  it('exports it in any way there is', () => {
    check(`${tf}export default () => tf.sequential();`, true);
    check(`${tf}export const model = tf.sequential();`, true);
    check("const tf = require('@tensorflow/tfjs');\nmodule.exports = { create() {} };", true);
    check("const tf = require('@tensorflow/tfjs');\nexports.model = tf.sequential();", true);
  });
  it('is none when it exports nothing, or has nothing of TensorFlow.js', () => {
    check(`${tf}const exported = tf.sequential();`, false);
    check('export const model = 1;', false);
  });
});
