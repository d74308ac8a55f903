/** The detector as the tests use it: grammars from the package, one call for one text. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { GrammarName, LayerDefinition } from '../../src/extension/detect/layerDefinition.js';
import { Grammars, LayerDetector } from '../../src/extension/detect/syntaxTrees.js';

const require = createRequire(import.meta.url);
export const grammars = new Grammars(join(dirname(require.resolve('@vscode/tree-sitter-wasm/package.json')), 'wasm'));

export async function detect(text: string, grammar: GrammarName = 'javascript'): Promise<readonly LayerDefinition[]> {
  const detector = new LayerDetector(grammars, grammar, text);
  try {
    return await detector.layers();
  } finally {
    detector.dispose();
  }
}
