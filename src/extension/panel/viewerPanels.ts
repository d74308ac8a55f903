/** The panels in which runs are looked at: one for each run, kept over reloads of the window. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.js';
import type { RunSummary } from '../../protocol/run.js';
import type { ViewerContract, ViewState } from '../../protocol/viewer.js';
import { Disposables } from '../disposables.js';
import type { Log } from '../log.js';
import type { RunCatalog } from '../runs/runCatalog.js';
import type { RunFacts } from '../runs/runFacts.js';
import type { ViewerPanel } from './viewerPanel.js';

export const VIEWER_TYPE = 'cnnslicer.viewer';

/** Shows the line of a layer beside a panel. */
export type OpenSource = (run: RunSummary, layer: number, panelColumn: vscode.ViewColumn | undefined) => Promise<void>;

export class ViewerPanels implements vscode.WebviewPanelSerializer<unknown>, vscode.Disposable {
  readonly #disposables = new Disposables();
  readonly #panels = new Map<string, ViewerPanel>();

  constructor(
    readonly webviewFolder: vscode.Uri,
    readonly icons: { readonly light: vscode.Uri; readonly dark: vscode.Uri },
    readonly catalog: RunCatalog,
    readonly facts: RunFacts,
    readonly openSource: OpenSource,
    readonly log: Log,
  ) {
    this.#disposables.add(vscode.window.registerWebviewPanelSerializer(VIEWER_TYPE, this));
    this.#disposables.add(catalog.onDidChange(() => void this.#tellPanels()));
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
    const panel = vscode.window.createWebviewPanel(VIEWER_TYPE, run.name, vscode.ViewColumn.Beside, this.#options());
    await this.#open(panel, run, state);
  }

  /** After a reload of the window; `state` is what the page kept, whoever wrote it. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const folder = keptRun(state);
    const run = folder === null ? undefined : await this.catalog.find(folder);
    if (!run) {
      this.log.line(`a panel was closed: its run ${folder ?? ''} is not there any more`);
      panel.dispose();
      return;
    }
    panel.webview.options = this.#options();
    await this.#open(panel, run, null);
  }

  #options(): vscode.WebviewOptions & vscode.WebviewPanelOptions {
    return { enableScripts: true, localResourceRoots: [this.webviewFolder], enableFindWidget: false };
  }

  async #open(panel: vscode.WebviewPanel, run: RunSummary, state: Partial<ViewState> | null): Promise<void> {
    panel.iconPath = this.icons;
    const { ViewerPanel } = await import('./viewerPanel.js');
    const viewer = new ViewerPanel(panel, this, run, state);
    this.#panels.set(run.folder, viewer);
    this.#disposables.add(viewer);
    panel.onDidDispose(() => {
      if (this.#panels.get(run.folder) === viewer) this.#panels.delete(run.folder);
      this.#disposables.remove(viewer);
    });
    await viewer.start();
  }

  /** Closes the panel of a run that was deleted. */
  close(folder: string): void {
    this.#panels.get(folder)?.dispose();
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

function keptRun(state: unknown): string | null {
  const run = typeof state === 'object' && state !== null && 'run' in state ? state.run : null;
  return typeof run === 'string' ? run : null;
}

export function newNonce(): string {
  return randomBytes(18).toString('base64url');
}

export async function saveFile({ name, text, encoding = 'utf8' }: ViewerContract['saveFile']['input']): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const safe = name.replace(/[\\/:*?"<>|]/g, '_');
  const target = await vscode.window.showSaveDialog(folder ? { defaultUri: vscode.Uri.joinPath(folder, safe) } : {});
  if (!target) return;
  try {
    await vscode.workspace.fs.writeFile(target, Buffer.from(text, encoding));
  } catch (error) {
    const wrong = error instanceof Error ? error.message : String(error);
    throw new Failure(
      { kind: 'environment', doing: `saving ${target.fsPath}`, wrong, tryThis: 'Choose another folder.' },
      { cause: error },
    );
  }
}
