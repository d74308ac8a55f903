/**
 * Which panels are open and what they show, kept where the next extension host finds it: after a host has ended its
 * panels stay on the screen, and nobody answers them.
 */
import type * as vscode from 'vscode';

const KEY = 'cnnslicer.openPanels';

export interface KeptPanel {
  /** The run folder. */
  readonly run: string;
  /** The tab's label. */
  readonly title: string;
  readonly column: vscode.ViewColumn;
  /** In front of its group. */
  readonly visible: boolean;
  /** As the page said it, checked then; null before it has said anything. */
  readonly state: object | null;
  /** Of the page's states; 0 as long as there is none. */
  readonly count?: number;
}

export class PanelMemory {
  readonly #panels: Map<string, KeptPanel>;
  /** Those that an earlier host knew, in the order in which they were opened; some may have been closed since. */
  readonly left: readonly KeptPanel[];

  constructor(readonly memento: Pick<vscode.Memento, 'get' | 'update'>) {
    this.left = memento.get<readonly KeptPanel[]>(KEY) ?? [];
    this.#panels = new Map(this.left.map((panel) => [panel.run, panel]));
  }

  /** Where a panel is; what it shows stays as it was known. */
  place(run: string, { title, column, visible }: Pick<KeptPanel, 'title' | 'column' | 'visible'>): void {
    const { state = null, count = 0 } = this.#panels.get(run) ?? {};
    this.#panels.set(run, { run, title, column, visible, state, count });
    this.#write();
  }

  /** What a panel shows; one that is closed is not remembered for that. */
  shows(run: string, state: object, count: number): void {
    const panel = this.#panels.get(run);
    if (!panel) return;
    this.#panels.set(run, { ...panel, state, count });
    this.#write();
  }

  /** What an earlier host was told last of a run's panel, where it is later than the state with that count. */
  laterThan(run: string, count: number): object | null {
    const left = this.left.find((panel) => panel.run === run);
    return left && (left.count ?? 0) > count ? left.state : null;
  }

  delete(run: string): void {
    if (this.#panels.delete(run)) this.#write();
  }

  #write(): void {
    void this.memento.update(KEY, [...this.#panels.values()]);
  }
}
