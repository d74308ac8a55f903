/** What can be done with a run of the tree: open, reveal, delete; and the lens's "Show entropy". */
import * as vscode from 'vscode';
import type { RunSummary } from '../../protocol/run.js';
import type { ShowEntropyArguments } from '../lens/layerLenses.js';
import type { ViewerPanels } from '../panel/viewerPanels.js';
import type { RunCatalog } from './runCatalog.js';
import type { RunFacts } from './runFacts.js';
import type { RunNode } from './runTree.js';
import { bytesText } from './runText.js';

export class RunCommands {
  constructor(
    readonly catalog: RunCatalog,
    readonly facts: RunFacts,
    readonly panels: ViewerPanels,
  ) {}

  /** From the tree; from the palette the person picks a run. */
  async open(node?: RunNode): Promise<void> {
    const run = runOf(node) ?? (await this.#pick());
    if (run) await this.panels.show(run, null);
  }

  /** From a lens or hover: the panel at that layer; nothing recorded: the offer to record. */
  async showEntropy(target?: ShowEntropyArguments): Promise<void> {
    const run = target?.run ? await this.catalog.find(target.run) : undefined;
    if (!target || !run) return offerToRecord(target?.script);
    const layer = target.layer === null ? undefined : (await this.facts.manifest(run)).layers[target.layer];
    const { layerState } = await import('../panel/layerQuery.js');
    await this.panels.show(run, layer ? layerState(layer) : null);
  }

  /** "When did it happen?": the epochs before and after a channel's death or the entropy's fall. */
  async findEpoch(target?: ShowEntropyArguments | RunNode): Promise<void> {
    const asked = await this.#layerOf(target);
    if (!asked) return;
    const { run, index } = asked;
    const [manifest, reports] = await Promise.all([this.facts.manifest(run), this.facts.reports(run)]);
    const layer = manifest.layers[index];
    const report = reports.find((one) => one.layer === index);
    if (!layer || !report) return;
    const { eventState, eventText, layerEvents } = await import('../bisect/layerEvents.js');
    const items = layerEvents(report).map((event) => ({ label: eventText(event, layer, vscode.l10n.t), event }));
    if (items.length === 0) {
      const nothing = vscode.l10n.t('No channel of {0} is dead, and its entropy never fell clearly.', layer.name);
      return void vscode.window.showInformationMessage(nothing);
    }
    const placeHolder = vscode.l10n.t('{0}: which epoch?', layer.name);
    const chosen = items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { placeHolder });
    if (chosen) await this.panels.show(run, eventState(chosen.event, layer));
  }

  async #layerOf(target?: ShowEntropyArguments | RunNode): Promise<{ run: RunSummary; index: number } | undefined> {
    if (target && 'kind' in target) return target.kind === 'layer' ? { run: target.run, index: target.layer.index } : undefined; // prettier-ignore
    const run = target?.run ? await this.catalog.find(target.run) : undefined;
    return run && target?.layer != null ? { run, index: target.layer } : undefined;
  }

  async reveal(node?: RunNode): Promise<void> {
    const run = runOf(node);
    if (!run) return;
    const uri = vscode.Uri.file(run.folder);
    // Where the editor runs in a browser or on another machine there is no file manager to show it in.
    if (vscode.env.uiKind === vscode.UIKind.Desktop && !vscode.env.remoteName) {
      await vscode.commands.executeCommand('revealFileInOS', uri);
    } else await vscode.commands.executeCommand('revealInExplorer', uri);
  }

  /** Asks first; to the trash where the system has one. */
  async delete(node?: RunNode): Promise<void> {
    const listed = runOf(node);
    const run = listed && (await this.catalog.find(listed.folder));
    if (!run) return;
    const remove = vscode.l10n.t('Delete');
    const detail = vscode.l10n.t('{0} in {1}', bytesText(run.byteCount), run.folder);
    const question = vscode.l10n.t('Delete the recorded run "{0}"?', run.name);
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, remove)) !== remove) return;
    this.panels.close(run.folder);
    await deleteFolder(run);
    this.catalog.refresh();
  }

  async #pick(): Promise<RunSummary | undefined> {
    const runs = await this.catalog.runs();
    const items = runs.map((run) => ({ label: run.name, description: new Date(run.createdAt).toLocaleString(), run }));
    return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Which run?') }))?.run;
  }
}

async function deleteFolder(run: RunSummary): Promise<void> {
  const { deleteRun } = await import('../../store/deleteRun.js');
  const canTrash = run.status.state !== 'recording' && run.epochs.length > 0;
  if (canTrash && (await movedToTrash(run.folder))) return;
  await deleteRun(run.folder);
}

async function movedToTrash(folder: string): Promise<boolean> {
  try {
    await vscode.workspace.fs.delete(vscode.Uri.file(folder), { recursive: true, useTrash: true });
    return true;
  } catch {
    return false; // No trash here, as on most remote machines.
  }
}

async function offerToRecord(script: string | undefined): Promise<void> {
  const record = vscode.l10n.t('Analyze CNN');
  const text = vscode.l10n.t(
    'Nothing is recorded for this layer yet. Analyze CNN runs the training script and records it.',
  );
  if ((await vscode.window.showInformationMessage(text, record)) !== record) return;
  await vscode.commands.executeCommand('cnnslicer.analyze', script === undefined ? undefined : vscode.Uri.file(script));
}

function runOf(node: RunNode | undefined): RunSummary | undefined {
  return node && node.kind !== 'folder' ? node.run : undefined;
}
