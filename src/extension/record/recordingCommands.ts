/** Recordings that are asked for by name: a configuration of the workspace, or a run once more. */
import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.js';
import type { Log } from '../log.js';
import type { RunCatalog } from '../runs/runCatalog.js';
import { runOf, type RunCommands } from '../commands/runCommands.js';
import type { RunFacts } from '../runs/runFacts.js';
import { rootOfRun, sourceFile } from '../runs/runPlaces.js';
import type { RunNode } from '../tree/runTree.js';
import { readConfigurations, wishOf } from './configurations.js';
import { configuredDataSet } from './dataSetChoice.js';
import { wishToRepeat } from './recordAgain.js';
import type { Recordings } from './recordings.js';
import type { RecordingWish } from './recordingWish.js';
import { exportsModel, trainsModel } from './trainingSigns.js';

export class RecordingCommands {
  constructor(
    readonly recordings: Recordings,
    readonly catalog: RunCatalog,
    readonly facts: RunFacts,
    readonly runs: RunCommands,
    readonly log: Log,
  ) {}

  /** Records the run's script again, with all that its manifest says of how it was recorded. */
  async again(node?: RunNode): Promise<void> {
    const run = runOf(node) ?? (await this.runs.pick(vscode.l10n.t('Record which run again?')));
    if (!run) return;
    const manifest = await this.facts.manifest(run);
    const { script } = manifest;
    const file = sourceFile(run.folder, script.file, this.catalog.roots);
    if (file === null) throw notHere(run.name, `its script ${script.file} is outside the open folders`);
    const text = await readText(file, run.name);
    const exported = !trainsModel(text, file) && exportsModel(text, file);
    const dataSet = exported ? configuredDataSet(vscode.Uri.file(file)) : null;
    // Which data set it was trained on is not in the recording: it is asked for as it was then.
    if (exported && dataSet === null) return this.recordings.analyze(vscode.Uri.file(file));
    const root = rootOfRun(run.folder);
    await this.recordings.record({ ...wishToRepeat(manifest), script: file, dataSet, root });
  }

  /** Records one of `cnnslicer.configurations`; the person picks where there are several. */
  async configuration(name?: string): Promise<void> {
    const named = this.#named();
    const items = named.map(({ label, description, wish }) => ({ label, description, wish }));
    const asked = items.find(({ label }) => label === name);
    if (items.length === 0) throw noConfigurations();
    const placeHolder = vscode.l10n.t('Record which configuration?');
    const chosen = asked ?? (items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { placeHolder }));
    if (chosen) await this.recordings.record(chosen.wish);
  }

  #named(): { label: string; description: string; wish: RecordingWish }[] {
    return (vscode.workspace.workspaceFolders ?? []).flatMap((folder) => {
      if (folder.uri.scheme !== 'file') return [];
      const setting: unknown = vscode.workspace.getConfiguration('cnnslicer', folder.uri).get('configurations');
      const { configurations, faults } = readConfigurations(setting);
      for (const fault of faults) this.log.line(`cnnslicer.configurations of ${folder.name}: ${fault}`);
      return configurations.map((one) => ({
        label: one.name,
        description: one.script,
        wish: wishOf(one, folder.uri.fsPath),
      }));
    });
  }
}

async function readText(file: string, name: string): Promise<string> {
  try {
    return Buffer.from(await vscode.workspace.fs.readFile(vscode.Uri.file(file))).toString('utf8');
  } catch {
    throw notHere(name, `its script ${file} no longer exists`);
  }
}

function notHere(name: string, wrong: string): Failure {
  return new Failure({
    kind: 'not-found',
    doing: `recording ${name} again`,
    wrong,
    tryThis: 'Open the folder that the run was recorded in, or open the script and run "CNNSlicer: Analyze CNN".',
  });
}

function noConfigurations(): Failure {
  return new Failure({
    kind: 'not-found',
    doing: 'looking for recording configurations',
    wrong: 'the setting cnnslicer.configurations has no valid configuration',
    tryThis:
      'Add one, such as { "name": "digits", "script": "train.js", "arguments": ["10"] }; see the log for errors.',
  });
}
