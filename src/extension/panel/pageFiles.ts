/** What a panel's page needs of the host: a nonce for its scripts, and a place to save a file. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.js';
import type { ViewerContract } from '../../protocol/viewer.js';

export function newNonce(): string {
  return randomBytes(18).toString('base64url');
}

export async function saveFile({ name, text, encoding = 'utf8' }: ViewerContract['saveFile']['input']): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const safe = name.replace(/[\\/:*?"<>|]/g, '_');
  const target = await vscode.window.showSaveDialog(folder ? { defaultUri: vscode.Uri.joinPath(folder, safe) } : {});
  if (!target) return;
  try {
    await vscode.workspace.fs.writeFile(target, Buffer.from(text, encoding));
  } catch (error) {
    const wrong = error instanceof Error ? error.message : String(error);
    throw new Failure(
      { kind: 'environment', doing: `saving ${target.fsPath}`, wrong, tryThis: 'Choose another folder.' },
      { cause: error },
    );
  }
}
