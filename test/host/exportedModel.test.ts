/** "Analyze CNN" on a file that only exports a model, with the data set that the settings name. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { canSearch, open } from './workspace.js';

describe('a file that exports a model', () => {
  const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('cnnslicer');
  const set = async (data: string | undefined, epochs: number | undefined): Promise<void> => {
    await settings().update('record.data', data, vscode.ConfigurationTarget.Workspace);
    await settings().update('record.epochs', epochs, vscode.ConfigurationTarget.Workspace);
  };
  after(() => set(undefined, undefined));

  it('is trained on the data set of the settings and recorded', async function () {
    if (!(await canSearch())) return this.skip();
    await set('digits/data', 1);
    const { document } = await open('exported/network.js');
    // The folder holds a script that trains another model: the question is whether to run that.
    const answered = answer('network.js', 'exports');
    const analysed = vscode.commands.executeCommand('cnnslicer.analyze', document.uri);
    const unasked = analysed.then(() => false);
    assert.ok(await Promise.race([answered, unasked]), 'the model that the file exports was offered');
    await analysed;
    const root = vscode.workspace.getWorkspaceFolder(document.uri)?.uri.fsPath ?? '';
    const runs = join(root, '.cnnslicer', 'runs');
    const run = readdirSync(runs).find((name) => name.endsWith('-network'));
    assert.ok(run, 'a run was recorded');
    const { attributes } = JSON.parse(readFileSync(join(runs, run, 'zarr.json'), 'utf8')) as {
      attributes: { cnnslicer?: unknown };
    };
    assert.match(JSON.stringify(attributes), /"line":6/);
    assert.deepEqual(
      readdirSync(join(runs, run, 'commits')).filter((name) => /^0/.test(name)),
      ['000000.json', '000001.json'],
    );
  });

  /** Takes the item of the next quick pick whose label and description hold these words. */
  async function answer(...words: readonly string[]): Promise<boolean> {
    const original = vscode.window.showQuickPick;
    const asked = new Promise<boolean>((resolve) => {
      const replaced = async (items: readonly vscode.QuickPickItem[]): Promise<vscode.QuickPickItem | undefined> => {
        Object.assign(vscode.window, { showQuickPick: original });
        const chosen = (await items).find((item) =>
          words.every((word) => `${item.label} ${item.description}`.includes(word)),
        );
        resolve(chosen !== undefined);
        return chosen;
      };
      Object.assign(vscode.window, { showQuickPick: replaced });
    });
    return asked;
  }
});
