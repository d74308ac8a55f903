/**
 * What to run for the file in the editor: the file itself when it trains, else a script that may train it, else
 * the model that it exports on a data set.
 */
import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.js';
import { grammarFor } from '../detect/layerDefinition.js';
import { chooseDataSet, configuredDataSet } from './dataSetChoice.js';
import { exportsModel, importsModule, isPythonFile, trainsModel } from './trainingSigns.js';

const SCRIPTS = { node: '**/*.{js,mjs,cjs,ts,mts,cts,jsx,tsx}', python: '**/*.py' };
const NOT_SCRIPTS =
  '{**/node_modules/**,**/dist/**,**/.cnnslicer/**,**/*.d.ts,**/site-packages/**,**/.venv/**,**/venv/**,**/env/**}';
const FILES_LOOKED_AT = 300;
const BYTES_LOOKED_AT = 2 ** 20;

export interface TrainingChoice {
  readonly file: string;
  /** The data set that the exported model is trained on; null: the file is a script. */
  readonly dataSet: string | null;
}

/** Null when the person chose none. Throws a Failure where the editor holds no script. */
export async function chooseTraining(document: vscode.TextDocument | undefined): Promise<TrainingChoice | null> {
  if (!document || document.uri.scheme !== 'file' || !grammarFor(document.languageId)) throw noScript(document);
  const file = document.uri.fsPath;
  const text = document.getText();
  if (trainsModel(text, file)) return script(file);
  const trainers = await scriptsThatTrain(document.uri);
  if (!exportsModel(text, file)) return trainers.length === 0 ? script(file) : pick(document.uri, trainers, false);
  const dataSet = configuredDataSet(document.uri);
  return trainers.length === 0 && dataSet !== null ? { file, dataSet } : pick(document.uri, trainers, true);
}

/** A model that TensorFlow.js saved: it has no script, and is evaluated on a data set. */
export function isSavedModel({ scheme, path }: vscode.Uri): boolean {
  return scheme === 'file' && /(?:^|\/)model\.json$/.test(path);
}

/** Null when the person chose no data set. */
export async function chooseDataFor(model: vscode.Uri): Promise<TrainingChoice | null> {
  const dataSet = configuredDataSet(model) ?? (await chooseDataSet(vscode.workspace.asRelativePath(model)));
  return dataSet === null ? null : { file: model.fsPath, dataSet };
}

function script(file: string): TrainingChoice {
  return { file, dataSet: null };
}

/** Scripts of the same workspace folder that train; those that import the file first. */
async function scriptsThatTrain(model: vscode.Uri): Promise<string[]> {
  const folder = vscode.workspace.getWorkspaceFolder(model);
  return folder ? trainingScripts(folder, model) : [];
}

/** Files of the folder that train, of the model's language where one is given; those that import it first. */
export async function trainingScripts(folder: vscode.WorkspaceFolder, model?: vscode.Uri): Promise<string[]> {
  const kinds = model ? [isPythonFile(model.path) ? SCRIPTS.python : SCRIPTS.node] : Object.values(SCRIPTS);
  const search = (scripts: string): Thenable<vscode.Uri[]> =>
    vscode.workspace.findFiles(new vscode.RelativePattern(folder, scripts), NOT_SCRIPTS, FILES_LOOKED_AT);
  const files = (await Promise.all(kinds.map(search))).flat();
  const found: { file: string; imports: boolean }[] = [];
  for (const file of files) {
    const text = file.toString() === model?.toString() ? '' : await textOf(file);
    if (trainsModel(text, file.path))
      found.push({ file: file.fsPath, imports: model !== undefined && importsModule(text, model.path) });
  }
  return found
    .sort((a, b) => Number(b.imports) - Number(a.imports) || (a.file < b.file ? -1 : 1))
    .map(({ file }) => file);
}

async function textOf(file: vscode.Uri): Promise<string> {
  try {
    if ((await vscode.workspace.fs.stat(file)).size > BYTES_LOOKED_AT) return '';
    return Buffer.from(await vscode.workspace.fs.readFile(file)).toString('utf8');
  } catch {
    return ''; // A file that cannot be read is no candidate.
  }
}

async function pick(
  model: vscode.Uri,
  trainers: readonly string[],
  isExported: boolean,
): Promise<TrainingChoice | null> {
  const name = vscode.workspace.asRelativePath(model);
  const onData = (): Promise<TrainingChoice | null> => chooseDataFor(model);
  const run = (file: string) => (): Promise<TrainingChoice | null> => Promise.resolve(script(file));
  const items = [
    ...trainers.map((file) => ({ label: vscode.workspace.asRelativePath(file), description: '', choose: run(file) })),
    ...(isExported
      ? [{ label: name, description: vscode.l10n.t('train the model that it exports on a data set'), choose: onData }]
      : []),
    { label: name, description: vscode.l10n.t('run this file itself'), choose: run(model.fsPath) },
  ];
  const placeHolder = vscode.l10n.t('{0} defines a model but does not train it. How do you want to train it?', name);
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.choose() ?? null;
}

function noScript(document: vscode.TextDocument | undefined): Failure {
  return new Failure({
    kind: 'bad-input',
    doing: 'looking for the training script to record',
    wrong: document
      ? `${vscode.workspace.asRelativePath(document.uri)} is not a JavaScript, TypeScript or Python file on disk`
      : 'no file is open in the editor',
    tryThis: 'Open the script that trains the model and run "CNNSlicer: Analyze CNN" again.',
  });
}
