/** The data set that an exported model is trained on: the one in the settings, or the one that the person chooses. */
import { dirname, isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import type { ModelTraining } from '../../protocol/recorderSettings.js';
import { labelsIn } from './configurations.js';

/** `cnnslicer.record.data` as an absolute path; null when it is not set. */
export function configuredDataSet(model: vscode.Uri): string | null {
  const path = vscode.workspace.getConfiguration('cnnslicer', model).get('record.data', '').trim();
  if (path === '') return null;
  const root = vscode.workspace.getWorkspaceFolder(model)?.uri.fsPath;
  return isAbsolute(path) || root === undefined ? path : join(root, path);
}

/** `cnnslicer.record.labels` and `.scale`, as far as they are set. */
export function configuredTraining(model: string): Partial<ModelTraining> {
  const uri = vscode.Uri.file(model);
  const settings = vscode.workspace.getConfiguration('cnnslicer', uri);
  const labels = settings.get('record.labels', '').trim();
  const scale = settings.get('record.scale', 0);
  const root = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? dirname(model);
  return { ...(labels === '' ? {} : { labels: labelsIn(labels, root) }), ...(scale > 0 ? { divisor: scale } : {}) };
}

/** Asks for a folder or a file; some systems cannot show both in one dialog. */
export async function chooseDataSet(modelName: string): Promise<string | null> {
  const folder = {
    label: vscode.l10n.t('A folder'),
    description: vscode.l10n.t('images by class, IDX, CIFAR binary, .npy or CSV files'),
    options: { canSelectFolders: true, canSelectFiles: false },
  };
  const file = {
    label: vscode.l10n.t('A file'),
    description: vscode.l10n.t('.npz, .npy, IDX or CSV'),
    options: { canSelectFolders: false, canSelectFiles: true },
  };
  const placeHolder = vscode.l10n.t('Data set to train {0} on', modelName);
  const kind = await vscode.window.showQuickPick([folder, file], { placeHolder });
  if (!kind) return null;
  const chosen = await vscode.window.showOpenDialog({ ...kind.options, openLabel: vscode.l10n.t('Train') });
  return chosen?.[0]?.fsPath ?? null;
}
