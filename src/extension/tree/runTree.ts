/** The tree of recorded runs: recording, finished or broken, alone or in groups, with the layers below. */
import * as vscode from 'vscode';
import type { LayerReport } from '../../protocol/measure.js';
import type { Layer } from '../../protocol/run.js';
import { Disposables } from '../disposables.js';
import type { Log } from '../log.js';
import type { LearnedStates } from '../problems/learnedState.js';
import type { ProgressState } from '../words/progressState.js';
import type { AnnotatedRun } from '../runs/runAnnotations.js';
import type { RunCatalog, RunsOfFolder } from '../runs/runCatalog.js';
import type { RunFacts } from '../runs/runFacts.js';
import { folderItem, groupItem, layerItem, noteItem, runItem } from './runItems.js';
import { runEntries, type RunEntry } from '../runs/runOrder.js';
import { brokenText, budgetText } from '../words/runText.js';

const t = vscode.l10n.t;

export type RunNode =
  | { readonly kind: 'folder'; readonly folder: RunsOfFolder }
  | { readonly kind: 'group'; readonly group: RunEntry & { kind: 'group' } }
  | { readonly kind: 'run'; readonly run: AnnotatedRun; readonly hasNamesake: boolean; readonly isInGroup: boolean }
  | { readonly kind: 'note'; readonly run: AnnotatedRun; readonly text: string; readonly icon: string }
  | {
      readonly kind: 'layer';
      readonly run: AnnotatedRun;
      readonly layer: Layer;
      readonly report: LayerReport | undefined;
      /** How many channels would do, where those are well below what it has. */
      readonly needed: number | undefined;
    };

/** What is known of recordings of this window, between two whole epochs. */
export interface LiveProgress {
  readonly onProgress: vscode.Event<string>;
  progressOf(folder: string): ProgressState | undefined;
}

export class RunTree implements vscode.TreeDataProvider<RunNode>, vscode.Disposable {
  readonly #disposables = new Disposables();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<RunNode | undefined>());
  readonly onDidChangeTreeData = this.#changed.event;
  /** Nodes of runs that are in the tree now, by folder: the tree knows nodes by identity. */
  readonly #shown = new Map<string, RunNode>();

  constructor(
    readonly catalog: RunCatalog,
    readonly facts: RunFacts,
    readonly states: Pick<LearnedStates, 'needed' | 'onArrival'>,
    readonly live: LiveProgress,
    readonly log: Log,
  ) {
    this.#disposables.add(catalog.onDidChange(() => this.#changed.fire(undefined)));
    this.#disposables.add(states.onArrival(() => this.#changed.fire(undefined)));
    this.#disposables.add(live.onProgress((folder) => this.#advanced(folder)));
  }

  #advanced(folder: string): void {
    const node = this.#shown.get(folder);
    if (node) this.#changed.fire(node);
  }

  async getChildren(node?: RunNode): Promise<RunNode[]> {
    switch (node?.kind) {
      case undefined:
        return this.#top();
      case 'folder':
        return this.#entries(node.folder.runs);
      case 'group':
        return this.#runs(node.group.runs, true);
      case 'run':
        return this.#ofRun(node.run);
      case 'note':
      case 'layer':
        return [];
    }
  }

  getTreeItem(node: RunNode): vscode.TreeItem {
    switch (node.kind) {
      case 'folder':
        return folderItem(node.folder);
      case 'group':
        return groupItem(node.group);
      case 'run':
        return runItem(node, this.live.progressOf(node.run.folder));
      case 'note':
        return noteItem(node);
      case 'layer':
        return layerItem(node);
    }
  }

  async #top(): Promise<RunNode[]> {
    this.#shown.clear();
    const folders = (await this.catalog.folders()).filter(({ runs }) => runs.length > 0);
    if (folders.length > 1) return folders.map((folder) => ({ kind: 'folder', folder }));
    return folders.flatMap(({ runs }) => this.#entries(runs));
  }

  #entries(runs: readonly AnnotatedRun[]): RunNode[] {
    const entries = runEntries(runs);
    const alone = entries.flatMap((entry) => (entry.kind === 'run' ? [entry.run] : []));
    const nodes = new Map(this.#runs(alone, false).map((node) => [node.run, node]));
    return entries.flatMap((entry): RunNode[] => {
      if (entry.kind === 'group') return [{ kind: 'group', group: entry }];
      const node = nodes.get(entry.run);
      return node ? [node] : [];
    });
  }

  #runs(runs: readonly AnnotatedRun[], isInGroup: boolean): (RunNode & { kind: 'run' })[] {
    const hasNamesake = ({ name, folder }: AnnotatedRun): boolean =>
      runs.some((other) => other.name === name && other.folder !== folder);
    return runs.map((run) => {
      const node = { kind: 'run' as const, run, hasNamesake: hasNamesake(run), isInGroup };
      this.#shown.set(run.folder, node);
      return node;
    });
  }

  async #ofRun(run: AnnotatedRun): Promise<RunNode[]> {
    const broken = brokenText(run, t);
    const notes: RunNode[] = broken === null ? [] : [{ kind: 'note', run, text: broken, icon: 'info' }];
    try {
      const manifest = await this.facts.manifest(run);
      if (run.status.state === 'recording')
        notes.push({ kind: 'note', run, text: budgetText(run, manifest, t), icon: 'database' });
      const reports = await this.#reports(run);
      const needed = this.states.needed(run);
      return [
        ...notes,
        ...manifest.layers.map((layer): RunNode => {
          const { index } = layer;
          return { kind: 'layer', run, layer, report: reports.get(index), needed: needed.get(index) };
        }),
      ];
    } catch (error) {
      // A broken run without a readable manifest has said why; anything else is told in the log.
      if (broken === null) this.log.error(error);
      return notes;
    }
  }

  async #reports(run: AnnotatedRun): Promise<Map<number, LayerReport>> {
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
