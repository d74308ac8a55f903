/** Keeps the context key `cnnslicer.modelFile` true while the active editor holds a file that uses TensorFlow.js, Keras or PyTorch. */
import * as vscode from 'vscode';
import { LayerDocuments } from './detect/layerDocuments.js';
import { Disposables } from './disposables.js';

const SETTLE_MILLISECONDS = 300;

export function followModelFile(): vscode.Disposable {
  const disposables = new Disposables();
  let known: boolean | undefined;
  let timer: NodeJS.Timeout | undefined;
  const update = (): void => {
    const document = vscode.window.activeTextEditor?.document;
    const isModelFile = document !== undefined && LayerDocuments.concerns(document);
    if (isModelFile === known) return;
    known = isModelFile;
    void vscode.commands.executeCommand('setContext', 'cnnslicer.modelFile', isModelFile);
  };
  const updateSoon = (event: vscode.TextDocumentChangeEvent): void => {
    if (event.document !== vscode.window.activeTextEditor?.document) return;
    clearTimeout(timer);
    timer = setTimeout(update, SETTLE_MILLISECONDS);
  };
  disposables.add(vscode.window.onDidChangeActiveTextEditor(update));
  disposables.add(vscode.workspace.onDidChangeTextDocument(updateSoon));
  disposables.add({ dispose: () => clearTimeout(timer) });
  update();
  return disposables;
}
