/** Tasks of type `cnnslicer`: a recording that tasks.json names, run by the command line in a terminal. */
import { basename, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { DEFAULT_BATCHES_PER_EPOCH, DEFAULT_TIME_SHARE } from '../../protocol/recorderSettings.js';
import { readConfigurations } from './configurations.js';
import { recordArguments, type RecordingTaskDefinition } from './recordArguments.js';
import { trainingScripts } from './trainingScript.js';
import { isPythonFile } from './trainingSigns.js';

export class RecordingTasks implements vscode.TaskProvider {
  static readonly type = 'cnnslicer';

  constructor(readonly commandLineFile: string) {}

  /** One for each configuration of the settings, and one for each script of the workspace that trains. */
  async provideTasks(): Promise<vscode.Task[]> {
    const tasks: vscode.Task[] = [];
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      if (folder.uri.scheme !== 'file') continue;
      tasks.push(...(await this.#configured(folder)));
      for (const file of await trainingScripts(folder)) {
        const script = relative(folder.uri.fsPath, file).split(sep).join('/');
        tasks.push(await this.#task({ type: RecordingTasks.type, script }, folder));
      }
    }
    return tasks;
  }

  #configured(folder: vscode.WorkspaceFolder): Promise<vscode.Task[]> {
    const setting: unknown = vscode.workspace.getConfiguration('cnnslicer', folder.uri).get('configurations');
    return Promise.all(
      readConfigurations(setting).configurations.map((one) =>
        this.#task({ type: RecordingTasks.type, ...one }, folder),
      ),
    );
  }

  /** Undefined for a definition without a script. */
  async resolveTask({ definition, scope }: vscode.Task): Promise<vscode.Task | undefined> {
    const folder = isFolder(scope) ? scope : vscode.workspace.workspaceFolders?.[0];
    const asked = definition as Partial<RecordingTaskDefinition>;
    return folder && typeof asked.script === 'string' && asked.script !== ''
      ? this.#task(definition as vscode.TaskDefinition & RecordingTaskDefinition, folder)
      : undefined;
  }

  async #task(
    definition: vscode.TaskDefinition & RecordingTaskDefinition,
    folder: vscode.WorkspaceFolder,
  ): Promise<vscode.Task> {
    const isPython = isPythonFile(definition.script);
    const python = isPython ? await interpreterIn(folder) : undefined;
    const settings = vscode.workspace.getConfiguration('cnnslicer', folder.uri);
    const defaults = {
      probes: settings.get('record.probes', 1000),
      byteBudgetMiB: settings.get('record.byteBudgetMiB', 2048),
      batchesPerEpoch: settings.get('record.batchesPerEpoch', DEFAULT_BATCHES_PER_EPOCH),
      timeShare: settings.get('record.timeShare', 100 * DEFAULT_TIME_SHARE),
      trainSizes: settings.get<number[]>('record.trainSizes', []),
      arguments: settings.get<string[]>('record.arguments', []),
    };
    const given = recordArguments(definition, defaults, python);
    const node = isPython ? process.execPath : settings.get('node.path', 'node');
    const execution = new vscode.ProcessExecution(node, [this.commandLineFile, ...given], {
      cwd: folder.uri.fsPath,
      // The editor's own executable is Node.js then.
      ...(isPython ? { env: { ELECTRON_RUN_AS_NODE: '1' } } : {}),
    });
    const name = vscode.l10n.t('record {0}', definition.name ?? basename(definition.script));
    // The very object that was asked for: the editor runs no task whose definition is another one.
    const task = new vscode.Task(definition, folder, name, RecordingTasks.type, execution, []);
    task.detail = vscode.l10n.t('Trains and records {0}', definition.script);
    return task;
  }
}

/** Undefined: the command line looks on the PATH. */
async function interpreterIn(folder: vscode.WorkspaceFolder): Promise<string | undefined> {
  const { chosenPython } = await import('./pythonInterpreter.js');
  return (await chosenPython(folder.uri, folder.uri.fsPath)) ?? undefined;
}

function isFolder(scope: vscode.Task['scope']): scope is vscode.WorkspaceFolder {
  return typeof scope === 'object';
}
