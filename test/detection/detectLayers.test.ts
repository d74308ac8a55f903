import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GrammarName, LayerDefinition, TextSpan } from '../../src/extension/detect/layerDefinition.js';
import { detect } from './detector.js';

const corpus = fileURLToPath(new URL('../fixtures/detection/', import.meta.url));
const GRAMMAR: Record<string, GrammarName> = {
  '.ts': 'typescript',
  '.cts': 'typescript',
  '.tsx': 'tsx',
  '.py': 'python',
};
const expected = JSON.parse(readFileSync(join(corpus, 'expected.json'), 'utf8')) as Record<string, string[]>;

/** "line class name arguments marks", as a person would note it beside the code (lines from 1). */
function summary(layer: LayerDefinition): string {
  const literals = Object.entries(layer.arguments)
    .filter(([key]) => key !== 'name')
    .map(([key, { value }]) => `${key}=${JSON.stringify(value)}`);
  const computed = layer.computedArguments.map((key) => `${key}=?`);
  const around = layer.enclosingFunction === null ? '' : `in ${layer.enclosingFunction}()`;
  const marks = [layer.open ? 'open' : '', layer.inLoop ? 'loop' : '', around];
  const words = [String(layer.line + 1), layer.className, layer.name ?? '-', ...literals, ...computed, ...marks];
  return words.filter(Boolean).join(' ');
}

function textIn(text: string, { start, end }: TextSpan): string {
  const lines = text.split('\n');
  const offset = (line: number, character: number): number =>
    lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
  return text.slice(offset(start.line, start.character), offset(end.line, end.character));
}

describe('detection of layers', () => {
  it('every file of the corpus has its expectation', () => {
    const files = readdirSync(corpus).filter((file) => file !== 'expected.json');
    assert.deepEqual(files.sort(), Object.keys(expected).sort());
    assert.ok(files.length >= 40);
  });

  for (const [file, layers] of Object.entries(expected)) {
    it(`${file} constructs ${layers.length} layers`, async () => {
      const text = await readFile(join(corpus, file), 'utf8');
      assert.deepEqual((await detect(text, GRAMMAR[extname(file)])).map(summary), layers);
    });
  }

  it('spans hold the construction, the name before its arguments, and each argument', async () => {
    const text = `import * as tf from '@tensorflow/tfjs';\nconst é = '𝄞', x = tf\n  .layers.conv2d({ filters: 8, 'kernelSize': [3, 3] }).apply(é);\n`;
    const [layer] = await detect(text);
    assert.ok(layer);
    assert.equal(textIn(text, layer.span), "tf\n  .layers.conv2d({ filters: 8, 'kernelSize': [3, 3] })");
    assert.equal(textIn(text, layer.callee), 'conv2d');
    assert.equal(textIn(text, layer.arguments['kernelSize']!.span), "'kernelSize': [3, 3]");
    assert.equal(layer.line, 1);
  });

  it('a statement is the part of the text whose trade with an equal one changes nothing', async () => {
    const text = `const tf = require('@tensorflow/tfjs');
const a = tf.layers.flatten();
model.add(tf.layers.flatten());
const list = [tf.layers.flatten(), 1];`;
    const statements = (await detect(text)).map(({ statement }) => statement);
    assert.deepEqual(statements, ['a = tf.layers.flatten()', 'model.add(tf.layers.flatten());', 'tf.layers.flatten()']);
  });

  it('text that is no program at all has no layers', async () => {
    assert.deepEqual(await detect(`@tensorflow/tfjs ((((}}}} tf.layers.conv2d({ ${'['.repeat(2000)}`), []);
  });
});
