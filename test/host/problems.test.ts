/** What a recording says against the layers of a file: in Problems, with quick fixes, and gone when ignored. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { canSearch, open } from './workspace.js';

describe('problems of a recorded training', () => {
  let document: vscode.TextDocument;
  const arguments_ = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('cnnslicer');

  before(async () => {
    await arguments_().update('record.arguments', ['8'], vscode.ConfigurationTarget.Workspace);
    ({ document } = await open('digits/train.js'));
    await vscode.commands.executeCommand('cnnslicer.analyze', document.uri);
  });
  after(() => arguments_().update('record.arguments', undefined, vscode.ConfigurationTarget.Workspace));

  const ours = (): vscode.Diagnostic[] =>
    vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'cnnslicer');
  const codeOf = ({ code }: vscode.Diagnostic): unknown => (typeof code === 'object' ? code.value : code);

  async function until(holds: () => boolean): Promise<void> {
    for (let waited = 0; !holds() && waited < 240_000; waited += 200)
      await new Promise((done) => setTimeout(done, 200));
    assert.ok(holds(), JSON.stringify(ours()));
  }

  it('name a redundant layer at its number of filters, with N and a link', async () => {
    await until(() => ours().some((one) => codeOf(one) === 'redundant'));
    for (const diagnostic of ours()) {
      if (codeOf(diagnostic) !== 'redundant') continue;
      assert.match(document.getText(diagnostic.range), /^(?:filters|units): \d+$/);
      assert.match(
        diagnostic.message,
        /^\w+ has \d+ (?:filters|units); \d+ principal components explain 99 % .*N = 1,000, epoch 8/,
      );
      const { code } = diagnostic;
      assert.match(typeof code === 'object' ? code.target.toString(true) : '', /^command:cnnslicer\.showEntropy\?/);
    }
  });

  it('offer the smaller number as one edit that one step undoes', async () => {
    const diagnostic = ours().find((one) => codeOf(one) === 'redundant');
    assert.ok(diagnostic);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      diagnostic.range,
    );
    const needed = /; (\d+) principal components explain/.exec(diagnostic.message)?.[1];
    const offered = new RegExp(`^Reduce (?:filters|units) to ${needed}: [\\d.]+ % fewer parameters \\(−[\\d,]+\\)$`);
    const reduce = actions.find(({ title }) => offered.test(title));
    assert.ok(reduce?.edit, actions.map(({ title }) => title).join());
    const [edit, ...others] = reduce.edit.get(document.uri);
    assert.deepEqual([edit?.newText, others.length], [needed, 0]);
    const before = document.getText();
    await vscode.window.showTextDocument(document);
    // As it is offered: an edit that waits for a preview's tick would change nothing.
    await vscode.workspace.applyEdit(reduce.edit);
    assert.match(document.lineAt(diagnostic.range.start.line).text, new RegExp(`(?:filters|units): ${needed}\\b`));
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), before, 'one step undoes it');
  });

  it('are silent where a comment says so', async () => {
    const diagnostic = ours().find((one) => codeOf(one) === 'redundant');
    assert.ok(diagnostic);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      diagnostic.range,
    );
    const ignore = actions.find(({ title }) => /^Ignore for this line(?:: redundant)?$/.test(title));
    assert.ok(ignore?.edit);
    const { line } = diagnostic.range.start;
    try {
      await vscode.workspace.applyEdit(ignore.edit);
      await until(() => !ours().some((one) => one.range.start.line === line && codeOf(one) === 'redundant'));
    } finally {
      await vscode.commands.executeCommand('workbench.action.files.revert');
    }
  });

  it('are a task that the workspace offers', async function () {
    if (!(await canSearch())) return this.skip();
    const tasks = await vscode.tasks.fetchTasks({ type: 'cnnslicer' });
    assert.ok(
      tasks.some(({ definition }) => definition['script'] === 'digits/train.js'),
      tasks.map(({ name }) => name).join(),
    );
  });
});
