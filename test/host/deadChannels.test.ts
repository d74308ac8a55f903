/** Channels that are dead: told in Problems, removed by one edit that one step undoes, and found by keyboard. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { open } from './workspace.js';

describe('dead channels of a recorded layer', () => {
  let document: vscode.TextDocument;
  before(async () => {
    ({ document } = await open('dead/train.js'));
    await vscode.commands.executeCommand('cnnslicer.analyze', document.uri);
  });
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  const ours = (): vscode.Diagnostic[] =>
    vscode.languages.getDiagnostics(document.uri).filter(({ message }) => /\bdead\b/.test(message));

  async function until(holds: () => boolean, what: () => string): Promise<void> {
    for (let waited = 0; !holds() && waited < 240_000; waited += 200)
      await new Promise((done) => setTimeout(done, 200));
    assert.ok(holds(), what());
  }
  const panelCount = (): number =>
    vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .filter(({ input }) => input instanceof vscode.TabInputWebview).length;

  it('are removed with one edit, which says what it saves and which one step undoes', async () => {
    await until(
      () => ours().length > 0,
      () => JSON.stringify(vscode.languages.getDiagnostics(document.uri)),
    );
    const [diagnostic] = ours();
    assert.ok(diagnostic);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      diagnostic.range,
    );
    const offered = /^Remove (?:the|\d+) dead channels? \(filters: (\d+)\): [\d.]+ % fewer parameters \(−[\d,]+\)$/;
    const remove = actions.find(({ title }) => offered.test(title));
    assert.ok(remove?.edit, actions.map(({ title }) => title).join());
    const living = offered.exec(remove.title)?.[1] ?? '';
    assert.deepEqual(
      remove.edit.get(document.uri).map(({ newText }) => newText),
      [living],
    );
    const before = document.getText();
    await vscode.window.showTextDocument(document);
    await vscode.workspace.applyEdit(remove.edit);
    assert.match(document.getText(), new RegExp(`filters: ${living},`));
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), before, 'one step undoes it');
  });

  it('are shown by commands at the cursor’s layer, without a mouse', async () => {
    const editor = await vscode.window.showTextDocument(document);
    const at = document.positionAt(document.getText().indexOf('kernelSize'));
    editor.selection = new vscode.Selection(at, at);
    await vscode.commands.executeCommand('cnnslicer.showEntropy');
    await until(
      () => panelCount() === 1,
      () => `${panelCount()} panels`,
    );
  });
});
