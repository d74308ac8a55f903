/** Every command without a mouse: from the palette, on the layer at the cursor or a run that is picked. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { detect } from '../detection/detector.js';

interface Contributes {
  readonly commands: readonly { readonly command: string }[];
  readonly menus: { readonly commandPalette: readonly { readonly command: string; readonly when: string }[] };
}
const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as { contributes: Contributes };

/** A quick fix asks for the first, a hover's link for the second; both are made of what another command shows. */
const OF_OTHERS = ['cnnslicer.explainRefusal', 'cnnslicer.compareWith'];

/** The place's module is of the editor: a stand-in for `vscode` lets it load. */
async function definitionAt(text: string, line: number, character: number): Promise<string | undefined> {
  register(
    `data:text/javascript,${encodeURIComponent("export const resolve = (name, context, next) => name === 'vscode' ? { url: 'data:text/javascript,', shortCircuit: true } : next(name, context);")}`,
  );
  const place = await import('../../src/extension/source/layerAtCursor.js');
  const definitions = await detect(text);
  return definitions[place.definitionAt(definitions, { line, character })]?.factory;
}

describe('without a mouse', () => {
  it('every command is in the palette, but for two that others lead to', () => {
    const hidden = contributes.menus.commandPalette.filter(({ when }) => when === 'false');
    assert.deepEqual(hidden.map(({ command }) => command).sort(), [...OF_OTHERS].sort());
    for (const { command } of hidden) assert.ok(contributes.commands.some((one) => one.command === command));
  });

  const text = [
    "const tf = require('@tensorflow/tfjs');",
    'tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 3 }) });',
    '  const x = tf.layers.flatten(); // here',
    'console.log(x);',
  ].join('\n');

  it('the layer is the innermost around the cursor, or the one of its line', async () => {
    assert.equal(await definitionAt(text, 1, 60), 'dense');
    assert.equal(await definitionAt(text, 1, 3), 'timeDistributed');
    assert.equal(await definitionAt(text, 2, 38), 'flatten');
    assert.equal(await definitionAt(text, 3, 2), undefined);
  });
});
