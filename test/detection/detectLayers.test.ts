import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { GrammarName, LayerDefinition } from '../../src/extension/detect/layerDefinition.js';
import { Grammars, LayerDetector } from '../../src/extension/detect/syntaxTrees.js';

const require = createRequire(import.meta.url);
const grammars = new Grammars(join(dirname(require.resolve('@vscode/tree-sitter-wasm/package.json')), 'wasm'));
const corpus = fileURLToPath(new URL('../fixtures/detection/', import.meta.url));
const GRAMMAR: Record<string, GrammarName> = { '.ts': 'typescript', '.cts': 'typescript', '.tsx': 'tsx' };

export async function detect(text: string, grammar: GrammarName = 'javascript'): Promise<readonly LayerDefinition[]> {
  const detector = new LayerDetector(grammars, grammar, text);
  try {
    return await detector.layers();
  } finally {
    detector.dispose();
  }
}

/** "line class name arguments marks", as a person would note it beside the code (lines from 1). */
function summary(layer: LayerDefinition): string {
  const literals = Object.entries(layer.arguments)
    .filter(([key]) => key !== 'name')
    .map(([key, { value }]) => `${key}=${JSON.stringify(value)}`);
  const computed = layer.computedArguments.map((key) => `${key}=?`);
  const marks = [layer.open ? 'open' : '', layer.inLoop ? 'loop' : '', layer.enclosingFunction === null ? '' : `in ${layer.enclosingFunction}()`];
  const words = [String(layer.line + 1), layer.className, layer.name ?? '-', ...literals, ...computed, ...marks];
  return words.filter(Boolean).join(' ');
}

describe('detection of layers', () => {
  const expected = JSON.parse(readFileSync(join(corpus, 'expected.json'), 'utf8')) as Record<string, string[]>;
  for (const [file, layers] of Object.entries(expected)) {
    it(`${file}: ${layers.length} layers`, async () => {
      const text = await readFile(join(corpus, file), 'utf8');
      assert.deepEqual((await detect(text, GRAMMAR[extname(file)])).map(summary), layers);
    });
  }
});
