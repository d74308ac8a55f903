/** CodeLenses before any run: above each layer of a model file, and nowhere else. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension, open } from './workspace.js';

/** Layer lenses of a file as [one-based line, title], in the order of lines. */
async function lensesOf(path: string): Promise<[number, string][]> {
  const { document } = await open(path);
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    200,
  );
  return lenses
    .filter(({ command }) => command?.command.startsWith('cnnslicer.'))
    .map(({ range, command }): [number, string] => [range.start.line + 1, command?.title ?? ''])
    .sort(([a], [b]) => a - b);
}

/** One-based lines of a file that construct a layer, by its text alone. */
async function layerLines(path: string): Promise<number[]> {
  const { document } = await open(path);
  const lines = document.getText().split('\n');
  return lines.flatMap((line, i) => (line.includes('tf.layers.') ? [i + 1] : []));
}

function offersRecording([, title]: [number, string]): boolean {
  return title === 'Record training';
}

describe('before any run', () => {
  before(() => extension().activate());

  for (const script of ['digits/train.js', 'digits/train.ts'])
    it(`"show entropy" stands above every layer of ${script}`, async () => {
      const lenses = await lensesOf(script);
      const offers = lenses.filter(offersRecording);
      const others = lenses.filter((lens) => !offersRecording(lens));
      assert.deepEqual(
        others.map(([line]) => line),
        await layerLines(script),
      );
      for (const [line, title] of others) assert.match(title, /show entropy/i, `line ${line}`);
      assert.deepEqual(
        offers.map(([line]) => line),
        (await layerLines(script)).slice(0, 1),
        'recording is offered above the first layer',
      );
    });

  it('there are none where the setting turns them off, and they are back when it is on again', async () => {
    const settings = vscode.workspace.getConfiguration('cnnslicer');
    await settings.update('codeLens.enabled', false, vscode.ConfigurationTarget.Workspace);
    assert.deepEqual(await lensesOf('digits/train.js'), []);
    await settings.update('codeLens.enabled', undefined, vscode.ConfigurationTarget.Workspace);
    assert.notDeepEqual(await lensesOf('digits/train.js'), []);
  });

  for (const plain of ['plain.js', 'mentions.js', 'notes.txt'])
    it(`${plain}, which defines no model, has none`, async () => assert.deepEqual(await lensesOf(plain), []));
});
