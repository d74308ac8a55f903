/** The panels in which runs are looked at: one for each run, kept over reloads of the window and ends of its host. */
import * as vscode from 'vscode';
import { countOf } from '../../protocol/panelMessages.js';
import type { RunSummary } from '../../protocol/run.js';
import type { ViewState } from '../../protocol/viewState.js';
import { Disposables } from '../disposables.js';
import type { Log } from '../log.js';
import type { RunCatalog } from '../runs/runCatalog.js';
import type { RunFacts } from '../runs/runFacts.js';
import { LeftPanels } from './leftPanels.js';
import type { KeptPanel, PanelMemory } from './panelMemory.js';
import type { ViewerPanel } from './viewerPanel.js';

const VIEWER_TYPE = 'cnnslicer.viewer';

/** Shows the line of a layer beside a panel. */
export type OpenSource = (run: RunSummary, layer: number, panelColumn: vscode.ViewColumn | undefined) => Promise<void>;

export class ViewerPanels implements vscode.WebviewPanelSerializer<unknown>, vscode.Disposable {
  readonly #disposables = new Disposables();
  readonly #panels = new Map<string, ViewerPanel>();
  readonly #open = new Set<vscode.WebviewPanel>();
  readonly #left: LeftPanels;

  constructor(
    readonly webviewFolder: vscode.Uri,
    readonly icons: { readonly light: vscode.Uri; readonly dark: vscode.Uri },
    readonly catalog: RunCatalog,
    readonly facts: RunFacts,
    readonly openSource: OpenSource,
    readonly log: Log,
    readonly memory: PanelMemory,
  ) {
    this.#disposables.add(vscode.window.registerWebviewPanelSerializer(VIEWER_TYPE, this));
    this.#disposables.add(catalog.onDidChange(() => void this.#tellPanels()));
    this.#left = this.#disposables.add(
      new LeftPanels({
        viewType: VIEWER_TYPE,
        left: memory.left,
        isAnswered: (column) => [...this.#open].some((panel) => panel.visible && panel.viewColumn === column),
        open: (panel, place) => this.#reopen(panel, place),
        onGone: ({ run }) => memory.delete(run),
        onError: (error) => log.error(error),
      }),
    );
  }

  async #tellPanels(): Promise<void> {
    for (const [folder, panel] of this.#panels) {
      const run = await this.catalog.find(folder);
      if (run) panel.runChanged(run);
    }
  }

  async show(run: RunSummary, state: Partial<ViewState> | null): Promise<void> {
    const open = this.#panels.get(run.folder);
    if (open) return open.show(state);
    const left = this.#left.take(run.folder);
    const place = left?.column ?? vscode.ViewColumn.Beside;
    const panel = vscode.window.createWebviewPanel(VIEWER_TYPE, run.name, place, this.#options());
    await this.#start(panel, run, left?.state || state ? { ...left?.state, ...state } : null);
  }

  /** In the place of a panel whose host has ended. */
  async #reopen(left: KeptPanel, place: { viewColumn: vscode.ViewColumn; preserveFocus: boolean }): Promise<void> {
    const run = await this.catalog.find(left.run);
    if (!run || this.#panels.has(left.run)) return;
    const panel = vscode.window.createWebviewPanel(VIEWER_TYPE, run.name, place, this.#options());
    await this.#start(panel, run, left.state);
  }

  /** After a reload of the window; `state` is what the page kept, whoever wrote it. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const folder = keptRun(state);
    if (folder !== null) this.#left.settled(folder);
    const run = folder === null ? undefined : await this.catalog.find(folder);
    if (!run) {
      this.log.line(`closed a panel: its run ${folder ?? ''} no longer exists`);
      panel.dispose();
      return;
    }
    // Restored late: a panel has taken its place.
    if (this.#panels.has(run.folder)) return panel.dispose();
    panel.webview.options = this.#options();
    // The editor keeps what a page gives it only now and then: after a sudden end it has an earlier state.
    await this.#start(panel, run, this.memory.laterThan(run.folder, countOf(state)));
  }

  #options(): vscode.WebviewOptions & vscode.WebviewPanelOptions {
    return { enableScripts: true, localResourceRoots: [this.webviewFolder], enableFindWidget: false };
  }

  async #start(panel: vscode.WebviewPanel, run: RunSummary, state: Partial<ViewState> | null): Promise<void> {
    panel.iconPath = this.icons;
    this.#open.add(panel);
    const { ViewerPanel } = await import('./viewerPanel.js');
    const viewer = new ViewerPanel(panel, this, run, state);
    this.#panels.set(run.folder, viewer);
    this.#disposables.add(viewer);
    this.#remember(panel, run.folder);
    panel.onDidDispose(() => {
      this.#open.delete(panel);
      this.#disposables.remove(viewer);
      if (this.#panels.get(run.folder) !== viewer) return;
      this.#panels.delete(run.folder);
      this.memory.delete(run.folder);
    });
    await viewer.start();
  }

  #remember(panel: vscode.WebviewPanel, run: string): void {
    const note = (): void => {
      const { title, viewColumn, visible } = panel;
      this.memory.place(run, { title, visible, column: viewColumn ?? vscode.ViewColumn.One });
    };
    panel.onDidChangeViewState(note);
    note();
  }

  /** Closes the panel of a run that was deleted. */
  close(folder: string): void {
    this.#panels.get(folder)?.panel.dispose();
  }

  /** The tabs stay: the window that is loaded anew, or the next host, takes them over. */
  dispose(): void {
    this.#disposables.dispose();
  }
}

function keptRun(state: unknown): string | null {
  const run = typeof state === 'object' && state !== null && 'run' in state ? state.run : null;
  return typeof run === 'string' ? run : null;
}
