/**
 * Panels that outlived their extension host: as soon as one is in front, a panel that answers takes its place. A window that
 * is loaded anew restores its panels itself, and tells nobody beforehand; so it is given the time to do it.
 */
import * as vscode from 'vscode';
import { Disposables } from '../disposables.js';
import type { KeptPanel } from './panelMemory.js';

/** The editor hands over a restored panel at once when it is in front; a crowded machine takes seconds for it. */
const RESTORED_WITHIN_MILLISECONDS = 4000;

export interface LeftPanelsOptions {
  /** The type that panels are created with. */
  readonly viewType: string;
  readonly left: readonly KeptPanel[];
  /** Whether a panel of this host is in front in a column. */
  isAnswered(column: vscode.ViewColumn): boolean;
  /** Opens a panel that shows the same in that column. */
  open(
    panel: KeptPanel,
    place: { readonly viewColumn: vscode.ViewColumn; readonly preserveFocus: boolean },
  ): Promise<void>;
  /** Its tab was closed while nobody was there to hear of it. */
  onGone(panel: KeptPanel): void;
  onError(error: unknown): void;
}

export class LeftPanels implements vscode.Disposable {
  readonly #disposables = new Disposables();
  readonly #options: LeftPanelsOptions;
  #left: readonly KeptPanel[];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LeftPanelsOptions) {
    this.#options = options;
    this.#left = options.left;
    if (this.#left.length === 0) return;
    this.#disposables.add(vscode.window.tabGroups.onDidChangeTabs(() => this.#look()));
    this.#look();
  }

  /** Somebody answers the run's panel, or nobody needs to. */
  settled(run: string): void {
    this.#left = this.#left.filter((panel) => panel.run !== run);
  }

  /** What a left panel of the run shows, now that the run is opened in another way; its tab is closed. */
  take(run: string): KeptPanel | undefined {
    const panel = this.#left.find((one) => one.run === run);
    if (!panel) return undefined;
    this.settled(panel.run);
    const [tab, ...others] = this.#tabs().filter(({ label }) => label === panel.title);
    // Of several that have its name none is known to be it.
    if (tab && others.length === 0) void vscode.window.tabGroups.close(tab, true);
    return panel;
  }

  #look(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => void this.#replaceThoseInFront().catch(this.#options.onError),
      RESTORED_WITHIN_MILLISECONDS,
    );
  }

  async #replaceThoseInFront(): Promise<void> {
    const titles = new Set(this.#tabs().map(({ label }) => label));
    for (const panel of this.#left.filter(({ title }) => !titles.has(title))) {
      this.settled(panel.run);
      this.#options.onGone(panel);
    }
    for (const { activeTab, viewColumn, isActive } of vscode.window.tabGroups.all) {
      if (!activeTab || !this.#isOurs(activeTab) || this.#options.isAnswered(viewColumn)) continue;
      const panel = this.#panelOf(activeTab.label, viewColumn);
      if (!panel) continue;
      this.settled(panel.run);
      // In this order: a group whose last tab is closed goes, and its place with it.
      await this.#options.open(panel, { viewColumn, preserveFocus: !isActive });
      await vscode.window.tabGroups.close(activeTab, true);
    }
  }

  /** Of several with one name the one that was last seen there. */
  #panelOf(title: string, column: vscode.ViewColumn): KeptPanel | undefined {
    const named = this.#left.filter((panel) => panel.title === title);
    const there = named.filter((panel) => panel.column === column);
    return there.find(({ visible }) => visible) ?? there[0] ?? named[0];
  }

  #tabs(): vscode.Tab[] {
    return vscode.window.tabGroups.all.flatMap((group) => group.tabs.filter((tab) => this.#isOurs(tab)));
  }

  #isOurs({ input }: vscode.Tab): boolean {
    // The editor puts the kind of editor before the type that the extension gave.
    return input instanceof vscode.TabInputWebview && input.viewType.endsWith(this.#options.viewType);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#disposables.dispose();
  }
}
