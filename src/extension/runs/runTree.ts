/** The tree of recorded runs: recording, finished or broken, with the layers below. */
import * as vscode from 'vscode';
import type { LayerReport } from '../../protocol/measure.js';
import type { Layer, RunSummary } from '../../protocol/run.js';
import { Disposables } from '../disposables.js';
import { deadText, entropyText } from '../lens/layerText.js';
import type { Log } from '../log.js';
import type { RunCatalog, RunsOfFolder } from './runCatalog.js';
import type { RunFacts } from './runFacts.js';
import { brokenText, budgetText, runDescription } from './runText.js';

const t = vscode.l10n.t;

export type RunNode =
  | { readonly kind: 'folder'; readonly folder: RunsOfFolder }
  | { readonly kind: 'run'; readonly run: RunSummary; readonly hasNamesake: boolean }
  | { readonly kind: 'note'; readonly run: RunSummary; readonly text: string; readonly icon: string }
  | {
      readonly kind: 'layer';
      readonly run: RunSummary;
      readonly layer: Layer;
      readonly report: LayerReport | undefined;
    };

export class RunTree implements vscode.TreeDataProvider<RunNode>, vscode.Disposable {
  readonly #disposables = new Disposables();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<RunNode | undefined>());
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(
    readonly catalog: RunCatalog,
    readonly facts: RunFacts,
    readonly log: Log,
  ) {
    this.#disposables.add(catalog.onDidChange(() => this.#changed.fire(undefined)));
  }

  async getChildren(node?: RunNode): Promise<RunNode[]> {
    if (!node) return this.#top();
    if (node.kind === 'folder') return runNodes(node.folder.runs);
    return node.kind === 'run' ? this.#ofRun(node.run) : [];
  }

  getTreeItem(node: RunNode): vscode.TreeItem {
    switch (node.kind) {
      case 'folder':
        return folderItem(node.folder);
      case 'run':
        return runItem(node);
      case 'note':
        return noteItem(node);
      case 'layer':
        return layerItem(node);
    }
  }

  async #top(): Promise<RunNode[]> {
    const folders = (await this.catalog.folders()).filter(({ runs }) => runs.length > 0);
    if (folders.length > 1) return folders.map((folder) => ({ kind: 'folder', folder }));
    return folders.flatMap(({ runs }) => runNodes(runs));
  }

  async #ofRun(run: RunSummary): Promise<RunNode[]> {
    const broken = brokenText(run, t);
    const notes: RunNode[] = broken === null ? [] : [{ kind: 'note', run, text: broken, icon: 'info' }];
    try {
      const manifest = await this.facts.manifest(run);
      if (run.status.state === 'recording')
        notes.push({ kind: 'note', run, text: budgetText(run, manifest, t), icon: 'database' });
      const reports = await this.#reports(run);
      return [
        ...notes,
        ...manifest.layers.map((layer): RunNode => ({ kind: 'layer', run, layer, report: reports.get(layer.index) })),
      ];
    } catch (error) {
      // A broken run without a readable manifest has said why; anything else is told in the log.
      if (broken === null) this.log.error(error);
      return notes;
    }
  }

  async #reports(run: RunSummary): Promise<Map<number, LayerReport>> {
    try {
      return new Map((await this.facts.reports(run)).map((report) => [report.layer, report]));
    } catch (error) {
      this.log.error(error);
      return new Map();
    }
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

function runNodes(runs: readonly RunSummary[]): RunNode[] {
  const hasNamesake = ({ name, folder }: RunSummary): boolean =>
    runs.some((other) => other.name === name && other.folder !== folder);
  return runs.map((run) => ({ kind: 'run', run, hasNamesake: hasNamesake(run) }));
}

function folderItem({ root, name, runs }: RunsOfFolder): vscode.TreeItem {
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = root;
  item.description = runs.length === 1 ? t('1 run') : t('{0} runs', runs.length);
  item.iconPath = vscode.ThemeIcon.Folder;
  return item;
}

const RUN_ICONS = {
  recording: new vscode.ThemeIcon('loading~spin'),
  finished: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  broken: new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed')),
};

function runItem({ run, hasNamesake }: RunNode & { kind: 'run' }): vscode.TreeItem {
  const item = new vscode.TreeItem(run.name, vscode.TreeItemCollapsibleState.Collapsed);
  const { state } = run.status;
  item.id = run.folder;
  // Runs of one script have one name: the time tells them apart.
  item.description = hasNamesake ? `${runDescription(run, t)}, ${timeText(run.createdAt)}` : runDescription(run, t);
  item.iconPath = RUN_ICONS[state];
  item.contextValue = `run.${state}`;
  item.tooltip = [
    run.name,
    runDescription(run, t),
    brokenText(run, t),
    new Date(run.createdAt).toLocaleString(),
    run.folder,
  ]
    .filter(Boolean)
    .join('\n');
  item.accessibilityInformation = { label: `${run.name}, ${runDescription(run, t)}` };
  return item;
}

/** The time of today's runs, the day of others. */
function timeText(createdAt: string): string {
  const created = new Date(createdAt);
  const isToday = created.toDateString() === new Date().toDateString();
  return isToday
    ? created.toLocaleTimeString(vscode.env.language, { hour: '2-digit', minute: '2-digit' })
    : created.toLocaleDateString(vscode.env.language, { day: 'numeric', month: 'short' });
}

function noteItem({ run, text, icon }: RunNode & { kind: 'note' }): vscode.TreeItem {
  const item = new vscode.TreeItem(text);
  item.id = `${run.folder}#${icon}`;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.tooltip = text;
  return item;
}

function layerItem(node: RunNode & { kind: 'layer' }): vscode.TreeItem {
  const { run, layer, report } = node;
  const item = new vscode.TreeItem(layer.name);
  const entropy = report ? entropyText(report)?.split(' ')[0] : undefined;
  const dead = report ? deadText(report, layer, t) : null;
  item.id = `${run.folder}#${layer.index}`;
  item.description = [entropy === undefined ? '' : t('H {0} bits', entropy), dead ?? ''].filter(Boolean).join(', ');
  item.iconPath = new vscode.ThemeIcon('layers');
  item.tooltip = `${layer.name}: ${layer.className}, ${layer.outputShape.join('×')}`;
  item.contextValue = layer.source ? 'layer.withSource' : 'layer';
  if (layer.source)
    item.command = { command: 'cnnslicer.goToLayer', title: t('Go to Layer Source'), arguments: [node] };
  return item;
}
