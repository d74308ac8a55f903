/** What can be done with runs of the tree: open, compare, reveal, delete; and the lens's "Show entropy". */
import * as vscode from 'vscode';
import type { ShowEntropyArguments } from '../showEntropy.js';
import { entropyName } from '../words/layerText.js';
import type { ViewerPanels } from '../panel/viewerPanels.js';
import { bytesText } from '../../protocol/bytesText.js';
import type { LayerReport } from '../../protocol/measure.js';
import type { Layer } from '../../protocol/run.js';
import type { LayerEvent } from '../bisect/layerEvents.js';
import { Failure } from '../../protocol/failure.js';
import type { CompareState } from '../panel/compareState.js';
import type { AnnotatedRun } from '../runs/runAnnotations.js';
import type { RunCatalog } from '../runs/runCatalog.js';
import type { RunFacts } from '../runs/runFacts.js';
import type { RunNode } from '../tree/runTree.js';

type Fall = Extract<LayerEvent, { kind: 'fell' }>;

export class RunCommands {
  constructor(
    readonly catalog: RunCatalog,
    readonly facts: RunFacts,
    readonly panels: ViewerPanels,
  ) {}

  /** From the tree; from the palette the person picks a run. */
  async open(node?: RunNode): Promise<void> {
    const run = runOf(node) ?? (await this.pick(vscode.l10n.t('Which run?')));
    if (run) await this.panels.show(run, null);
  }

  /** From a lens or hover: the panel at that layer; nothing recorded: the offer to record. */
  async showEntropy(target?: ShowEntropyArguments): Promise<void> {
    const run = target?.run ? await this.catalog.find(target.run) : undefined;
    if (!target || !run) return offerToRecord(target?.script);
    const { layers } = await this.facts.manifest(run);
    const layer = target.layer === null ? undefined : layers[target.layer];
    const { viewOfLayer } = await import('../panel/layerQuery.js');
    await this.panels.show(run, layer ? viewOfLayer(target.view ?? 'query', layer, layers) : null);
  }

  /** From a hover: the run of the layer beside the next older one of the same file. */
  async compareWith(first?: string, second?: string): Promise<void> {
    const [one, other] = await Promise.all([first, second].map((folder) => this.catalog.find(folder ?? '')));
    if (one && other) await this.#showBoth(one, other);
  }

