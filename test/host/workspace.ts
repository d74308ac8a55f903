/** What the host suites share: the extension under test, and the files of the opened folder. */
import * as vscode from 'vscode';

export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension('cnnslicer.cnnslicer');
  if (!found) throw new Error('the extension is not installed in this host');
  return found;
}

export function manifestCommands(): string[] {
  const { contributes } = extension().packageJSON as { contributes: { commands: { command: string }[] } };
  return contributes.commands.map(({ command }) => command);
}

/** Opens a file of the folder in an editor. */
export async function open(path: string): Promise<vscode.TextEditor> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) throw new Error('the host was started without a folder');
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, path)));
}

/** Whether this VS Code finds files: one that was put together without ripgrep refuses every search. */
export async function canSearch(): Promise<boolean> {
  return vscode.workspace.findFiles('**/*.js', null, 1).then(
    (found) => found.length > 0,
    () => false,
  );
}