  /** "When did it happen?": the epochs before and after a channel's death or the entropy's fall. */
  async findEpoch(target?: ShowEntropyArguments | RunNode): Promise<void> {
    const asked = await this.#layerOf(target);
    if (!asked) return target && 'script' in target ? offerToRecord(target.script) : undefined;
    const { run, index } = asked;
    const [manifest, reports] = await Promise.all([this.facts.manifest(run), this.facts.reports(run)]);
    const layer = manifest.layers[index];
    const report = reports.find((one) => one.layer === index);
    if (!layer || !report) return;
    const { eventState, eventText, layerEvents } = await import('../bisect/layerEvents.js');
    const items = layerEvents(report).map((event) => ({ label: eventText(event, layer, vscode.l10n.t), event }));
    if (items.length === 0) {
      const nothing = vscode.l10n.t(
        '{0} has no dead channels, and its {1} never dropped significantly.',
        layer.name,
        entropyName([layer], vscode.l10n.t),
      );
      return void vscode.window.showInformationMessage(nothing);
    }
    const placeHolder = vscode.l10n.t('{0}: which epoch?', layer.name);
    const chosen = items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { placeHolder });
    if (!chosen) return;
    const channel = chosen.event.kind === 'fell' ? await this.#fallen(run, report, chosen.event) : 0;
    await this.panels.show(run, eventState(chosen.event, layer, manifest.layers, channel));
  }

  /** The channel that a fall of its layer is best seen at. */
  async #fallen(run: AnnotatedRun, report: LayerReport, { before, epoch }: Fall): Promise<number> {
    const { deepestChannel } = await import('../bisect/layerEvents.js');
    const { channelMeans } = await import('../hover/pictureData.js');
    const [from, to] = await Promise.all([before, epoch].map((at) => this.facts.entropy(run, report.layer, at)));
    return from && to ? deepestChannel(channelMeans(report, from), channelMeans(report, to)) : 0;
  }

  async #layerOf(target?: ShowEntropyArguments | RunNode): Promise<{ run: AnnotatedRun; index: number } | undefined> {
    if (target && 'kind' in target)
      return target.kind === 'layer' ? { run: target.run, index: target.layer.index } : undefined;
    const run = target?.run ? await this.catalog.find(target.run) : undefined;
    return run && target?.layer != null ? { run, index: target.layer } : undefined;
  }

  async reveal(node?: RunNode): Promise<void> {
    const run = runOf(node) ?? (await this.pick(vscode.l10n.t('Which run?')));
    if (!run) return;
    const uri = vscode.Uri.file(run.folder);
    // Where the editor runs in a browser or on another machine there is no file manager to show it in.
    if (vscode.env.uiKind === vscode.UIKind.Desktop && !vscode.env.remoteName) {
      await vscode.commands.executeCommand('revealFileInOS', uri);
    } else await vscode.commands.executeCommand('revealInExplorer', uri);
  }

  /** Two runs side by side: two that are selected, or one and another that the person picks. */
  async compare(node?: RunNode, selected: readonly RunNode[] = []): Promise<void> {
    const chosen = chosenRuns(node, selected);
    const first = chosen[0] ?? (await this.pick(vscode.l10n.t('Which run?')));
    if (!first) return;
    if (chosen.length > 2) throw tooMany(chosen.length);
    const second = chosen[1] ?? (await this.pick(vscode.l10n.t('Compare {0} with which run?', first.name), first));
    if (!second) return;
    await this.#showBoth(first, second);
  }

  async #showBoth(first: AnnotatedRun, second: AnnotatedRun): Promise<void> {
    const state: CompareState = { view: 'compare', compare: { other: second.id } };
    await this.panels.show(first, state);
  }

  /** Asks first; to the trash where the system has one. */
  async delete(node?: RunNode, selected: readonly RunNode[] = []): Promise<void> {
    const chosen = chosenRuns(node, selected);
    const picked = chosen.length > 0 ? undefined : await this.pick(vscode.l10n.t('Delete which run?'));
    const asked = picked ? [picked] : chosen;
    const listed = await Promise.all(asked.map(({ folder }) => this.catalog.find(folder)));
    const runs = listed.flatMap((run) => (run && run.status.state !== 'recording' ? [run] : []));
    const [first] = runs;
    if (!first || !(await confirmed(runs))) return;
    for (const run of runs) {
      this.panels.close(run.folder);
      await deleteFolder(run);
    }
    this.catalog.refresh();
  }

  /** A layer of a run, both by their names; only those that a line of a script constructed. */
  async pickLayer(): Promise<{ run: AnnotatedRun; layer: Layer } | undefined> {
    const run = await this.pick(vscode.l10n.t('Which run?'));
    if (!run) return undefined;
    const { layers } = await this.facts.manifest(run);
    const items = layers.flatMap((layer) =>
      layer.source ? [{ label: layer.name, description: `${layer.source.file}:${layer.source.line}`, layer }] : [],
    );
    const chosen = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Which layer?') });
    return chosen && { run, layer: chosen.layer };
  }

  /** A run by its name, newest first; all but `other`. */
  async pick(placeHolder: string, other?: AnnotatedRun): Promise<AnnotatedRun | undefined> {
    const runs = (await this.catalog.runs()).filter(({ folder }) => folder !== other?.folder);
    const items = runs.map((run) => ({ label: run.name, description: new Date(run.createdAt).toLocaleString(), run }));
    return (await vscode.window.showQuickPick(items, { placeHolder }))?.run;
  }
}

async function confirmed(runs: readonly AnnotatedRun[]): Promise<boolean> {
  const remove = vscode.l10n.t('Delete');
  const bytes = bytesText(runs.reduce((sum, { byteCount }) => sum + byteCount, 0));
  const [first] = runs;
  const question =
    runs.length === 1
      ? vscode.l10n.t('Delete the recorded run "{0}"?', first?.name ?? '')
      : vscode.l10n.t('Delete {0} recorded runs?', runs.length);
  const detail =
    runs.length === 1
      ? vscode.l10n.t('{0} in {1}', bytes, first?.folder ?? '')
      : vscode.l10n.t('{0}: {1}', bytes, runs.map(({ name }) => name).join(', '));
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, remove)) === remove;
}

async function deleteFolder(run: AnnotatedRun): Promise<void> {
  const { deleteRun } = await import('../../store/runs/deleteRun.js');
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
  const text = vscode.l10n.t('This layer has not been recorded yet. Run Analyze CNN to record the training.');
  if ((await vscode.window.showInformationMessage(text, record)) !== record) return;
  await vscode.commands.executeCommand('cnnslicer.analyze', script === undefined ? undefined : vscode.Uri.file(script));
}

function tooMany(count: number): Failure {
  return new Failure({
    kind: 'bad-input',
    doing: 'comparing runs',
    wrong: `${count} runs are selected`,
    tryThis: 'Select two runs.',
  });
}

/** All that are selected where the node is one of them, else the node alone: as the editor's own trees do. */
export function chosenRuns(node: RunNode | undefined, selected: readonly RunNode[]): AnnotatedRun[] {
  const nodes = node && !selected.includes(node) ? [node] : selected;
  const runs = nodes.flatMap((one) => (one.kind === 'group' ? one.group.runs : (runOf(one) ?? [])));
  return [...new Map(runs.map((run) => [run.folder, run])).values()];
}

export function runOf(node: RunNode | undefined): AnnotatedRun | undefined {
  return node && 'run' in node ? node.run : undefined;
}
